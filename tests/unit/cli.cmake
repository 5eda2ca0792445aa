gf_test(cli_options SOURCES test_cli_options.c LIBS gf_cli LABEL unit)
gf_test(cli_report SOURCES test_cli_report.c LIBS gf_cli LABEL unit)
