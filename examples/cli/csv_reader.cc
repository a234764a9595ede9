#include "examples/cli/csv_reader.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "examples/cli/utf8.h"

namespace pinmetrics::cli {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr std::size_t kNowhere = std::string_view::npos;

// Found through memchr, which looks at many bytes at a time.
std::size_t Find(std::string_view text, char wanted, std::size_t from = 0) {
  if (from >= text.size()) return kNowhere;
  const void* const found = std::memchr(text.data() + from, wanted, text.size() - from);
  if (found == nullptr) return kNowhere;
  return static_cast<std::size_t>(static_cast<const char*>(found) - text.data());
}

std::string Bytes(std::size_t count) { return std::to_string(count) + " bytes"; }

}  // namespace

CsvReader::CsvReader(ByteSource source, CsvLimits limits, PassBytes pass)
    : source_(std::move(source)),
      limits_(limits),
      pass_(std::move(pass)),
      buffer_(std::max(limits.buffer_bytes, kByteOrderMark.size() + 1)) {}

CsvReader::Result CsvReader::Next() {
  if (!started_ && !Start()) return Result::kUnreadable;
  while (true) {
    line_ = next_line_;
    const std::string_view window = Window();
    const std::size_t newline = Find(window, '\n');
    if (newline == kNowhere && !WindowIsComplete(window)) {
      if (!Fill()) return Result::kUnreadable;
      continue;
    }
    if (window.empty()) return Result::kEnd;

    const std::string_view first_line = window.substr(0, newline);
    Extent extent;
    if (Find(first_line, '"') == kNowhere) {
      extent.content_bytes = first_line.size() - (first_line.ends_with('\r') ? 1 : 0);
      extent.bytes = first_line.size() + (newline == kNowhere ? 0 : 1);
      if (extent.content_bytes > limits_.row_bytes) {
        Refuse(std::nullopt, "is longer than " + Bytes(limits_.row_bytes));
        return RefuseLine(window);
      }
      if (extent.content_bytes == 0) {
        PassOver(0, extent.bytes);
        ++next_line_;
        continue;
      }
      SplitUnquoted(window.substr(0, extent.content_bytes));
      next_line_ += 1;
    } else {
      const Scan scan = SplitQuoted(window, extent);
      if (scan == Scan::kNeedsMore) {
        if (!Fill()) return Result::kUnreadable;
        continue;
      }
      if (scan == Scan::kFault) return RefuseLine(window);
      const std::string_view row = window.substr(0, extent.bytes);
      next_line_ += std::max<std::int64_t>(1, std::count(row.begin(), row.end(), '\n'));
    }
    PassOver(extent.content_bytes, extent.bytes);
    if (!TextIsSound(window.substr(0, extent.content_bytes))) return Result::kFault;
    Unquote();
    return Result::kRow;
  }
}

// What a row is looked for in: a row that is taken ends within it, so that what is made of the
// bytes does not depend on how many of them happen to be buffered.
std::string_view CsvReader::Window() const {
  return std::string_view(buffer_.data() + position_,
                          std::min(filled_ - position_, limits_.row_bytes + 2));
}

bool CsvReader::WindowIsComplete(std::string_view window) const {
  return window.size() == limits_.row_bytes + 2 ||
         (at_end_ && window.size() == filled_ - position_);
}

// Reads until the buffer is full, so that a row which is scanned again after it was too short
// has about doubled: all scans together stay linear.
bool CsvReader::Fill() {
  std::memmove(buffer_.data(), buffer_.data() + position_, filled_ - position_);
  filled_ -= position_;
  position_ = 0;
  if (filled_ == buffer_.size()) {
    buffer_.resize(std::min(2 * buffer_.size(), limits_.row_bytes + 2));
  }
  while (!at_end_ && filled_ < buffer_.size()) {
    const absl::StatusOr<std::size_t> read = source_(std::span(buffer_).subspan(filled_));
    if (!read.ok()) {
      status_ = read.status();
      return false;
    }
    at_end_ = *read == 0;
    filled_ += *read;
  }
  return true;
}

// Passes over a byte-order mark.
bool CsvReader::Start() {
  started_ = true;
  if (!Fill()) return false;
  first_bytes_.assign(buffer_.data(), std::min(filled_, kByteOrderMark.size() + 1));
  if (std::string_view(buffer_.data(), filled_).starts_with(kByteOrderMark)) {
    PassOver(0, kByteOrderMark.size());
  }
  return true;
}

// Leaves the row for the line after the one that it began on. A row can be that long only by a
// quote that is not closed. Between two line ends a quote is open or not by whether the number of
// quotes before is odd, so the lines that such a row swallowed have an even number each: none of
// them opens a quote that is not closed either, and no byte is scanned for that more than twice.
CsvReader::Result CsvReader::RefuseLine(std::string_view window) {
  cells_.clear();
  ++next_line_;
  if (const std::size_t newline = Find(window, '\n'); newline != kNowhere) {
    const bool has_return = newline > 0 && window[newline - 1] == '\r';
    PassOver(newline - (has_return ? 1 : 0), newline + 1);
    return Result::kFault;
  }
  return SkipLine() ? Result::kFault : Result::kUnreadable;
}

