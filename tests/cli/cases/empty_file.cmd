: > empty.folded
gigaflame stat empty.folded
gigaflame stat - </dev/null
