# zlib writes the gzip inputs: an encoder that has nothing in common with the decoder under test.
pkg_check_modules(ZLIB REQUIRED IMPORTED_TARGET zlib)
gf_test(decompress_stream SOURCES test_decompress_stream.c ../support/packed.c
        LIBS gf_decompress PkgConfig::ZLIB LABEL unit)
gf_test(decompress_frames SOURCES test_decompress_frames.c ../support/packed.c
        LIBS gf_decompress PkgConfig::ZLIB LABEL unit)
gf_test(export_encoder SOURCES test_export_encoder.c ../support/packed.c
        LIBS gf_export gf_decompress PkgConfig::ZLIB LABEL unit)
gf_test(decompress_in_place SOURCES test_decompress_in_place.c ../support/packed.c
        LIBS gf_decompress PkgConfig::ZLIB LABEL unit)
