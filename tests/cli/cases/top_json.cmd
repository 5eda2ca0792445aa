gigaflame top --json small.folded
