#include "examples/cli/answer_output.h"

#include <filesystem>
#include <variant>

#include "examples/cli/csv_output.h"
#include "examples/cli/report_table.h"
#include "pinmetrics/export/html.h"
#include "pinmetrics/export/json.h"
#include "pinmetrics/export/pinterest_json.h"

namespace pinmetrics::cli {
namespace {

template <typename Figures>
absl::Status WriteAsPinterestJson(const Figures& figures, const Sink& sink) {
  return WritePinterestJson(figures, sink);
}

/// The API has no overview. Its report is what the call for the account answers; the top Pins are
/// another call.
absl::Status WriteAsPinterestJson(const Overview& overview, const Sink& sink) {
  return WritePinterestJson(overview.report, sink);
}

absl::Status WriteAsHtml(const Overview& overview, const Answer& answer, const Options& options,
                         const Sink& sink) {
  return WriteHtml(overview,
                   {.account = options.account_name,
                    .language = options.language,
                    .splits = answer.splits,
                    .before = answer.before ? &*answer.before : nullptr,
                    .more_top_lists = answer.more_top_lists},
                   sink);
}

template <typename Figures>
absl::Status WriteAsHtml(const Figures& /*figures*/, const Answer& /*answer*/,
                         const Options& /*options*/, const Sink& /*sink*/) {
  return absl::InvalidArgumentError(
      "--format: 'html' is a format of overview only, expected another one");
}

}  // namespace

absl::Status WriteAnswer(const Answer& answer, const Options& options, std::size_t width,
                         const Sink& sink) {
  const auto write = [&](const auto& figures) {
    switch (options.format) {
      case Format::kCsv:
        return WriteCsvTables(figures, options.csv_table, options.csv, sink);
      case Format::kJson:
        return WriteJson(figures, sink);
      case Format::kPinterestJson:
        return WriteAsPinterestJson(figures, sink);
      case Format::kHtml:
        return WriteAsHtml(figures, answer, options, sink);
      case Format::kTable:
        break;
    }
    return sink(ToTable(figures, width));
  };
  return std::visit(write, answer.figures);
}

absl::StatusOr<std::string> DescribeAnswer(const Answer& answer, const Options& options) {
  const std::string file = std::filesystem::path(options.output).filename().string();
  const auto describe = [&](const auto& figures) {
    return DescribeCsvTable(figures, options.csv_table, file, options.csv);
  };
  return std::visit(describe, answer.figures);
}

}  // namespace pinmetrics::cli
