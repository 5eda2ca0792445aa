gigaflame stat nothing.folded
