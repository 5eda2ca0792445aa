#!/usr/bin/awk -f
# fold.awk: `perf script` text to folded stacks, one line a distinct stack (order undefined: pipe
# through LC_ALL=C sort). Works in any POSIX awk.
#
#   perf script --no-inline -F comm,pid,tid,time,event,ip,sym,dso | awk -f fold.awk
#
# - Root frame: the command name, blanks as '_'.
# - Frames from caller to callee, joined by ';'; a ';' in a name becomes ':'.
# - "_[k]" after kernel frames, "_[j]" after frames of a JIT's map (/tmp/perf-PID.map).
# - A frame without a symbol is "[module]"; neighbouring frames of one such module become one.
# - Argument lists are dropped, template arguments are kept.
# - Folders in names (as V8 writes them) are dropped up to node_modules/ or to the file's name.
# - Each sample counts 1, for they were taken at a fixed rate of time (cpu-clock).

# s without the argument list at its end: "f(int) const" -> "f", but "(anonymous namespace)::f" and
# "operator()" stay.
function strip_arguments(s,    cut, i, depth, c)
{
    if (!match(s, /\)( const| volatile|&|&&| \[clone [^\]]*\])*$/))
        return s
    cut = RSTART
    depth = 0
    for (i = cut; i > 0; i--) {
        c = substr(s, i, 1)
        if (c == ")")
            depth++
        else if (c == "(" && --depth == 0)
            break
    }
    if (i <= 1 || substr(s, 1, i - 1) ~ /operator$/ || substr(s, i, 11) == "(anonymous ")
        return s
    return substr(s, 1, i - 1)
}

function strip_folders(s)
{
    gsub(/file:\/\//, "", s)
    while (match(s, /\/([^ ]*\/)?node_modules\//))
        s = substr(s, 1, RSTART - 1) substr(s, RSTART + RLENGTH)
    if (match(s, / \/[^ ]*\//))
        s = substr(s, 1, RSTART) substr(s, RSTART + RLENGTH)
    return s
}

function flush()
{
    if (comm != "" && stack != "")
        count[comm stack]++
    comm = stack = last = ""
}

/^#/ { next }
/^$/ { flush(); next }
/^[^ \t]/ {
    flush()
    # "comm  pid/tid  time: event:" where comm may hold blanks and digits.
    comm = $0
    sub(/[ \t]+[0-9]+(\/[0-9]+)?[ \t]+([0-9]+\.[0-9]+:)?.*$/, "", comm)
    gsub(/[ \t]/, "_", comm)
    gsub(/;/, ":", comm)
    next
}
{
    line = $0
    sub(/^[ \t]*[0-9a-f]+[ \t]+/, "", line)
    dso = ""
    if (match(line, / \([^ ]*( \(deleted\))?\)$/)) {
        dso = substr(line, RSTART + 2, RLENGTH - 3)
        line = substr(line, 1, RSTART - 1)
    }
    sub(/\+0x[0-9a-f]+$/, "", line)
    if (line == "[unknown]") {
        line = dso
        sub(/ \(deleted\)$/, "", line)
        sub(/.*\//, "", line)
        gsub(/[][]/, "", line)
        line = "[" line "]"
        if (line == last)
            next
    } else {
        line = strip_folders(line)
        if (dso !~ /perf-[0-9]+\.map$/)
            line = strip_arguments(line)
    }
    last = line
    gsub(/;/, ":", line)
    if (dso ~ /^\[/ && dso !~ /^\[(vdso|heap|stack|anon|unknown)/ || dso ~ /vmlinux$/)
        line = line "_[k]"
    else if (dso ~ /perf-[0-9]+\.map$/)
        line = line "_[j]"
    stack = ";" line stack
}
END {
    flush()
    for (stack in count)
        print stack, count[stack]
}
