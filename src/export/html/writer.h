#ifndef PINMETRICS_SRC_EXPORT_HTML_WRITER_H_
#define PINMETRICS_SRC_EXPORT_HTML_WRITER_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <string>
#include <string_view>

#include "pinmetrics/export/page_language.h"

namespace pinmetrics {

/// Appends text from anywhere so that it shows as itself between tags and in quoted attributes, in
/// HTML and in XML. Line breaks and tabs are spaces. U+FFFD stands for what is not UTF-8, for what
/// neither HTML nor XML may hold, and for the characters that would turn the direction of the text
/// around them.
void AppendHtmlText(std::string_view text, std::string& out);

/// The first `most` characters of `text`, then an ellipsis if that is not all. What is not UTF-8
/// counts as the U+FFFD that will stand for it.
std::string Shortened(std::string_view text, std::size_t most);

/// Appends text to a style sheet as a string, with its quotes. Well-formed in XML, too.
void AppendCssString(std::string_view text, std::string& out);

/// What stands where a sentence has this name.
struct SentencePart {
  std::string_view name;
  std::function<void()> write;
};

/// Appends a page to a string. Markup can only be a literal, so nothing from a report gets into the
/// page but as text.
class HtmlWriter {
 public:
  /// `language` must outlive the writer.
  HtmlWriter(std::string& out, const PageLanguage& language) : out_(out), language_(language) {}

  /// The language of the page.
  const PageLanguage& words() const { return language_; }

  template <std::size_t kSize>
  HtmlWriter& Markup(const char (&literal)[kSize]) {
    out_.append(literal, kSize - 1);
    return *this;
  }

  /// Text as a string of the style sheet.
  HtmlWriter& CssString(std::string_view text) {
    AppendCssString(text, out_);
    return *this;
  }

  /// Text from anywhere, between tags or as an attribute's value in double quotes.
  HtmlWriter& Text(std::string_view text) {
    AppendHtmlText(text, out_);
    return *this;
  }

  /// A sentence of the language in which some names stand for more than text.
  HtmlWriter& Sentence(std::string_view pattern, std::initializer_list<SentencePart> parts);

  /// A number of an attribute, the same in every language.
  HtmlWriter& Number(std::int64_t number) {
    out_ += std::to_string(number);
    return *this;
  }

 private:
  std::string& out_;
  const PageLanguage& language_;
};

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_EXPORT_HTML_WRITER_H_
