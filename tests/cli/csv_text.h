#ifndef PINMETRICS_TESTS_CLI_CSV_TEXT_H_
#define PINMETRICS_TESTS_CLI_CSV_TEXT_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <ostream>
#include <random>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "examples/cli/csv_reader.h"

namespace pinmetrics::cli {

/// A source that gives `text`, at most `piece()` bytes at a time. The text outlives it.
inline ByteSource PiecesOf(std::string_view text, std::function<std::size_t()> piece) {
  return [text, piece](std::span<char> buffer) mutable -> absl::StatusOr<std::size_t> {
    const std::size_t most = std::max<std::size_t>(1, piece());
    const std::size_t count = std::min({most, buffer.size(), text.size()});
    if (count > 0) std::memcpy(buffer.data(), text.data(), count);
    text.remove_prefix(count);
    return count;
  };
}

/// A source that gives `text` as fast as it is asked for.
inline ByteSource WholeText(std::string_view text) {
  return PiecesOf(text, [] { return std::string_view::npos; });
}

/// What a reader yields for one row: its cells, or the fault.
struct ReadRow {
  std::int64_t line = 0;
  std::vector<std::string> cells = {};
  CsvFault fault = {};

  friend bool operator==(const ReadRow&, const ReadRow&) = default;
  friend std::ostream& operator<<(std::ostream& out, const ReadRow& row) {
    out << "line " << row.line << ":";
    for (const std::string& cell : row.cells) out << " [" << cell << "]";
    if (row.fault.cell) out << " cell " << *row.fault.cell;
    return out << " " << row.fault.reason;
  }
};

/// Everything that a reader yields, up to its end.
inline std::vector<ReadRow> ReadAll(ByteSource source, CsvLimits limits = {}) {
  CsvReader reader(std::move(source), limits);
  std::vector<ReadRow> rows;
  while (true) {
    switch (reader.Next()) {
      case CsvReader::Result::kRow:
        rows.push_back({reader.line(), {reader.cells().begin(), reader.cells().end()}});
        break;
      case CsvReader::Result::kFault:
        rows.push_back({reader.line(), {}, reader.fault()});
        break;
      case CsvReader::Result::kEnd:
      case CsvReader::Result::kUnreadable:
        return rows;
    }
  }
}

/// New on each run, unless PINMETRICS_TEST_SEED names one to replay.
inline std::uint64_t TestSeed() {
  const char* const text = std::getenv("PINMETRICS_TEST_SEED");
  return text != nullptr ? std::strtoull(text, nullptr, 10) : std::random_device{}();
}

}  // namespace pinmetrics::cli

#endif  // PINMETRICS_TESTS_CLI_CSV_TEXT_H_
