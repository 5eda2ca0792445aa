mkdir d
printf 'just text\n' > d/readme
gigaflame stat d
