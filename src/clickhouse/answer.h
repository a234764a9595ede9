#ifndef PINMETRICS_SRC_CLICKHOUSE_ANSWER_H_
#define PINMETRICS_SRC_CLICKHOUSE_ANSWER_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace pinmetrics {

/// An answer's columns. Every statement that reads asks for one row of RowBinary with one array of
/// tuples, `SELECT groupArray((a, b)) FROM (...)`: an array begins with its length, so that no
/// answer that was cut, or that has an error's text at its end, can be taken for a whole one. With
/// a row for each line, one that was cut between two rows could. Not an array for each column:
/// newer servers keep columns of mostly zeros apart, and then put their values in another order.
struct Columns {
  /// How many values each column has.
  std::size_t rows = 0;
  /// By the columns' places; of a column of text, empty.
  std::vector<std::vector<std::uint64_t>> numbers;
  /// The same for columns of text; of a column of numbers, empty.
  std::vector<std::vector<std::string>> texts;
};

/// What a column's values are, in bytes each; 0: text.
enum class Width : std::uint8_t { kText = 0, k1 = 1, k2 = 2, k4 = 4, k8 = 8 };

/// Reads an answer of these columns. DataLoss says where it is none, with the server's own text if
/// it has some.
absl::StatusOr<Columns> ReadColumns(std::string_view answer, std::span<const Width> widths);

/// The first line of what a server wrote in place of an answer, made fit for a message.
std::string QuoteAnswer(std::string_view answer);

/// What RowBinary writes before an array or text.
void AppendLength(std::size_t length, std::string& bytes);

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_CLICKHOUSE_ANSWER_H_
