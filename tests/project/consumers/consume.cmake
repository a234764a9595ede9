# cmake -DSOURCE=<project> -DBUILD=<folder> -DCOMPILER=<c++> -DOUTPUT=<text> [-DOPTIONS=<list>]
#       [-DBUILT=<target>] -P consume.cmake
#
# Configures, builds and runs a consumer project from nothing, and holds what its programs print
# against OUTPUT. They are called `consumer`, or `<component>_alone`: such a one must link that
# library of ours and those below it, and no other.
cmake_minimum_required(VERSION 3.24)

file(REMOVE_RECURSE ${BUILD})
execute_process(COMMAND ${CMAKE_COMMAND} -S ${SOURCE} -B ${BUILD} -G Ninja
                        -DCMAKE_CXX_COMPILER=${COMPILER} -DCMAKE_BUILD_TYPE=Release ${OPTIONS}
                COMMAND_ERROR_IS_FATAL ANY)
if(NOT BUILT)
  set(BUILT all)
endif()
execute_process(
  COMMAND ${CMAKE_COMMAND} --build ${BUILD} --verbose --target ${BUILT}
  OUTPUT_VARIABLE commands ECHO_OUTPUT_VARIABLE
  COMMAND_ERROR_IS_FATAL ANY)

file(
  GLOB programs
  LIST_DIRECTORIES OFF
  ${BUILD}/consumer ${BUILD}/*_alone)
if(NOT programs)
  message(FATAL_ERROR "${BUILD}: no program to run")
endif()
foreach(program IN LISTS programs)
  execute_process(COMMAND ${program} OUTPUT_VARIABLE printed COMMAND_ERROR_IS_FATAL ANY)
  if(NOT printed STREQUAL OUTPUT)
    message(FATAL_ERROR "${program} printed\n${printed}\ninstead of\n${OUTPUT}")
  endif()
  cmake_path(GET program FILENAME name)
  if(name MATCHES "^(.*)_alone$")
    set(expected pinmetrics_${CMAKE_MATCH_1})
    if(name STREQUAL "durable_alone")
      list(APPEND expected pinmetrics_store)
    endif()
    if(name STREQUAL "clickhouse_curl_alone")
      list(APPEND expected pinmetrics_clickhouse)
    endif()
    list(APPEND expected pinmetrics_report)
    string(REGEX MATCH "-o ${name} [^\n]*" command "${commands}")
    # As a file, lib….a or lib….so, or as an option, -l….
    string(REGEX MATCHALL "(/lib|-l)pinmetrics[a-z_]*" linked "${command}")
    list(TRANSFORM linked REPLACE "^(/lib|-l)" "")
    list(REMOVE_DUPLICATES linked)
    if(NOT linked STREQUAL expected)
      message(FATAL_ERROR "${name} links ${linked}, and ought to link ${expected}")
    endif()
  endif()
endforeach()
