gigaflame stat --strict bad.folded
