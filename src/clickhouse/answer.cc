#include "clickhouse/answer.h"

#include <algorithm>
#include <optional>

#include "absl/status/status.h"
#include "clickhouse/byte_reader.h"
#include "clickhouse/concat.h"

namespace pinmetrics {
namespace {

std::size_t BytesOf(Width width) { return static_cast<std::size_t>(width); }

absl::Status Broken(std::string_view answer, std::string_view what) {
  std::string message = Concat("the answer of ", answer.size(), " bytes ", what);
  // The server's own words, wherever in the answer it gave up.
  const std::size_t begin = answer.find("Code: ");
  if (begin != std::string_view::npos) {
    AppendTo(message, ", and has: ", QuoteAnswer(answer.substr(begin)));
  }
  return absl::DataLossError(message);
}

}  // namespace

std::string QuoteAnswer(std::string_view answer) {
  constexpr std::size_t kMost = 500;
  std::string text(answer.substr(0, std::min(answer.find('\n'), kMost)));
  for (char& c : text) {
    if (c < 0x20 || c > 0x7E) c = '?';
  }
  return text;
}

absl::StatusOr<Columns> ReadColumns(std::string_view answer, std::span<const Width> widths) {
  Columns columns;
  columns.numbers.resize(widths.size());
  columns.texts.resize(widths.size());
  std::size_t least_row = 0;  // A text has a length, of a byte or more.
  for (const Width width : widths) least_row += std::max<std::size_t>(BytesOf(width), 1);

  const bool has_text = std::find(widths.begin(), widths.end(), Width::kText) != widths.end();
  // An error may be as long as what it stands in place of.
  if (!has_text && answer.find("DB::Exception") != std::string_view::npos) {
    return Broken(answer, "is none");
  }

  ByteReader reader(answer);
  const std::optional<std::uint64_t> rows = reader.Length();
  if (!rows) return Broken(answer, "does not say how many rows it has");
  if (*rows > reader.left() / least_row) {
    return Broken(answer,
                  Concat("has no room for the ", *rows, " rows it says to have: it was cut"));
  }
  columns.rows = *rows;
  for (std::size_t i = 0; i < widths.size(); ++i) {
    if (BytesOf(widths[i]) > 0) columns.numbers[i].reserve(columns.rows);
  }
  for (std::size_t row = 0; row < columns.rows; ++row) {
    for (std::size_t i = 0; i < widths.size(); ++i) {
      const std::size_t bytes = BytesOf(widths[i]);
      if (reader.left() < bytes) return Broken(answer, Concat("ends in row ", row, ": it was cut"));
      if (bytes > 0) {
        columns.numbers[i].push_back(reader.Number(bytes));
        continue;
      }
      std::optional<std::string> text = reader.Text();
      if (!text) return Broken(answer, Concat("ends in row ", row, ": it was cut"));
      columns.texts[i].push_back(*std::move(text));
    }
  }
  if (reader.left() > 0) {
    return Broken(answer, Concat("goes on for ", reader.left(), " bytes after its end"));
  }
  return columns;
}

void AppendLength(std::size_t length, std::string& bytes) {
  for (; length >= 0x80; length >>= 7) bytes.push_back(static_cast<char>(length | 0x80));
  bytes.push_back(static_cast<char>(length));
}

}  // namespace pinmetrics
