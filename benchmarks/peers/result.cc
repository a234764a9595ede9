#include "benchmarks/peers/result.h"

#include <filesystem>
#include <fstream>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace pinmetrics::peers {
namespace {

std::string Amount(Result::Unit unit, double value) {
  switch (unit) {
    case Result::Unit::kMs:
      return value < 1 ? absl::StrFormat("%.1f us", value * 1e3)
                       : absl::StrFormat("%.2f ms", value);
    case Result::Unit::kMsPerMillion:
      return absl::StrFormat("%.2f M/s", 1e3 / value);
    case Result::Unit::kBytesPerEvent:
      return absl::StrFormat("%.2f B", value);
  }
  return "";
}

std::string Goal(const Result& result) {
  if (!result.goal) return "";
  if (result.unit == Result::Unit::kBytesPerEvent) {
    return absl::StrFormat("<= %g B", *result.goal);
  }
  return absl::StrFormat("%gx", *result.goal);
}

}  // namespace

bool Result::met() const {
  if (!goal) return true;
  return unit == Unit::kBytesPerEvent ? pinmetrics <= *goal : ratio() >= *goal;
}

std::string TableHead() {
  return absl::StrFormat("%-72s %11s %11s %9s %8s\n", "question", "pinmetrics", "DuckDB", "ratio",
                         "goal");
}

std::string TableRow(const Result& result) {
  return absl::StrFormat("%-72s %11s %11s %8.1fx %8s%s\n", result.question,
                         Amount(result.unit, result.pinmetrics), Amount(result.unit, result.duckdb),
                         result.ratio(), Goal(result), result.met() ? "" : "  missed");
}

std::string ToJson(const std::vector<Result>& results) {
  std::string json = "[";
  for (const Result& result : results) {
    const std::string goal = result.goal ? absl::StrCat(*result.goal) : "null";
    // Questions are our own words and need no escapes.
    absl::StrAppend(&json, json.size() > 1 ? "," : "", "\n  {\"question\": \"", result.question,
                    "\", ");
    if (result.unit == Result::Unit::kBytesPerEvent) {
      absl::StrAppend(
          &json, "\"pinmetrics_ms\": null, \"duckdb_ms\": null, \"ratio\": ", result.ratio(),
          ", \"goal\": null, \"pinmetrics_bytes_per_event\": ", result.pinmetrics,
          ", \"duckdb_bytes_per_event\": ", result.duckdb, ", \"goal_bytes_per_event\": ", goal);
    } else {
      absl::StrAppend(&json, "\"pinmetrics_ms\": ", result.pinmetrics,
                      ", \"duckdb_ms\": ", result.duckdb, ", \"ratio\": ", result.ratio(),
                      ", \"goal\": ", goal);
    }
    absl::StrAppend(&json, ", \"met\": ", result.met() ? "true" : "false", "}");
  }
  return json + "\n]\n";
}

absl::Status WriteFile(const std::string& path, const std::string& text) {
  const std::filesystem::path folder = std::filesystem::path(path).parent_path();
  std::error_code error;
  if (!folder.empty()) std::filesystem::create_directories(folder, error);
  std::ofstream file(path, std::ios::binary);
  file << text;
  file.close();
  if (error || !file) return absl::InternalError(absl::StrCat(path, ": cannot be written"));
  return absl::OkStatus();
}

}  // namespace pinmetrics::peers
