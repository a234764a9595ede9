#include "examples/cli/answer.h"

#include <utility>

#include "pinmetrics/model/dimension.h"
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
template <typename Engine, typename... Now>
absl::StatusOr<Answer> AskForOverview(const Engine& engine, const Options& options, Now... now) {
  absl::StatusOr<Answer> answer = AsAnswer(engine.RunOverview(options.query, now...));
  if (!answer.ok() || options.format != Format::kHtml || options.query.real_time) return answer;
  for (const Dimension dimension :
       {Dimension::kDevice, Dimension::kPromotion, Dimension::kSource, Dimension::kFormat}) {
    Query split = options.query;
    split.split = dimension;
    absl::StatusOr<Report> report = engine.Run(split, now...);
    if (!report.ok()) return report.status();
    answer->splits.push_back(*std::move(report));
  }
  return answer;
}

/// Asks an `Evaluation`, which knows its now, or a `Snapshot`, which is told.
template <typename Engine, typename... Now>
absl::StatusOr<Answer> AskEngine(const Engine& engine, const Options& options, Now... now) {
  switch (options.command) {
    case Command::kOverview:
      return AskForOverview(engine, options, now...);
    case Command::kReport:
      return AsAnswer(engine.Run(options.query, now...));
    case Command::kTopPins:
      return AsAnswer(engine.TopPins(options.query, options.ranking, now...));
    case Command::kTopBoards:
      break;
  }
  return AsAnswer(engine.TopBoards(options.query, options.ranking, now...));
}

}  // namespace

absl::StatusOr<Answer> Ask(const Evaluation& evaluation, const Options& options) {
  return AskEngine(evaluation, options);
}

absl::StatusOr<Answer> Ask(const Snapshot& snapshot, const Options& options) {
  return AskEngine(snapshot, options, options.now);
}

}  // namespace pinmetrics::cli
