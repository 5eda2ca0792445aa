gigaflame merge small.folded more.folded -o small.folded
cat small.folded
