#ifndef PINMETRICS_SRC_CLICKHOUSE_DAY_SCOPE_H_
#define PINMETRICS_SRC_CLICKHOUSE_DAY_SCOPE_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "clickhouse/answer.h"

namespace pinmetrics {

/// What is published of a sealed day.
struct PublishedDay {
  std::uint32_t generation = 0;
  std::uint64_t rows = 0;
  std::uint64_t checksum = 0;
};

/// An account's days as the table of days has them.
struct DayStates {
  std::map<std::int64_t, PublishedDay> published;
  /// Days before this one take no more events: sealed, or being sealed.
  std::int64_t first_open = 0;
  /// The zones that those who wrote to the account have said, by `ZoneNumber`: one, or none yet.
  std::vector<std::uint64_t> zones = {};
};

/// A range of days that a statement reads: those that are published from their generation, the
/// others as they are live.
class DayScope {
 public:
  /// Of the days `first`..`last`; `states` must know those of the range that are published.
  DayScope(std::int64_t first, std::int64_t last, const DayStates& states);

  std::int64_t first() const { return first_; }
  std::int64_t last() const { return last_; }

  /// Whether some day has published rows, and whether some day is live.
  bool has_final() const { return !published_.empty(); }
  bool has_live() const { return !live_sql_.empty(); }

  ///@{
  /// The condition that a row of the table `final` (`live`) is of such a day.
  const std::string& FinalSql() const { return final_sql_; }
  const std::string& LiveSql() const { return live_sql_; }
  ///@}

  /// The generation that all of those published days have; nothing if they have several, as days
  /// have that were sealed night by night.
  std::optional<std::uint32_t> OnlyGeneration() const { return only_generation_; }

  /// Holds the counts of rows by generation and day that an answer came with against what was
  /// published. DataLoss names the first day of which rows are missing, or too many.
  class Receipts {
   public:
    explicit Receipts(const DayScope& scope) : scope_(scope) {}
    void Add(std::uint64_t generation, std::uint64_t day, std::uint64_t rows);
    absl::Status Check() const;

   private:
    const DayScope& scope_;
    std::map<std::int64_t, std::map<std::uint64_t, std::uint64_t>> rows_;
  };

 private:
  std::int64_t first_;
  std::int64_t last_;
  std::map<std::int64_t, PublishedDay> published_;  ///< Those with rows.
  std::string final_sql_;
  std::string live_sql_;
  std::optional<std::uint32_t> only_generation_;
};

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_CLICKHOUSE_DAY_SCOPE_H_
