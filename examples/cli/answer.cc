#include "examples/cli/answer.h"

#include <utility>

#include "pinmetrics/metrics/catalogue.h"
#include "pinmetrics/model/dimension.h"
#include "pinmetrics/report/engine.h"
#include "pinmetrics/report/query.h"

namespace pinmetrics::cli {
namespace {

template <typename Figures>
absl::StatusOr<Answer> AsAnswer(absl::StatusOr<Figures> figures) {
  if (!figures.ok()) return figures.status();
  return Answer{*std::move(figures)};
}

/// What a page shows beside the overview: the days before, the top lists in the product's other
/// orders, and the splits, which real time does not know.
template <Engine E>
absl::Status AskForPage(const E& engine, const Options& options, Answer& answer) {
  const ReportHead& head = std::get<Overview>(answer.figures).report;
  Query query = options.query;
  query.comparison = Comparison::kNone;
  for (const Metric& by : {kEngagements, kPinClicks, kOutboundClicks, kSaves}) {
    absl::StatusOr<TopList> pins = engine.TopPins(query, {.by = by}, options.now);
    if (!pins.ok()) return pins.status();
    answer.more_top_lists.push_back(*std::move(pins));
    absl::StatusOr<TopList> boards = engine.TopBoards(query, {.by = by}, options.now);
    if (!boards.ok()) return boards.status();
    answer.more_top_lists.push_back(*std::move(boards));
  }
  if (head.compared_with && query.interval.is_day()) {
    query.period = *head.compared_with;
    absl::StatusOr<Report> before = engine.Run(query, options.now);
    if (!before.ok()) return before.status();
    answer.before = *std::move(before);
  }
  return absl::OkStatus();
}

/// The overview and, if it is to be a page, what the page shows beside it.
template <Engine E>
absl::StatusOr<Answer> AskForOverview(const E& engine, const Options& options) {
  absl::StatusOr<Answer> answer = AsAnswer(engine.RunOverview(options.query, options.now));
  if (!answer.ok() || options.format != Format::kHtml) return answer;
  if (absl::Status status = AskForPage(engine, options, *answer); !status.ok()) return status;
  if (options.query.real_time) return answer;
  for (const Dimension dimension : {Dimension::kDevice, Dimension::kPromotion, Dimension::kSource,
                                    Dimension::kFormat, Dimension::kAge, Dimension::kGender}) {
    Query split = options.query;
    split.split = dimension;
    absl::StatusOr<Report> report = engine.Run(split, options.now);
    if (!report.ok()) return report.status();
    answer->splits.push_back(*std::move(report));
  }
  return answer;
}

template <Engine E>
absl::StatusOr<Answer> AskEngine(const E& engine, const Options& options) {
  switch (options.command) {
    case Command::kOverview:
      return AskForOverview(engine, options);
    case Command::kReport:
      return AsAnswer(engine.Run(options.query, options.now));
    case Command::kTopPins:
      return AsAnswer(engine.TopPins(options.query, options.ranking, options.now));
    default:
      break;
  }
  return AsAnswer(engine.TopBoards(options.query, options.ranking, options.now));
}

std::string Text(const QueryPlan& plan) { return plan.ToString(); }

std::string Text(const std::vector<std::string>& statements) {
  std::string text;
  for (const std::string& statement : statements) text += statement + ";\n";
  return text;
}

/// What an overview takes, one after the other, or what another command does.
template <typename E>
absl::StatusOr<std::string> ExplainFor(const E& engine, const Options& options) {
  const auto text_of = [](const auto& explained) -> absl::StatusOr<std::string> {
    if (!explained.ok()) return explained.status();
    return Text(*explained);
  };
  const bool is_overview = options.command == Command::kOverview;
  Query of_lists = options.query;
  if (is_overview) of_lists.comparison = Comparison::kNone;
  std::string text;
  const auto add = [&](absl::StatusOr<std::string> explained) {
    if (explained.ok()) text += *explained;
    return explained.status();
  };
  absl::Status status;
  if (is_overview || options.command == Command::kReport) {
    status = add(text_of(engine.Explain(options.query, options.now)));
  }
  if (status.ok() && (is_overview || options.command == Command::kTopPins)) {
    status = add(text_of(engine.ExplainTopPins(of_lists, options.ranking, options.now)));
  }
  if (status.ok() && (is_overview || options.command == Command::kTopBoards)) {
    status = add(text_of(engine.ExplainTopBoards(of_lists, options.ranking, options.now)));
  }
  if (!status.ok()) return status;
  return text;
}

}  // namespace

absl::StatusOr<Answer> Ask(const Evaluation& evaluation, const Options& options) {
  return AskEngine(evaluation, options);
}

absl::StatusOr<Answer> Ask(const Snapshot& snapshot, const Options& options) {
  return AskEngine(snapshot, options);
}

absl::StatusOr<Answer> Ask(const ClickHouseEngine& cluster, const Options& options) {
  return AskEngine(cluster, options);
}

absl::StatusOr<std::string> Explain(const Snapshot& snapshot, const Options& options) {
  return ExplainFor(snapshot, options);
}

absl::StatusOr<std::string> Explain(const ClickHouseEngine& cluster, const Options& options) {
  return ExplainFor(cluster, options);
}

}  // namespace pinmetrics::cli
