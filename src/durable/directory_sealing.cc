#include <algorithm>
#include <set>

#include "calendar/day_number.h"
#include "durable/bytes.h"
#include "durable/directory_core.h"

namespace pinmetrics {
namespace {

/// A round of sealing takes no more accounts than this at once.
constexpr std::size_t kMostAccountsAtOnce = 4096;
/// A round writes anew at most so much of packs of which little is wanted.
constexpr std::uint64_t kMostBytesMoved = std::uint64_t{256} << 20;

}  // namespace

SealAllResult DirectoryCore::SealAll(absl::Time now) {
  const std::lock_guard<std::mutex> turn(seal_all_mutex_);
  SealAllResult result;
  const std::vector<AccountKey> accounts = Accounts();
  for (std::size_t begin = 0; begin < accounts.size(); begin += kMostAccountsAtOnce) {
    const std::size_t end = std::min(begin + kMostAccountsAtOnce, accounts.size());
    std::vector<KeptStore> stores;
    for (std::size_t i = begin; i < end; ++i) {
      absl::StatusOr<KeptStore> store = OpenStore(accounts[i], std::nullopt);
      if (store.ok()) {
        stores.push_back(*std::move(store));
      } else if (result.status.ok()) {
        result.status = store.status();
      }
    }
    const std::vector<SealResult> sealed = KeptStore::SealTogether(
        stores, now,
        [this](std::span<const SealedRound* const> rounds) { return KeepRounds(rounds); });
    for (const SealResult& of_store : sealed) {
      if (of_store.status.ok()) {
        ++result.accounts;
      } else if (result.status.ok()) {
        result.status = of_store.status;
      }
      result.days_sealed += of_store.days_sealed;
      result.events_sealed += of_store.events_sealed;
      result.days_dropped += of_store.days_dropped;
    }
  }
  return result;
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
  if (absl::Status status = catalogue_->Apply(change); !status.ok()) return status;
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
  for (const PartRow& part : kept) {
    if (part.key.kind == PartKind::kBlock && part.key.number < DayNumber(round.first_retained)) {
      change.removed.push_back(part.key);
    }
  }
  std::set<absl::CivilDay> lost = LostDaysOf(kept);
  if (std::erase_if(lost, [&](absl::CivilDay day) { return day < round.first_retained; }) > 0) {
    PutLostDays(account, kept, lost, round.through, change);
  }
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
                            row.sealed_through == round.sealed_through;
  if (is_as_before) return absl::OkStatus();
  if (round.is_last) {
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
