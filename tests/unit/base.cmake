gf_test(base_tape SOURCES test_base_tape.c LIBS gf_base LABEL unit)
