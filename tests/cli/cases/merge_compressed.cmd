gigaflame merge small.folded more.folded -o out.folded.zst
zstd -dcq out.folded.zst
gigaflame merge small.folded more.folded -o out.folded.gz
gzip -dc out.folded.gz
gigaflame merge --format folded.gz small.folded -o - | gzip -dc
gigaflame merge --format folded small.folded -o plain.gz
cat plain.gz
