mkdir d
printf 'just text\n' > d/readme
printf '\177ELF\0\0\0' > d/program
gigaflame stat d
