#include <algorithm>
#include <iterator>
#include <set>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "calendar/day_number.h"
#include "durable/bytes.h"
#include "durable/directory_core.h"
#include "pinmetrics/calendar/date_range.h"
#include "store/block/open_block.h"

/// The stores of a directory: how they are read, and how what they take is written.

namespace pinmetrics {
namespace {

AccountSettings SettingsOf(const StoreOptions& options) {
  return {.time_zone = options.reporting.time_zone.name(),
          .business_created = options.reporting.business_created,
          .late_events = options.late_events};
}

/// What of the settings differs, for a message; empty if nothing does.
std::string DifferenceOf(const AccountSettings& kept, const AccountSettings& asked) {
  if (kept.time_zone != asked.time_zone) {
    return "is kept in the zone " + kept.time_zone + ", not " + asked.time_zone;
  }
  const auto day = [](const std::optional<absl::CivilDay>& created) {
    return created ? ToString(*created) : std::string("no day");
  };
  if (kept.business_created != asked.business_created) {
    return "is kept with business_created " + day(kept.business_created) + ", not " +
           day(asked.business_created);
  }
  if (kept.late_events != asked.late_events) return "is kept with other late_events";
  return "";
}

/// Room for `more`, and for as many again where it has to be made.
template <typename T>
void MakeRoom(std::vector<T>& items, std::size_t more) {
  const std::size_t size = items.size() + more;
  if (items.capacity() < size) items.reserve(std::max(size, items.size() * 2));
}

/// Of what has days.
template <typename Dated>
RecordSubject SubjectOf(AccountKey account, RecordKind kind, std::span<const Dated> dated) {
  const auto [first, last] = std::minmax_element(
      dated.begin(), dated.end(), [](const Dated& a, const Dated& b) { return a.day < b.day; });
  return {.account = account,
          .kind = kind,
          .first = DayNumber(first->day),
          .last = DayNumber(last->day)};
}

}  // namespace

/// Keeps one store in the directory.
class DirectoryCore::AccountJournal : public Journal {
 public:
  AccountJournal(std::shared_ptr<DirectoryCore> core, AccountKey account)
      : core_(std::move(core)), account_(account) {}

  AccountKey account() const { return account_; }

  absl::Status KeepPins(std::uint32_t first, std::span<const Pin> pins) override {
    std::vector<NewRecord> records;
    for (const Pin& pin : pins) {
      const auto version = first + static_cast<std::uint32_t>(records.size());
      records.push_back({.subject = {.account = account_,
                                     .kind = RecordKind::kPin,
                                     .first = version,
                                     .last = version},
                         .body = Encode(version, pin)});
    }
    return core_->Write(records, /*sync=*/false);
  }
  absl::Status Sync() override { return core_->log_->Sync(); }

  absl::Status KeepEvents(std::span<const KeptBatch> batches) override {
    return core_->WriteEvents(account_, batches);
  }

  absl::Status KeepWithdrawals(std::span<const KeptWithdrawal> withdrawals) override {
    return core_->Write(SubjectOf(account_, RecordKind::kWithdrawals, withdrawals),
                        Encode(withdrawals), /*sync=*/true);
  }

  std::uint64_t last_record() const override { return core_->log_->last_sequence(); }

  absl::StatusOr<std::uint32_t> next_viewer() const override {
    const absl::StatusOr<std::optional<AccountRow>> row = core_->RowOf(account_);
    if (!row.ok()) return row.status();
    return row->has_value() ? (*row)->next_viewer : AccountRow().next_viewer;
  }

  absl::Status KeepRound(const SealedRound& round) override {
    const SealedRound* const rounds[] = {&round};
    return core_->KeepRounds(rounds);
  }
  std::vector<std::shared_ptr<const PackedBlock>> BlocksAsKept(const SealedRound& round) override {
    return core_->BlocksAsKept(round);
  }

