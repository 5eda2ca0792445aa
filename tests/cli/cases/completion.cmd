bash -c '
. "$CLI/../../assets/gigaflame.bash-completion"
compopt() { :; }
complete_line() {
    COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
    _gigaflame
    echo "${COMPREPLY[*]}"
}
complete_line gigaflame ""
complete_line gigaflame re
complete_line gigaflame help m
complete_line gigaflame render --min
complete_line gigaflame top x.folded --
complete_line gigaflame top x'
