#include <algorithm>
#include <set>

#include "calendar/day_number.h"
#include "durable/bytes.h"
#include "durable/directory_core.h"
#include "pinmetrics/calendar/reporting_calendar.h"

namespace pinmetrics {
namespace {

/// A round of sealing takes no more accounts than this at once.
constexpr std::size_t kMostAccountsAtOnce = 4096;
/// A round writes anew at most so much of packs of which little is wanted.
constexpr std::uint64_t kMostBytesMoved = std::uint64_t{256} << 20;

}  // namespace

SealAllResult DirectoryCore::SealAll(absl::Time now) {
  const std::lock_guard<std::mutex> turn(seal_all_mutex_);
  SealingAll sealing{.now = now};
  absl::Status& status = sealing.result.status;
  status = CheckWritable();
  if (status.ok()) status = GoOnAlone();
  if (!status.ok()) return std::move(sealing.result);
  // What it says of records must not be less safe than they are.
  const absl::StatusOr<LogEnd> end = log_->Flush();
  if (!end.ok()) {
    status = end.status();
    return std::move(sealing.result);
  }
  sealing.through = end->last_sequence;
  {
    // Those who were writing meanwhile have noted what they wrote.
    const std::unique_lock<std::shared_mutex> index(index_mutex_);
  }
  while (true) {
    AccountsToSeal found;
    {
      // Nobody opens a store between the last look and what is kept of it.
      const std::lock_guard<std::mutex> opening(open_mutex_);
      absl::StatusOr<AccountsToSeal> looked = FindAccountsToSeal(sealing);
      if (!looked.ok()) {
        status.Update(looked.status());
        break;
      }
      found = *std::move(looked);
      if (found.accounts.empty()) {
        const absl::Status kept = KeepSealedAll(sealing);
        if (kept.ok()) sealing.result.accounts += found.idle;
        status.Update(kept);
        break;
      }
    }
    const std::span<const AccountKey> accounts = found.accounts;
    for (std::size_t begin = 0; begin < accounts.size(); begin += kMostAccountsAtOnce) {
      SealTogether(accounts.subspan(begin, std::min(kMostAccountsAtOnce, accounts.size() - begin)),
                   sealing);
    }
  }
  return std::move(sealing.result);
}

absl::StatusOr<DirectoryCore::AccountsToSeal> DirectoryCore::FindAccountsToSeal(
    const SealingAll& sealing) const {
  const std::lock_guard<std::mutex> lock(seal_mutex_);
  if (absl::Status status = catalogue_->Recover(); !status.ok()) return status;
  const DirectoryCatalogue::Directory& directory = catalogue_->directory();
  // By zone; nothing for one that the system does not know, which opening the store tells of.
  std::map<std::string, std::optional<absl::CivilDay>> first_retained;
  const auto has_only_retained_days = [&](const AccountRow& row) {
    if (!row.first_day) return true;
    const auto [zone, is_new] = first_retained.try_emplace(row.settings.time_zone);
    absl::TimeZone time_zone;
    if (is_new && absl::LoadTimeZone(zone->first, &time_zone)) {
      zone->second = ReportingCalendar(time_zone).FirstRetainedDay(sealing.now);
    }
    return zone->second && *row.first_day >= *zone->second;
  };
  AccountsToSeal found;
  const std::lock_guard<std::mutex> accounts(accounts_mutex_);
  for (const auto& [account, known] : accounts_) {
    if (known.made > sealing.through || sealing.tried.contains(account)) continue;
    const auto row = catalogue_->accounts().find(account);
    // A clock that went back says nothing of accounts that came since.
    const bool says_more = !directory.sealed_all_at || *directory.sealed_all_at <= sealing.now ||
                           known.made <= directory.sealed_all_through;
    const bool is_idle = row != catalogue_->accounts().end() && says_more &&
                         !known.store.is_open() && known.logged.empty() && known.new_keys.empty() &&
                         !row->second.left_out && has_only_retained_days(row->second);
    if (is_idle) {
      ++found.idle;
    } else {
      found.accounts.push_back(account);
    }
  }
  return found;
}

void DirectoryCore::SealTogether(std::span<const AccountKey> accounts, SealingAll& sealing) {
  SealAllResult& result = sealing.result;
  sealing.tried.insert(accounts.begin(), accounts.end());
  std::vector<KeptStore> stores;
  std::vector<AccountKey> opened;
  for (const AccountKey account : accounts) {
    absl::StatusOr<KeptStore> store = OpenStore(account, std::nullopt);
    if (store.ok()) {
      stores.push_back(*std::move(store));
      opened.push_back(account);
    } else {
      result.status.Update(store.status());
      sealing.failed.insert(account);
    }
  }
  const std::vector<SealResult> sealed = KeptStore::SealTogether(
      stores, sealing.now,
      [this](std::span<const SealedRound* const> rounds) { return KeepRounds(rounds); });
  for (std::size_t i = 0; i < sealed.size(); ++i) {
    if (sealed[i].status.ok()) {
      ++result.accounts;
    } else {
      result.status.Update(sealed[i].status);
      sealing.failed.insert(opened[i]);
    }
    result.days_sealed += sealed[i].days_sealed;
    result.events_sealed += sealed[i].events_sealed;
    result.days_dropped += sealed[i].days_dropped;
  }
}

absl::Status DirectoryCore::KeepSealedAll(const SealingAll& sealing) {
  const std::lock_guard<std::mutex> lock(seal_mutex_);
  if (absl::Status status = catalogue_->Recover(); !status.ok()) return status;
  const std::optional<absl::Time>& before = catalogue_->directory().sealed_all_at;
  if (before && sealing.now < *before) return absl::OkStatus();
  DirectoryCatalogue::Change change{.known_through = sealing.through,
                                    .sealed_all = {{sealing.now, sealing.through}}};
  for (const AccountKey account : sealing.failed) {
    const auto row = catalogue_->accounts().find(account);
    if (row == catalogue_->accounts().end() || row->second.left_out) continue;
    change.accounts.push_back(row->second);
    change.accounts.back().left_out = true;
  }
  return ChangeCatalogue(change);
}

absl::StatusOr<std::optional<DirectoryCore::SealedClosed>> DirectoryCore::SealedClosedOf(
    const std::optional<AccountRow>& row) const {
  std::optional<SealedClosed> sealed;
  const std::lock_guard<std::mutex> lock(seal_mutex_);
  if (absl::Status status = catalogue_->Recover(); !status.ok()) return status;
  const DirectoryCatalogue::Directory& directory = catalogue_->directory();
  // One that came later takes its history first.
  if (!row || !directory.sealed_all_at || row->left_out ||
      row->made > directory.sealed_all_through) {
    return sealed;
  }
  absl::TimeZone time_zone;
  if (!absl::LoadTimeZone(row->settings.time_zone, &time_zone)) return sealed;
  sealed = {.day = ReportingCalendar(time_zone).LatestCompleteDay(*directory.sealed_all_at),
            .through = directory.sealed_all_through,
            .at = *directory.sealed_all_at};
  return sealed;
}

absl::Status DirectoryCore::KeepRounds(std::span<const SealedRound* const> rounds) {
  if (absl::Status status = CheckWritable(); !status.ok()) return status;
  if (absl::Status status = GoOnAlone(); !status.ok()) return status;
  // What a sealing covers must not be less safe than the sealing.
  if (absl::Status status = log_->Flush().status(); !status.ok()) return status;
  const std::lock_guard<std::mutex> lock(seal_mutex_);
  DirectoryCatalogue::Change change;
  absl::StatusOr<std::unique_ptr<PackWriter>> pack = MakePack();
  if (!pack.ok()) return pack.status();
  for (const SealedRound* const round : rounds) {
    if (absl::Status status = AddRound(*round, **pack, change); !status.ok()) return status;
  }
  if (change.accounts.empty()) return absl::OkStatus();
  if (absl::Status status = MoveParts(**pack, change, {}); !status.ok()) return status;
  if (absl::Status status = FinishPack(**pack, change); !status.ok()) return status;
  change.known_through = 0;
  for (const SealedRound* const round : rounds) {
    change.known_through = std::max(*change.known_through, round->through);
  }
  {
    // Nobody writes to the log meanwhile: what is needed of it is known.
    const std::unique_lock<std::shared_mutex> index(index_mutex_);
    change.first_segment = FirstSegmentNeededAfter(change);
  }
  const absl::StatusOr<Unwanted> unwanted = Apply(change);
  if (!unwanted.ok()) return unwanted.status();
  ForgetCovered(change);
  // All is safe; what cannot be removed now goes when the folder is opened again.
  (void)Remove(*unwanted);
  return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<PackWriter>> DirectoryCore::MakePack() {
  // A change that failed may have been made, and have the number that would be next.
  if (absl::Status status = catalogue_->Recover(); !status.ok()) return status;
  return PackWriter::Make(files_, PackFolder(), uuid_, catalogue_->directory().next_pack);
}

absl::Status DirectoryCore::FinishPack(PackWriter& pack, DirectoryCatalogue::Change& change) {
  const std::uint32_t number = catalogue_->directory().next_pack;
  const bool is_empty =
      std::none_of(change.parts.begin(), change.parts.end(),
                   [number](const PartRow& part) { return part.place.pack == number; });
  if (is_empty) return absl::OkStatus();
  change.pack = {number, pack.bytes()};
  return pack.Finish();
}

/// Changes the catalogue. Returns what it wants no longer.
absl::StatusOr<DirectoryCore::Unwanted> DirectoryCore::Apply(
    const DirectoryCatalogue::Change& change) {
  Unwanted unwanted{.segments_before = change.first_segment.value_or(0), .packs = {}};
  for (const auto& [number, of_pack] : catalogue_->packs()) unwanted.packs.push_back(number);
  if (absl::Status status = ChangeCatalogue(change); !status.ok()) return status;
  std::erase_if(unwanted.packs,
                [this](std::uint32_t number) { return catalogue_->packs().contains(number); });
  return unwanted;
}

absl::Status DirectoryCore::Remove(const Unwanted& unwanted) {
  absl::Status status = log_->RemoveBefore(unwanted.segments_before);
  for (const std::uint32_t number : unwanted.packs) {
    status.Update(files_.Remove(PackFolder() + "/" + PackName(number)));
  }
  return status;
}

absl::Status DirectoryCore::AddRound(const SealedRound& round, PackWriter& pack,
                                     DirectoryCatalogue::Change& change) {
  const AccountKey account = AccountOf(*round.journal);
  const std::size_t parts_before = change.parts.size();
  const std::size_t removed_before = change.removed.size();
  AccountRow row;
  std::vector<PartRow> kept;
  const auto found = catalogue_->accounts().find(account);
  const bool is_known = found != catalogue_->accounts().end();
  if (is_known) {
    row = found->second;
    absl::StatusOr<std::vector<PartRow>> parts = catalogue_->PartsOfAccount(account);
    if (!parts.ok()) return parts.status();
    kept = *std::move(parts);
  }
  DirectoryCatalogue::Change::Keys keys{.account = account, .kept_from = round.keys_kept_from};
  {
    const std::lock_guard<std::mutex> lock(accounts_mutex_);
    row.settings = accounts_[account].settings;
    row.made = accounts_[account].made;
    keys.added = accounts_[account].new_keys;
  }
  row.account = account;
  std::optional<absl::CivilDay> first_day;
  const auto has_day = [&first_day](absl::CivilDay day) {
    first_day = std::min(first_day.value_or(day), day);
  };
  for (const PartRow& part : kept) {
    if (part.key.kind != PartKind::kBlock) continue;
    if (part.key.number < DayNumber(round.first_retained)) {
      change.removed.push_back(part.key);
    } else {
      has_day(DayOf(part.key));
    }
  }
  std::set<absl::CivilDay> lost = LostDaysOf(kept);
  if (std::erase_if(lost, [&](absl::CivilDay day) { return day < round.first_retained; }) > 0) {
    PutLostDays(account, kept, lost, round.through, change);
  }
  for (const absl::CivilDay day : lost) has_day(day);
  for (const auto& [day, block] : round.blocks) has_day(day);
  const auto add = [&](PartKind kind, std::int64_t number, std::span<const std::byte> bytes) {
    const PartKey key{.account = account, .kind = kind, .number = number};
    const absl::StatusOr<PartPlace> place = pack.Add(key, bytes);
    if (!place.ok()) return place.status();
    change.parts.push_back({.key = key, .place = *place, .through = round.through});
    return absl::OkStatus();
  };
  for (const auto& [day, block] : round.blocks) {
    if (absl::Status status = add(PartKind::kBlock, DayNumber(day), block->bytes()); !status.ok()) {
      return status;
    }
  }
  if (round.has_all_viewers) {
    for (const PartRow& part : kept) {
      if (part.key.kind == PartKind::kViewers) change.removed.push_back(part.key);
    }
  }
  if (!round.viewers.empty()) {
    absl::Status status =
        add(PartKind::kViewers, round.viewers.front().first, EncodeViewers(round.viewers));
    if (!status.ok()) return status;
  }
  row.next_viewer = round.next_viewer;
  row.days_dropped = static_cast<std::uint32_t>(round.days_dropped);
  if (round.pins.versions.size() > row.pins) {
    ByteWriter writer;
    for (std::uint32_t version = row.pins; version < round.pins.versions.size(); ++version) {
      const std::vector<std::byte> pin = Encode(version, round.pins.versions[version]);
      writer.Put(static_cast<std::uint32_t>(pin.size()));
      writer.PutBytes(pin);
    }
    if (absl::Status status = add(PartKind::kPins, row.pins, writer.bytes()); !status.ok()) {
      return status;
    }
    row.pins = round.pins.versions.size();
  }
  const bool is_as_before = is_known && change.parts.size() == parts_before &&
                            change.removed.size() == removed_before && keys.added.empty() &&
                            row.sealed_through == round.sealed_through &&
                            row.first_day == first_day && !row.left_out;
  if (is_as_before) return absl::OkStatus();
  row.first_day = first_day;
  if (round.is_last) {
    row.left_out = false;
    row.sealed_through = round.sealed_through;
    row.through = round.through;
  }
  change.accounts.push_back(std::move(row));
  change.keys.push_back(std::move(keys));
  return absl::OkStatus();
}

/// Writes parts of packs of which less than half is wanted into this one, so that their files go;
/// and all that is wanted of the packs `emptied`.
absl::Status DirectoryCore::MoveParts(PackWriter& pack, DirectoryCatalogue::Change& change,
                                      const std::set<std::uint32_t>& emptied) {
  std::set<PartKey> settled(change.removed.begin(), change.removed.end());
  for (const PartRow& part : change.parts) settled.insert(part.key);
  const auto is_settled = [&](const PartKey& key) {
    return settled.contains(key) || std::find(change.erased.begin(), change.erased.end(),
                                              key.account) != change.erased.end();
  };
  std::uint64_t moved = 0;
  for (const auto& [number, of_pack] : catalogue_->packs()) {
    const bool is_emptied = emptied.contains(number);
    const bool is_worth_it =
        of_pack.live_bytes * 2 < of_pack.bytes && moved + of_pack.live_bytes <= kMostBytesMoved;
    if (!is_emptied && !is_worth_it) continue;
    absl::StatusOr<std::vector<PartRow>> parts = catalogue_->PartsOfPack(number);
    // What is damaged stays where it is, to be named by whoever wants it.
    if (absl::IsDataLoss(parts.status()) && !is_emptied) continue;
    if (!parts.ok()) return parts.status();
    for (PartRow& part : *parts) {
      if (is_settled(part.key)) continue;
      const absl::StatusOr<BlockBytes> bytes =
          ReadPart(files_, PackFolder(), uuid_, part.key, part.place);
      if (absl::IsDataLoss(bytes.status()) && !is_emptied) continue;
      if (!bytes.ok()) return bytes.status();
      const absl::StatusOr<PartPlace> place = pack.Add(part.key, bytes->bytes());
      if (!place.ok()) return place.status();
      part.place = *place;
      moved += part.place.bytes;
      change.parts.push_back(part);
    }
  }
  return absl::OkStatus();
}

std::uint32_t DirectoryCore::FirstSegmentNeededAfter(
    const DirectoryCatalogue::Change& change) const {
  std::map<AccountKey, const AccountRow*> rows;
  for (const AccountRow& row : change.accounts) rows[row.account] = &row;
  std::uint32_t first = log_->last_segment();
  const std::lock_guard<std::mutex> lock(accounts_mutex_);
  for (const auto& [account, of_account] : accounts_) {
    const auto row = rows.find(account);
    for (const LoggedRecord& logged : of_account.logged) {
      const bool is_covered =
          row != rows.end() && row->second->Covers(logged.kind, logged.origin, logged.last);
      if (!is_covered) first = std::min(first, logged.place.segment);
    }
  }
  return first;
}

void DirectoryCore::ForgetCovered(const DirectoryCatalogue::Change& change) {
  const std::lock_guard<std::mutex> lock(accounts_mutex_);
  for (const AccountRow& row : change.accounts) {
    std::erase_if(accounts_[row.account].logged, [&](const LoggedRecord& logged) {
      return row.Covers(logged.kind, logged.origin, logged.last);
    });
  }
  for (const DirectoryCatalogue::Change::Keys& keys : change.keys) {
    // Others may have come meanwhile.
    auto& new_keys = accounts_[keys.account].new_keys;
    new_keys.erase(new_keys.begin(),
                   new_keys.begin() + static_cast<std::ptrdiff_t>(keys.added.size()));
  }
}

}  // namespace pinmetrics
