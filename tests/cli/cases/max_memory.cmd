awk 'BEGIN { for (i = 0; i < 100000; i++) print "main;function_" i, i + 1 }' > many.folded
gigaflame merge --max-memory 1M many.folded -o out.folded 2> err
echo "status $?"
grep -c '^gigaflame: many.folded: .*--max-memory' err
ls out.folded 2>/dev/null
gigaflame merge --max-memory 1G many.folded -o - | wc -l
