mkdir empty
gigaflame stat empty
