# pinmetrics_add_library(<name> SOURCES <file>... HEADERS <file>...)
#
# The compiled library pinmetrics_<name>, for hosts pinmetrics::<name>, with its public headers.
function(pinmetrics_add_library name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;HEADERS")
  set(target pinmetrics_${name})
  add_library(${target} ${arg_SOURCES})
  add_library(pinmetrics::${name} ALIAS ${target})
  set_target_properties(
    ${target}
    PROPERTIES EXPORT_NAME ${name}
               CXX_EXTENSIONS OFF
               POSITION_INDEPENDENT_CODE ON
               DEFINE_SYMBOL "" # Nothing asks for it, and compiled headers are shared without it.
               VERSION ${PROJECT_VERSION}
               SOVERSION ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR})
  target_include_directories(${target} PRIVATE ${PROJECT_SOURCE_DIR}/src)
  target_sources(${target} PUBLIC FILE_SET HEADERS BASE_DIRS ${PROJECT_SOURCE_DIR}/include FILES
                                  ${arg_HEADERS})
endfunction()