bool CsvReader::SkipLine() {
  while (true) {
    const std::string_view buffered(buffer_.data() + position_, filled_ - position_);
    if (const std::size_t newline = Find(buffered, '\n'); newline != kNowhere) {
      PassOver(newline, newline + 1);
      return true;
    }
    PassOver(buffered.size(), buffered.size());
    if (at_end_) return true;
    if (!Fill()) return false;
  }
}

void CsvReader::PassOver(std::size_t text_bytes, std::size_t bytes) {
  const std::string_view passed(buffer_.data() + position_, bytes);
  if (pass_) pass_(passed.substr(0, text_bytes), passed.substr(text_bytes));
  position_ += bytes;
}

void CsvReader::SplitUnquoted(std::string_view content) {
  cells_.clear();
  escaped_.clear();
  std::size_t begin = 0;
  while (true) {
    const std::size_t comma = Find(content, ',', begin);
    if (comma == kNowhere) break;
    cells_.push_back(content.substr(begin, comma - begin));
    begin = comma + 1;
  }
  cells_.push_back(content.substr(begin));
}

CsvReader::Scan CsvReader::SplitQuoted(std::string_view window, Extent& extent) {
  cells_.clear();
  escaped_.clear();
  std::size_t at = 0;
  while (true) {
    const std::size_t cell = cells_.size();
    if (at < window.size() && window[at] == '"') {
      const std::size_t begin = at + 1;
      std::size_t quote = Find(window, '"', begin);
      bool escaped = false;
      while (quote != kNowhere && quote + 1 < window.size() && window[quote + 1] == '"') {
        escaped = true;
        quote = Find(window, '"', quote + 2);
      }
      if (quote == kNowhere) return RefuseUnfinished(cell, window);
      at = quote + 1;
      if (escaped) escaped_.push_back(cell);
      cells_.push_back(window.substr(begin, quote - begin));
    } else {
      const std::size_t begin = at;
      at = std::min(window.find_first_of(",\"\n", at), window.size());
      if (at < window.size() && window[at] == '"') {
        return Refuse(cell,
                      "has a quote inside an unquoted cell, expected the cell in quotes and "
                      "quotes in it doubled");
      }
      std::string_view text = window.substr(begin, at - begin);
      if ((at == window.size() || window[at] == '\n') && text.ends_with('\r')) {
        text.remove_suffix(1);
        --at;
      }
      cells_.push_back(text);
    }

    if (at < window.size() && window[at] == ',') {
      ++at;
      continue;
    }
    // Here the row ends: at the input's end, LF or CR LF.
    extent.content_bytes = at;
    if (at < window.size() && window[at] == '\r') ++at;
    if (at == window.size()) {
      if (!WindowIsComplete(window)) return Scan::kNeedsMore;
    } else if (window[at] != '\n') {
      Refuse(cell, "has text behind its closing quote, expected a comma or the line's end");
      if (kOtherSeparators.find(window[at]) != kNowhere) fault_.separator = window[at];
      return Scan::kFault;
    } else {
      ++at;
    }
    extent.bytes = at;
    if (extent.content_bytes <= limits_.row_bytes) return Scan::kWhole;
    return Refuse(std::nullopt, "is longer than " + Bytes(limits_.row_bytes));
  }
}

CsvReader::Scan CsvReader::Refuse(std::optional<std::size_t> cell, std::string reason) {
  fault_ = {cell, std::move(reason)};
  return Scan::kFault;
}

CsvReader::Scan CsvReader::RefuseUnfinished(std::size_t cell, std::string_view window) {
  if (!WindowIsComplete(window)) return Scan::kNeedsMore;
  const bool at_limit = window.size() > limits_.row_bytes;
  return Refuse(cell, "opens a quote that is not closed " +
                          (at_limit ? "within " + Bytes(limits_.row_bytes) : "before the end"));
}

bool CsvReader::TextIsSound(std::string_view content) {
  const bool has_nul = Find(content, '\0') != kNowhere;
  if (!has_nul && IsUtf8(content)) return true;
  for (std::size_t cell = 0; cell < cells_.size(); ++cell) {
    if (Find(cells_[cell], '\0') != kNowhere) {
      Refuse(cell, "has a NUL byte, expected text");
      break;
    }
    if (!IsUtf8(cells_[cell])) {
      Refuse(cell, "is not UTF-8");
      break;
    }
  }
  cells_.clear();
  return false;
}

// In place, in the reader's own buffer: quotes only go.
void CsvReader::Unquote() {
  for (const std::size_t cell : escaped_) {
    const std::string_view text = cells_[cell];
    char* const begin = buffer_.data() + (text.data() - buffer_.data());
    char* end = begin;
    for (std::size_t i = 0; i < text.size(); ++i) {
      *end++ = text[i];
      if (text[i] == '"') ++i;
    }
    cells_[cell] = std::string_view(begin, static_cast<std::size_t>(end - begin));
  }
}

}  // namespace pinmetrics::cli
