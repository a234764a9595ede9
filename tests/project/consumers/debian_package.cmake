# cmake -DPACKED=<build folder> -DFOLDER=<scratch> -DDPKG=<dpkg> -DCPACK=<cpack>
#       -DSOURCES=<projects> -DBUILDS=<folder> -DDURABLE=<bool> -DCLICKHOUSE=<bool>
#       -DCLICKHOUSE_CURL=<bool> -DCOMPILER=<c++> -DOUTPUT=<text> -P debian_package.cmake
#
# Makes the Debian package, lets dpkg install it under a root of its own, builds consumers against
# what lies there, and removes it. The root knows the packages of this machine that ours depends on,
# and no other, so that a dependency that is not declared right is refused.
cmake_minimum_required(VERSION 3.24)

function(run)
  execute_process(COMMAND ${ARGN} COMMAND_ERROR_IS_FATAL ANY)
endfunction()

file(REMOVE_RECURSE ${FOLDER})
set(root ${FOLDER}/root)
file(MAKE_DIRECTORY ${root}/var/lib/dpkg/info ${root}/var/lib/dpkg/updates)
run(${CPACK} --config ${PACKED}/CPackConfig.cmake -G DEB -B ${FOLDER} -D
    CPACK_DEBIAN_COMPRESSION_TYPE=gzip)
file(GLOB package ${FOLDER}/libpinmetrics-dev_*.deb)

execute_process(
  COMMAND ${DPKG}-deb --field ${package} Depends
  OUTPUT_VARIABLE depends
  OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
if(NOT depends MATCHES "libabsl-dev")
  message(FATAL_ERROR "the package depends on '${depends}', and not on libabsl-dev")
endif()
execute_process(
  COMMAND ${DPKG}-deb --field ${package} Suggests
  OUTPUT_VARIABLE suggests
  OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
if(DURABLE AND NOT suggests MATCHES "libsqlite3-dev")
  message(FATAL_ERROR "the package suggests '${suggests}', and not libsqlite3-dev")
endif()
if(CLICKHOUSE_CURL AND NOT suggests MATCHES "libcurl4-openssl-dev")
  message(FATAL_ERROR "the package suggests '${suggests}', and not libcurl4-openssl-dev")
endif()
string(REGEX REPLACE "\\([^)]*\\)|\\|[^,]*" "" depends "${depends}")
string(REGEX MATCHALL "[a-z0-9.+-]+" depends "${depends}")
# A system may have a library for several processors.
execute_process(
  COMMAND ${DPKG}-deb --field ${package} Architecture
  OUTPUT_VARIABLE architecture
  OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
foreach(name IN LISTS depends)
  execute_process(
    COMMAND ${DPKG}-query --status ${name}:${architecture}
    OUTPUT_VARIABLE status COMMAND_ERROR_IS_FATAL ANY)
  file(APPEND ${root}/var/lib/dpkg/status "${status}\n")
endforeach()

# Others than root are root in a namespace of their own: the package's files belong to root.
set(as_root "")
execute_process(
  COMMAND id -u
  OUTPUT_VARIABLE user
  OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
if(NOT user EQUAL 0)
  set(as_root unshare --map-root-user)
endif()
run(${as_root} ${DPKG} --root=${root} --install ${package})
set(OPTIONS -DCMAKE_PREFIX_PATH=${root}/usr -DDURABLE=${DURABLE}
            -DCLICKHOUSE=${CLICKHOUSE} -DCLICKHOUSE_CURL=${CLICKHOUSE_CURL})
foreach(consumer find_package components)
  set(SOURCE ${SOURCES}/${consumer})
  set(BUILD ${BUILDS}/${consumer})
  include(${CMAKE_CURRENT_LIST_DIR}/consume.cmake)
endforeach()

run(${as_root} ${DPKG} --root=${root} --remove libpinmetrics-dev)
file(GLOB_RECURSE left ${root}/usr/*)
if(left)
  message(FATAL_ERROR "removing the package left ${left}")
endif()
