#ifndef PINMETRICS_EXAMPLES_CLI_CSV_OUTPUT_H_
#define PINMETRICS_EXAMPLES_CLI_CSV_OUTPUT_H_

#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "examples/cli/options.h"
#include "pinmetrics/export/csv.h"
#include "pinmetrics/export/sink.h"
#include "pinmetrics/report/report.h"

/// The tables of an answer as CSV: the one that is asked for, or all it has. A top list is one
/// table, whatever is asked for.

namespace pinmetrics::cli {

absl::Status WriteCsvTables(const Report& report, std::optional<Table> table,
                            const CsvOptions& options, const Sink& sink);
absl::Status WriteCsvTables(const TopList& list, std::optional<Table> table,
                            const CsvOptions& options, const Sink& sink);
absl::Status WriteCsvTables(const Overview& overview, std::optional<Table> table,
                            const CsvOptions& options, const Sink& sink);

/// What describes the CSV file of that name; InvalidArgument if it has several tables.
absl::StatusOr<std::string> DescribeCsvTable(const Report& report, std::optional<Table> table,
                                             std::string_view file, const CsvOptions& options);
absl::StatusOr<std::string> DescribeCsvTable(const TopList& list, std::optional<Table> table,
                                             std::string_view file, const CsvOptions& options);
absl::StatusOr<std::string> DescribeCsvTable(const Overview& overview, std::optional<Table> table,
                                             std::string_view file, const CsvOptions& options);

}  // namespace pinmetrics::cli

#endif  // PINMETRICS_EXAMPLES_CLI_CSV_OUTPUT_H_
