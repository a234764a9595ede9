#include "examples/cli/csv_cell.h"

namespace pinmetrics::cli {

void AppendCsvCell(std::string_view cell, std::string& csv) {
  if (cell.find_first_of(",\"\r\n") == std::string_view::npos) {
    csv += cell;
    return;
  }
  csv += '"';
  for (const char c : cell) {
    if (c == '"') csv += '"';
    csv += c;
  }
  csv += '"';
}

}  // namespace pinmetrics::cli
