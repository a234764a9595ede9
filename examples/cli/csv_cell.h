#ifndef PINMETRICS_EXAMPLES_CLI_CSV_CELL_H_
#define PINMETRICS_EXAMPLES_CLI_CSV_CELL_H_

#include <string>
#include <string_view>

namespace pinmetrics::cli {

/// Appends a cell that `CsvReader` reads back as it was: in quotes if it must be. Raw data for such
/// readers: unlike the library's exports nothing keeps a spreadsheet from running it as a formula.
void AppendCsvCell(std::string_view cell, std::string& csv);

}  // namespace pinmetrics::cli

#endif  // PINMETRICS_EXAMPLES_CLI_CSV_CELL_H_
