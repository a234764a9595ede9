#ifndef PINMETRICS_CLICKHOUSE_ENGINE_H_
#define PINMETRICS_CLICKHOUSE_ENGINE_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "pinmetrics/calendar/reporting_calendar.h"
#include "pinmetrics/clickhouse/transport.h"
#include "pinmetrics/model/event.h"
#include "pinmetrics/model/fault.h"
#include "pinmetrics/model/id.h"
#include "pinmetrics/model/pin.h"
#include "pinmetrics/report/evaluate.h"
#include "pinmetrics/report/query.h"
#include "pinmetrics/report/report.h"

/// @file
/// The same questions asked of a ClickHouse server or cluster. Schema, settings, faults and costs:
/// docs/clickhouse.md.

namespace pinmetrics {

/// Which account of which server; the defaults suit one account on one server.
struct ClickHouseOptions {
  /// The zone of the days and the day the account came to be. Days are decided at append: the first
  /// who writes to an account sets its zone for good, and whoever gives another is refused.
  ReportingOptions reporting = {};
  /// The account's number in the tables.
  std::uint64_t account = 1;
  /// The database that `ClickHouseSchema` made.
  std::string database = "pinmetrics";
  /// What messages call the server, such as its address.
  std::string server = "ClickHouse";
  /// How long each statement may take.
  absl::Duration timeout = absl::Minutes(1);
  /// Settings to send with each statement beside those that exactness needs, such as
  /// `insert_quorum` and `select_sequential_consistency` where shards have replicas. None of the
  /// former can be named here.
  std::vector<std::pair<std::string, std::string>> settings = {};
  /// Draws the numbers of generations. Random unless given, as a test may.
  std::optional<std::uint64_t> generation_seed = {};
};

/// What an append did.
struct ClickHouseAppendResult {
  /// OK: all that is not refused counts. InvalidArgument: events without ids need a batch key.
  /// Aborted: a day of the batch is being sealed meanwhile. All else is an error of the server or
  /// the way to it. Where it is not OK nothing is known of the batch: send it again, with its key.
  absl::Status status = {};
  /// Events that count, now or since before: how many were repeats cannot be known from an insert.
  std::size_t taken = 0;
  /// The batch's key was there before: nothing was looked at, and what is said of events taken and
  /// refused is what was said then.
  bool repeated_batch = false;
  /// Events that were not taken, by index, ascending.
  std::vector<Refusal> refused = {};
};

/// What a withdrawal took back.
struct ClickHouseWithdrawResult {
  /// OK, or an error as for an append: withdraw again.
  absl::Status status = {};
  /// Events that counted before and do no more.
  std::size_t withdrawn = 0;
  /// Ids of no event that can be taken back, in the order they were given.
  std::vector<EventId> not_found = {};
};

/// What putting Pins did.
struct ClickHousePutPinsResult {
  /// OK, or an error of the server or the way to it: put them again.
  absl::Status status = {};
  std::size_t put = 0;  ///< Also those that were just so before.
  /// Pins with a field that is out of order, by index, ascending.
  std::vector<Refusal> refused = {};
};

/// What sealing did.
struct ClickHouseSealResult {
  /// OK, or an error of the server or the way to it, or Aborted because the days changed again and
  /// again meanwhile: seal again. What is counted below is sealed all the same.
  absl::Status status = {};
  std::size_t days_sealed = 0;    ///< Days with events that take no more now.
  std::size_t events_sealed = 0;  ///< The events of these days.
};

/// One account on a ClickHouse server or cluster: an `Engine` (report/engine.h) that also appends.
/// Gives the report that `Evaluate` gives of the same events, to the last bit, or an error: never a
/// smaller number of a sealed day because a shard, a replica or a part was missing.
///
/// Opens no connection by itself: statements go through the host's `Transport`. A cheap copy. Every
/// member function may be called from any thread at any time, and any number of processes may
/// append and ask; one at a time should seal an account.
class ClickHouseEngine {
 public:
  /// Asks the server for its settings and the version of the tables. InvalidArgument: a name in
  /// `options` is none. FailedPrecondition: the tables are of another version, or the server lacks
  /// a setting that exactness needs. Else an error of the server or the way to it.
  static absl::StatusOr<ClickHouseEngine> Connect(Transport transport, ClickHouseOptions options);

  /// As given.
  const ReportingOptions& reporting() const;
  /// Days are those of this calendar; its `time_zone()` is the reporting zone.
  ReportingCalendar calendar() const { return ReportingCalendar(reporting().time_zone); }
  /// The day of `now` in the reporting zone, with which most periods end.
  absl::CivilDay Today(absl::Time now) const { return calendar().DayOf(now); }

