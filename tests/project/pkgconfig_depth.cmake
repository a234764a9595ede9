# The prefix of a .pc file leads back from any depth of libdir.
cmake_minimum_required(VERSION 3.24)
include(${CMAKE_CURRENT_LIST_DIR}/../../cmake/pkgconfig.cmake)

function(expect_prefix libdir expected)
  pinmetrics_pkgconfig_prefix(actual "${libdir}" /opt/pinmetrics)
  if(NOT actual STREQUAL expected)
    message(SEND_ERROR "libdir ${libdir}: prefix is ${actual}, expected ${expected}")
  endif()
endfunction()

expect_prefix(lib "\${pcfiledir}/../..")
expect_prefix(lib64 "\${pcfiledir}/../..")
expect_prefix(lib/x86_64-linux-gnu "\${pcfiledir}/../../..")
expect_prefix(a/b/c/ "\${pcfiledir}/../../../..")
expect_prefix(/usr/lib "/opt/pinmetrics")
