gigaflame merge small.folded more.folded -o out.folded
cat out.folded
gigaflame merge --order weight small.folded more.folded -o -