 private:
  const std::shared_ptr<DirectoryCore> core_;
  const AccountKey account_;
};

AccountKey DirectoryCore::AccountOf(const Journal& journal) {
  return static_cast<const AccountJournal&>(journal).account();
}

// ---- Opening ----

std::vector<AccountKey> DirectoryCore::Accounts() const {
  const std::lock_guard<std::mutex> lock(accounts_mutex_);
  std::vector<AccountKey> keys;
  for (const auto& [account, of_account] : accounts_) keys.push_back(account);
  return keys;
}

absl::StatusOr<KeptStore> DirectoryCore::OpenStore(AccountKey account,
                                                   std::optional<StoreOptions> options) {
  if (absl::Status status = CheckProcess(); !status.ok()) return status;
  const std::lock_guard<std::mutex> lock(open_mutex_);
  std::optional<AccountSettings> kept;
  std::optional<KeptStore> open;
  {
    const std::lock_guard<std::mutex> accounts(accounts_mutex_);
    const auto found = accounts_.find(account);
    if (found != accounts_.end()) {
      kept = found->second.settings;
      open = found->second.store.Get();
    }
  }
  const std::string name = NameOf(account);
  if (kept && !HasSettings(account)) {
    return absl::DataLossError(name +
                               ": its zone was in bytes of the log that were damaged, so that "
                               "nothing of it can be told; EraseAccount forgets it");
  }
  if (!options) {
    if (!kept) return absl::NotFoundError(name + " is not there");
    options.emplace();
    if (!absl::LoadTimeZone(kept->time_zone, &options->reporting.time_zone)) {
      return absl::FailedPreconditionError(name + " is kept in the zone " + kept->time_zone +
                                           ", which this system does not know");
    }
    options->reporting.business_created = kept->business_created;
    options->late_events = kept->late_events;
  }
  const AccountSettings asked = SettingsOf(*options);
  if (kept && *kept != asked) {
    return absl::InvalidArgumentError(name + " " + DifferenceOf(*kept, asked));
  }
  if (open) return *std::move(open);
  if (!kept) {
    if (absl::Status made = MakeAccount(account, asked); !made.ok()) return made;
  }
  const absl::StatusOr<std::optional<AccountRow>> known = RowOf(account);
  if (!known.ok()) return known.status();
  const std::optional<AccountRow>& row = *known;
  Sealed sealed;
  if (row) {
    absl::StatusOr<Sealed> read = ReadSealed(*row);
    if (!read.ok()) return read.status();
    sealed = *std::move(read);
  }
  const absl::StatusOr<std::optional<SealedClosed>> with_all = SealedClosedOf(row);
  if (!with_all.ok()) return with_all.status();
  if (const std::optional<SealedClosed>& closed = *with_all) {
    // As the sealing would have left it, had it been open.
    KeptContents& contents = sealed.contents;
    contents.sealed_through = std::max(contents.sealed_through, closed->day);
    std::erase_if(contents.batch_keys,
                  [&](const auto& key) { return key.second + kBatchKeysKept < closed->at; });
  }
  if (!sealed.lost.empty() && !options_.read_only) {
    // What cannot go now is passed over.
    const std::lock_guard<std::mutex> seal_lock(seal_mutex_);
    (void)PurgeLost(account, sealed.lost);
  }
  absl::StatusOr<KeptStore> store = KeptStore::Make(*std::move(options), sealed.contents);
  if (!store.ok()) return store.status();
  if (absl::Status status = Replay(account, row, sealed, *store); !status.ok()) return status;
  store->Attach(std::make_shared<AccountJournal>(weak_from_this().lock(), account));
  const std::lock_guard<std::mutex> accounts(accounts_mutex_);
  accounts_[account].store = KeptStore::Watch(*store);
  return store;
}

absl::Status DirectoryCore::MakeAccount(AccountKey account, const AccountSettings& settings) {
  const auto forget = absl::MakeCleanup([this, account] {
    const std::lock_guard<std::mutex> lock(accounts_mutex_);
    // One whose record was not written is not there.
    const auto found = accounts_.find(account);
    if (found != accounts_.end() && found->second.logged.empty()) accounts_.erase(found);
  });
  {
    const std::lock_guard<std::mutex> lock(accounts_mutex_);
    accounts_[account].settings = settings;
  }
  // Made safe with the first that it keeps: it promises nothing before.
  absl::Status status = Write({.account = account, .kind = RecordKind::kAccount}, Encode(settings),
                              /*sync=*/false);
  if (!status.ok()) return status;
  const std::lock_guard<std::mutex> lock(accounts_mutex_);
  Account& made = accounts_[account];
  made.made = made.logged.front().origin;
  return absl::OkStatus();
}

absl::Status AddPins(const PartKey& key, std::span<const std::byte> bytes, std::vector<Pin>& pins) {
  if (key.number != static_cast<std::int64_t>(pins.size())) {
    return absl::DataLossError("they do not follow those before");
  }
  ByteReader reader(bytes);
  while (reader.left() > 0) {
    absl::StatusOr<PinRecord> pin = DecodePin(reader.GetBytes(reader.Get<std::uint32_t>()));
    if (!pin.ok()) return absl::DataLossError("they are no Pins");
    pins.push_back(std::move(pin->pin));
  }
  return absl::OkStatus();
}

absl::StatusOr<DirectoryCore::Sealed> DirectoryCore::ReadSealed(const AccountRow& row) {
  std::vector<PartRow> parts;
  BatchKeys batch_keys;
  {
    const std::lock_guard<std::mutex> lock(seal_mutex_);
    absl::StatusOr<std::vector<PartRow>> rows = catalogue_->PartsOfAccount(row.account);
    if (!rows.ok()) return rows.status();
    parts = *std::move(rows);
    absl::StatusOr<BatchKeys> keys = catalogue_->KeysOfAccount(row.account);
    if (!keys.ok()) return keys.status();
    batch_keys = *std::move(keys);
  }
  absl::StatusOr<Sealed> sealed = ReadParts(row, parts);
  if (sealed.ok()) sealed->contents.batch_keys = std::move(batch_keys);
  return sealed;
}

absl::StatusOr<DirectoryCore::Sealed> DirectoryCore::ReadParts(const AccountRow& row,
                                                               std::span<const PartRow> parts) {
  Sealed sealed;
  KeptContents& contents = sealed.contents;
  if (row.sealed_through) contents.sealed_through = *row.sealed_through;
  for (const PartRow& part : parts) {
    const auto damaged = [&](absl::string_view what) {
      return absl::DataLossError(absl::StrCat(PackFolder(), "/", PackName(part.place.pack),
                                              ", byte ", part.place.offset, ": the ",
                                              ToString(part.key), ": ", what));
    };
    if (part.key.kind == PartKind::kLostDays) continue;
    absl::StatusOr<BlockBytes> read = Part(part);
    if (part.key.kind == PartKind::kBlock) {
      const absl::CivilDay day = DayOf(part.key);
      contents.sealed_through = std::max(contents.sealed_through, day);
      sealed.through[day] = part.through;
      absl::Status status = read.status();
      if (read.ok()) {
        status = OpenBlock(read->bytes()).status();
        if (!status.ok()) status = damaged(status.message());
      }
      // One day that is damaged takes no other with it.
      if (absl::IsDataLoss(status)) {
        contents.days.damaged[day] = absl::StrCat(status.message());
        continue;
      }
      if (!status.ok()) return status;
      contents.days.blocks.push_back(std::make_shared<const PackedBlock>(*std::move(read)));
      continue;
    }
    if (!read.ok()) return read.status();
    const std::span<const std::byte> bytes = read->bytes();
    switch (part.key.kind) {
      case PartKind::kBlock:
      case PartKind::kLostDays:
        break;
      case PartKind::kViewers: {
        absl::StatusOr<std::vector<ViewerRun>> runs = DecodeViewers(bytes);
        if (!runs.ok()) return damaged(runs.status().message());
        contents.viewers.insert(contents.viewers.end(), runs->begin(), runs->end());
        break;
      }
      case PartKind::kPins: {
        const absl::Status status = AddPins(part.key, bytes, contents.pins);
        if (!status.ok()) return damaged(status.message());
        break;
      }
    }
  }
  sealed.lost = LostDaysOf(parts);
  for (const absl::CivilDay day : sealed.lost) {
    contents.days.damaged[day] =
        absl::StrCat(LogFolder(), ": events of ", ToString(day), " of account ", row.account,
                     " were in bytes that were damaged");
  }
  std::erase_if(contents.days.blocks, [&contents](const auto& block) {
    return contents.days.damaged.contains(block->block().day());
  });
  contents.next_viewer = row.next_viewer;
  contents.days_dropped = row.days_dropped;
  if (contents.pins.size() != row.pins) {
    return absl::DataLossError(CataloguePath() + ": account " + std::to_string(row.account) +
                               " has parts with " + std::to_string(contents.pins.size()) +
                               " versions of Pins, expected " + std::to_string(row.pins));
  }
  return sealed;
}

absl::StatusOr<BlockBytes> DirectoryCore::Part(const PartRow& row) {
  // What is not a block is read once and let go.
  if (options_.map_blocks && row.key.kind == PartKind::kBlock) {
    return mapped_.MapPart(uuid_, row.key, row.place);
  }
  return ReadPart(files_, PackFolder(), uuid_, row.key, row.place);
}

/// The blocks that a sealing has made, mapped, where blocks are. One that cannot be read stays
/// where it is: in memory.
std::vector<std::shared_ptr<const PackedBlock>> DirectoryCore::BlocksAsKept(
    const SealedRound& round) {
  std::vector<std::shared_ptr<const PackedBlock>> blocks;
  if (!options_.map_blocks || round.blocks.empty()) return blocks;
  const std::lock_guard<std::mutex> lock(seal_mutex_);
  const absl::StatusOr<std::vector<PartRow>> parts =
      catalogue_->PartsOfAccount(AccountOf(*round.journal));
  if (!parts.ok()) return blocks;
  std::set<absl::CivilDay> days;
  for (const auto& [day, block] : round.blocks) days.insert(day);
  for (const PartRow& part : *parts) {
    if (part.key.kind != PartKind::kBlock || !days.contains(DayOf(part.key))) continue;
    absl::StatusOr<BlockBytes> bytes = Part(part);
    if (bytes.ok()) blocks.push_back(std::make_shared<const PackedBlock>(*std::move(bytes)));
  }
  return blocks;
}

bool DirectoryCore::AreInBlocks(const std::optional<AccountRow>& row,
                                const std::map<absl::CivilDay, std::uint64_t>& through,
                                std::uint64_t origin, absl::CivilDay day) {
  if (row && row->Seals(origin, day)) return true;
  const auto block = through.find(day);
  return block != through.end() && origin <= block->second;
}

/// Gives a store what the log has of it that is in no block.
absl::Status DirectoryCore::Replay(AccountKey account, const std::optional<AccountRow>& row,
                                   const Sealed& sealed, KeptStore& store) {
  std::vector<LogPlace> places;
  {
    const std::lock_guard<std::mutex> accounts(accounts_mutex_);
    for (const LoggedRecord& logged : accounts_[account].logged) places.push_back(logged.place);
  }
  std::uint32_t pins = row ? row->pins : 0;
  return log_->ReadAt(places, [&](const LogRecord& record) -> absl::Status {
    const auto is_sealed = [&](const auto& of_event) {
      return AreInBlocks(row, sealed.through, record.origin, of_event.day);
    };
    const auto is_lost = [&](const auto& of_event) { return sealed.lost.contains(of_event.day); };
    switch (record.subject.kind) {
      case RecordKind::kAccount:
        return absl::OkStatus();
      case RecordKind::kPin: {
        const absl::StatusOr<PinRecord> pin = DecodePin(record.body);
        if (!pin.ok()) return pin.status();
        if (pin->version < pins) return absl::OkStatus();
        if (pin->version != pins) {
          return absl::DataLossError("version " + std::to_string(pin->version) +
                                     " of a Pin comes after " + std::to_string(pins) + " versions");
        }
        ++pins;
        return store.Replay({&pin->pin, 1});
      }
      case RecordKind::kEvents: {
        absl::StatusOr<EventsRecord> events = DecodeEvents(record.body);
        if (!events.ok()) return events.status();
        // What is there of a lost day comes from a restoring that was stopped.
        const bool were_lost = std::erase_if(events->events, is_lost) > 0;
        if (were_lost && events->events.empty()) return absl::OkStatus();
        std::erase_if(events->events, is_sealed);
        return store.Replay(events->events, events->batch_key, events->now);
      }
      case RecordKind::kWithdrawals: {
        absl::StatusOr<std::vector<KeptWithdrawal>> withdrawals = DecodeWithdrawals(record.body);
        if (!withdrawals.ok()) return withdrawals.status();
        std::erase_if(*withdrawals, is_sealed);
        return store.Replay(*withdrawals);
      }
    }
    return absl::OkStatus();
  });
}

// ---- Writing ----

absl::Status DirectoryCore::Write(std::span<const NewRecord> records, bool sync) {
  if (absl::Status status = CheckWritable(); !status.ok()) return status;
  if (absl::Status status = GoOnAlone(); !status.ok()) return status;
  const std::shared_lock<std::shared_mutex> index(index_mutex_);
  {
    // What is on the disk has to be known, also should memory run out.
    const std::lock_guard<std::mutex> lock(accounts_mutex_);
    for (const NewRecord& record : records) {
      MakeRoom(accounts_[record.subject.account].logged, records.size());
    }
  }
  const absl::StatusOr<std::vector<Log::Written>> written = log_->Append(records, sync);
  if (!written.ok()) return written.status();
  const std::lock_guard<std::mutex> lock(accounts_mutex_);
  for (std::size_t i = 0; i < records.size(); ++i) {
    (void)Note(records[i].subject, (*written)[i].sequence, (*written)[i].place);
  }
  return absl::OkStatus();
}

absl::Status DirectoryCore::Write(const RecordSubject& subject, std::vector<std::byte> body,
                                  bool sync) {
  const NewRecord record{.subject = subject, .body = std::move(body)};
  return Write({&record, 1}, sync);
}

absl::Status DirectoryCore::WriteEvents(AccountKey account, std::span<const KeptBatch> batches) {
  std::vector<NewRecord> records;
  std::vector<std::pair<std::string, absl::Time>> keys;
  for (const KeptBatch& batch : batches) {
    records.push_back({.subject = SubjectOf(account, RecordKind::kEvents, batch.events),
                       .body = Encode(batch.events, batch.key, batch.now)});
    if (!batch.key.empty()) keys.emplace_back(batch.key, batch.now);
  }
  {
    const std::lock_guard<std::mutex> lock(accounts_mutex_);
    MakeRoom(accounts_[account].new_keys, keys.size());
  }
  if (absl::Status status = Write(records, /*sync=*/true); !status.ok()) return status;
  const std::lock_guard<std::mutex> lock(accounts_mutex_);
  std::move(keys.begin(), keys.end(), std::back_inserter(accounts_[account].new_keys));
  return absl::OkStatus();
}

absl::Status DirectoryCore::Flush() {
  if (absl::Status status = CheckProcess(); !status.ok()) return status;
  return log_->Flush().status();
}

}  // namespace pinmetrics
