#include <algorithm>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "durable/directory_core.h"
#include "pinmetrics/calendar/date_range.h"
#include "store/block/open_block.h"

/// Days that are damaged or lost, from a copy of the folder.

namespace pinmetrics {

absl::Status DirectoryCore::CheckCopy(const std::string& path,
                                      const DirectoryCatalogue::Directory& copy) const {
  const DirectoryCatalogue::Directory& own = catalogue_->directory();
  if (copy.uuid != own.uuid) {
    return absl::FailedPreconditionError(path + " is no copy of " + path_);
  }
  if (copy.is_copy && copy.branch == own.branch) return absl::OkStatus();
  return absl::FailedPreconditionError(path + " and " + path_ +
                                       " went on apart since it was copied; expected a copy that "
                                       "nobody has changed, of this folder as it went on");
}

absl::StatusOr<DirectoryCore::LoggedDays> DirectoryCore::ReadLogged(
    AccountKey account, const std::set<absl::CivilDay>& days) {
  const absl::StatusOr<std::optional<AccountRow>> row = RowOf(account);
  if (!row.ok()) return row.status();
  LoggedDays found;
  Sealed sealed;
  if (*row) {
    absl::StatusOr<Sealed> read = ReadSealed(**row, Blocks::kLeftOut);
    if (!read.ok()) return read.status();
    sealed = *std::move(read);
  }
  found.pins = std::move(sealed.contents.pins);
  std::vector<LogPlace> places;
  {
    const std::lock_guard<std::mutex> lock(accounts_mutex_);
    for (const LoggedRecord& logged : accounts_[account].logged) places.push_back(logged.place);
  }
  const absl::Status status = log_->ReadAt(places, [&](const LogRecord& record) -> absl::Status {
    const auto is_other = [&](const auto& of_event) {
      return !days.contains(of_event.day) ||
             AreInBlocks(*row, sealed.through, record.origin, of_event.day);
    };
    switch (record.subject.kind) {
      case RecordKind::kAccount:
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
            return absl::DataLossError(absl::StrCat(
                LogFolder(), ": an event of account ", account, " counts with version ", event.pin,
                " of a Pin, and there are ", found.pins.size()));
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
  });
  if (!status.ok()) return status;
  return found;
}

absl::StatusOr<std::set<absl::CivilDay>> DirectoryCore::TakeLoggedDays(
    AccountKey account, DateRange days, const std::string& from_copy) {
  std::set<absl::CivilDay> lost;
  {
    const std::lock_guard<std::mutex> lock(seal_mutex_);
    const absl::StatusOr<std::vector<PartRow>> parts = catalogue_->PartsOfAccount(account);
    if (!parts.ok()) return parts.status();
    lost = LostDaysOf(*parts);
  }
  std::erase_if(lost, [&](absl::CivilDay day) { return !days.Contains(day); });
  if (lost.empty()) return lost;
  DirectoryCore copy(
      from_copy, {.read_only = true, .map_blocks = options_.map_blocks, .files = options_.files});
  absl::Status status = copy.Open();
  if (status.ok()) status = CheckCopy(from_copy, copy.catalogue_->directory());
  if (!status.ok()) return status;
  const auto there = copy.accounts_.find(account);
  {
    const std::lock_guard<std::mutex> lock(accounts_mutex_);
    const auto here = accounts_.find(account);
    if (there == copy.accounts_.end() || here == accounts_.end() ||
        there->second.made != here->second.made) {
      return absl::FailedPreconditionError(from_copy + " is no copy of " + NameOf(account));
    }
  }
  const absl::StatusOr<std::vector<PartRow>> parts = copy.catalogue_->PartsOfAccount(account);
  if (!parts.ok()) return parts.status();
  for (const absl::CivilDay day : LostDaysOf(*parts)) lost.erase(day);
  absl::StatusOr<LoggedDays> found = copy.ReadLogged(account, lost);
  if (!found.ok()) return found.status();
  // Events of these days that are here come from a restoring that did not reach its end, which
  // took all that the copy had.
  const absl::StatusOr<LoggedDays> begun = ReadLogged(account, lost);
  if (!begun.ok()) return begun.status();
  std::vector<KeptBatch> batches;
  for (EventsRecord& batch : found->batches) {
    std::erase_if(batch.events,
                  [&](const KeptEvent& event) { return begun->days.contains(event.day); });
    if (batch.events.empty()) continue;
    batches.push_back({.events = batch.events, .key = batch.batch_key, .now = batch.now});
  }
  absl::StatusOr<KeptStore> store = OpenStore(account, std::nullopt);
  if (!store.ok()) return store.status();
  status =
      store->TakeBack({.pins = found->pins, .batches = batches, .withdrawals = found->withdrawals});
  if (!status.ok()) return status;
  return std::move(found->days);
}

absl::Status DirectoryCore::RestoreDays(AccountKey account, DateRange days,
                                        const std::string& from_copy) {
  if (absl::Status status = CheckWritable(); !status.ok()) return status;
  if (absl::Status status = GoOnAlone(); !status.ok()) return status;
  const absl::StatusOr<std::set<absl::CivilDay>> taken = TakeLoggedDays(account, days, from_copy);
  if (!taken.ok()) return taken.status();
  const absl::StatusOr<std::unique_ptr<FileLock>> copy_lock =
      files_.Lock(LockPath(from_copy), FileSystem::LockKind::kToWrite);
  if (!copy_lock.ok()) return copy_lock.status();
  const absl::StatusOr<std::unique_ptr<DirectoryCatalogue>> copy =
      DirectoryCatalogue::Open(files_, CataloguePath(from_copy));
  if (!copy.ok()) return copy.status();
  return ChangeDays(
      account,
      [&](const AccountRow& row, const std::vector<PartRow>& own_parts, PackWriter& pack,
          DirectoryCatalogue::Change& change) -> absl::Status {
        if (absl::Status status = CheckCopy(from_copy, (*copy)->directory()); !status.ok()) {
          return status;
        }
        const auto of_copy = (*copy)->accounts().find(account);
        const bool was_sealed = of_copy != (*copy)->accounts().end();
        if (was_sealed && of_copy->second.made != row.made) {
          return absl::FailedPreconditionError(from_copy + " is no copy of " + NameOf(account));
        }
        const absl::StatusOr<std::vector<PartRow>> parts = (*copy)->PartsOfAccount(account);
        if (!parts.ok()) return parts.status();
        const Uuid uuid = (*copy)->directory().uuid;
        // Lost days that the copy has sealed are lost no more, without events as with them.
        const std::set<absl::CivilDay> lost = LostDaysOf(own_parts);
        const std::set<absl::CivilDay> lost_in_copy = LostDaysOf(*parts);
        std::set<absl::CivilDay> still_lost = lost;
        std::erase_if(still_lost, [&](absl::CivilDay day) {
          if (!days.Contains(day) || lost_in_copy.contains(day)) return false;
          return taken->contains(day) || (was_sealed && of_copy->second.sealed_through &&
                                          day <= *of_copy->second.sealed_through);
        });
        std::optional<absl::CivilDay> first_day = row.first_day;
        std::set<absl::CivilDay> with_block;
        for (PartRow part : *parts) {
          if (part.key.kind != PartKind::kBlock || !days.Contains(DayOf(part.key))) continue;
          if (still_lost.contains(DayOf(part.key))) continue;
          const absl::StatusOr<BlockBytes> bytes =
              ReadPart(files_, PackFolder(from_copy), uuid, part.key, part.place);
          if (!bytes.ok()) return bytes.status();
          if (absl::Status status = OpenBlock(bytes->bytes()).status(); !status.ok()) return status;
          const absl::StatusOr<PartPlace> place = pack.Add(part.key, bytes->bytes());
          if (!place.ok()) return place.status();
          part.place = *place;
          change.parts.push_back(part);
          with_block.insert(DayOf(part.key));
          first_day = std::min(first_day.value_or(DayOf(part.key)), DayOf(part.key));
        }
        // A day that was not sealed there takes the place of one that was sealed here since.
        for (const PartRow& part : own_parts) {
          const bool is_block = part.key.kind == PartKind::kBlock;
          if (is_block && taken->contains(DayOf(part.key)) &&
              !with_block.contains(DayOf(part.key))) {
            change.removed.push_back(part.key);
          }
        }
        if (still_lost != lost) PutLostDays(account, own_parts, still_lost, row.through, change);
        if (first_day != row.first_day) {
          change.accounts.push_back(row);
          change.accounts.back().first_day = first_day;
        }
        if (!change.parts.empty() || still_lost != lost) return absl::OkStatus();
        return absl::NotFoundError(from_copy + " has no sealed days of account " +
                                   std::to_string(account) + " in " + ToString(days) +
                                   ", and no events of lost ones");
      });
}

}  // namespace pinmetrics
