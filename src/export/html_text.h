#ifndef PINMETRICS_SRC_EXPORT_HTML_TEXT_H_
#define PINMETRICS_SRC_EXPORT_HTML_TEXT_H_

#include <cstddef>
#include <string>
#include <string_view>

namespace pinmetrics {

/// Appends text from anywhere so that it shows as itself between tags and in quoted attributes, in
/// HTML and in XML. Line breaks and tabs are spaces. U+FFFD stands for what is not UTF-8, for what
/// neither HTML nor XML may hold, and for the characters that would turn the direction of the text
/// around them.
void AppendHtmlText(std::string_view text, std::string& out);

/// The first `most` characters of `text`, then an ellipsis if that is not all. What is not UTF-8
/// counts as the U+FFFD that will stand for it.
std::string Shortened(std::string_view text, std::size_t most);

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_EXPORT_HTML_TEXT_H_
