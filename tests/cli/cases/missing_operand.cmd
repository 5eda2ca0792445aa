for command in stat top merge bench; do
    gigaflame $command </dev/null || echo "status $?"
done
