# pinmetrics_add_compile_pair(<layer>/compile_fail/<name> [<target>])
#
# Two tests out of one file: as it stands it must compile, with PINMETRICS_MUST_NOT_COMPILE defined
# it must not. The first half keeps the second honest: a missing header would fail both. <target>
# (pinmetrics::core unless given) supplies the include folders.
function(pinmetrics_add_compile_pair case)
  set(library pinmetrics::core)
  if(ARGC GREATER 1)
    set(library ${ARGV1})
  endif()
  string(REPLACE "/" "." name ${case})
  set(folders $<TARGET_PROPERTY:${library},INTERFACE_INCLUDE_DIRECTORIES>)
  foreach(half compiles is_refused)
    add_test(
      NAME ${name}.${half}
      COMMAND
        ${CMAKE_CXX_COMPILER} -std=c++20 -fsyntax-only
        "$<$<STREQUAL:${half},is_refused>:-DPINMETRICS_MUST_NOT_COMPILE>"
        "$<$<BOOL:${folders}>:-I$<JOIN:${folders},;-I>>" ${CMAKE_CURRENT_SOURCE_DIR}/${case}.cc
      COMMAND_EXPAND_LISTS)
    set_tests_properties(${name}.${half} PROPERTIES LABELS toolchain)
  endforeach()
  set_tests_properties(${name}.is_refused PROPERTIES WILL_FAIL ON)
endfunction()
