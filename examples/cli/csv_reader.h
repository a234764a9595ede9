#ifndef PINMETRICS_EXAMPLES_CLI_CSV_READER_H_
#define PINMETRICS_EXAMPLES_CLI_CSV_READER_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace pinmetrics::cli {

/// Puts the next bytes of an input into the front of a buffer, which is not empty. How many they
/// are, 0 at the input's end; or why the input cannot be read.
using ByteSource = std::function<absl::StatusOr<std::size_t>(std::span<char>)>;

/// Is given all bytes of an input, in order, as a reader passes over them: of a row or a line that
/// is none its text and what ends it. A text may come in several pieces, the last of which has the
/// end; the end is empty where the input breaks off. Of an empty line the text is empty, and so it
/// is of a byte-order mark, which comes as an end.
using PassBytes = std::function<void(std::string_view text, std::string_view line_end)>;

struct CsvLimits {
  /// The longest row that is taken, in bytes without its line end. The reader holds no more.
  std::size_t row_bytes = std::size_t{1} << 20;
  /// What is read at once, as long as rows are shorter. At least 4.
  std::size_t buffer_bytes = std::size_t{1} << 18;
};

/// What other files are split by where CSV has a comma.
inline constexpr std::string_view kOtherSeparators = ";\t|";

/// What keeps a row from being read.
struct CsvFault {
  /// The cell it is in, from 0; absent if it is the row as a whole.
  std::optional<std::size_t> cell;
  std::string reason;
  /// Which of the other separators is behind a closing quote, where one is.
  std::optional<char> separator = {};

  friend bool operator==(const CsvFault&, const CsvFault&) = default;
};

/// Reads the rows of a CSV file (RFC 4180) one after the other, in one pass and in memory that does
/// not depend on the file's size.
///
/// Text is UTF-8, a byte-order mark in front is dropped, lines end in LF or CR LF, the last one may
/// lack its end, and empty lines are no rows. Strict where a guess could lose data: a row with a
/// quote inside an unquoted cell, text behind a closing quote, a quote that is not closed, a NUL
/// byte, broken UTF-8 or too many bytes is a fault, and reading goes on with the line after the one
/// that the row began on. So one forgotten quote costs one row.
///
/// What it yields does not depend on how the source cuts the bytes. Not safe from several threads.
class CsvReader {
 public:
  enum class Result {
    kRow,         ///< `cells()` are a row's.
    kFault,       ///< `fault()` says what is wrong with a row; others may follow.
    kEnd,         ///< No more rows.
    kUnreadable,  ///< The source failed, see `status()`.
  };

  explicit CsvReader(ByteSource source, CsvLimits limits = {}, PassBytes pass = {});

  /// Goes to the next row. Linear in the bytes read, whatever they are.
  Result Next();

  /// The line that the row, or the fault, begins on, from 1. At the end, the line after the last.
  std::int64_t line() const { return line_; }
  /// The row's cells, unquoted. Valid until the next call of `Next`.
  std::span<const std::string_view> cells() const { return cells_; }
  const CsvFault& fault() const { return fault_; }
  /// The input's first four bytes, or all of fewer. Known once `Next` was called.
  std::string_view first_bytes() const { return first_bytes_; }
  const absl::Status& status() const { return status_; }

 private:
  /// Where a row ends, or why it is none.
  struct Extent {
    std::size_t content_bytes = 0;  ///< Without the line end.
    std::size_t bytes = 0;          ///< With it.
  };
  enum class Scan { kWhole, kNeedsMore, kFault };

  std::string_view Window() const;
  bool WindowIsComplete(std::string_view window) const;
  bool Fill();
  bool Start();
  bool SkipLine();
  /// Goes on behind the next `bytes`, of which the first are a text and the others end it.
  void PassOver(std::size_t text_bytes, std::size_t bytes);
  Result RefuseLine(std::string_view window);

  void SplitUnquoted(std::string_view content);
  Scan SplitQuoted(std::string_view window, Extent& extent);
  Scan Refuse(std::optional<std::size_t> cell, std::string reason);
  Scan RefuseUnfinished(std::size_t cell, std::string_view window);
  bool TextIsSound(std::string_view content);
  void Unquote();

  ByteSource source_;
  CsvLimits limits_;
  PassBytes pass_;
  std::vector<char> buffer_;
  std::size_t position_ = 0;  ///< The buffer's bytes from here to `filled_` are yet to be read.
  std::size_t filled_ = 0;
  bool at_end_ = false;  ///< The source has no more.
  bool started_ = false;
  std::string first_bytes_;
  std::int64_t line_ = 0;
  std::int64_t next_line_ = 1;
  std::vector<std::string_view> cells_;
  std::vector<std::size_t> escaped_;  ///< Cells in which quotes are doubled.
  CsvFault fault_;
  absl::Status status_;
};

}  // namespace pinmetrics::cli

#endif  // PINMETRICS_EXAMPLES_CLI_CSV_READER_H_