  ///@{
  /// As those of `Evaluation`, with its errors. Beside these: InvalidArgument for a filter nested
  /// deeper than 64; DataLoss where rows of a sealed day are missing, or the answer is none or was
  /// cut; FailedPrecondition for tables of another version, or an account whose days are those of
  /// another zone, both named; and what the transport says.
  absl::StatusOr<Report> Run(const Query& query, absl::Time now) const;
  absl::StatusOr<TopList> TopPins(const Query& query, const Ranking& ranking, absl::Time now) const;
  absl::StatusOr<TopList> TopBoards(const Query& query, const Ranking& ranking,
                                    absl::Time now) const;
  absl::StatusOr<Overview> RunOverview(absl::Time now) const;
  absl::StatusOr<Overview> RunOverview(const Query& query, absl::Time now) const;
  ///@}

  ///@{
  /// The statements that the answer takes, in order, after asking them: some hold what others
  /// answered.
  absl::StatusOr<std::vector<std::string>> Explain(const Query& query, absl::Time now) const;
  absl::StatusOr<std::vector<std::string>> ExplainTopPins(const Query& query,
                                                          const Ranking& ranking,
                                                          absl::Time now) const;
  absl::StatusOr<std::vector<std::string>> ExplainTopBoards(const Query& query,
                                                            const Ranking& ranking,
                                                            absl::Time now) const;
  ///@}

  /// Adds Pins or changes them, in order: later events count with these attributes, earlier ones
  /// keep theirs. Of several puts of a Pin the one with the latest `now` stands.
  ClickHousePutPinsResult PutPins(std::span<const Pin> pins, absl::Time now) const;

  /// Takes what is good of a batch; `now` bounds the events' times. Appending it again counts
  /// once, as long as an event's id comes with the viewer and the day that it came with first, and
  /// a batch with events without ids under its key and in its order. Of an event that comes again
  /// the first append, by `now`, stands. Days are 1970-01-01 to 2106-02-06 in the reporting zone.
  ///
  /// A batch under a key that was acknowledged with events taken is not looked at. A batch of which
  /// nothing was taken leaves its key free; one of repeats alone does not, since an insert does not
  /// tell them. After an error only the same batch may come under the key: whether the first was
  /// taken is not known then, and another one is.
  ClickHouseAppendResult Append(std::span<const Event> events, absl::Time now,
                                std::string_view batch_key = {}) const;
  /// The same with the attributes that each event's Pin had, rather than those it has now: for a
  /// host that moves here with events that are not sealed elsewhere. No Pin needs to be known.
  ClickHouseAppendResult Append(std::span<const Observation> observations, absl::Time now,
                                std::string_view batch_key = {}) const;
  /// The same where each event without an id has a key of its own, as many `keys` as events: then
  /// it counts once in whatever batches it comes. Those of events with ids are not read.
  ClickHouseAppendResult Append(std::span<const Event> events, std::span<const std::string> keys,
                                absl::Time now) const;
  /// The same with the attributes that each event's Pin had.
  ClickHouseAppendResult Append(std::span<const Observation> observations,
                                std::span<const std::string> keys, absl::Time now) const;

  /// Takes events back by their ids. An id stays known until its day is sealed: appending it again
  /// is a repeat.
  ClickHouseWithdrawResult Withdraw(std::span<const EventId> ids) const;

  /// Seals the days that are final at `now`: they take no more events and withdrawals, and no query
  /// counts them in part. A call that was stopped half-way is made good by the next.
  ClickHouseSealResult Seal(absl::Time now) const;

  /// Puts a whole day that is sealed elsewhere, a store's say, in place as it is: for a host that
  /// moves here. Every observation counts. `checksum` names the content: the same day with the same
  /// checksum again is OK and changes nothing. AlreadyExists: the day is sealed with another
  /// content, or has events here that are not sealed. InvalidArgument: an observation is out of
  /// order or of another day, or the day is not final at `now`.
  absl::Status AppendSealedDay(absl::CivilDay day, std::span<const Observation> observations,
                               std::uint64_t checksum, absl::Time now) const;

 private:
  class Impl;
  /// A Pin that is null is looked up. With `keys`, each event has its own.
  ClickHouseAppendResult AppendObserved(
      std::span<const Observation> observations, absl::Time now, std::string_view batch_key,
      std::optional<std::span<const std::string>> keys = {}) const;

  explicit ClickHouseEngine(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)) {}
  std::shared_ptr<const Impl> impl_;
};

}  // namespace pinmetrics

#endif  // PINMETRICS_CLICKHOUSE_ENGINE_H_
