gigaflame top hostile.folded
gigaflame top hostile.folded | LC_ALL=C tr -d '\12\40-\176\200-\377' | wc -c
