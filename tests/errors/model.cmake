gf_test(errors_load SOURCES test_errors_load.c ../support/packed.c ../support/tally.c
        LIBS gf_model PkgConfig::ZLIB LABEL errors TIMEOUT 300)

# As errors_alloc: every allocation and mapping of ours fails once.
gf_test(errors_load_alloc SOURCES test_errors_load_alloc.c ../support/packed.c
        LIBS gf_model PkgConfig::ZLIB LABEL errors TIMEOUT 300)
target_link_options(test_errors_load_alloc PRIVATE
  LINKER:--wrap=malloc,--wrap=calloc,--wrap=realloc,--wrap=strdup,--wrap=mmap,--wrap=mremap)
