gigaflame --help
