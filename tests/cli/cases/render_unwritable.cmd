gigaflame render small.folded -o no/such/out.png
echo "status $?"
gigaflame render small.folded -o - > /dev/full
echo "status $?"
gigaflame render small.folded --format svg -o /dev/full
echo "status $?"
echo kept > out.png
gigaflame render nothing.folded -o out.png
echo "status $?"
cat out.png
