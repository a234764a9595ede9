#ifndef PINMETRICS_SRC_CLICKHOUSE_STATEMENTS_H_
#define PINMETRICS_SRC_CLICKHOUSE_STATEMENTS_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "clickhouse/answer.h"
#include "clickhouse/day_scope.h"
#include "clickhouse/key_hash.h"
#include "pinmetrics/model/dimension.h"

namespace pinmetrics {

/// A statement that reads, and what its columns are.
struct Statement {
  std::string sql;
  std::vector<Width> widths;
};

/// What rows must pass beside their days.
struct RowConditions {
  bool include_saved = true;
  std::string filter = {};  ///< Begins with AND unless it is empty.

  /// All of it, in the same form.
  std::string Sql() const { return (include_saved ? "" : " AND saved = 0") + filter; }
};

/// All statements of an account, of integers and names from a closed list: no text of a host's and
/// no time zone stands in any.
class Statements {
 public:
  /// `database` is a name.
  Statements(std::string database, std::uint64_t account)
      : database_(std::move(database)), account_(account) {}

  /// What a row of the answer of `TopSums` is, and of `People` by `kReceipt` beside the audiences'
  /// numbers: facts, or how many rows a generation has on a day.
  static constexpr std::uint64_t kReceipt = 0;
  static constexpr std::uint64_t kFacts = 1;

  /// The schema's version (0, 0, version, 0, 0), the published days of a range (1, day, generation,
  /// rows, checksum), the numbers of the account's zones (3, 0, 0, 0, zone), and for those who
  /// write the first open day (2, 0, day, 0, 0).
  Statement Days(std::int64_t first, std::int64_t last, bool with_first_open) const;

  /// Segment, segment is none, day, kind, events, their play time in ms, those of Pins that are not
  /// saved; generation, and how many rows that has of the day, segment and kind: 0 and 0 for live
  /// events. A row may be of a generation alone, and have no events.
  Statement Sums(const DayScope& scope, std::optional<Dimension> split,
                 const RowConditions& conditions) const;

  /// People of any range of days: for each viewer's active days, how many viewers have which gap to
  /// their active day before, 0 if there is none in the scope. Segment, segment is none, audience
  /// (0 all, 1 engaged, 2: a receipt), day, gap, viewers.
  Statement People(const DayScope& scope, std::optional<Dimension> split,
                   std::string_view conditions) const;

  /// Items that the server ranks: the `limit` with most events of these kinds, of as many those of
  /// the lowest ids.
  struct Highest {
    std::vector<std::uint64_t> kinds;
    std::uint64_t limit = 0;
  };

  /// Over days from `valued` on and from `month` on: what, item (of a receipt, generation), day of
  /// a receipt, kind, events of the former days, their play time in ms, events of the latter, those
  /// of Pins that are not saved. Of all items; or of the `highest`, all their facts, and beside
  /// them the live facts of others, which bring none of these before one of the highest.
  Statement TopSums(const DayScope& scope, Dimension item, std::int64_t valued, std::int64_t month,
                    std::string_view conditions, const std::optional<Highest>& highest) const;

  /// Zone, name of the zone.
  Statement Zones() const;

  /// Events taken and refusals of the batches that were acknowledged under a key.
  Statement Batch(const BatchKey& key) const;

  /// Pin, title.
  Statement Titles(std::span<const std::uint64_t> pins) const;

  /// Pin and its attributes in the order of `PinRow`, of those of `pins` that are known.
  Statement Pins(std::span<const std::uint64_t> pins) const;

  /// Identity, event and day of those of `events` that are in the scope: published, or live and not
  /// withdrawn.
  Statement Members(const DayScope& scope, std::span<const std::uint64_t> events) const;

  /// Day, rows and checksum of live events on the days of the scope that are live.
  Statement LiveRows(const DayScope& scope) const;
  /// The same of a generation in the range, published or not.
  Statement FinalRows(std::int64_t first, std::int64_t last, std::uint32_t generation) const;

  ///@{
  /// Statements that write. The rows of the first go with it.
  std::string InsertLive() const;
  std::string InsertFinal() const;
  std::string InsertDays() const;
  std::string InsertPins() const;
  std::string InsertAccounts() const;
  std::string InsertBatches() const;
  /// Marks those of `events` that are live on the scope's days as withdrawn.
  std::string Withdraw(const DayScope& scope, std::span<const std::uint64_t> events) const;
  /// Copies the live events of the scope's live days into a generation.
  std::string Seal(const DayScope& scope, std::uint32_t generation) const;
  ///@}

 private:
  /// For viewers with the same active days in an audience how many they are (b): segment (s),
  /// segment is none (n), the audience's number (k), the days in order (ds).
  std::string ActiveDays(const DayScope& scope, std::optional<Dimension> split,
                         std::string_view conditions) const;
  /// The ids (s) of the highest items, by the sums of all shards.
  std::string HighestItems(const DayScope& scope, Dimension item, std::int64_t valued,
                           std::string_view conditions, const Highest& highest) const;
  std::string FromFinal(const DayScope& scope, std::string_view conditions = {}) const;
  std::string FromLive(const DayScope& scope, std::string_view conditions = {}) const;
  std::string FromPins(std::span<const std::uint64_t> pins) const;
  std::string Insert(std::string_view table, std::string_view columns) const;

  std::string database_;
  std::uint64_t account_;
};

/// "name IN (1,2)".
std::string InSql(std::string_view name, std::span<const std::uint64_t> values);

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_CLICKHOUSE_STATEMENTS_H_
