# The warnings every source file of ours is built with.
add_library(gf_options INTERFACE)
target_compile_options(gf_options INTERFACE
  -Wall -Wextra -Wshadow -Wvla -Wpointer-arith -Wstrict-prototypes -Wmissing-prototypes
  -Wcast-qual -Wformat=2 -Wundef -Wwrite-strings -Wimplicit-fallthrough)
if(GF_WERROR)
  target_compile_options(gf_options INTERFACE -Werror)
endif()
target_compile_definitions(gf_options INTERFACE _GNU_SOURCE GF_VERSION="${PROJECT_VERSION}")
target_include_directories(gf_options INTERFACE ${PROJECT_SOURCE_DIR}/src ${PROJECT_SOURCE_DIR}/include)

# gf_layer(NAME SOURCES... LIBS...): the static library of one folder under src/. The functions that
# choose a layer's parts stay here, so that every folder is built alike.
function(gf_layer name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LIBS" ${ARGN})
  if(ARG_SOURCES)
    add_library(gf_${name} STATIC ${ARG_SOURCES})
    target_link_libraries(gf_${name} PUBLIC gf_options ${ARG_LIBS})
  else()
    add_library(gf_${name} INTERFACE)
    target_link_libraries(gf_${name} INTERFACE gf_options ${ARG_LIBS})
  endif()
endfunction()
