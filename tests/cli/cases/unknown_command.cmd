gigaflame rendre small.folded -o x.png
