gigaflame top --limit 2 small.folded
gigaflame top -n 1 --json small.folded
