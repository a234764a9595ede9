# What `cmake --install` puts down: headers, libraries, a config package and pkg-config files.
include(CMakePackageConfigHelpers)
include(${CMAKE_CURRENT_LIST_DIR}/pkgconfig.cmake)

set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/pinmetrics)

install(
  TARGETS pinmetrics_core pinmetrics pinmetrics_boost
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
# A static library leaves it to the host to link what it is made of.
set(pkgconfig_requires "")
if(NOT BUILD_SHARED_LIBS)
  set(pkgconfig_requires " absl_hash")
endif()
foreach(module pinmetrics pinmetrics-core)
  configure_file(cmake/${module}.pc.in ${module}.pc @ONLY)
  install(FILES ${PROJECT_BINARY_DIR}/${module}.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
endforeach()

install(FILES LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})
