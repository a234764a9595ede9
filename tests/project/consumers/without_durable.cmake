# cmake -DPINMETRICS=<source> -DFOLDER=<scratch> -DCOMPILER=<c++> -DSOURCE=<project> -P without_durable.cmake
#
# Configures the library without pinmetrics::durable, and a host that asks for it: the host's
# configuration fails, and says what there is.
cmake_minimum_required(VERSION 3.24)

file(REMOVE_RECURSE ${FOLDER})
set(configure ${CMAKE_COMMAND} -G Ninja -DCMAKE_CXX_COMPILER=${COMPILER})
execute_process(
  COMMAND
    ${configure} -S ${PINMETRICS} -B ${FOLDER}/library -DPINMETRICS_WITH_DURABLE=OFF
    -DPINMETRICS_BUILD_TESTS=OFF -DPINMETRICS_BUILD_EXAMPLES=OFF -DPINMETRICS_BUILD_BENCHMARKS=OFF
    # Not even looked for.
    -DCMAKE_DISABLE_FIND_PACKAGE_SQLite3=ON COMMAND_ERROR_IS_FATAL ANY)
# The package's own file is read before those that only an installed tree has.
execute_process(COMMAND ${configure} -S ${SOURCE} -B ${FOLDER}/host -DCOMPONENT=durable
                        -Dpinmetrics_DIR=${FOLDER}/library COMMAND_ERROR_IS_FATAL ANY)
