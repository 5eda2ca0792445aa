# What `cmake --install` puts where: the program, the library with its headers and its pkg-config
# file, the man page and the desktop entry.

# libgigaflame: the layers that need neither OpenGL nor a window. Their functions are hidden but for
# those that include/gigaflame marks GF_API.
set(library_layers base simd io text decompress decode model layout export)
add_library(gigaflame_library SHARED)
foreach(layer IN LISTS library_layers)
  get_target_property(type gf_${layer} TYPE)
  if(type STREQUAL STATIC_LIBRARY)
    set_target_properties(gf_${layer} PROPERTIES C_VISIBILITY_PRESET hidden)
    target_sources(gigaflame_library PRIVATE $<TARGET_OBJECTS:gf_${layer}>)
  endif()
  # The layer's foreign libraries; its own uses of other layers are satisfied by their objects.
  get_target_property(uses gf_${layer} INTERFACE_LINK_LIBRARIES)
  list(FILTER uses EXCLUDE REGEX "^gf_")
  target_link_libraries(gigaflame_library PRIVATE ${uses})
endforeach()
set_target_properties(gigaflame_library PROPERTIES
  OUTPUT_NAME gigaflame VERSION ${PROJECT_VERSION} SOVERSION ${PROJECT_VERSION_MAJOR}
  LINKER_LANGUAGE C)
target_link_options(gigaflame_library PRIVATE LINKER:--as-needed,--gc-sections)

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
# The fonts are part of the program: their licence comes with it.
install(FILES /usr/share/doc/fonts-dejavu-core/copyright DESTINATION ${CMAKE_INSTALL_DOCDIR}
  RENAME DejaVu-copyright OPTIONAL)
install(FILES LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(FILES assets/gigaflame.desktop DESTINATION ${CMAKE_INSTALL_DATADIR}/applications)
install(FILES assets/gigaflame.svg
        DESTINATION ${CMAKE_INSTALL_DATADIR}/icons/hicolor/scalable/apps)
