#ifndef PINMETRICS_MODEL_PRINT_H_
#define PINMETRICS_MODEL_PRINT_H_

#include <iosfwd>
#include <string>

/// @file
/// Values of this library show words in a failed assertion of GoogleTest, which calls `PrintTo`.
/// Needs neither GoogleTest nor the headers of streams: the stream is there where it is called.

namespace pinmetrics {

/// A value that can say what it is, by a member or by a function beside it.
template <typename T>
concept SaysWhatItIs = requires(const T& value) {
  value.ToString();
}
|| requires(const T& value) { ToString(value); };

namespace model_internal {

// A template, so that the stream's type may be known later.
template <typename Stream>
void WriteText(const std::string& text, Stream& out) {
  out << (text.empty() ? std::string("(empty)") : text);
}

}  // namespace model_internal

/// Writes what `value` says it is; of a text that is empty, that it is.
template <typename T>
requires SaysWhatItIs<T>
void PrintTo(const T& value, std::ostream* out) {
  if constexpr (requires { value.ToString(); }) {
    model_internal::WriteText(value.ToString(), *out);
  } else {
    model_internal::WriteText(ToString(value), *out);
  }
}

}  // namespace pinmetrics

#endif  // PINMETRICS_MODEL_PRINT_H_
