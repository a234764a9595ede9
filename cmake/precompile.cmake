option(PINMETRICS_PRECOMPILE "Compile the headers that most sources include once, not in each" OFF)

# pinmetrics_precompile(<target> [<header>...])
#
# For a target's own sources: what it installs and who links it see nothing of it. The headers given
# come on top of those that nearly every source has.
function(pinmetrics_precompile target)
  if(PINMETRICS_PRECOMPILE)
    target_precompile_headers(
      ${target}
      PRIVATE
      <algorithm>
      <array>
      <cstddef>
      <cstdint>
      <functional>
      <memory>
      <optional>
      <span>
      <string>
      <string_view>
      <utility>
      <vector>
      <absl/status/status.h>
      <absl/status/statusor.h>
      <absl/strings/str_cat.h>
      <absl/time/civil_time.h>
      <absl/time/time.h>
      ${ARGN})
  endif()
endfunction()

# pinmetrics_precompile_as(<target> <other>)
#
# With the headers that were compiled for another target, which has to be compiled alike.
function(pinmetrics_precompile_as target other)
  if(PINMETRICS_PRECOMPILE)
    target_precompile_headers(${target} REUSE_FROM ${other})
  endif()
endfunction()
