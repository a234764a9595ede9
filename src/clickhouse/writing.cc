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
#include "clickhouse/key_hash.h"
#include "pinmetrics/calendar/date_range.h"
#include "pinmetrics/clickhouse/engine.h"

namespace pinmetrics {
namespace {

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

}  // namespace pinmetrics
