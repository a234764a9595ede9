#ifndef PINMETRICS_EXAMPLES_CLI_TERMINAL_TEXT_H_
#define PINMETRICS_EXAMPLES_CLI_TERMINAL_TEXT_H_

#include <cstddef>
#include <string>
#include <string_view>

/// Text from outside, made fit for a terminal.

namespace pinmetrics::cli {

/// How many columns a terminal takes for `text`: two for East Asian wide characters and emoji, none
/// for marks that combine. Sequences that some terminals join (flags, families) count their parts.
std::size_t DisplayWidth(std::string_view text);

/// `text` with U+FFFD for all that could steer a terminal or turn the line around: control
/// characters, line ends, marks of direction, bytes that are not UTF-8.
std::string Neutralised(std::string_view text);

/// As much of `text` as `width` columns hold, with an ellipsis as its last character if it is cut.
std::string CutToWidth(std::string_view text, std::size_t width);

/// `text` in quotes for a message: neutralised and cut if it is long.
std::string Quoted(std::string_view text);

}  // namespace pinmetrics::cli

#endif  // PINMETRICS_EXAMPLES_CLI_TERMINAL_TEXT_H_
