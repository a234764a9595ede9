// What keeping stores in a folder costs, on the disk where --folder is: batches a second beside a
// bare file and beside SQLite that are fed 48 bytes an event by as many threads, opening, and many
// accounts. Everything that is measured is also counted, after the folder was opened again: where
// something is missing, the program ends with exit 1. A goal that is missed does not.
//
// Rates are medians of turns, and so are ratios, each of one turn. Waits for the disk differ from
// machine to machine and from second to second: the ratios are what tells.

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_format.h"
#include "benchmarks/durable/result.h"

namespace pinmetrics::durable_benchmark {
namespace {

constexpr char kUsage[] =
    "usage: pinmetrics_durable_benchmark [--only PART] [--folder DIR] [--seconds S] [--runs N]\n"
    "                                    [--events N] [--accounts N] [--map-blocks 1]\n"
    "\n"
    "  --only PART    batches, opening or accounts; all unless given\n"
    "  --folder DIR   where to write; default build/bench/durable\n"
    "  --seconds S    how long each run of batches takes; default 0.2\n"
    "  --runs N       how many turns a median is of; default 7\n"
    "  --events N     how many are in the folder that is opened; default 2000000\n"
    "  --accounts N   how many are made and sealed; default 100000\n"
    "  --map-blocks 1 opens that folder with its sealed days mapped\n";

template <typename Number>
bool ReadNumber(std::string_view text, Number& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() && number > 0;
}

std::string Amount(std::optional<double> value) {
  if (!value) return "";
  if (*value >= 1e6) return absl::StrFormat("%.2f M", *value / 1e6);
  return *value >= 100 ? absl::StrFormat("%.0f", *value) : absl::StrFormat("%.2f", *value);
}

std::string Ratio(std::optional<double> ratio) {
  return ratio ? absl::StrFormat("%.2fx", *ratio) : "";
}

void Print(const Result& result) {
  std::cout << absl::StrFormat("%-58s %9s %-14s %9s %9s %7s %7s  %-13s %-6s %s\n", result.name,
                               Amount(result.ours), result.unit, Amount(result.bare_file),
                               Amount(result.sqlite), Ratio(result.to_file),
                               Ratio(result.to_sqlite), result.goal,
                               result.goal.empty() ? ""
                               : result.met        ? "met"
                                                   : "missed",
                               result.note)
            << std::flush;
}

struct Part {
  std::string_view name;
  absl::Status (*measure)(const Options& options, const Sink& sink);
};
constexpr Part kParts[] = {
    {"batches", MeasureBatches}, {"opening", MeasureOpening}, {"accounts", MeasureAccounts}};

int Main(const std::vector<std::string_view>& arguments) {
  Options options;
  std::string_view only;
  for (std::size_t i = 0; i < arguments.size(); i += 2) {
    const std::string_view name = arguments[i];
    const std::string_view value = i + 1 < arguments.size() ? arguments[i + 1] : "";
    // What this program starts itself with.
    if (name == "--open" || name == "--open-and-ask" || name == "--map-and-ask") {
      return OpenAlone(std::string(value),
                       {.overview = name != "--open", .map_blocks = name == "--map-and-ask"});
    }
    const bool is_known_part = std::any_of(std::begin(kParts), std::end(kParts),
                                           [&](const Part& part) { return part.name == value; });
    if (name == "--only" && is_known_part) {
      only = value;
    } else if (name == "--folder" && !value.empty()) {
      options.folder = value;
    } else if (name == "--map-blocks" && value == "1") {
      options.map_blocks = true;
    } else if (!((name == "--seconds" && ReadNumber(value, options.seconds)) ||
                 (name == "--runs" && ReadNumber(value, options.runs)) ||
                 (name == "--events" && ReadNumber(value, options.events)) ||
                 (name == "--accounts" && ReadNumber(value, options.accounts)))) {
      std::cerr << kUsage;
      return EXIT_FAILURE;
    }
  }
  std::cout << absl::StrFormat("%-58s %9s %-14s %9s %9s %7s %7s  %s\n", "", "stores", "",
                               "bare file", "SQLite", "x file", "x SQLite", "goal");
  for (const Part& part : kParts) {
    if (!only.empty() && part.name != only) continue;
    if (absl::Status status = part.measure(options, Print); !status.ok()) {
      std::cerr << part.name << ": " << status << "\n";
      return EXIT_FAILURE;
    }
  }
  return EXIT_SUCCESS;
}

}  // namespace

std::string MakeFolder(const Options& options, const std::string& name) {
  std::string folder = options.folder + "/" + name;
  RemoveFolder(folder);
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  return folder;
}

void RemoveFolder(const std::string& folder) {
  std::error_code error;
  std::filesystem::remove_all(folder, error);
}

}  // namespace pinmetrics::durable_benchmark

int main(int argc, char** argv) {
  return pinmetrics::durable_benchmark::Main({argv + 1, argv + argc});
}
