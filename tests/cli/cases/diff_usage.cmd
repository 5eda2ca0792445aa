gigaflame diff small.folded
echo $?
gigaflame diff small.folded small.folded small.folded
echo $?
gigaflame diff small.folded small.folded -o x.txt
echo $?
gigaflame diff - -
echo $?
gigaflame stat --normalize small.folded
echo $?
gigaflame render --widths before small.folded -o x.png
echo $?
gigaflame render --colors diff small.folded -o x.svg
echo $?
gigaflame diff small.folded small.folded -o both.folded
gigaflame diff both.folded small.folded
echo $?
gigaflame diff missing.folded small.folded
echo $?
