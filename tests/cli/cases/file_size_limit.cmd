awk 'BEGIN { for (i = 0; i < 20000; i++) print "main;function_" i, i + 1 }' > many.folded
(ulimit -f 8; gigaflame merge many.folded -o out.folded)
echo "status $?"
ls out.folded 2>/dev/null
