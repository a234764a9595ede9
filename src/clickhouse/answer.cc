#include "clickhouse/answer.h"

#include <algorithm>
#include <optional>

#include "absl/status/status.h"
#include "clickhouse/concat.h"

namespace pinmetrics {
namespace {

/// Reads bytes from the front, never past their end.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : bytes_(bytes) {}

  std::size_t left() const { return bytes_.size(); }

  /// A length as LEB128; nothing if it is cut or has more than 64 bits.
  std::optional<std::uint64_t> Length() {
    std::uint64_t length = 0;
    for (unsigned shift = 0; shift < 64 && !bytes_.empty(); shift += 7) {
      const auto byte = static_cast<unsigned char>(bytes_.front());
      bytes_.remove_prefix(1);
      if (shift == 63 && byte > 1) return std::nullopt;
      length |= std::uint64_t{byte & 0x7Fu} << shift;
      if (byte < 0x80) return length;
    }
    return std::nullopt;
  }

  /// Little-endian; `width` bytes must be left.
  std::uint64_t Number(std::size_t width) {
    std::uint64_t number = 0;
    for (std::size_t i = 0; i < width; ++i) {
      number |= std::uint64_t{static_cast<unsigned char>(bytes_[i])} << (8 * i);
    }
    bytes_.remove_prefix(width);
    return number;
  }

  std::optional<std::string> Text() {
    const std::optional<std::uint64_t> length = Length();
    if (!length || *length > bytes_.size()) return std::nullopt;
    std::string text(bytes_.substr(0, *length));
    bytes_.remove_prefix(*length);
    return text;
  }

 private:
  std::string_view bytes_;
};

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

  Reader reader(answer);
  const std::optional<std::uint64_t> rows = reader.Length();
  if (!rows) return Broken(answer, "does not say how many rows it has");
  if (*rows > reader.left() / least_row) {
    return Broken(answer,
                  Concat("has no room for the ", *rows, " rows it says to have: it was cut"));
  }
  columns.rows = *rows;
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
