#ifndef PINMETRICS_SRC_EXPORT_HTML_WRITER_H_
#define PINMETRICS_SRC_EXPORT_HTML_WRITER_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "export/html_text.h"

namespace pinmetrics {

/// Appends a page to a string. Markup can only be a literal, so nothing from a report gets into the
/// page but as text.
class HtmlWriter {
 public:
  explicit HtmlWriter(std::string& out) : out_(out) {}

  template <std::size_t kSize>
  HtmlWriter& Markup(const char (&literal)[kSize]) {
    out_.append(literal, kSize - 1);
    return *this;
  }

  /// Text from anywhere, between tags or as an attribute's value in double quotes.
  HtmlWriter& Text(std::string_view text) {
    AppendHtmlText(text, out_);
    return *this;
  }

  HtmlWriter& Number(std::int64_t number) {
    out_ += std::to_string(number);
    return *this;
  }

 private:
  std::string& out_;
};

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_EXPORT_HTML_WRITER_H_
