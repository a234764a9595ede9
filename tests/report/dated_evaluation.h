#ifndef PINMETRICS_TESTS_REPORT_DATED_EVALUATION_H_
#define PINMETRICS_TESTS_REPORT_DATED_EVALUATION_H_

#include <utility>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "pinmetrics/report/evaluate.h"

namespace pinmetrics {

/// An evaluation that a test asks at one instant.
class DatedEvaluation : public Evaluation {
 public:
  DatedEvaluation(Evaluation evaluation, absl::Time now)
      : Evaluation(std::move(evaluation)), now_(now) {}

  absl::StatusOr<Report> Run(const Query& query) const { return Evaluation::Run(query, now_); }
  absl::StatusOr<TopList> TopPins(const Query& query, const Ranking& ranking = {}) const {
    return Evaluation::TopPins(query, ranking, now_);
  }
  absl::StatusOr<TopList> TopBoards(const Query& query, const Ranking& ranking = {}) const {
    return Evaluation::TopBoards(query, ranking, now_);
  }
  absl::StatusOr<Overview> RunOverview() const { return Evaluation::RunOverview(now_); }
  absl::StatusOr<Overview> RunOverview(const Query& query) const {
    return Evaluation::RunOverview(query, now_);
  }

 private:
  absl::Time now_;
};

}  // namespace pinmetrics

#endif  // PINMETRICS_TESTS_REPORT_DATED_EVALUATION_H_
