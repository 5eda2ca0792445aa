try() {
    gigaflame render small.folded "$@"
    echo "status $?"
}
try
try -o out.jpg
try -o out.png --colors hott
try -o out.png --theme drak
try -o out.png --width 10
try -o out.png --width 64 --scale 0.5
try -o out.png --minwidth 1em
try -o - --json
ls out.* 2>/dev/null
