gigaflame merge decimals.folded small.folded -o -
