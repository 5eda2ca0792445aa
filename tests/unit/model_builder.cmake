gf_test(model_builder SOURCES test_model_builder.c ../support/folded_lines.c
        ../support/naive_paths.c LIBS gf_model LABEL unit)
gf_test(model_flood SOURCES test_model_flood.c ../support/folded_lines.c
        ../support/naive_paths.c LIBS gf_model LABEL unit)
