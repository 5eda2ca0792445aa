/* Finding a few nodes of a tree by parent and name. The tree's own index holds all of its nodes;
 * this holds those that were put into it, for who knows of most nodes that they are new. */
#ifndef GF_MODEL_EDGE_SET_H
#define GF_MODEL_EDGE_SET_H

#include "model/tree.h"

struct gf_edge_set {
    struct gf_map slots; /* uint32_t node ids; 0 is free */
    uint32_t mask;       /* slots - 1; 0 while there are none */
    uint32_t n;
    uint64_t seed;
};

/* {0} is not ready: the set needs its random key. */
void gf_edge_set_init(struct gf_edge_set *set);
void gf_edge_set_free(struct gf_edge_set *set);

/* The node of the set that has this parent and name; GF_ROOT when there is none. */
uint32_t gf_edge_set_find(const struct gf_edge_set *set, const struct gf_tree *t, uint32_t parent,
                          uint32_t name);

/* Puts a node in that is not there. Fails with GF_ERR_NOMEM. */
bool gf_edge_set_add(struct gf_edge_set *set, const struct gf_tree *t, uint32_t node,
                     struct gf_error *err);

#endif
