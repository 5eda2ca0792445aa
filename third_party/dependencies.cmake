# Every dependency comes from the distribution; nothing foreign is committed.
#
#   zstd      decoding .zst, writing .zst        ISA-L   fast gzip inflate, deflate for PNG and .gz
#   xxHash    keyed hashes of names and stacks   PCRE2   regular expressions
#   FreeType  glyphs                             fontconfig  fallback fonts for other scripts
#   FriBidi   order and joined forms of right-to-left scripts
#   EGL       contexts without a window system   GLFW    the window
#   glad      generated OpenGL loader            DejaVu  the embedded font
#   cmocka    tests                              libpng  oracle for the PNG writer (tests only)
find_package(Threads REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(ZSTD REQUIRED IMPORTED_TARGET libzstd>=1.5)
pkg_check_modules(ISAL REQUIRED IMPORTED_TARGET libisal)
pkg_check_modules(XXHASH REQUIRED IMPORTED_TARGET libxxhash>=0.8)
pkg_check_modules(PCRE2 REQUIRED IMPORTED_TARGET libpcre2-8)
pkg_check_modules(FREETYPE REQUIRED IMPORTED_TARGET freetype2)
pkg_check_modules(FONTCONFIG REQUIRED IMPORTED_TARGET fontconfig)
pkg_check_modules(FRIBIDI REQUIRED IMPORTED_TARGET fribidi)
pkg_check_modules(EGL REQUIRED IMPORTED_TARGET egl)
find_package(glfw3 3.3 CONFIG REQUIRED)

# DejaVu Sans from fonts-dejavu-core: wide coverage, a free licence, and it looks like Verdana,
# which people know from flame graphs.
find_file(GF_FONT_FILE DejaVuSans.ttf
          PATHS /usr/share/fonts/truetype/dejavu /usr/share/fonts/dejavu /usr/share/fonts/TTF
                /usr/share/fonts/dejavu-sans-fonts
          NO_DEFAULT_PATH REQUIRED)

find_file(GF_FONT_BOLD_FILE DejaVuSans-Bold.ttf
          PATHS /usr/share/fonts/truetype/dejavu /usr/share/fonts/dejavu /usr/share/fonts/TTF
                /usr/share/fonts/dejavu-sans-fonts
          NO_DEFAULT_PATH REQUIRED)

# glad: the loader for OpenGL 3.3 core + KHR_debug, generated offline from the packaged registry.
find_program(GF_GLAD glad PATHS /usr/bin NO_DEFAULT_PATH)
if(NOT GF_GLAD)
  find_program(GF_GLAD glad REQUIRED)
endif()
set(GF_GLAD_DIR ${PROJECT_BINARY_DIR}/glad)
add_custom_command(
  OUTPUT ${GF_GLAD_DIR}/src/gl.c ${GF_GLAD_DIR}/include/glad/gl.h
  COMMAND ${GF_GLAD} --quiet --reproducible --out-path ${GF_GLAD_DIR} --api gl:core=3.3
          --extensions GL_KHR_debug c
  COMMENT "Generating the OpenGL loader" VERBATIM)
add_library(gf_glad STATIC EXCLUDE_FROM_ALL ${GF_GLAD_DIR}/src/gl.c)
target_include_directories(gf_glad SYSTEM PUBLIC ${GF_GLAD_DIR}/include)
target_link_libraries(gf_glad PUBLIC ${CMAKE_DL_LIBS})

if(BUILD_TESTING)
  pkg_check_modules(CMOCKA REQUIRED IMPORTED_TARGET cmocka)
  pkg_check_modules(PNG REQUIRED IMPORTED_TARGET libpng)
endif()
