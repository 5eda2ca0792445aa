add_library(gf_test_layout STATIC
  ${CMAKE_CURRENT_SOURCE_DIR}/../support/frames_build.c
  ${CMAKE_CURRENT_SOURCE_DIR}/../support/graph_build.c
  ${CMAKE_CURRENT_SOURCE_DIR}/../support/raster.c)
target_include_directories(gf_test_layout PUBLIC ${PROJECT_SOURCE_DIR}/tests)
target_link_libraries(gf_test_layout PUBLIC gf_layout)
foreach(name drawlist palette palette_names palette_sight layout_view layout_lod layout_hit layout_labels
             layout_edges layout_picture layout_pyramid layout_sandwich)
  gf_test(${name} SOURCES ${CMAKE_CURRENT_SOURCE_DIR}/test_${name}.c LIBS gf_test_layout LABEL unit)
endforeach()
