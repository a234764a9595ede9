#include <algorithm>
#include <iterator>
#include <set>

#include "absl/strings/str_cat.h"
#include "calendar/day_number.h"
#include "durable/bytes.h"
#include "durable/directory_core.h"
#include "pinmetrics/calendar/date_range.h"
#include "pinmetrics/calendar/reporting_calendar.h"

/// Opening a folder whose log is damaged, without what the damage touches. What is whole of the log
/// is written anew; the days that something is missing of are noted in the catalogue, so that the
/// folder is whole from then on, and these days are known not to be.

namespace pinmetrics {
namespace {

absl::CivilDay LastOf(const PartRow& lost) {
  return DayOfNumber(static_cast<std::int32_t>(lost.place.offset));
}

/// Runs of days, ascending.
std::vector<DateRange> RunsOf(const std::set<absl::CivilDay>& days) {
  std::vector<DateRange> runs;
  for (const absl::CivilDay day : days) {
    if (!runs.empty() && runs.back().last() + 1 == day) {
      runs.back() = DateRange::Inclusive(runs.back().first(), day);
    } else {
      runs.push_back(DateRange::Inclusive(day, day));
    }
  }
  return runs;
}

}  // namespace

std::set<absl::CivilDay> LostDaysOf(std::span<const PartRow> parts) {
  std::set<absl::CivilDay> days;
  for (const PartRow& part : parts) {
    if (part.key.kind != PartKind::kLostDays) continue;
    for (absl::CivilDay day = DayOf(part.key); day <= LastOf(part); ++day) days.insert(day);
  }
  return days;
}

void PutLostDays(AccountKey account, std::span<const PartRow> parts,
                 const std::set<absl::CivilDay>& days, std::uint64_t through,
                 DirectoryCatalogue::Change& change) {
  for (const PartRow& part : parts) {
    if (part.key.kind == PartKind::kLostDays) change.removed.push_back(part.key);
  }
  for (const DateRange& run : RunsOf(days)) {
    const auto last = static_cast<std::uint64_t>(std::int64_t{DayNumber(run.last())});
    change.parts.push_back(
        {.key = {.account = account, .kind = PartKind::kLostDays, .number = DayNumber(run.first())},
         .place = {.pack = 0, .offset = last, .bytes = 0, .checksum = 0},
         .through = through});
  }
}

/// The days of an account that lost records may have had something of, as far as they are not
/// sealed.
absl::StatusOr<std::set<absl::CivilDay>> DirectoryCore::DaysOf(const LostRecords& lost,
                                                               AccountKey account) {
  const absl::StatusOr<std::optional<AccountRow>> known = RowOf(account);
  if (!known.ok()) return known.status();
  const AccountRow row = known->value_or(AccountRow());
  const absl::StatusOr<std::optional<SealedClosed>> with_all = SealedClosedOf(*known);
  if (!with_all.ok()) return with_all.status();
  const auto is_sealed = [&](absl::CivilDay day) {
    return row.Seals(lost.origin, day) ||
           (*with_all && lost.origin <= (*with_all)->through && day <= (*with_all)->day);
  };
  const std::lock_guard<std::mutex> lock(accounts_mutex_);
  const Account& of_account = accounts_[account];
  absl::TimeZone time_zone;
  if (!absl::LoadTimeZone(of_account.settings.time_zone, &time_zone)) {
    return absl::FailedPreconditionError(NameOf(account) + " is kept in the zone " +
                                         of_account.settings.time_zone +
                                         ", which this system does not know");
  }
  const ReportingCalendar calendar(time_zone);
  absl::CivilDay first = calendar.FirstRetainedDay(options_.now);
  // No event is of a later day than the one on which it was taken.
  absl::CivilDay last = calendar.DayOf(options_.now);
  if (lost.subject && lost.subject->kind != RecordKind::kPin) {
    first = std::max(first, DayOfNumber(static_cast<std::int32_t>(lost.subject->first)));
    last = DayOfNumber(static_cast<std::int32_t>(lost.subject->last));
  } else {
    for (const LoggedRecord& logged : of_account.logged) {
      if (logged.kind == RecordKind::kPin || logged.kind == RecordKind::kAccount) continue;
      last = std::max(last, DayOfNumber(static_cast<std::int32_t>(logged.last)));
    }
  }
  std::set<absl::CivilDay> days;
  for (absl::CivilDay day = first; day <= last; ++day) {
    if (!is_sealed(day)) days.insert(day);
  }
  return days;
}

absl::StatusOr<std::map<AccountKey, std::set<absl::CivilDay>>> DirectoryCore::DaysLostWith(
    std::span<const LostRecords> all) {
  std::map<AccountKey, std::set<absl::CivilDay>> days;
  for (const LostRecords& lost : all) {
    const std::vector<AccountKey> accounts =
        lost.subject ? std::vector<AccountKey>{lost.subject->account} : Accounts();
    for (const AccountKey account : accounts) {
      const absl::StatusOr<std::optional<AccountRow>> row = RowOf(account);
      if (!row.ok()) return row.status();
      const bool is_covered = lost.subject && *row &&
                              (*row)->Covers(lost.subject->kind, lost.origin, lost.subject->last);
      // Without its zone an account has no days; it is refused as a whole.
      if (is_covered || !HasSettings(account)) continue;
      const absl::StatusOr<std::set<absl::CivilDay>> of_account = DaysOf(lost, account);
      if (!of_account.ok()) return of_account.status();
      days[account].insert(of_account->begin(), of_account->end());
    }
  }
  return days;
}

bool DirectoryCore::HasSettings(AccountKey account) const {
  const std::lock_guard<std::mutex> lock(accounts_mutex_);
  const auto found = accounts_.find(account);
  return found != accounts_.end() && found->second.made != 0;
}

DirectoryCore::PinsLeft DirectoryCore::SealedPins(std::uint32_t next,
                                                  std::span<const PartRow> parts) {
  std::vector<Pin> pins;
  for (const PartRow& part : parts) {
    if (part.key.kind != PartKind::kPins) continue;
    const absl::StatusOr<BlockBytes> bytes = Part(part);
    // Without them the account cannot be opened, whatever the log has.
    if (!bytes.ok() || !AddPins(part.key, bytes->bytes(), pins).ok()) break;
  }
  PinsLeft left{.next = next, .latest = {}};
  for (Pin& pin : pins) left.latest.insert_or_assign(pin.id, std::move(pin));
  return left;
}

/// What stays of a record when days are lost: nothing of these, and Pins numbered without gaps,
/// since nothing that is not sealed counts with a Pin that came after a lost one. A Pin that is
/// then just as before goes.
absl::StatusOr<std::optional<std::vector<std::byte>>> DirectoryCore::WithoutDays(
    LogRecord& record, const std::set<absl::CivilDay>& days, PinsLeft& pins) {
  const auto is_lost = [&days](const auto& of_event) { return days.contains(of_event.day); };
  std::optional<std::vector<std::byte>> body(std::in_place, record.body.begin(), record.body.end());
  switch (record.subject.kind) {
    case RecordKind::kAccount:
      return body;
    case RecordKind::kPin: {
      const absl::StatusOr<PinRecord> pin = DecodePin(record.body);
      if (!pin.ok()) return pin.status();
      if (pin->version < pins.next) return body;
      const auto [latest, is_new] = pins.latest.try_emplace(pin->pin.id, pin->pin);
      if (!is_new && latest->second == pin->pin) return std::nullopt;
      latest->second = pin->pin;
      record.subject.first = record.subject.last = pins.next;
      return Encode(pins.next++, pin->pin);
    }
    case RecordKind::kEvents: {
      absl::StatusOr<EventsRecord> events = DecodeEvents(record.body);
      if (!events.ok()) return events.status();
      if (std::erase_if(events->events, is_lost) == 0) return body;
      // With all of a batch its key goes, so that it can be sent again.
      if (events->events.empty()) return std::nullopt;
      return Encode(events->events, events->batch_key, events->now);
    }
    case RecordKind::kWithdrawals: {
      absl::StatusOr<std::vector<KeptWithdrawal>> withdrawals = DecodeWithdrawals(record.body);
      if (!withdrawals.ok()) return withdrawals.status();
      if (std::erase_if(*withdrawals, is_lost) == 0) return body;
      if (withdrawals->empty()) return std::nullopt;
      return Encode(*withdrawals);
    }
  }
  return body;
}

absl::Status DirectoryCore::WriteLogAnew(const absl::Status& damage) {
  TakeAccounts();
  const absl::StatusOr<SalvagedLog> salvaged =
      SalvageLog(files_, LogFolder(), uuid_, catalogue_->directory().expected_log(),
                 [this](const LogRecord& record) { return Index(record); });
  if (!salvaged.ok()) return salvaged.status();
  const absl::StatusOr<std::map<AccountKey, std::set<absl::CivilDay>>> lost =
      DaysLostWith(salvaged->lost);
  if (!lost.ok()) return lost.status();
  if (absl::Status status = catalogue_->SettleLastChange(); !status.ok()) return status;
  absl::StatusOr<std::unique_ptr<Log>> log =
      Log::OpenBehind(files_, LogFolder(), uuid_, *salvaged, OptionsOfLog());
  if (!log.ok()) return log.status();
  log_ = *std::move(log);
  log_->NoteCatalogueChanges(catalogue_->directory().changes);
  if (absl::Status status = log_->SetAside(salvaged->damaged_segments); !status.ok()) return status;
  // A copy that has lost something is one no more.
  if (absl::Status status = GoOnAlone(); !status.ok()) return status;

  const std::lock_guard<std::mutex> lock(seal_mutex_);
  DirectoryCatalogue::Change change;
  std::map<AccountKey, PinsLeft> pins_left;
  for (const auto& [account, days] : *lost) {
    const absl::StatusOr<std::vector<PartRow>> parts = catalogue_->PartsOfAccount(account);
    if (!parts.ok()) return parts.status();
    const auto found = catalogue_->accounts().find(account);
    AccountRow row = found == catalogue_->accounts().end() ? AccountRow() : found->second;
    row.account = account;
    row.settings = accounts_[account].settings;
    row.made = accounts_[account].made;
    pins_left[account] = SealedPins(row.pins, *parts);
    std::set<absl::CivilDay> all = LostDaysOf(*parts);
    all.insert(days.begin(), days.end());
    PutLostDays(account, *parts, all, salvaged->last_sequence, change);
    if (!all.empty()) row.first_day = std::min(row.first_day.value_or(*all.begin()), *all.begin());
    change.accounts.push_back(std::move(row));
    recovery_.lost_days.push_back({.account = account, .days = RunsOf(days)});
  }
  recovery_.damage = salvaged->damage;
  // Nothing may be lost with it: the end of a segment that is followed by another.
  if (recovery_.damage.empty()) recovery_.damage.emplace_back(damage.message());
  const absl::StatusOr<std::unique_ptr<PackWriter>> no_pack = MakePack();
  if (!no_pack.ok()) return no_pack.status();
  return Purge(std::move(change), **no_pack, {},
               [&](LogRecord& record) -> absl::StatusOr<std::optional<std::vector<std::byte>>> {
                 const auto of_account = lost->find(record.subject.account);
                 if (of_account == lost->end()) {
                   return std::vector<std::byte>(record.body.begin(), record.body.end());
                 }
                 return WithoutDays(record, of_account->second, pins_left[record.subject.account]);
               });
}

}  // namespace pinmetrics
