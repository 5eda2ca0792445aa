gigaflame top recursion.folded
