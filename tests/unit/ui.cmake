add_library(gf_test_ui STATIC ${CMAKE_CURRENT_SOURCE_DIR}/../support/scene_build.c
            ${CMAKE_CURRENT_SOURCE_DIR}/../support/app_test.c)
target_include_directories(gf_test_ui PUBLIC ${PROJECT_SOURCE_DIR}/tests)
target_link_libraries(gf_test_ui PUBLIC gf_ui)
foreach(name ui_app ui_budget ui_colors ui_compare ui_find ui_narrow ui_open ui_pointer ui_reading ui_sandwich ui_screen ui_stop
        ui_table
        ui_threads model_derive)
  gf_test(${name} SOURCES ${CMAKE_CURRENT_SOURCE_DIR}/test_${name}.c
          ${CMAKE_CURRENT_SOURCE_DIR}/../support/keep_libraries.c LIBS gf_test_ui LABEL unit)
endforeach()
gf_test(model_search SOURCES ${CMAKE_CURRENT_SOURCE_DIR}/test_model_search.c
        LIBS gf_test_layout LABEL unit)
gf_test(model_narrow SOURCES ${CMAKE_CURRENT_SOURCE_DIR}/test_model_narrow.c
        ${CMAKE_CURRENT_SOURCE_DIR}/../support/naive_profile.c
        ${CMAKE_CURRENT_SOURCE_DIR}/../support/keep_libraries.c LIBS gf_test_ui LABEL unit)
gf_test(model_diff SOURCES ${CMAKE_CURRENT_SOURCE_DIR}/test_model_diff.c
        ${CMAKE_CURRENT_SOURCE_DIR}/../support/fail_memory.c
        ${CMAKE_CURRENT_SOURCE_DIR}/../support/keep_libraries.c LIBS gf_test_ui LABEL unit)
target_link_options(test_model_diff PRIVATE ${GF_FAIL_MEMORY_WRAPS})
