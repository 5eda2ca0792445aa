# No driver at all: an error that says so, nothing written; an SVG needs none.
export __EGL_VENDOR_LIBRARY_FILENAMES=/nonexistent.json
gigaflame render small.folded -o out.png 2> err
echo "status $?"
grep -c '^gigaflame: .*OpenGL' err
wc -l < err
ls out.png 2>/dev/null
gigaflame render small.folded -o out.svg
