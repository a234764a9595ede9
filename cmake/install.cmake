# What `cmake --install` puts down: headers, libraries, a config package and pkg-config files.
include(CMakePackageConfigHelpers)
include(${CMAKE_CURRENT_LIST_DIR}/pkgconfig.cmake)

set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/pinmetrics)

# What `find_package(pinmetrics COMPONENTS ...)` may name.
set(PINMETRICS_COMPONENTS core report store export pinmetrics boost)

set(targets pinmetrics_core pinmetrics_report pinmetrics_store pinmetrics_export pinmetrics
            pinmetrics_boost)
if(TARGET pinmetrics_durable)
  list(APPEND PINMETRICS_COMPONENTS durable)
  list(APPEND targets pinmetrics_durable)
endif()
if(TARGET pinmetrics_clickhouse)
  list(APPEND PINMETRICS_COMPONENTS clickhouse)
  list(APPEND targets pinmetrics_clickhouse)
endif()
if(TARGET pinmetrics_clickhouse_curl)
  list(APPEND PINMETRICS_COMPONENTS clickhouse_curl)
  list(APPEND targets pinmetrics_clickhouse_curl)
endif()

install(
  TARGETS ${targets}
  EXPORT pinmetrics-targets
  FILE_SET HEADERS)
install(
  EXPORT pinmetrics-targets
  NAMESPACE pinmetrics::
  DESTINATION ${package_dir})

configure_package_config_file(cmake/pinmetrics-config.cmake.in pinmetrics-config.cmake
                              INSTALL_DESTINATION ${package_dir})
# Before 1.0 a minor release may break its users.
write_basic_package_version_file(pinmetrics-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/pinmetrics-config.cmake
              ${PROJECT_BINARY_DIR}/pinmetrics-config-version.cmake DESTINATION ${package_dir})

pinmetrics_pkgconfig_prefix(pkgconfig_prefix "${CMAKE_INSTALL_LIBDIR}" "${CMAKE_INSTALL_PREFIX}")
pinmetrics_pkgconfig_dir(pkgconfig_libdir "${CMAKE_INSTALL_LIBDIR}")
pinmetrics_pkgconfig_dir(pkgconfig_includedir "${CMAKE_INSTALL_INCLUDEDIR}")

# pinmetrics_install_pkgconfig(<module> <description> REQUIRES <module>... [LIBS <flag>...])
function(pinmetrics_install_pkgconfig module description)
  cmake_parse_arguments(PARSE_ARGV 2 arg "" "" "REQUIRES;LIBS")
  list(JOIN arg_REQUIRES ", " requires)
  list(JOIN arg_LIBS " " libs)
  configure_file(cmake/pinmetrics.pc.in ${module}.pc @ONLY)
  install(FILES ${PROJECT_BINARY_DIR}/${module}.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
endfunction()

set(own_version "= ${PROJECT_VERSION}")
# A static library leaves it to the host to link what it is made of.
set(report_requires "pinmetrics-core ${own_version}")
if(NOT BUILD_SHARED_LIBS)
  list(APPEND report_requires absl_hash)
endif()
pinmetrics_install_pkgconfig(pinmetrics-core "The headers of pinmetrics that need no library"
                             REQUIRES absl_status absl_statusor absl_strings absl_time)
pinmetrics_install_pkgconfig(
  pinmetrics-report "Pin analytics of events in memory"
  REQUIRES ${report_requires}
  LIBS -L\${libdir} -lpinmetrics_report)
pinmetrics_install_pkgconfig(
  pinmetrics-store "Pin analytics of an embedded store"
  REQUIRES "pinmetrics-report ${own_version}"
  LIBS -L\${libdir} -lpinmetrics_store)
pinmetrics_install_pkgconfig(
  pinmetrics-export "Pin analytics as CSV, JSON, HTML and Arrow"
  REQUIRES "pinmetrics-report ${own_version}"
  LIBS -L\${libdir} -lpinmetrics_export)
if(TARGET pinmetrics_durable)
  set(durable_requires "pinmetrics-store ${own_version}")
  if(NOT BUILD_SHARED_LIBS)
    list(APPEND durable_requires sqlite3)
  endif()
  pinmetrics_install_pkgconfig(
    pinmetrics-durable "Pin analytics of stores that a folder keeps"
    REQUIRES ${durable_requires}
    LIBS -L\${libdir} -lpinmetrics_durable)
endif()
if(TARGET pinmetrics_clickhouse)
  pinmetrics_install_pkgconfig(
    pinmetrics-clickhouse "Pin analytics of events in ClickHouse"
    REQUIRES "pinmetrics-report ${own_version}"
    LIBS -L\${libdir} -lpinmetrics_clickhouse)
endif()
if(TARGET pinmetrics_clickhouse_curl)
  set(clickhouse_curl_requires "pinmetrics-clickhouse ${own_version}")
  if(NOT BUILD_SHARED_LIBS)
    list(APPEND clickhouse_curl_requires libcurl)
  endif()
  pinmetrics_install_pkgconfig(
    pinmetrics-clickhouse-curl "Statements of pinmetrics sent to ClickHouse"
    REQUIRES ${clickhouse_curl_requires}
    LIBS -L\${libdir} -lpinmetrics_clickhouse_curl)
endif()
pinmetrics_install_pkgconfig(
  pinmetrics "${PROJECT_DESCRIPTION}"
  REQUIRES "pinmetrics-store ${own_version}" "pinmetrics-export ${own_version}")

install(FILES LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})
