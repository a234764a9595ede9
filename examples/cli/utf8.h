#ifndef PINMETRICS_EXAMPLES_CLI_UTF8_H_
#define PINMETRICS_EXAMPLES_CLI_UTF8_H_

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace pinmetrics::cli {

/// A code point at the front of a text, and how many bytes it takes.
struct CodePoint {
  /// U+FFFD for a byte that begins none.
  char32_t value = 0xFFFD;
  std::size_t bytes = 1;
  bool valid = false;
};

/// The first code point of `text`, which is not empty. Surrogates, overlong forms and values past
/// U+10FFFF are not valid; of what is not valid one byte is taken.
CodePoint FirstCodePoint(std::string_view text);

/// Whether all of `text` is UTF-8. Fast where it is ASCII.
bool IsUtf8(std::string_view text);

}  // namespace pinmetrics::cli

#endif  // PINMETRICS_EXAMPLES_CLI_UTF8_H_
