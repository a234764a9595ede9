#include "examples/cli/text_table.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "examples/cli/terminal_text.h"

namespace pinmetrics::cli {
namespace {

constexpr std::size_t kGap = 2;
// Headings are not broken more than columns of this width need.
constexpr std::size_t kLeastHeading = 9;

std::vector<std::string_view> Words(std::string_view text) {
  std::vector<std::string_view> words;
  while (!text.empty()) {
    const std::size_t space = std::min(text.find(' '), text.size());
    words.push_back(text.substr(0, space));
    text.remove_prefix(std::min(space + 1, text.size()));
  }
  return words;
}

std::vector<std::string> Break(std::string_view text, std::size_t width) {
  std::vector<std::string> lines;
  for (const std::string_view word : Words(text)) {
    if (!lines.empty() && DisplayWidth(lines.back()) + 1 + DisplayWidth(word) <= width) {
      lines.back().append(" ").append(word);
    } else {
      lines.emplace_back(word);
    }
  }
  return lines;
}

void AppendPadded(std::string_view text, std::size_t width, TextTable::Align align,
                  std::string& line) {
  const std::size_t taken = DisplayWidth(text);
  const std::size_t padding = width > taken ? width - taken : 0;
  if (align == TextTable::Align::kRight) line.append(padding, ' ');
  line += text;
  if (align == TextTable::Align::kLeft) line.append(padding, ' ');
}

void TrimRight(std::string& line) { line.erase(line.find_last_not_of(' ') + 1); }

}  // namespace

/// A column's place.
struct TextTable::Layout {
  std::vector<std::string> heading;
  std::size_t width = 0;
};

TextTable::TextTable(std::vector<Column> columns, std::size_t labels)
    : columns_(std::move(columns)), labels_(labels) {}

void TextTable::AddRow(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }

std::vector<std::string> TextTable::Lines(std::size_t width, Overflow overflow) const {
  std::vector<Layout> layouts(columns_.size());
  std::size_t labels_width = 0;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    Layout& layout = layouts[i];
    for (const auto& row : rows_) layout.width = std::max(layout.width, DisplayWidth(row[i]));
    std::size_t room = std::max(layout.width, kLeastHeading);
    for (const std::string_view word : Words(columns_[i].heading)) {
      room = std::max(room, DisplayWidth(word));
    }
    layout.heading = Break(columns_[i].heading, room);
    for (const std::string& line : layout.heading) {
      layout.width = std::max(layout.width, DisplayWidth(line));
    }
    if (i < labels_) labels_width += layout.width + kGap;
  }

  std::vector<std::string> lines;
  std::size_t next = labels_;
  do {
    std::vector<std::size_t> shown;
    for (std::size_t i = 0; i < labels_; ++i) shown.push_back(i);
    std::size_t used = labels_width;
    for (; next < columns_.size(); ++next) {
      used += layouts[next].width;
      if (used > width && shown.size() > labels_) break;
      used += kGap;
      shown.push_back(next);
    }
    if (!lines.empty()) lines.emplace_back();
    std::size_t heading_lines = 0;
    for (const std::size_t i : shown) {
      heading_lines = std::max(heading_lines, layouts[i].heading.size());
    }

    const auto add_line = [&](auto cell_of) {
      std::string line;
      for (const std::size_t i : shown) {
        if (!line.empty()) line.append(kGap, ' ');
        AppendPadded(cell_of(i), layouts[i].width, columns_[i].align, line);
      }
      TrimRight(line);
      lines.push_back(std::move(line));
    };
    // Headings stand on the rule, however many lines they have.
    for (std::size_t n = heading_lines; n > 0; --n) {
      add_line([&](std::size_t i) -> std::string_view {
        const std::vector<std::string>& heading = layouts[i].heading;
        return n > heading.size() ? std::string_view() : heading[heading.size() - n];
      });
    }
    std::string rule;
    for (const std::size_t i : shown) {
      if (!rule.empty()) rule.append(kGap, ' ');
      for (std::size_t n = 0; n < layouts[i].width; ++n) rule += "\u2500";
    }
    lines.push_back(std::move(rule));
    for (const auto& row : rows_) {
      add_line([&row](std::size_t i) -> std::string_view { return row[i]; });
    }
  } while (overflow == Overflow::kBelow && next < columns_.size());
  return lines;
}

}  // namespace pinmetrics::cli
