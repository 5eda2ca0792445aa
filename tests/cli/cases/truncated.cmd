head -c 40 first.folded.zst > cut.zst
gigaflame stat cut.zst
head -c 30 more.folded.gz > cut.gz
gigaflame merge cut.gz -o out.folded
echo "status $?"
ls out.folded 2>/dev/null
