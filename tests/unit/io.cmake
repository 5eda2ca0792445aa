gf_test(io_source SOURCES test_io_source.c LIBS gf_io LABEL unit)
gf_test(io_output SOURCES test_io_output.c LIBS gf_io LABEL unit)
target_link_options(test_io_output PRIVATE LINKER:--wrap=openat,--wrap=fsync)
