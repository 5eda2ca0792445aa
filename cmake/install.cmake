# What `cmake --install` puts where: the program, the library with its headers and its pkg-config
# file, the man page and the desktop entry.

# libgigaflame: the layers that need neither OpenGL nor a window. Their functions are hidden but for
# those that include/gigaflame marks GF_API.
set(library_layers base simd io text decompress decode model layout export)
set(library_archives "")
foreach(layer IN LISTS library_layers)
  get_target_property(type gf_${layer} TYPE)
  if(type STREQUAL STATIC_LIBRARY)
    set_target_properties(gf_${layer} PROPERTIES C_VISIBILITY_PRESET hidden)
    list(APPEND library_archives gf_${layer})
  endif()
endforeach()
# All code is in the archives; a library needs a source file nevertheless.
file(CONFIGURE OUTPUT ${PROJECT_BINARY_DIR}/library.c
     CONTENT "extern const int gf_library_translation_unit;\n")
add_library(gigaflame_library SHARED ${PROJECT_BINARY_DIR}/library.c)
set_target_properties(gigaflame_library PROPERTIES
  OUTPUT_NAME gigaflame VERSION ${PROJECT_VERSION} SOVERSION ${PROJECT_VERSION_MAJOR})
target_link_libraries(gigaflame_library PRIVATE
                      "$<LINK_LIBRARY:WHOLE_ARCHIVE,${library_archives}>")
string(REPLACE ";" "," archives "${library_archives}")
set_property(TARGET gigaflame_library PROPERTY LINK_LIBRARY_OVERRIDE "WHOLE_ARCHIVE,${archives}")
target_link_options(gigaflame_library PRIVATE LINKER:--gc-sections)

# Where the library's folder is seen from that of the pkg-config file, so that an installed tree can
# be moved as a whole.
file(RELATIVE_PATH GF_PC_PREFIX
     ${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig ${CMAKE_INSTALL_PREFIX})
configure_file(cmake/gigaflame.pc.in ${PROJECT_BINARY_DIR}/gigaflame.pc @ONLY)

if(TARGET gigaflame)
  install(TARGETS gigaflame RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
endif()
install(TARGETS gigaflame_library LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(DIRECTORY include/gigaflame DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} FILES_MATCHING
        PATTERN "*.h")
install(FILES ${PROJECT_BINARY_DIR}/gigaflame.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
install(FILES docs/gigaflame.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1 OPTIONAL)
install(FILES assets/gigaflame.desktop DESTINATION ${CMAKE_INSTALL_DATADIR}/applications)
install(FILES assets/gigaflame.svg
        DESTINATION ${CMAKE_INSTALL_DATADIR}/icons/hicolor/scalable/apps)
