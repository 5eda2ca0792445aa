gigaflame render --titel x small.folded -o x.png
ls x.png 2>/dev/null
gigaflame top --jsn small.folded
