awk 'BEGIN { for (i = 0; i < 100000; i++) print "main;function_" i, i + 1 }' > many.folded
gigaflame merge --max-memory 1M many.folded -o out.folded 2> err
echo "status $?"
grep -c '^gigaflame: many.folded: .*--max-memory' err
test ! -e out.folded && echo "no file"
gigaflame merge --max-memory 1G many.folded -o - | wc -l
gigaflame render --bottom-up --max-memory 16M many.folded -o out.png 2> err
echo "status $?"
grep -c '^gigaflame: .* takes .*, and --max-memory leaves .* for it' err
gigaflame diff --max-memory 24M many.folded many.folded -o out.folded 2> err
echo "status $?"
grep -c '^gigaflame: the comparison takes .*, and --max-memory leaves .* for it' err
gigaflame diff --max-memory 1G many.folded many.folded -o out.png && echo done
gigaflame render --bottom-up --max-memory 1G many.folded -o out.png && echo done
test ! -e out.folded && echo "no file"
