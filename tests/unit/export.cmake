gf_test(export_deflate SOURCES test_export_deflate.c LIBS gf_export LABEL unit)
gf_test(export_png SOURCES test_export_png.c ../support/memory_output.c
        LIBS gf_export PkgConfig::PNG LABEL unit)
gf_test(export_json SOURCES test_export_json.c LIBS gf_export LABEL unit)
gf_test(export_svg SOURCES test_export_svg.c ../support/memory_output.c ../support/make_frames.c
        LIBS gf_export LABEL unit)
gf_test(export_folded SOURCES test_export_folded.c ../support/memory_output.c
        ../support/make_frames.c LIBS gf_export LABEL unit)
