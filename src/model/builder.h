/* Aggregation: a sink that adds samples to a call tree. */
#ifndef GF_MODEL_BUILDER_H
#define GF_MODEL_BUILDER_H

#include "decode/sink.h"
#include "model/tree.h"
#include "simd/simd.h"

struct gf_builder;

/* A builder for samples of nvalues values. */
struct gf_builder *gf_builder_create(uint32_t nvalues, const struct gf_simd *simd,
                                     struct gf_error *err);
void gf_builder_destroy(struct gf_builder *b);

/* The sink to give to a decoder. */
struct gf_sink gf_builder_sink(struct gf_builder *b);

/* Frees all but the tree: no samples come any more. */
void gf_builder_rest(struct gf_builder *b);

/* Memory in use, in bytes: the tree, and what finds call paths in it. */
uint64_t gf_builder_size(const struct gf_builder *b);

/* The tree so far; owned by the builder. */
struct gf_tree *gf_builder_tree(struct gf_builder *b);

#endif
