gigaflame top --reverse small.folded
