gf_test(model_load SOURCES test_model_load.c ../support/packed.c ../support/tally.c
        LIBS gf_model PkgConfig::ZLIB LABEL unit TIMEOUT 300)
gf_test(model_load_pipes SOURCES test_model_load_pipes.c ../support/packed.c ../support/tally.c
        LIBS gf_model PkgConfig::ZLIB LABEL unit TIMEOUT 300)
gf_test(model_load_enough SOURCES test_model_load_enough.c ../support/packed.c ../support/tally.c
        LIBS gf_model PkgConfig::ZLIB LABEL unit TIMEOUT 300)
gf_test(model_load_spill SOURCES test_model_load_spill.c ../support/packed.c ../support/tally.c
        LIBS gf_model PkgConfig::ZLIB LABEL unit TIMEOUT 600)
gf_test(model_feed_text SOURCES test_model_feed_text.c ../support/packed.c
        LIBS gf_model PkgConfig::ZLIB LABEL unit)
