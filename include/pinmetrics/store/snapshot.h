#ifndef PINMETRICS_STORE_SNAPSHOT_H_
#define PINMETRICS_STORE_SNAPSHOT_H_

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "pinmetrics/calendar/reporting_calendar.h"
#include "pinmetrics/report/query.h"
#include "pinmetrics/report/report.h"

namespace pinmetrics {

class StoreState;

/// How a query is answered.
struct QueryPlan {
  /// What is read of one table.
  struct Read {
    /// A table of docs/block-format.md, or "new_viewers" of `MemoryUse::block_tables`.
    std::string table;
    /// What is read again, for another segment, counts again.
    std::size_t bytes = 0;

    friend bool operator==(const Read&, const Read&) = default;
  };
  std::vector<Read> reads = {};  ///< One for each table that is read.
  std::size_t days = 0;          ///< Days that are read.

  /// Bytes of all tables together.
  std::size_t bytes() const;
  /// One line a table, for people.
  std::string ToString() const;
};

/// What a store held at one moment, from `Store::TakeSnapshot`: an `Engine` (report/engine.h).
/// Immutable: it answers the same for ever, from any number of threads, and keeps what it needs
/// alive. As cheap to copy as a
/// `std::shared_ptr`; one that was moved from answers on.
class Snapshot {
 public:
  Snapshot(const Snapshot&) = default;
  Snapshot& operator=(const Snapshot&) = default;

  ///@{
  /// As those of `Evaluation`: the days of the store's zone, and the day of `now`.
  ReportingCalendar calendar() const;
  absl::CivilDay Today(absl::Time now) const { return calendar().DayOf(now); }
  ///@}

  ///@{
  /// As those of `Evaluation` over the same events, to the last bit; the errors are the same too.
  /// And DataLoss, of a store in a folder, if a day that the answer counts is damaged there.
  absl::StatusOr<Report> Run(const Query& query, absl::Time now) const;
  absl::StatusOr<TopList> TopPins(const Query& query, const Ranking& ranking, absl::Time now) const;
  absl::StatusOr<TopList> TopBoards(const Query& query, const Ranking& ranking,
                                    absl::Time now) const;
  absl::StatusOr<Overview> RunOverview(absl::Time now) const;
  absl::StatusOr<Overview> RunOverview(const Query& query, absl::Time now) const;
  ///@}

  ///@{
  /// Which tables `Run` reads for `query`, and how much of them; the same of the top lists. Asks
  /// the question to find out, so it takes as long. Errors as for the question.
  absl::StatusOr<QueryPlan> Explain(const Query& query, absl::Time now) const;
  absl::StatusOr<QueryPlan> ExplainTopPins(const Query& query, const Ranking& ranking,
                                           absl::Time now) const;
  absl::StatusOr<QueryPlan> ExplainTopBoards(const Query& query, const Ranking& ranking,
                                             absl::Time now) const;
  ///@}

 private:
  friend class Store;
  explicit Snapshot(std::shared_ptr<const StoreState> data);

  std::shared_ptr<const StoreState> data_;
};

}  // namespace pinmetrics

#endif  // PINMETRICS_STORE_SNAPSHOT_H_
