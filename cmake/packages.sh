# Sourced by ./run and ./test: which Debian and Ubuntu packages they need, and how to get them.
# Only names that exist in Debian 12 and later and in Ubuntu 24.04 and later; third_party/
# dependencies.cmake says what each library is for.

gf_build_packages="gcc libc6-dev cmake ninja-build pkg-config python3-glad fonts-dejavu-core
    libzstd-dev libisal-dev libxxhash-dev libpcre2-dev libfreetype-dev libfontconfig-dev libfribidi-dev
    libegl-dev libglfw3-dev"
# What GLFW and EGL open by name at run time, so that no link dependency brings it.
gf_runtime_packages="libegl1 libgl1 libgl1-mesa-dri libx11-xcb1 libxcursor1 libxi6 libxinerama1
    libxrandr2 libxrender1 libxxf86vm1"
gf_test_packages="libcmocka-dev libpng-dev zlib1g-dev g++ clang-format universal-ctags git zstd gzip perl
    python3 xvfb xauth xdotool imagemagick mandoc desktop-file-utils"

gf_say()
{
    printf 'gigaflame: %s\n' "$*" >&2
}

# gf_missing PACKAGE...: prints those that are not installed, on one line. dpkg is asked once.
gf_missing()
{
    local installed package missing=""
    installed=" $(dpkg-query -W -f '${Package}=${db:Status-Status} ' "$@" 2>/dev/null)"
    for package in "$@"; do
        case "$installed" in
        *" $package=installed "*) ;;
        *) missing="$missing $package" ;;
        esac
    done
    printf '%s' "${missing# }"
}

# gf_apt LOG ARGUMENT...: apt-get as root, asking nothing, its words in LOG.
gf_apt()
{
    local log=$1
    shift
    set -- env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=300 \
        -o Dpkg::Use-Pty=0 "$@"
    [ "$(id -u)" -eq 0 ] || set -- sudo "$@"
    "$@" >"$log" 2>&1 </dev/null
}

# gf_may_install: whether this user can become root. sudo may ask for the password on a terminal.
gf_may_install()
{
    [ "$(id -u)" -eq 0 ] && return 0
    command -v sudo >/dev/null || return 1
    if [ -t 0 ]; then
        sudo -v
    else
        sudo -n true 2>/dev/null
    fi
}

# gf_need PACKAGE...: installs those that are missing. Says nothing when there are none.
gf_need()
{
    local missing log rc
    if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
        gf_say "not a Debian or Ubuntu system: install the counterparts of these yourself:" "$@"
        return 0
    fi
    missing=$(gf_missing "$@")
    [ -n "$missing" ] || return 0
    if ! gf_may_install; then
        gf_say "packages are missing, and neither root nor sudo is at hand to install them. Run:"
        printf 'apt-get update && apt-get install -y --no-install-recommends %s\n' "$missing" >&2
        return 1
    fi
    gf_say "installing $missing"
    log=$(mktemp) || return 1
    # Lists that are absent or out of date make the first attempt fail; then they are fetched.
    # shellcheck disable=SC2086  # one word a package
    gf_apt "$log" install --no-install-recommends $missing ||
        { gf_apt "$log" update && gf_apt "$log" install --no-install-recommends $missing; }
    rc=$?
    if [ $rc -ne 0 ]; then
        tail -n 20 "$log" >&2
        gf_say "apt-get could not install: $missing"
    fi
    rm -f "$log"
    return $rc
}

# gf_build ROOT PRESET TARGET [OPTION...]: configures where that was not done yet, and builds. All
# words go to standard error. A no-op takes a few hundredths of a second.
gf_build()
{
    local root=$1 preset=$2 target=$3 dir="$1/build/$2" home="" option="" changed=0
    shift 3
    mkdir -p "$dir" || return 1
    # Two callers at once would build into each other's files.
    if command -v flock >/dev/null; then
        exec 9>"$dir/.lock" && flock 9
    fi
    if [ -f "$dir/build.ninja" ] && [ -f "$dir/CMakeCache.txt" ]; then
        home=$(sed -n 's/^CMAKE_HOME_DIRECTORY:INTERNAL=//p' "$dir/CMakeCache.txt")
        for option in "$@"; do # each as the cache writes it: NAME:TYPE=VALUE
            grep -qxF -e "$option" "$dir/CMakeCache.txt" || changed=1
        done
    fi
    if [ "$home" != "$root" ]; then # new, or the folder was moved
        rm -rf "$dir/CMakeCache.txt" "$dir/CMakeFiles"
        changed=1
    fi
    if [ $changed -eq 1 ]; then
        gf_say "configuring ($preset)"
        cmake -S "$root" --preset "$preset" "${@/#/-D}" >"$dir/configure.log" 2>&1 ||
            { cat "$dir/configure.log" >&2; exec 9>&-; return 1; }
        gf_say "building ($preset)"
    fi
    (set -o pipefail && ninja --quiet -C "$dir" "$target" 2>&1 |
        sed '/^ninja: no work to do\.$/d' >&2)
    set -- $?
    exec 9>&-
    return "$1"
}
