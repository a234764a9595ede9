# cmake -DSOURCE=<project> -DBUILD=<folder> -DCOMPILER=<c++> -DOUTPUT=<text> [-DOPTIONS=<list>]
#       -P consume.cmake
#
# Configures, builds and runs a consumer project from nothing, and holds what it prints against
# OUTPUT.
cmake_minimum_required(VERSION 3.24)

file(REMOVE_RECURSE ${BUILD})
execute_process(COMMAND ${CMAKE_COMMAND} -S ${SOURCE} -B ${BUILD} -G Ninja
                        -DCMAKE_CXX_COMPILER=${COMPILER} -DCMAKE_BUILD_TYPE=Release ${OPTIONS}
                COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND ${CMAKE_COMMAND} --build ${BUILD} COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND ${BUILD}/consumer OUTPUT_VARIABLE printed COMMAND_ERROR_IS_FATAL ANY)
if(NOT printed STREQUAL OUTPUT)
  message(FATAL_ERROR "the consumer printed\n${printed}\ninstead of\n${OUTPUT}")
endif()
