# cmake -DNM=<nm> -DLIBRARY=<static library> -P symbols.cmake
#
# Fails when an object of the library calls what the library promises not to: to throw, to abort, to
# print, to read the clock or to follow the process's locale. nm lists what each object leaves
# undefined; a name below among them is a broken promise, reported with its object. For optimised
# objects without asserts: others are full of inlined code that is never reached.
#
# Names that are left alone, since inlined code of others brings them in:
# * std::__throw_length_error, __throw_bad_alloc and the like: memory ran out.
# * std::__throw_out_of_range_fmt, __throw_logic_error, __throw_bad_function_call: the checks in
#   substr, in a string made from a null pointer, in a call of an empty std::function. They have no
#   form without the check, so ours check before they call.
# * __cxa_rethrow: a container that cleans up after an element that threw.
# * std::terminate: Clang's way to keep noexcept.
# * absl's internal_statusor::Helper::Crash: the check in `*status_or`, which is used after ok(). Its
#   throwing sibling value() is refused.
# * Boost.Date_Time reports by throwing, and src/calendar catches it. std::visit throws when the
#   variant lost its value to an assignment that threw; those of count_distinct.cc in
#   src/store/audience do not throw. The objects of these files may refer to the throwing functions,
#   no other may.
cmake_minimum_required(VERSION 3.24)

set(throws
    "__cxa_throw"
    "std::rethrow_exception.*"
    "absl::.*Throw.*"
    "std::__throw_bad_optional_access.*"
    "std::__throw_bad_variant_access.*")
set(aborts
    "__assert_fail"
    "abort"
    "_?exit"
    "_Exit"
    "quick_exit"
    "raise"
    "kill"
    "absl::.*raw_log.*::RawLog.*")
set(prints
    "(v|f|vf|d|vd)?printf"
    "__(v|f|vf)?printf_chk"
    "(f|_IO_)?puts"
    "(f|_IO_)?putc(har)?"
    "fwrite"
    "perror"
    "stdout"
    "stderr"
    "std::w?(cout|cerr|clog)"
    "syslog")
set(clocks
    "time"
    "clock"
    "clock_gettime"
    "gettimeofday"
    "absl::[^ ]*Now\\(\\)"
    "std::chrono::.*::now\\(\\)")
set(locales "setlocale" "strto[dfl]d?" "std::locale::global.*" "std::locale::locale\\(char const.*")

execute_process(
  COMMAND ${NM} --demangle --undefined-only --format=posix ${LIBRARY}
  OUTPUT_VARIABLE listing
  COMMAND_ERROR_IS_FATAL ANY)

set(object "")
set(objects 0)
set(broken "")
string(REPLACE ";" "," listing "${listing}") # A list would split at them.
string(REPLACE "[" "(" listing "${listing}") # And would not within brackets.
string(REPLACE "]" ")" listing "${listing}")
string(REPLACE "\n" ";" listing "${listing}")
foreach(line IN LISTS listing)
  # An object begins with `library[object.o]:`, with LLVM's nm with `object.o:`.
  if(line MATCHES "^([^ ]*[(/])?([^ (/]+\\.o)\\)?:$")
    set(object ${CMAKE_MATCH_2})
    math(EXPR objects "${objects} + 1")
    continue()
  endif()
  string(REGEX REPLACE "(@[^ ]*)? [Uwv] *[0-9a-f ]*$" "" symbol "${line}")
  foreach(promise throws aborts prints clocks locales)
    # `store_writing` and `log` pass on that memory ran out to the thread whose batch another one
    # wrote.
    if(promise STREQUAL "throws"
       AND object MATCHES "^(date_range|reporting_calendar|count_distinct|store_writing|log)\\.")
      continue()
    endif()
    foreach(name IN LISTS ${promise})
      if(symbol MATCHES "^${name}$")
        string(APPEND broken "  ${object}: ${symbol} (${promise})\n")
      endif()
    endforeach()
  endforeach()
endforeach()

if(objects EQUAL 0)
  message(FATAL_ERROR "${LIBRARY}: no objects to look at")
endif()
if(broken)
  message(FATAL_ERROR "${LIBRARY} refers to what the library must not call:\n${broken}")
endif()
message(STATUS "${objects} objects keep the promises")
