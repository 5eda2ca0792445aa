# The program, the library with its headers and its pkg-config file, the man page and the desktop
# entry. Each part is added by the folder that makes it; see the end of src/cli/CMakeLists.txt.
