gigaflame merge small.folded -o - > /dev/full
echo "status $?"
gigaflame merge small.folded --format folded -o /dev/full
echo "status $?"
for arguments in stat 'stat --json' top 'top --json'; do
    gigaflame $arguments small.folded > /dev/full
    echo "status $?"
done
gigaflame stat --help > /dev/full
