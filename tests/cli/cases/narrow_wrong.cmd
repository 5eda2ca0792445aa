# A wrong pattern costs no loading: the file is not even looked at.
gigaflame stat --focus 'a(b' missing.folded
echo $?
gigaflame stat --below much missing.folded
echo $?
gigaflame top --show-from '[z-a]' missing.folded
echo $?
gigaflame stat --hide
echo $?
