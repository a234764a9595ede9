#ifndef PINMETRICS_EXAMPLES_CLI_TEXT_TABLE_H_
#define PINMETRICS_EXAMPLES_CLI_TEXT_TABLE_H_

#include <cstddef>
#include <string>
#include <vector>

namespace pinmetrics::cli {

/// A table in aligned text. Headings are broken over lines, so that columns are about as wide as
/// their cells.
class TextTable {
 public:
  enum class Align { kLeft, kRight };
  struct Column {
    std::string heading;
    Align align = Align::kRight;
  };
  /// What becomes of columns for which there is no room.
  enum class Overflow {
    kDrop,   ///< They are left out.
    kBelow,  ///< They follow below, behind the labels once more.
  };

  /// The first `labels` columns say what a row is about.
  TextTable(std::vector<Column> columns, std::size_t labels);

  /// As many cells as there are columns, without control characters.
  void AddRow(std::vector<std::string> cells);

  /// Lines of at most `width` columns, as long as the labels and any one column fit in.
  std::vector<std::string> Lines(std::size_t width, Overflow overflow) const;

 private:
  struct Layout;

  std::vector<Column> columns_;
  std::size_t labels_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace pinmetrics::cli

#endif  // PINMETRICS_EXAMPLES_CLI_TEXT_TABLE_H_
