#include <algorithm>
#include <limits>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "durable/directory_core.h"
#include "pinmetrics/calendar/date_range.h"
#include "store/block/open_block.h"

/// Dropping days that are damaged or lost, and restoring them from a copy of the directory.

namespace pinmetrics {

namespace {

std::set<absl::CivilDay> DaysWithBlocks(std::span<const PartRow> parts) {
  std::set<absl::CivilDay> days;
  for (const PartRow& part : parts) {
    if (part.key.kind == PartKind::kBlock) days.insert(DayOf(part.key));
  }
  return days;
}

/// The parts that there are after a change.
std::vector<PartRow> Changed(std::vector<PartRow> parts, const DirectoryCatalogue::Change& change) {
  const auto goes = [&change](const PartRow& part) {
    const auto is_its = [&part](const PartRow& other) { return other.key == part.key; };
    return std::find(change.removed.begin(), change.removed.end(), part.key) !=
               change.removed.end() ||
           std::any_of(change.parts.begin(), change.parts.end(), is_its);
  };
  std::erase_if(parts, goes);
  parts.insert(parts.end(), change.parts.begin(), change.parts.end());
  std::sort(parts.begin(), parts.end(), [](const PartRow& a, const PartRow& b) {
    return std::pair(a.key.kind, a.key.number) < std::pair(b.key.kind, b.key.number);
  });
  return parts;
}

}  // namespace

absl::Status DirectoryCore::ChangeDays(AccountKey account, DateRange days,
                                       const MakeChange& make_change) {
  absl::StatusOr<KeptStore> store = OpenStore(account, std::nullopt);
  if (!store.ok()) return store.status();
  std::unique_lock<std::mutex> lock(seal_mutex_, std::defer_lock);
  DirectoryCatalogue::Change change;
  const auto prepare = [&](const StoreAtRest& at_rest) -> absl::StatusOr<KeptDays> {
    lock.lock();
    if (absl::Status status = catalogue_->Recover(); !status.ok()) return status;
    const auto found = catalogue_->accounts().find(account);
    if (found == catalogue_->accounts().end()) {
      return absl::NotFoundError(NameOf(account) + " has no sealed days");
    }
    const AccountRow row = found->second;
    const absl::StatusOr<std::vector<PartRow>> parts = catalogue_->PartsOfAccount(account);
    if (!parts.ok()) return parts.status();
    const std::set<absl::CivilDay> lost = LostDaysOf(*parts);
    std::set<absl::CivilDay> changed = lost;
    std::erase_if(changed, [&](absl::CivilDay day) { return !days.Contains(day); });
    if (absl::Status status = PurgeLost(account, changed); !status.ok()) return status;
    const absl::StatusOr<std::unique_ptr<PackWriter>> pack = MakePack();
    if (!pack.ok()) return pack.status();
    // The parts may have moved.
    const absl::StatusOr<std::vector<PartRow>> now = catalogue_->PartsOfAccount(account);
    if (!now.ok()) return now.status();
    absl::Status status = make_change({at_rest, row, *now, lost}, **pack, change);
    if (status.ok()) status = FinishPack(**pack, change);
    // What was taken back must not be less safe than that it was.
    if (status.ok()) status = log_->Flush().status();
    if (!status.ok()) return status;
    absl::StatusOr<Sealed> sealed = ReadParts(row, Changed(*now, change));
    if (!sealed.ok()) return sealed.status();
    return std::move(sealed->contents.days);
  };
  Unwanted unwanted;
  const auto commit = [&]() -> absl::Status {
    absl::StatusOr<Unwanted> applied = Apply(change);
    if (!applied.ok()) return applied.status();
    unwanted = *std::move(applied);
    return absl::OkStatus();
  };
  absl::Status status = store->ReplaceSealed(prepare, commit);
  if (status.ok()) {
    (void)Remove(unwanted);
  } else if (lock.owns_lock()) {
    // What the log has of a change that came to nothing. Whatever stays goes when the account is
    // opened again.
    const absl::StatusOr<std::vector<PartRow>> parts = catalogue_->PartsOfAccount(account);
    if (parts.ok()) (void)PurgeLost(account, LostDaysOf(*parts));
  }
  return status;
}

absl::Status DirectoryCore::PurgeLost(AccountKey account, const std::set<absl::CivilDay>& days) {
  if (days.empty()) return absl::OkStatus();
  std::vector<LogPlace> places;
  {
    const std::lock_guard<std::mutex> lock(accounts_mutex_);
    for (const LoggedRecord& logged : accounts_.at(account).logged) places.push_back(logged.place);
  }
  // Pins stay as they are numbered.
  PinsLeft pins{.next = std::numeric_limits<std::uint32_t>::max(), .latest = {}};
  bool has_some = false;
  std::vector<std::string> keys;
  absl::Status status = log_->ReadAt(places, [&](LogRecord record) -> absl::Status {
    const std::size_t bytes = record.body.size();
    const absl::StatusOr<std::optional<std::vector<std::byte>>> left =
        WithoutDays(record, days, pins);
    if (!left.ok()) return left.status();
    has_some = has_some || !left->has_value() || (*left)->size() != bytes;
    if (left->has_value() || record.subject.kind != RecordKind::kEvents) return absl::OkStatus();
    absl::StatusOr<BatchKeyRecord> batch = DecodeBatchKey(record.body);
    if (!batch.ok()) return batch.status();
    keys.push_back(std::move(batch->batch_key));
    return absl::OkStatus();
  });
  if (!status.ok() || !has_some) return status;
  {
    // They may be found again, should the records stay.
    const std::lock_guard<std::mutex> lock(accounts_mutex_);
    auto& new_keys = accounts_.at(account).new_keys;
    // The last first: it is near the end.
    std::reverse(keys.begin(), keys.end());
    for (const std::string& key : keys) {
      const auto of_key = std::find_if(new_keys.rbegin(), new_keys.rend(),
                                       [&key](const auto& known) { return known.first == key; });
      if (of_key != new_keys.rend()) new_keys.erase(std::next(of_key).base());
    }
  }
  const absl::StatusOr<std::unique_ptr<PackWriter>> no_pack = MakePack();
  if (!no_pack.ok()) return no_pack.status();
  return Purge({}, **no_pack, {},
               [&](LogRecord& record) -> absl::StatusOr<std::optional<std::vector<std::byte>>> {
                 if (record.subject.account == account) return WithoutDays(record, days, pins);
                 return std::vector<std::byte>(record.body.begin(), record.body.end());
               });
}

absl::Status DirectoryCore::DropDays(AccountKey account, DateRange days) {
  if (absl::Status status = CheckWritable(); !status.ok()) return status;
  if (absl::Status status = GoOnAlone(); !status.ok()) return status;
  return ChangeDays(
      account, days,
      [&](const AccountAtRest& of_account, PackWriter&,
          DirectoryCatalogue::Change& change) -> absl::Status {
        std::set<absl::CivilDay> lost = of_account.lost;
        if (std::erase_if(lost, [&](auto day) { return days.Contains(day); }) > 0) {
          PutLostDays(account, of_account.parts, lost, of_account.row.through, change);
        }
        for (const PartRow& part : of_account.parts) {
          if (part.key.kind == PartKind::kBlock && days.Contains(DayOf(part.key))) {
            change.removed.push_back(part.key);
          }
        }
        if (!change.removed.empty()) return absl::OkStatus();
        return absl::NotFoundError(NameOf(account) + " has no sealed or lost days in " +
                                   ToString(days));
      });
}

// ---- From a copy ----

absl::StatusOr<DirectoryCore::OpenCopy> DirectoryCore::OpenToRead(const std::string& path) {
  OpenCopy copy{.path = path,
                .files = std::make_unique<UnchangedFiles>(files_, path),
                .lock = nullptr,
                .catalogue = nullptr};
  absl::StatusOr<std::unique_ptr<FileLock>> lock =
      copy.files->Lock(LockPath(path), FileSystem::LockKind::kToRead);
  // Nobody has it open where there is none, and a backup may leave it out.
  if (!lock.ok() && !absl::IsNotFound(lock.status())) return lock.status();
  if (lock.ok()) copy.lock = *std::move(lock);
  absl::StatusOr<std::unique_ptr<DirectoryCatalogue>> catalogue =
      DirectoryCatalogue::Open(*copy.files, CataloguePath(path));
  if (!catalogue.ok()) return catalogue.status();
  copy.catalogue = *std::move(catalogue);
  return copy;
}

absl::StatusOr<DirectoryCore::LoggedDays> DirectoryCore::ReadLogged(
    const OpenCopy& copy, AccountKey account, std::span<const PartRow> parts,
    const std::set<absl::CivilDay>& days) {
  LoggedDays found;
  std::map<absl::CivilDay, std::uint64_t> through;
  for (const PartRow& part : parts) {
    if (part.key.kind == PartKind::kBlock) through[DayOf(part.key)] = part.through;
    if (part.key.kind != PartKind::kPins) continue;
    const absl::StatusOr<BlockBytes> bytes =
        ReadPart(*copy.files, PackFolder(copy.path), uuid_, part.key, part.place);
    if (!bytes.ok()) return bytes.status();
    if (absl::Status status = AddPins(part.key, bytes->bytes(), found.pins); !status.ok()) {
      return status;
    }
  }
  const auto& accounts = copy.catalogue->accounts();
  const auto of_account = accounts.find(account);
  const std::optional<AccountRow> row =
      of_account == accounts.end() ? std::nullopt : std::optional(of_account->second);
  if (row) found.made = row->made;
  const DirectoryCatalogue::Directory& directory = copy.catalogue->directory();
  LogScan scan;
  std::uint64_t last_origin = 0;
  const auto visit = [&](const LogRecord& record) -> absl::Status {
    // One that was moved may be there twice.
    if (record.subject.account != account || record.origin <= last_origin) return absl::OkStatus();
    last_origin = record.origin;
    const auto is_other = [&](const auto& of_event) {
      return !days.contains(of_event.day) || AreInBlocks(row, through, record.origin, of_event.day);
    };
    switch (record.subject.kind) {
      case RecordKind::kAccount:
        found.made = record.origin;
        return absl::OkStatus();
      case RecordKind::kPin: {
        absl::StatusOr<PinRecord> pin = DecodePin(record.body);
        if (!pin.ok()) return pin.status();
        if (pin->version == found.pins.size()) found.pins.push_back(std::move(pin->pin));
        return absl::OkStatus();
      }
      case RecordKind::kEvents: {
        absl::StatusOr<EventsRecord> events = DecodeEvents(record.body);
        if (!events.ok()) return events.status();
        std::erase_if(events->events, is_other);
        for (const KeptEvent& event : events->events) {
          if (event.pin >= found.pins.size()) {
            return absl::DataLossError(absl::StrCat("an event counts with version ", event.pin,
                                                    " of a Pin, and there are ",
                                                    found.pins.size()));
          }
          found.days.insert(event.day);
        }
        if (!events->events.empty()) found.batches.push_back(*std::move(events));
        return absl::OkStatus();
      }
      case RecordKind::kWithdrawals: {
        absl::StatusOr<std::vector<KeptWithdrawal>> withdrawals = DecodeWithdrawals(record.body);
        if (!withdrawals.ok()) return withdrawals.status();
        std::erase_if(*withdrawals, is_other);
        found.withdrawals.insert(found.withdrawals.end(), withdrawals->begin(), withdrawals->end());
        return absl::OkStatus();
      }
    }
    return absl::OkStatus();
  };
  const absl::Status status =
      Log::Read(*copy.files, LogFolder(copy.path), uuid_, directory.expected_log(), visit, scan);
  if (!status.ok()) return status;
  return found;
}

absl::Status DirectoryCore::RestoreDays(AccountKey account, DateRange days,
                                        const std::string& from_copy) {
  if (absl::Status status = CheckWritable(); !status.ok()) return status;
  const absl::StatusOr<OpenCopy> copy = OpenToRead(from_copy);
  if (!copy.ok()) return copy.status();
  if (absl::Status status = GoOnAlone(); !status.ok()) return status;
  return ChangeDays(
      account, days,
      [&](const AccountAtRest& of_account, PackWriter& pack, DirectoryCatalogue::Change& change) {
        return Restore(*copy, days, of_account, pack, change);
      });
}

absl::Status DirectoryCore::CheckCopy(const OpenCopy& copy) const {
  const DirectoryCatalogue::Directory& own = catalogue_->directory();
  const DirectoryCatalogue::Directory& there = copy.catalogue->directory();
  if (there.uuid != uuid_) {
    return absl::FailedPreconditionError(copy.path + " is no copy of " + path_);
  }
  if (there.is_copy && there.branch == own.branch) return absl::OkStatus();
  return absl::FailedPreconditionError(copy.path + " and " + path_ +
                                       " went on apart since it was copied; expected a copy that "
                                       "nobody has changed, of this folder as it went on");
}

absl::Status DirectoryCore::Restore(const OpenCopy& copy, DateRange days,
                                    const AccountAtRest& account, PackWriter& pack,
                                    DirectoryCatalogue::Change& change) {
  const AccountKey key = account.row.account;
  absl::Status no_copy = absl::FailedPreconditionError(copy.path + " is no copy of " + NameOf(key));
  if (absl::Status status = CheckCopy(copy); !status.ok()) return status;
  const auto row = copy.catalogue->accounts().find(key);
  const bool was_sealed = row != copy.catalogue->accounts().end();
  if (was_sealed && row->second.made != account.row.made) return no_copy;
  const absl::StatusOr<std::vector<PartRow>> parts = copy.catalogue->PartsOfAccount(key);
  if (!parts.ok()) return parts.status();

  const std::set<absl::CivilDay> lost_there = LostDaysOf(*parts);
  std::set<absl::CivilDay> wanted = account.lost;
  std::erase_if(wanted, [&](auto day) { return !days.Contains(day) || lost_there.contains(day); });
  absl::StatusOr<LoggedDays> logged = LoggedDays();
  if (!wanted.empty()) logged = ReadLogged(copy, key, *parts, wanted);
  // Most sealed days do not need the copy's log.
  if (!logged.ok() && !absl::IsDataLoss(logged.status())) return logged.status();
  if (logged.ok() && !wanted.empty() && logged->made != account.row.made) return no_copy;

  // Lost days are found again that the copy has events of, and those that it has sealed, without
  // events too. What came late to a sealed day is in the log.
  const std::set<absl::CivilDay> blocks_there = DaysWithBlocks(*parts);
  std::set<absl::CivilDay> found = logged.ok() ? logged->days : std::set<absl::CivilDay>();
  for (const absl::CivilDay day : wanted) {
    const bool is_sealed =
        was_sealed && row->second.sealed_through.has_value() && day <= *row->second.sealed_through;
    const bool is_whole = logged.ok() || (blocks_there.contains(day) &&
                                          account.row.settings.late_events == LateEvents::kRefuse);
    if (is_sealed && is_whole) found.insert(day);
  }
  absl::Status status = RestoreBlocks(copy, *parts, days, found, account, pack, change);
  if (!status.ok()) return status;
  if (!found.empty()) {
    std::set<absl::CivilDay> still_lost = account.lost;
    for (const absl::CivilDay day : found) still_lost.erase(day);
    PutLostDays(key, account.parts, still_lost, account.row.through, change);
  }
  if (change.parts.empty() && found.empty()) {
    if (!logged.ok()) return logged.status();
    return absl::NotFoundError(absl::StrCat(copy.path, " has no sealed days of account ", key,
                                            " in ", ToString(days),
                                            ", and no events of lost ones"));
  }
  if (!logged.ok() || logged->pins.empty()) return absl::OkStatus();
  std::vector<KeptBatch> batches;
  for (const EventsRecord& batch : logged->batches) {
    batches.push_back({.events = batch.events, .key = batch.batch_key, .now = batch.now});
  }
  return account.store.take_back(
      {.pins = logged->pins, .batches = batches, .withdrawals = logged->withdrawals});
}

absl::Status DirectoryCore::RestoreBlocks(const OpenCopy& copy, std::span<const PartRow> parts,
                                          DateRange days, const std::set<absl::CivilDay>& found,
                                          const AccountAtRest& account, PackWriter& pack,
                                          DirectoryCatalogue::Change& change) {
  const std::set<absl::CivilDay> own_blocks = DaysWithBlocks(account.parts);
  std::optional<absl::CivilDay> first_day = account.row.first_day;
  std::set<absl::CivilDay> with_block;
  for (PartRow part : parts) {
    const absl::CivilDay day = DayOf(part.key);
    if (part.key.kind != PartKind::kBlock || !days.Contains(day)) continue;
    const bool is_lost = account.lost.contains(day);
    if (is_lost && !found.contains(day)) continue;
    if (!is_lost && !own_blocks.contains(day) && account.store.live_days.contains(day)) {
      return absl::FailedPreconditionError(
          absl::StrCat(NameOf(account.row.account), " has events of ", ToString(day),
                       ", which is not sealed here but in ", copy.path,
                       "; expected days that are sealed, damaged or lost"));
    }
    const absl::StatusOr<BlockBytes> bytes =
        ReadPart(*copy.files, PackFolder(copy.path), uuid_, part.key, part.place);
    if (!bytes.ok()) return bytes.status();
    if (absl::Status status = OpenBlock(bytes->bytes()).status(); !status.ok()) return status;
    const absl::StatusOr<PartPlace> place = pack.Add(part.key, bytes->bytes());
    if (!place.ok()) return place.status();
    part.place = *place;
    change.parts.push_back(part);
    with_block.insert(day);
    first_day = std::min(first_day.value_or(day), day);
  }
  for (const PartRow& part : account.parts) {
    const absl::CivilDay day = DayOf(part.key);
    if (part.key.kind == PartKind::kBlock && found.contains(day) && !with_block.contains(day)) {
      change.removed.push_back(part.key);
    }
  }
  if (first_day != account.row.first_day) {
    change.accounts.push_back(account.row);
    change.accounts.back().first_day = first_day;
  }
  return absl::OkStatus();
}

}  // namespace pinmetrics
