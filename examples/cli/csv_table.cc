#include "examples/cli/csv_table.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "examples/cli/file_kind.h"
#include "examples/cli/terminal_text.h"

namespace pinmetrics::cli {
namespace {

// Stands where a column would, for what concerns the row as a whole.
constexpr std::string_view kWholeRow = "row";
constexpr std::string_view kHeader = "header";

std::string NameOfSeparator(char separator) {
  return separator == ';' ? "semicolons" : separator == '\t' ? "tabs" : "bars";
}

std::string Cells(std::size_t count) {
  return std::to_string(count) + (count == 1 ? " cell" : " cells");
}

}  // namespace

CsvTable::CsvTable(std::string_view file, ByteSource source, std::span<const CsvColumn> columns,
                   RefusalLog& log, CsvLimits limits, PassBytes pass)
    : file_(file),
      reader_(std::move(source), limits, std::move(pass)),
      columns_(columns),
      log_(log),
      cell_of_(columns.size(), -1) {}

absl::Status CsvTable::ReadHeader() {
  const std::int64_t refused_before = log_.count();
  const CsvReader::Result result = reader_.Next();
  if (result == CsvReader::Result::kUnreadable) return reader_.status();
  if (const std::optional<std::string_view> kind = OtherKindOfFile(reader_.first_bytes())) {
    Refuse(kHeader, "is missing, the file looks " + std::string(*kind) + ", expected CSV in UTF-8");
  } else if (result == CsvReader::Result::kEnd) {
    Refuse(kHeader, "is missing, the file is empty; expected " + ListColumns());
  } else if (const std::optional<char> separator = OtherSeparator()) {
    Refuse(kHeader, "looks split by " + NameOfSeparator(*separator) + ", expected commas");
  } else if (result == CsvReader::Result::kFault) {
    Refuse(kHeader, (reader_.fault().cell ? "a cell " : "") + reader_.fault().reason);
  } else {
    BindHeader();
  }
  if (log_.count() == refused_before) return absl::OkStatus();
  return absl::InvalidArgumentError(file_ + ": the header does not name the columns");
}

// Quoted names are a fault, names without quotes one cell: with a known name in it, or with the
// separator twice, or with what Excel writes to name one.
std::optional<char> CsvTable::OtherSeparator() const {
  if (reader_.cells().size() != 1) return reader_.fault().separator;
  for (const char separator : kOtherSeparators) {
    std::string_view rest = reader_.cells()[0];
    if (std::count(rest.begin(), rest.end(), separator) >= 2) return separator;
    if (rest.starts_with("sep=") && rest.substr(4) == std::string_view(&separator, 1)) {
      return separator;
    }
    for (std::size_t at = rest.find(separator); at != std::string_view::npos;
         at = rest.find(separator)) {
      if (IsKnown(rest.substr(0, at))) return separator;
      rest.remove_prefix(at + 1);
    }
  }
  return std::nullopt;
}

bool CsvTable::IsKnown(std::string_view name) const {
  return std::any_of(columns_.begin(), columns_.end(),
                     [name](const CsvColumn& column) { return column.name == name; });
}

void CsvTable::BindHeader() {
  for (const std::string_view name : reader_.cells()) {
    const auto column = std::find_if(columns_.begin(), columns_.end(),
                                     [name](const CsvColumn& known) { return known.name == name; });
    if (column == columns_.end()) {
      Refuse(Quoted(name), "is not a known column, expected " + ListColumns());
    } else if (auto& cell = cell_of_[static_cast<std::size_t>(column - columns_.begin())];
               cell >= 0) {
      Refuse(name, "is there twice, expected once");
    } else {
      cell = static_cast<std::ptrdiff_t>(header_.size());
    }
    header_.emplace_back(name);
  }
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    if (columns_[i].required && cell_of_[i] < 0) {
      Refuse(i, "the column is missing from the header");
    }
  }
}

CsvTable::Result CsvTable::NextOrRefused() {
  switch (reader_.Next()) {
    case CsvReader::Result::kRow:
      if (reader_.cells().size() == header_.size()) return Result::kRow;
      RefuseRagged();
      return Result::kRefused;
    case CsvReader::Result::kFault:
      Refuse(NameOfCell(reader_.fault().cell), reader_.fault().reason);
      return Result::kRefused;
    case CsvReader::Result::kEnd:
    case CsvReader::Result::kUnreadable:
      break;
  }
  return Result::kEnd;
}

bool CsvTable::Next() {
  Result result = NextOrRefused();
  while (result == Result::kRefused) result = NextOrRefused();
  return result == Result::kRow;
}

void CsvTable::RefuseRagged() {
  const std::size_t cells = reader_.cells().size();
  const std::string expected = ", expected " + std::to_string(header_.size()) + " as in the header";
  if (cells < header_.size()) {
    Refuse(header_[cells], "is missing, the row has " + Cells(cells) + expected);
  } else {
    Refuse(kWholeRow, "cells", "has " + Cells(cells) + expected);
  }
}

void CsvTable::Refuse(std::string_view column, std::string_view kind, std::string_view reason) {
  log_.Add(file_, reader_.line(), column, kind, reason);
}

std::string_view CsvTable::NameOfCell(const std::optional<std::size_t>& cell) const {
  if (!cell || *cell >= header_.size()) return kWholeRow;
  return header_[*cell];
}

std::string CsvTable::ListColumns() const {
  std::string list;
  for (const CsvColumn& column : columns_) {
    if (!list.empty()) list += ',';
    list += column.name;
  }
  return list;
}

}  // namespace pinmetrics::cli
