gigaflame stat small.folded
