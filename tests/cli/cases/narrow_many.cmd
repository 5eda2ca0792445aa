# 64 steps and no more.
steps=$(for i in $(seq 64); do printf ' --hide=none%d' "$i"; done)
gigaflame merge --quiet $steps small.folded -o - | head -1
gigaflame stat $steps --focus=main small.folded
