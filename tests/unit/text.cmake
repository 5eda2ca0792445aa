gf_test(text SOURCES test_text.c LIBS gf_text LABEL unit)
gf_test(text_atlas SOURCES test_text_atlas.c LIBS gf_text LABEL unit)
gf_test(text_visual SOURCES test_text_visual.c LIBS gf_text LABEL unit)
# Once more where fontconfig finds no configuration: fallback glyphs are boxes, nothing else changes.
add_test(NAME text_no_fontconfig COMMAND test_text)
set_tests_properties(text text_no_fontconfig PROPERTIES LABELS unit TIMEOUT 120
  ENVIRONMENT "LSAN_OPTIONS=suppressions=${PROJECT_SOURCE_DIR}/tests/support/lsan.supp:print_suppressions=0")
set_property(TEST text_no_fontconfig APPEND PROPERTY ENVIRONMENT
  "FONTCONFIG_FILE=/nonexistent/fonts.conf" "GF_TEST_NO_FONTCONFIG=1")
