gigaflame render small.folded more.folded.gz -o out.png
python3 "$CLI/png_info.py" < out.png
gigaflame render --title 'Ünï 日本' --countname 'ms' --width 640 --inverted - -o - < small.folded |
    python3 "$CLI/png_info.py"
mkdir dir
cp small.folded more.folded dir
gigaflame render --width 800 --scale 1.5 dir/ -o out.png && python3 "$CLI/png_info.py" < out.png
