# The picture of a differential is the same however it came about.
printf 'a;b 10\na;c 5\na;old 3\nz 2\n' > before.folded
printf 'a;b 4\na;c 5\na;new;b 8\nz 3\n' > after.folded
gigaflame diff before.folded after.folded -o 1.svg
gigaflame render --diff-base before.folded after.folded -o 2.svg
cmp 1.svg 2.svg
gigaflame diff before.folded after.folded -o both.folded
gigaflame render both.folded -o 3.svg
grep -v 'id="summary"' 1.svg > 1.bare # which names the files
grep -v 'id="summary"' 3.svg > 3.bare
cmp 1.bare 3.bare
grep -o '<title>[^<]*' 1.svg | sort
echo "--- widths of before"
gigaflame render --widths before both.folded -o 4.svg
grep -o '<title>[^<]*' 4.svg | sort
gigaflame diff before.folded after.folded --width 640 -o 5.png
gigaflame diff before.folded after.folded --width 640 --negate -o 6.png
cmp -s 5.png 6.png || echo "negated colours differ"
python3 "$CLI/png_info.py" < 5.png
