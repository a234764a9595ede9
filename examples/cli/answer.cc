#include "examples/cli/answer.h"

#include <utility>

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

/// The overview and, if it is to be a page, the splits that the page shows; in real time there are
/// none.
template <Engine E>
absl::StatusOr<Answer> AskForOverview(const E& engine, const Options& options) {
  absl::StatusOr<Answer> answer = AsAnswer(engine.RunOverview(options.query, options.now));
  if (!answer.ok() || options.format != Format::kHtml || options.query.real_time) return answer;
  for (const Dimension dimension :
       {Dimension::kDevice, Dimension::kPromotion, Dimension::kSource, Dimension::kFormat}) {
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

}  // namespace

absl::StatusOr<Answer> Ask(const Evaluation& evaluation, const Options& options) {
  return AskEngine(evaluation, options);
}

absl::StatusOr<Answer> Ask(const Snapshot& snapshot, const Options& options) {
  return AskEngine(snapshot, options);
}

}  // namespace pinmetrics::cli
