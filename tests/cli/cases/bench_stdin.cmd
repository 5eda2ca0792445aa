gigaflame bench - < small.folded
