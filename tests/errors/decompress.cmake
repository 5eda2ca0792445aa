gf_test(errors_decompress SOURCES test_errors_decompress.c ../support/packed.c
        LIBS gf_decompress PkgConfig::ZLIB LABEL errors)

# Every allocation of ours fails once. The linker redirects the calls of our objects; what the
# libraries allocate for themselves is limited by the system in the test above.
gf_test(errors_alloc SOURCES test_errors_alloc.c ../support/packed.c
        LIBS gf_export gf_decompress gf_io PkgConfig::ZLIB LABEL errors)
target_link_options(test_errors_alloc PRIVATE
  LINKER:--wrap=malloc,--wrap=calloc,--wrap=realloc,--wrap=strdup)
