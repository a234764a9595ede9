# pkg-config files that still hold after the installed tree was moved.

# Sets `out` to the prefix as a .pc file in `libdir`/pkgconfig reaches it: one `..` for each folder
# of the path, since libdir may be lib, lib64 or, on Debian, lib/x86_64-linux-gnu. With an absolute
# libdir nothing can move, and the prefix is the configured one.
function(pinmetrics_pkgconfig_prefix out libdir prefix)
  if(IS_ABSOLUTE "${libdir}")
    set(${out} "${prefix}" PARENT_SCOPE)
    return()
  endif()
  file(RELATIVE_PATH up "/prefix/${libdir}/pkgconfig" "/prefix")
  string(REGEX REPLACE "/$" "" up "${up}")
  set(${out} "\${pcfiledir}/${up}" PARENT_SCOPE)
endfunction()

# Sets `out` to `dir` as a .pc file names it: under the prefix unless absolute.
function(pinmetrics_pkgconfig_dir out dir)
  if(IS_ABSOLUTE "${dir}")
    set(${out} "${dir}" PARENT_SCOPE)
  else()
    set(${out} "\${prefix}/${dir}" PARENT_SCOPE)
  endif()
endfunction()
