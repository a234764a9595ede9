#ifndef PINMETRICS_EXAMPLES_CLI_ROW_TRAIL_H_
#define PINMETRICS_EXAMPLES_CLI_ROW_TRAIL_H_

#include <string>
#include <string_view>

#include "examples/cli/content_key.h"
#include "examples/cli/csv_reader.h"

namespace pinmetrics::cli {

/// Follows a reader through a CSV file: the file's key up to the row that was read, and the row as
/// it stands there. Without its line end: a row's key is the same where the file breaks off behind
/// it and, once the file has grown, goes on. Not safe from several threads.
class RowTrail {
 public:
  /// Holds the text of a row, which may be long, only if `keeps_text`.
  explicit RowTrail(bool keeps_text) : keeps_text_(keeps_text) {}

  /// What the reader is given. The trail outlives it and stays where it is.
  PassBytes Observer();

  /// The key of the file up to the row.
  std::string Key() const { return key_.Get(); }
  /// That up to the row before, where `has_line_end` is false.
  const std::string& key_before() const { return key_before_; }
  /// False for a last row that has none: it may not be whole yet.
  bool has_line_end() const { return has_line_end_; }

  std::string_view text() const { return text_; }
  /// The file's first row.
  std::string_view header() const { return header_.empty() ? text_ : header_; }

 private:
  void Pass(std::string_view text, std::string_view line_end);
  void StartRow(bool is_last);

  bool keeps_text_;
  ContentKey key_;
  std::string key_before_;
  std::string line_ends_;  ///< Behind the row, and not in its key.
  bool has_line_end_ = true;
  std::string text_;
  std::string header_;  ///< Empty while it is the row that was read.
};

}  // namespace pinmetrics::cli

#endif  // PINMETRICS_EXAMPLES_CLI_ROW_TRAIL_H_
