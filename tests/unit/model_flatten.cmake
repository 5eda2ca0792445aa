set(GF_FAIL_MEMORY_WRAPS
    LINKER:--wrap=malloc,--wrap=calloc,--wrap=gf_grow_raw,--wrap=gf_map_reserve,--wrap=pthread_create)
foreach(name flatten flatten_trees merge)
  gf_test(model_${name} SOURCES test_model_${name}.c ../support/naive_profile.c
          ../support/fail_memory.c LIBS gf_model LABEL unit)
  target_link_options(test_model_${name} PRIVATE ${GF_FAIL_MEMORY_WRAPS})
endforeach()
foreach(name frames lazy top)
  gf_test(model_${name} SOURCES test_model_${name}.c ../support/naive_profile.c
          LIBS gf_model LABEL unit)
endforeach()
gf_test(model_budget SOURCES test_model_budget.c LIBS gf_model LABEL unit)
