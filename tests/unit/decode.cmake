gf_test(decode_folded SOURCES test_decode_folded.c LIBS gf_decode LABEL unit)
