# Steps are taken in the order given; a step may be given twice.
printf 'main;run;malloc;mmap 1\nmain;run;parse;malloc 2\nmain;run;parse 4\nmain;exit 8\nidle 16\n' > p.folded
echo "hide, then focus"
gigaflame merge --hide parse --focus 'parse|mmap' p.folded -o -
echo "focus, then hide"
gigaflame merge --focus 'parse|mmap' --hide parse p.folded -o -
echo "pprof's names"
gigaflame merge --show_from '^run$' -I . --ignore=exit --hide=malloc --hide=mmap p.folded -o -
echo "show"
gigaflame merge --show '^(run|exit)$' p.folded -o -
