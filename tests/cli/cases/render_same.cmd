# Neither threads nor the order of the lines change a byte.
awk 'BEGIN { for (i = 0; i < 3000; i++) print "m" i % 7 ";f" i % 50 ";g" i, i % 13 + 1 }' > a.folded
tac a.folded > b.folded
gigaflame render --threads 1 --title x - -o a.png < a.folded
gigaflame render --threads 3 --title x - -o b.png < b.folded
cmp a.png b.png
gigaflame render --threads 1 - -o a.svg < a.folded
gigaflame render --threads 3 - -o b.svg < b.folded
cmp a.svg b.svg
