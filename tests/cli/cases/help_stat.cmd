gigaflame help stat
