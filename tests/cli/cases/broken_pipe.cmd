# Ends as every filter does, without a word, and far sooner than its output.
awk 'BEGIN { for (i = 0; i < 200000; i++) print "main;function_" i, i + 1 }' > many.folded
gigaflame top --limit 0 many.folded | head -n 2
gigaflame merge --order weight many.folded -o - | head -n 1
