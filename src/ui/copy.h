/* What goes to the clipboard. */
#ifndef GF_UI_COPY_H
#define GF_UI_COPY_H

#include "ui/app.h"

/* Bytes of the text at most: more than this only chokes what it is pasted into; E writes a file. */
enum { GF_COPY_BYTES = 1 << 20 };

/* The text of `what` for the selected or else the hovered frame, UTF-8 and without control
 * characters but line feeds; to be freed. `note` receives what to tell the person. NULL when there
 * is nothing to copy or no memory; then the note may be empty. */
char *gf_copy_text(const struct gf_app *app, enum gf_copy what, char *note, size_t cap);

#endif
