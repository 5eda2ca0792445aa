gigaflame merge small.folded -o no/such/directory/out.folded
echo "status $?"
gigaflame merge small.folded -o small.folded/out.folded
echo "status $?"
gigaflame merge no-such-file -o kept.folded
ls kept.folded 2>/dev/null
