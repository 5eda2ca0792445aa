gigaflame help stta
