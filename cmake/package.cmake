# What `cpack` makes: a Debian package of what `cmake --install` puts down.
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME libpinmetrics-dev)
set(CPACK_PACKAGE_VENDOR pinmetrics)
set(CPACK_PACKAGE_CONTACT "The authors of pinmetrics <pinmetrics@localhost>")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_RESOURCE_FILE_LICENSE ${PROJECT_SOURCE_DIR}/LICENSE)

set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION
    "${PROJECT_DESCRIPTION}
 The libraries to link, their headers, and what find_package and pkg-config read.")
# The headers include Abseil's. What a shared library needs when it runs, dpkg-shlibdeps adds.
set(CPACK_DEBIAN_PACKAGE_DEPENDS "libabsl-dev (>= 20220623)")
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "libboost-date-time-dev (>= 1.74)")
if(TARGET pinmetrics_durable)
  string(APPEND CPACK_DEBIAN_PACKAGE_SUGGESTS ", libsqlite3-dev (>= 3.37)")
endif()
if(TARGET pinmetrics_clickhouse_curl)
  string(APPEND CPACK_DEBIAN_PACKAGE_SUGGESTS ", libcurl4-openssl-dev (>= 7.85)")
endif()
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ${BUILD_SHARED_LIBS})
set(CPACK_STRIP_FILES OFF)

include(CPack)
