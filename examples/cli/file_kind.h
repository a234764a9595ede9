#ifndef PINMETRICS_EXAMPLES_CLI_FILE_KIND_H_
#define PINMETRICS_EXAMPLES_CLI_FILE_KIND_H_

#include <optional>
#include <string_view>

namespace pinmetrics::cli {

/// What a file that is no CSV in UTF-8 looks like by its first four bytes, as "compressed (gzip)";
/// absent if it may be one.
std::optional<std::string_view> OtherKindOfFile(std::string_view first_bytes);

}  // namespace pinmetrics::cli

#endif  // PINMETRICS_EXAMPLES_CLI_FILE_KIND_H_
