# What each step kept and dropped, in the order given.
gigaflame stat --focus main --hide '^read$' --below 35% small.folded
gigaflame stat --json --collapse-recursion --ignore zzz recursion.folded |
    grep -v load_seconds
