# cmake -DNM=<nm> "-DLIBRARIES=<static library>;..." -P defined_once.cmake
#
# Fails when two of the libraries define one function each under the same name: a host that links
# both gets one of them in both places. Functions with one definition in a header are in many
# objects, and are weak in all of them; so it is a fault where one of two is not.
cmake_minimum_required(VERSION 3.24)

set(faults "")
foreach(library IN LISTS LIBRARIES)
  execute_process(
    COMMAND ${NM} --defined-only --extern-only --format=posix ${library}
    OUTPUT_VARIABLE symbols COMMAND_ERROR_IS_FATAL ANY)
  # "name T address size" of what has one definition, W and V of what has many.
  string(REGEX MATCHALL "_Z[^ \n]*pinmetrics[^ \n]* [TDBRWV] " symbols "${symbols}")
  list(REMOVE_DUPLICATES symbols)
  foreach(symbol IN LISTS symbols)
    string(REGEX MATCH "^([^ ]+) (.) $" symbol "${symbol}")
    set(name ${CMAKE_MATCH_1})
    string(REGEX MATCH "[WV]" is_weak "${CMAKE_MATCH_2}")
    if(DEFINED library_of_${name}
       AND NOT library_of_${name} STREQUAL library
       AND NOT (is_weak AND is_weak_${name}))
      list(APPEND faults "${name} is in ${library_of_${name}} and ${library}")
    endif()
    set(library_of_${name} ${library})
    set(is_weak_${name} "${is_weak}")
  endforeach()
endforeach()
if(faults)
  list(JOIN faults "\n" faults)
  message(FATAL_ERROR "${faults}")
endif()
