# Small files of all kinds come and go while others are opened: none may be lost, and the end comes.
for i in 1 2 3 4 5 6; do
    cp small.folded s$i; cp more.folded.gz g$i; cp first.folded.zst z$i
done
for threads in 1 2 3 4; do
    for run in 1 2 3 4 5 6 7 8 9 10; do
        gigaflame stat --threads $threads --json small.folded more.folded.gz first.folded.zst ?[1-6] |
            python3 "$CLI/fields.py" files records total
        gigaflame stat --threads $threads --json small.folded more.folded.gz |
            python3 "$CLI/fields.py" records total
    done
done | sort | uniq -c | sed 's/^ *//'
