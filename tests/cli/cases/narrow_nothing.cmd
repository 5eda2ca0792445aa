# A profile without a sample left is an error, as one that had none.
gigaflame stat --focus 'no such function' small.folded
echo $?
gigaflame merge --hide . --below 1% small.folded -o out.folded
echo $?
ls out.folded 2>/dev/null
gigaflame top --quiet --ignore . small.folded
echo $?
