gigaflame merge small.folded
echo "status $?"
gigaflame merge small.folded -o out.txt
echo "status $?"
gigaflame merge small.folded -o out.folded --format folded.xz
