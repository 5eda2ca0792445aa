printf 'a;b 10\na;c 5\na;old 3\nz 22\n' > before.folded
printf 'a;b 4\na;c 5\na;new;b 8\nz 3\n' > after.folded
gigaflame diff before.folded after.folded
echo ---
gigaflame diff before.folded after.folded -n 1 --sort total --normalize
echo ---
gigaflame diff --json --focus b before.folded after.folded
echo ---
gigaflame diff before.folded after.folded -o both.folded
cat both.folded
gigaflame stat both.folded
echo ---
gigaflame diff --normalize before.folded after.folded -o -
echo ---
gigaflame top --diff-base before.folded after.folded
gigaflame top --json both.folded | tail -3
