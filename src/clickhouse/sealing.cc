#include <algorithm>
#include <map>
#include <mutex>
#include <optional>
#include <utility>

#include "calendar/day_number.h"
#include "clickhouse/concat.h"
#include "clickhouse/engine_impl.h"
#include "clickhouse/event_rows.h"
#include "pinmetrics/calendar/date_range.h"
#include "pinmetrics/clickhouse/engine.h"

/// How days are sealed: copied, compared, published.

namespace pinmetrics {
namespace {

void AppendDay(std::uint64_t account, std::int64_t day, const PublishedDay& published,
               std::uint64_t version, std::string& rows) {
  AppendNumber(account, rows);
  AppendNumber(static_cast<std::uint16_t>(day), rows);
  AppendNumber(published.generation, rows);
  AppendNumber(published.rows, rows);
  AppendNumber(published.checksum, rows);
  AppendNumber(version, rows);
}

/// Rows and checksum, by day.
using DayContents = std::map<std::int64_t, std::pair<std::uint64_t, std::uint64_t>>;

DayContents ContentsOf(const Columns& answer) {
  DayContents contents;
  for (std::size_t i = 0; i < answer.rows; ++i) {
    contents[static_cast<std::int64_t>(answer.numbers[0][i])] = {answer.numbers[1][i],
                                                                 answer.numbers[2][i]};
  }
  return contents;
}

}  // namespace

ClickHouseSealResult ClickHouseEngine::Seal(absl::Time now) const {
  ClickHouseSealResult result;
  const Impl& impl = *impl_;
  const std::uint64_t account = impl.options().account;
  if (const std::optional<Fault> fault = CheckTime("now", now)) {
    result.status = absl::InvalidArgumentError(fault->ToString());
    return result;
  }
  const ReportingCalendar days = calendar();
  const std::int64_t first = std::max<std::int64_t>(DayNumber(days.FirstRetainedDay(now)), 0);
  const std::int64_t last = std::min(DayNumber(days.LatestCompleteDay(now)), kLastDay);
  if (last < first) return result;

  const std::lock_guard lock(impl.sealing());
  result.status = impl.ClaimZone();
  if (!result.status.ok()) return result;
  absl::StatusOr<DayStates> states = impl.ReadDays(first, last);
  if (!states.ok()) {
    result.status = states.status();
    return result;
  }
  if (states->first_open <= last) {
    std::string announcement;
    AppendDay(account, last, {}, 0, announcement);
    result.status = impl.server().Do(impl.statements().InsertDays(), std::move(announcement));
    if (!result.status.ok()) return result;
  }

  // Events that were on their way when the sealing announced itself may still arrive.
  constexpr int kMostTries = 5;
  for (int tries = 0; tries < kMostTries; ++tries) {
    const DayScope scope(first, last, *states);
    if (!scope.has_live()) return result;
    const absl::StatusOr<Columns> live = impl.Ask(impl.statements().LiveRows(scope));
    if (!live.ok()) {
      result.status = live.status();
      return result;
    }
    DayContents contents = ContentsOf(*live);
    const std::uint32_t generation = impl.DrawGeneration();
    bool has_changed = false;
    if (!contents.empty()) {
      result.status = impl.server().Do(impl.statements().Seal(scope, generation));
      if (!result.status.ok()) return result;
      const absl::StatusOr<Columns> copied =
          impl.Ask(impl.statements().FinalRows(first, last, generation));
      if (!copied.ok()) {
        result.status = copied.status();
        return result;
      }
      has_changed = ContentsOf(*copied) != contents;
    }
    if (!has_changed) {
      // What was read before the copy and after it is the same, so this is what was copied.
      const absl::StatusOr<Columns> again = impl.Ask(impl.statements().LiveRows(scope));
      if (!again.ok()) {
        result.status = again.status();
        return result;
      }
      has_changed = ContentsOf(*again) != contents;
    }
    // Another process may have sealed some of the days meanwhile.
    const absl::StatusOr<DayStates> now_published = impl.ReadDays(first, last);
    if (!now_published.ok()) {
      result.status = now_published.status();
      return result;
    }
    has_changed |= now_published->published.size() != states->published.size();
    if (has_changed) {
      *states = *now_published;
      continue;
    }

    std::string rows;
    const std::uint64_t version = VersionOf(impl.NextMoment(now));
    for (std::int64_t day = first; day <= last; ++day) {
      if (states->published.contains(day)) continue;
      const auto [of_day, checksum] = contents[day];
      AppendDay(account, day, {generation, of_day, checksum}, version, rows);
      result.days_sealed += of_day > 0;
      result.events_sealed += of_day;
    }
    // One insert of one account is one block on one shard: all days are published, or none.
    result.status = impl.server().Do(impl.statements().InsertDays(), std::move(rows));
    if (!result.status.ok()) result = {.status = result.status};
    return result;
  }
  result.status = impl.server().Named(absl::AbortedError(
      "the days to be sealed changed again and again, expected one sealing of an account at a "
      "time: seal again"));
  return result;
}

absl::Status ClickHouseEngine::AppendSealedDay(absl::CivilDay day,
                                               std::span<const Observation> observations,
                                               std::uint64_t checksum, absl::Time now) const {
  const Impl& impl = *impl_;
  const std::uint64_t account = impl.options().account;
  if (const std::optional<Fault> fault = CheckTime("now", now)) {
    return absl::InvalidArgumentError(fault->ToString());
  }
  const ReportingCalendar days = calendar();
  const std::int64_t number = DayNumber(day);
  if (!days.IsFinal(day, now) || number < 0 || number > kLastDay) {
    return absl::InvalidArgumentError(
        Concat("day: ", ToString(day), " is not final, expected one from ",
               ToString(DayOfNumber(0)), " to ", ToString(days.LatestCompleteDay(now))));
  }
  const std::uint32_t generation = impl.DrawGeneration();
  std::string rows;
  DayFinder day_of(days);
  for (std::size_t i = 0; i < observations.size(); ++i) {
    const Event& event = *observations[i].event;
    if (const std::optional<Fault> fault = Check(event, now)) {
      return absl::InvalidArgumentError(Concat("event ", i, ": ", fault->ToString()));
    }
    if (day_of(event.time) != day) {
      return absl::InvalidArgumentError(
          Concat("event ", i, ": ", FormatInstant(event.time), " is not on ", ToString(day)));
    }
    FactRow row = FactsOf(event);
    row.day = static_cast<std::uint16_t>(number);
    // Repeats were found where the day was sealed. The place tells shards apart.
    row.identity = 1;
    row.event = i;
    row.attributes = RowOf(*observations[i].pin, days);
    AppendFacts(account, row, rows);
    AppendNumber(generation, rows);
  }

  const std::lock_guard lock(impl.sealing());
  if (absl::Status status = impl.ClaimZone(); !status.ok()) return status;
  const absl::StatusOr<DayStates> states = impl.ReadDays(number, number);
  if (!states.ok()) return states.status();
  if (const auto found = states->published.find(number); found != states->published.end()) {
    if (found->second.rows == observations.size() && found->second.checksum == checksum) {
      return absl::OkStatus();
    }
    return impl.server().Named(absl::AlreadyExistsError(
        Concat("day: ", ToString(day), " is sealed with another content of ", found->second.rows,
               " events")));
  }
  // Announced as in `Seal`, so that no event is acknowledged beside the day.
  if (states->first_open <= number) {
    std::string announcement;
    AppendDay(account, number, {}, 0, announcement);
    absl::Status status = impl.server().Do(impl.statements().InsertDays(), std::move(announcement));
    if (!status.ok()) return status;
  }
  const absl::StatusOr<Columns> live =
      impl.Ask(impl.statements().LiveRows(DayScope(number, number, *states)));
  if (!live.ok()) return live.status();
  if (live->rows > 0) {
    return impl.server().Named(absl::AlreadyExistsError(Concat(
        "day: ", ToString(day), " has ", live->numbers[1][0], " events that are not sealed")));
  }
  if (!rows.empty()) {
    absl::Status status = impl.server().Do(impl.statements().InsertFinal(), std::move(rows));
    if (!status.ok()) return status;
    const absl::StatusOr<Columns> copied =
        impl.Ask(impl.statements().FinalRows(number, number, generation));
    if (!copied.ok()) return copied.status();
    const DayContents contents = ContentsOf(*copied);
    const auto found = contents.find(number);
    if (found == contents.end() || found->second.first != observations.size()) {
      return impl.server().Named(absl::DataLossError(
          Concat(ToString(day), ": not all of ", observations.size(),
                 " rows are there after they were written: put the day again")));
    }
  }
  std::string published;
  AppendDay(account, number, {generation, observations.size(), checksum},
            VersionOf(impl.NextMoment(now)), published);
  return impl.server().Do(impl.statements().InsertDays(), std::move(published));
}

}  // namespace pinmetrics
