#include <algorithm>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <unordered_map>
#include <utility>

#include "calendar/day_number.h"
#include "clickhouse/acknowledgement.h"
#include "clickhouse/concat.h"
#include "clickhouse/engine_impl.h"
#include "clickhouse/event_rows.h"
#include "pinmetrics/calendar/date_range.h"
#include "pinmetrics/clickhouse/engine.h"

namespace pinmetrics {
namespace {

/// The version of an appended row: the earlier its append, the higher, so that the first stands. A
/// withdrawal's is higher than any.
std::uint64_t VersionOf(std::int64_t moment) {
  return (std::uint64_t{1} << 62) - static_cast<std::uint64_t>(moment);
}

PinRow RowOf(const Pin& pin, const ReportingCalendar& calendar) {
  PinRow row{.board = pin.board,
             .format = static_cast<std::uint8_t>(pin.format),
             .source = static_cast<std::uint8_t>(pin.source),
             .saved = pin.saved,
             .account_none = !pin.account,
             .product_group_none = !pin.product_group,
             .created_day = static_cast<std::int32_t>(DayNumber(calendar.DayOf(pin.created_at)))};
  if (pin.account) row.claimed_account = pin.account->value();
  if (pin.product_group) row.product_group = pin.product_group->value();
  return row;
}

Fault OfSealedDay(const Event& event, std::int64_t day, std::int64_t first_open) {
  return {FaultKind::kSealedDay, "time",
          Concat(FormatInstant(event.time), " is on ", ToString(DayOfNumber(day)),
                 ", a sealed day; the first open one is ", ToString(DayOfNumber(first_open)))};
}

Fault OutsideDays(const Event& event) {
  return {FaultKind::kOutOfRange, "time",
          Concat(FormatInstant(event.time), " is outside the days ", ToString(DayOfNumber(0)), "..",
                 ToString(DayOfNumber(kLastDay)), " that ClickHouse keeps")};
}

absl::Status IsBeingSealed(std::int64_t day) {
  return absl::AbortedError(
      Concat(ToString(DayOfNumber(day)), " is being sealed: send the same again once it is"));
}

/// An event of a batch on its way.
struct Candidate {
  std::size_t index = 0;
  FactRow row;
};

/// The least and the greatest day of candidates, of which there must be some.
std::pair<std::int64_t, std::int64_t> DaysOf(const std::vector<Candidate>& candidates) {
  const auto [least, greatest] = std::minmax_element(
      candidates.begin(), candidates.end(),
      [](const Candidate& a, const Candidate& b) { return a.row.day < b.row.day; });
  return {least->row.day, greatest->row.day};
}

/// Sorted, each once.
std::vector<std::uint64_t> Distinct(std::vector<std::uint64_t> values) {
  std::sort(values.begin(), values.end());
  values.erase(std::unique(values.begin(), values.end()), values.end());
  return values;
}

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

absl::StatusOr<std::unordered_map<std::uint64_t, PinRow>> ClickHouseEngine::Impl::ReadPins(
    std::span<const std::uint64_t> ids) const {
  const absl::StatusOr<Columns> known = Ask(statements_.Pins(ids));
  if (!known.ok()) return known.status();
  std::unordered_map<std::uint64_t, PinRow> pins;
  for (std::size_t i = 0; i < known->rows; ++i) {
    const auto& n = known->numbers;
    const auto narrow = [&n, i](std::size_t column) {
      return static_cast<std::uint8_t>(n[column][i]);
    };
    pins[n[0][i]] = {.board = BoardId(n[1][i]),
                     .format = narrow(2),
                     .source = narrow(3),
                     .saved = narrow(4),
                     .claimed_account = n[5][i],
                     .account_none = narrow(6),
                     .product_group = n[7][i],
                     .product_group_none = narrow(8),
                     .created_day = static_cast<std::int32_t>(n[9][i])};
  }
  return pins;
}

absl::StatusOr<Members> ClickHouseEngine::Impl::ReadMembers(
    const DayScope& scope, std::span<const std::uint64_t> events) const {
  Members members;
  if (!scope.has_final() && !scope.has_live()) return members;
  const absl::StatusOr<Columns> found = Ask(statements_.Members(scope, events));
  if (!found.ok()) return found.status();
  for (std::size_t i = 0; i < found->rows; ++i) {
    const auto& n = found->numbers;
    members.insert({{static_cast<std::uint8_t>(n[0][i]), n[1][i]}, n[2][i]});
  }
  return members;
}

absl::StatusOr<std::optional<ClickHouseAppendResult>> ClickHouseEngine::Impl::ReadBatch(
    std::string_view key) const {
  const absl::StatusOr<Columns> batches = Ask(statements_.Batch(BatchKeyOf(key)));
  if (!batches.ok()) return batches.status();
  if (batches->rows == 0) return std::nullopt;
  // More than one if the same batch was sent twice at a time: then they were told the same.
  std::optional<std::vector<Refusal>> refused = ReadRefusals(batches->texts[1][0]);
  if (!refused) {
    return server_.Named(absl::DataLossError("the refusals of a batch that was taken are none"));
  }
  return ClickHouseAppendResult{.taken = static_cast<std::size_t>(batches->numbers[0][0]),
                                .repeated_batch = true,
                                .refused = *std::move(refused)};
}

absl::Status ClickHouseEngine::Impl::KeepBatch(std::string_view key,
                                               const ClickHouseAppendResult& result,
                                               absl::Time now) const {
  const BatchKey number = BatchKeyOf(key);
  const std::string refused = WriteRefusals(result.refused);
  const std::int64_t day = DayNumber(absl::ToCivilDay(now, absl::UTCTimeZone()));
  std::string row;
  AppendNumber(options_.account, row);
  AppendNumber(number.high, row);
  AppendNumber(number.low, row);
  AppendNumber(static_cast<std::uint16_t>(std::clamp<std::int64_t>(day, 0, kLastDay)), row);
  AppendNumber(static_cast<std::uint64_t>(result.taken), row);
  AppendLength(refused.size(), row);
  row += refused;
  return server_.Do(statements_.InsertBatches(), std::move(row));
}

ClickHousePutPinsResult ClickHouseEngine::PutPins(std::span<const Pin> pins, absl::Time now) const {
  ClickHousePutPinsResult result;
  if (const std::optional<Fault> fault = CheckTime("now", now)) {
    result.status = absl::InvalidArgumentError(fault->ToString());
    return result;
  }
  // Of several versions in one insert a server keeps any.
  std::map<PinId, std::size_t> last;
  for (std::size_t i = 0; i < pins.size(); ++i) {
    if (std::optional<Fault> fault = Check(pins[i])) {
      result.refused.push_back({i, *std::move(fault)});
    } else {
      last[pins[i].id] = i;
    }
  }
  if (last.empty()) return result;
  // A Pin's day of creation is one of the zone, too.
  result.status = impl_->ClaimZone();
  if (!result.status.ok()) return result;
  const ReportingCalendar days = calendar();
  const auto version = static_cast<std::uint64_t>(impl_->NextMoment(now));
  std::string rows;
  for (const auto& [id, index] : last) {
    AppendNumber(impl_->options().account, rows);
    AppendNumber(id.value(), rows);
    AppendNumber(version, rows);
    AppendAttributes(RowOf(pins[index], days), rows);
    AppendLength(pins[index].title.size(), rows);
    rows += pins[index].title;
  }
  result.status = impl_->server().Do(impl_->statements().InsertPins(), std::move(rows));
  if (result.status.ok()) result.put = pins.size() - result.refused.size();
  return result;
}

ClickHouseAppendResult ClickHouseEngine::Append(std::span<const Event> events, absl::Time now,
                                                std::string_view batch_key) const {
  std::vector<Observation> observations;
  for (const Event& event : events) observations.push_back({.event = &event});
  return AppendObserved(observations, now, batch_key);
}

ClickHouseAppendResult ClickHouseEngine::Append(std::span<const Observation> observations,
                                                absl::Time now, std::string_view batch_key) const {
  return AppendObserved(observations, now, batch_key);
}

ClickHouseAppendResult ClickHouseEngine::Append(std::span<const Event> events,
                                                std::span<const std::string> keys,
                                                absl::Time now) const {
  std::vector<Observation> observations;
  for (const Event& event : events) observations.push_back({.event = &event});
  return AppendObserved(observations, now, {}, keys);
}

ClickHouseAppendResult ClickHouseEngine::Append(std::span<const Observation> observations,
                                                std::span<const std::string> keys,
                                                absl::Time now) const {
  return AppendObserved(observations, now, {}, keys);
}

ClickHouseAppendResult ClickHouseEngine::AppendObserved(
    std::span<const Observation> observations, absl::Time now, std::string_view batch_key,
    std::optional<std::span<const std::string>> keys) const {
  ClickHouseAppendResult result;
  const Impl& impl = *impl_;
  const auto fail = [&result](absl::Status status) {
    result = {.status = std::move(status)};
    return result;
  };
  if (const std::optional<Fault> fault = CheckTime("now", now)) {
    return fail(absl::InvalidArgumentError(fault->ToString()));
  }
  if (keys && keys->size() != observations.size()) {
    return fail(absl::InvalidArgumentError(Concat(
        "keys: ", keys->size(), " of ", observations.size(), " events, expected one of each")));
  }
  if (absl::Status status = impl.ClaimZone(); !status.ok()) return fail(std::move(status));
  if (!batch_key.empty()) {
    absl::StatusOr<std::optional<ClickHouseAppendResult>> before = impl.ReadBatch(batch_key);
    if (!before.ok()) return fail(before.status());
    if (*before) return **std::move(before);
  }

  std::vector<Candidate> candidates;
  std::map<std::size_t, Fault> refused;
  const ReportingCalendar days = calendar();
  DayFinder day_of(days);
  std::vector<std::uint64_t> pins_to_find;
  for (std::size_t i = 0; i < observations.size(); ++i) {
    const Event& event = *observations[i].event;
    if (std::optional<Fault> fault = Check(event, now)) {
      refused.emplace(i, *std::move(fault));
      continue;
    }
    const std::string_view key = keys ? (*keys)[i] : batch_key;
    if (event.id == EventId() && key.empty()) {
      return fail(absl::InvalidArgumentError(
          Concat("batch_key: event ", i,
                 " has no id, expected a key, by which it is known when it is sent again")));
    }
    const std::int64_t day = DayNumber(day_of(event.time));
    if (day < 0 || day > kLastDay) {
      refused.emplace(i, OutsideDays(event));
      continue;
    }
    FactRow row = FactsOf(event);
    row.day = static_cast<std::uint16_t>(day);
    row.identity = event.id == EventId() ? 1 : 0;
    row.event = row.identity == 0 ? event.id.value() : IdentityOf(key, keys ? 0 : i);
    if (observations[i].pin != nullptr) {
      row.attributes = RowOf(*observations[i].pin, days);
    } else {
      pins_to_find.push_back(event.pin.value());
    }
    candidates.push_back({i, row});
  }

  // The Pins as they are now, which is how the events count for good.
  if (!pins_to_find.empty()) {
    const absl::StatusOr<std::unordered_map<std::uint64_t, PinRow>> pins =
        impl.ReadPins(Distinct(std::move(pins_to_find)));
    if (!pins.ok()) return fail(pins.status());
    std::erase_if(candidates, [&](Candidate& candidate) {
      if (observations[candidate.index].pin != nullptr) return false;
      const auto found = pins->find(candidate.row.pin.value());
      if (found == pins->end()) {
        refused.emplace(candidate.index, UnknownPin(candidate.row.pin));
        return true;
      }
      candidate.row.attributes = found->second;
      return false;
    });
  }

  if (!candidates.empty()) {
    const auto [first, last] = DaysOf(candidates);
    const absl::StatusOr<DayStates> before = impl.ReadDays(first, last);
    if (!before.ok()) return fail(before.status());
    // Of what comes for a sealed day, that which is in it was acknowledged before or is about to
    // be. No sealing looks at days past retention.
    std::vector<std::uint64_t> late;
    const std::int64_t first_retained = DayNumber(days.FirstRetainedDay(now));
    for (const Candidate& candidate : candidates) {
      const FactRow& row = candidate.row;
      if (row.day >= before->first_open) continue;
      if (row.day >= first_retained) {
        late.push_back(row.event);
      } else {
        refused.emplace(candidate.index, OfSealedDay(*observations[candidate.index].event, row.day,
                                                     before->first_open));
      }
    }
    if (!late.empty()) {
      const DayScope scope(first, std::min(last, before->first_open - 1), *before);
      const absl::StatusOr<Members> members = impl.ReadMembers(scope, Distinct(std::move(late)));
      if (!members.ok()) return fail(members.status());
      for (const Candidate& candidate : candidates) {
        const FactRow& row = candidate.row;
        if (row.day >= before->first_open || row.day < first_retained) continue;
        if (!members->contains({{row.identity, row.event}, row.day})) {
          refused.emplace(candidate.index, OfSealedDay(*observations[candidate.index].event,
                                                       row.day, before->first_open));
        } else if (!before->published.contains(row.day)) {
          // Sent before, when the day was open, and not sealed yet: whether it will be is not
          // known.
          return fail(impl.server().Named(IsBeingSealed(row.day)));
        }
      }
    }

    // Of a repeat in one batch the first stands, which no server promises.
    std::set<Identity> sent;
    std::string rows;
    const std::uint64_t version = VersionOf(impl.NextMoment(now));
    std::int64_t first_sent = kLastDay + 1;
    for (const Candidate& candidate : candidates) {
      const FactRow& row = candidate.row;
      if (row.day < before->first_open || !sent.insert({row.identity, row.event}).second) continue;
      AppendFacts(impl.options().account, row, rows);
      AppendNumber(version, rows);
      AppendNumber(std::uint8_t{0}, rows);
      first_sent = std::min<std::int64_t>(first_sent, row.day);
    }
    if (!rows.empty()) {
      absl::Status status = impl.server().Do(impl.statements().InsertLive(), std::move(rows));
      if (!status.ok()) return fail(std::move(status));
      // A sealing announces itself before it reads the days. One that did so before this insert may
      // have missed it; one that does so later has not.
      const absl::StatusOr<DayStates> after = impl.ReadDays(first, last);
      if (!after.ok()) return fail(after.status());
      if (first_sent < after->first_open) {
        return fail(impl.server().Named(IsBeingSealed(first_sent)));
      }
    }
  }

  for (auto& [index, fault] : refused) result.refused.push_back({index, std::move(fault)});
  result.taken = observations.size() - result.refused.size();
  // Once the events are in: a batch that was lost on the way there has not spent its key.
  if (!batch_key.empty() && result.taken > 0) {
    absl::Status status = impl.KeepBatch(batch_key, result, now);
    if (!status.ok()) return fail(std::move(status));
  }
  return result;
}

ClickHouseWithdrawResult ClickHouseEngine::Withdraw(std::span<const EventId> ids) const {
  ClickHouseWithdrawResult result;
  const Impl& impl = *impl_;
  std::vector<std::uint64_t> wanted;
  for (const EventId id : ids) {
    if (id != EventId()) wanted.push_back(id.value());
  }
  wanted = Distinct(std::move(wanted));
  std::set<std::uint64_t> open;
  if (!wanted.empty()) {
    // Days are as their events have them: the zone does not matter.
    absl::StatusOr<DayStates> before = impl.ReadStates(0, kLastDay);
    if (!before.ok()) {
      result.status = before.status();
      return result;
    }
    const DayScope scope(before->first_open, kLastDay, *before);
    const absl::StatusOr<Members> found = impl.ReadMembers(scope, wanted);
    if (!found.ok()) {
      result.status = found.status();
      return result;
    }
    std::int64_t first = kLastDay + 1;
    std::int64_t last = 0;
    for (const auto& [identity, number] : *found) {
      if (identity.first != 0) continue;
      open.insert(identity.second);
      const auto day = static_cast<std::int64_t>(number);
      first = std::min(first, day);
      last = std::max(last, day);
    }
    if (!open.empty()) {
      const std::vector<std::uint64_t> listed(open.begin(), open.end());
      // Whole rows are read: of no more days than need be.
      const DayScope touched(first, last, *before);
      result.status = impl.server().Do(impl.statements().Withdraw(touched, listed));
      if (!result.status.ok()) return result;
      const absl::StatusOr<DayStates> after = impl.ReadStates(first, first);
      if (!after.ok()) {
        result.status = after.status();
        return result;
      }
      if (first < after->first_open) {
        result.status = impl.server().Named(IsBeingSealed(first));
        return result;
      }
    }
  }
  for (const EventId id : ids) {
    if (open.erase(id.value()) > 0) {
      ++result.withdrawn;
    } else {
      result.not_found.push_back(id);
    }
  }
  return result;
}

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
