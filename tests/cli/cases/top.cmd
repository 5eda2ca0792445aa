gigaflame top small.folded
