/* What can be done to the explorer. Keys, the pointer and scripts all come down to these. */
#ifndef GF_UI_COMMAND_H
#define GF_UI_COMMAND_H

#include <stdint.h>

enum gf_do {
    GF_DO_NOTHING,
    GF_DO_QUIT,
    /* the window; positions and distances are in device pixels everywhere */
    GF_DO_RESIZE,     /* x, y: width and height */
    GF_DO_SCALE,      /* amount: device pixels per design pixel */
    GF_DO_FULLSCREEN, /* on, or off again */
    /* the pointer */
    GF_DO_POINT, /* x, y: it is there; what lies under it is hovered */
    GF_DO_LEAVE,
    /* the view */
    GF_DO_ZOOM_TO,  /* node: fit it to the width */
    GF_DO_ZOOM_AT,  /* amount: how many times wider, around x */
    GF_DO_PAN,      /* amount: the view moves right by this much */
    GF_DO_SCROLL,   /* amount: rows away from the root come into view */
    GF_DO_BAND,     /* x, y: the columns between these are marked; equal: none */
    GF_DO_BAND_FIT, /* what is marked fills the width */
    GF_DO_CENTER,   /* amount: the part of the whole, 0..1, that comes to the middle */
    GF_DO_SHOW_ALL,
    GF_DO_BACK,
    GF_DO_FORWARD,
    GF_DO_ESCAPE, /* leaves what is innermost: help, work that takes long, search, selection, zoom,
                     the load */
    GF_DO_STOP,   /* gives up what takes long; amount 1: the load, with what was read so far */
    /* the selected frame */
    GF_DO_SELECT,      /* node; GF_NO_NODE: none */
    GF_DO_SELECT_MOVE, /* amount: enum gf_direction */
    GF_DO_FIT,         /* zoom to it */
    GF_DO_COPY,        /* to the clipboard; amount: enum gf_copy */
    GF_DO_MENU,        /* what can be done with it, at x, y */
    GF_DO_MENU_MOVE,   /* amount 1: to the next entry, -1: to the one before */
    GF_DO_MENU_TAKE,   /* amount: which entry; -1: the one moved to */
    GF_DO_MENU_CLOSE,
    /* the searches; edits go to the active one */
    GF_DO_SEARCH_OPEN,     /* the keyboard writes into it */
    GF_DO_SEARCH_ADD,      /* into another one */
    GF_DO_SEARCH_ACTIVATE, /* amount: which */
    GF_DO_SEARCH_SET,      /* text: all of it */
    GF_DO_SEARCH_CASE,     /* whether case counts, or not again */
    GF_DO_SEARCH_KEEP,     /* the keyboard is free again, the matches stay */
    GF_DO_SEARCH_REMOVE,   /* amount: which; -1: the active one */
    /* the line that has the keyboard: a path, the question for a pattern, or else the active search
     */
    GF_DO_TYPE,        /* amount: a code point */
    GF_DO_ERASE,       /* the last character; amount 1: the last word */
    GF_DO_LINE_SET,    /* text: all of it */
    GF_DO_LINE_ACCEPT, /* it is done */
    GF_DO_LINE_CANCEL, /* it is not wanted */
    GF_DO_LINE_PASTE,  /* what the clipboard holds is typed into it */
    /* narrowing; amount: enum gf_narrow_kind */
    GF_DO_NARROW,        /* text: pattern or share; NULL: node, a name, or GF_NO_NAME for the one at
                            hand; collapse takes neither */
    GF_DO_NARROW_ASK,    /* the keyboard writes a pattern or share for it */
    GF_DO_NARROW_REMOVE, /* amount: which step; -1: the last */
    GF_DO_NARROW_CLEAR,
    GF_DO_NARROW_UNDO, /* the last change of the steps is taken back */
    GF_DO_NARROW_REDO, /* and made again */
    /* the chips of steps and searches */
    GF_DO_CHIP,        /* amount 1: the next has the mark, -1: the one before */
    GF_DO_CHIP_REMOVE, /* the one with the mark */
    GF_DO_NEXT,        /* select the next match */
    GF_DO_PREVIOUS,
    /* the table of functions */
    GF_DO_TABLE,         /* there, or away again */
    GF_DO_TABLE_SORT,    /* amount: enum gf_column_of; that of now: the other way round */
    GF_DO_TABLE_COLUMN,  /* amount 1: by the column to the right, -1: to the left */
    GF_DO_TABLE_REVERSE, /* the other way round */
    GF_DO_TABLE_SCROLL,  /* amount: further down by this much */
    GF_DO_TABLE_MOVE,    /* amount: the keys go down by so many rows */
    GF_DO_TABLE_TAKE,    /* the function that the keys are at is picked */
    GF_DO_TABLE_POINT,   /* node: a name; it is picked, the keys go to it */
    GF_DO_FOCUS,         /* amount 1: the keyboard goes on from the picture over the chips to the
                            table, and round again; -1: the other way */
    GF_DO_PICK,          /* node: a name; its frames stand out. GF_NO_NAME: none */
    /* two sides */
    GF_DO_WIDTHS,    /* amount: enum gf_widths; -1: the next */
    GF_DO_NORMALIZE, /* before scaled to the total of after, or not again */
    /* files */
    GF_DO_RELOAD,       /* read everything again */
    GF_DO_STALE,        /* a file is no longer what was read */
    GF_DO_DROP,         /* text: the path of a file that was dropped on the window */
    GF_DO_DROP_ADD,     /* what was dropped becomes part of what is read */
    GF_DO_DROP_COMPARE, /* or what comes after it, in a differential */
    GF_DO_DROP_CANCEL,
    GF_DO_OPEN,          /* the keyboard writes a path; then GF_DO_LINE_ACCEPT adds it to what is
                            read, or with amount 1 compares it */
    GF_DO_OPEN_COMPLETE, /* the path, as far as it is certain; what else fits is listed */
    GF_DO_OPEN_NAME,     /* amount: which of that list */
    GF_DO_OPEN_FILE,     /* text: a path; amount 0: add it, 1: compare it */
    GF_DO_SAVE_PNG,
    GF_DO_SAVE_SVG,
    GF_DO_EXPORT, /* amount 0: as folded stacks, 1: for pprof */
    /* how it looks */
    GF_DO_LARGER,      /* amount 1: everything, by a tenth; -1: smaller; 0: as the screen has it */
    GF_DO_THEME,       /* amount: 0 light, 1 dark, -1 the other one */
    GF_DO_COLORS,      /* the next palette; amount -1: the one before */
    GF_DO_COLOR_BLIND, /* colours that stay apart for any eye, or not again */
    GF_DO_INVERT,      /* flame to icicle and back */
    GF_DO_ORDER,       /* siblings by weight or by name */
    /* amount: enum gf_derive_kind; node: the name it is about, or GF_NO_NAME for that of the
     * selected or else the hovered frame. What is looked through already: all is plain again. */
    GF_DO_LENS,
    GF_DO_HELP_MOVE, /* amount: lines on in the page of all keys; x: pages */
    GF_DO_HELP       /* all keys, or away with them */
};

/* Columns of the table; the last four only of a differential. */
enum gf_column_of {
    GF_BY_SELF,
    GF_BY_TOTAL,
    GF_BY_NAME,
    GF_BY_SELF_BEFORE,
    GF_BY_SELF_CHANGE, /* what gained most first, what lost most last */
    GF_BY_TOTAL_BEFORE,
    GF_BY_TOTAL_CHANGE,
    GF_COLUMNS
};

enum gf_copy { GF_COPY_NOTHING, GF_COPY_NAME, GF_COPY_STACK, GF_COPY_FOLDED };

enum gf_direction {
    GF_TO_PARENT,
    GF_TO_CHILD,
    GF_TO_LEFT,
    GF_TO_RIGHT,
    GF_TO_UPPER, /* on the screen */
    GF_TO_LOWER
};

struct gf_act {
    enum gf_do what;
    uint32_t node;
    double x, y, amount;
    const char *text; /* borrowed for the call */
};

#endif
