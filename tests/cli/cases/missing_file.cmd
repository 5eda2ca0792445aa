gigaflame stat small.folded no-such-file
