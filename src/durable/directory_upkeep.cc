#include <algorithm>
#include <random>
#include <set>

#include "durable/copy_file.h"
#include "durable/directory_core.h"
#include "durable/parent_folder.h"
#include "store/block/open_block.h"

/// What an operator does with a directory now and then.

namespace pinmetrics {

absl::StatusOr<Verification> DirectoryCore::Verify() {
  if (absl::Status status = CheckProcess(); !status.ok()) return status;
  Verification found;
  const std::lock_guard<std::mutex> lock(seal_mutex_);
  LogScan scan;
  const absl::Status log = log_->ReadAll(
      [](const LogRecord& record) -> absl::Status {
        switch (record.subject.kind) {
          case RecordKind::kAccount:
            return DecodeAccount(record.body).status();
          case RecordKind::kPin:
            return DecodePin(record.body).status();
          case RecordKind::kEvents:
            return DecodeEvents(record.body).status();
          case RecordKind::kWithdrawals:
            return DecodeWithdrawals(record.body).status();
        }
        return absl::DataLossError("a record of an unknown kind");
      },
      scan);
  found.records = scan.records;
  if (absl::IsDataLoss(log)) {
    found.damage.emplace_back(log.message());
  } else if (!log.ok()) {
    return log;
  }
  for (const auto& [number, pack] : catalogue_->packs()) {
    for (const absl::Status& status : {CheckHead(files_, PackFolder(), uuid_, number),
                                       catalogue_->PartsOfPack(number).status()}) {
      if (!status.ok()) found.damage.emplace_back(status.message());
    }
  }
  for (const auto& [account, row] : catalogue_->accounts()) {
    const absl::StatusOr<std::vector<PartRow>> parts = catalogue_->PartsOfAccount(account);
    if (!parts.ok()) {
      found.damage.emplace_back(parts.status().message());
      continue;
    }
    for (const absl::CivilDay day : LostDaysOf(*parts)) {
      found.damage.push_back(NameOf(account) + ": events of " + ToString(day) + " were lost");
    }
    for (const PartRow& part : *parts) {
      if (part.key.kind == PartKind::kLostDays) continue;
      const absl::StatusOr<BlockBytes> bytes =
          ReadPart(files_, PackFolder(), uuid_, part.key, part.place);
      absl::Status status = bytes.status();
      if (bytes.ok() && part.key.kind == PartKind::kBlock) {
        status = OpenBlock(bytes->bytes()).status();
        ++found.blocks;
      }
      found.bytes += part.place.bytes;
      if (!status.ok()) found.damage.emplace_back(status.message());
    }
  }
  return found;
}

absl::Status DirectoryCore::CopyTo(const std::string& path) {
  if (absl::Status status = CheckProcess(); !status.ok()) return status;
  if (absl::Status status = files_.MakeFolder(path); !status.ok()) return status;
  const absl::StatusOr<std::vector<std::string>> names = files_.List(path);
  if (!names.ok()) return names.status();
  if (!names->empty()) {
    return absl::FailedPreconditionError(path + " has " + names->front() +
                                         " in it; expected an empty folder, or none");
  }
  const absl::StatusOr<std::unique_ptr<FileLock>> copy_lock =
      files_.Lock(LockPath(path), FileSystem::LockKind::kToWrite);
  if (!copy_lock.ok()) return copy_lock.status();
  for (const std::string& folder : {LogFolder(path), PackFolder(path)}) {
    if (absl::Status status = files_.MakeFolder(folder); !status.ok()) return status;
  }
  // Nobody seals meanwhile, so that packs and the catalogue stay; what is appended from here on is
  // behind the end of the copy's log.
  const std::lock_guard<std::mutex> lock(seal_mutex_);
  const absl::StatusOr<LogEnd> end = log_->Flush();
  if (!end.ok()) return end.status();
  if (absl::Status status = log_->CopyTo(LogFolder(path), *end); !status.ok()) return status;
  for (const auto& [number, pack] : catalogue_->packs()) {
    const std::string name = "/" + PackName(number);
    absl::Status status = CopyFile(files_, PackFolder() + name, PackFolder(path) + name);
    if (!status.ok()) return status;
  }
  if (absl::Status status = files_.SyncFolder(PackFolder(path)); !status.ok()) return status;
  // The catalogue comes last, and whole: a folder without it is no copy.
  absl::Status status = catalogue_->CopyTo(CataloguePath(path), end->last_sequence);
  if (status.ok()) status = files_.SyncFolder(path);
  if (!status.ok()) return status;
  return files_.SyncFolder(ParentFolder(path));
}

absl::StatusOr<DirectoryCore::MovedLog> DirectoryCore::MoveLog(const Rewrite& rewrite) {
  const absl::StatusOr<std::uint32_t> segment = log_->StartNewSegment();
  if (!segment.ok()) return segment.status();
  MovedLog moved{.first_segment = *segment, .logged = {}};
  {
    const std::lock_guard<std::mutex> lock(accounts_mutex_);
    for (const auto& [account, of_account] : accounts_) {
      moved.logged.emplace(account, of_account.logged);
    }
  }
  for (auto& [account, of_account] : moved.logged) {
    std::vector<LoggedRecord>& logged = of_account;
    std::vector<LogPlace> places;
    places.reserve(logged.size());
    for (const LoggedRecord& record : logged) places.push_back(record.place);
    std::vector<LoggedRecord> kept;
    std::size_t index = 0;
    absl::Status status = log_->ReadAt(places, [&](const LogRecord& record) -> absl::Status {
      LoggedRecord& known = logged[index++];
      LogRecord copy = record;
      const absl::StatusOr<std::optional<std::vector<std::byte>>> body = rewrite(copy);
      if (!body.ok()) return body.status();
      if (!body->has_value()) return absl::OkStatus();
      copy.body = **body;
      const absl::StatusOr<Log::Written> written = log_->Move(copy);
      if (!written.ok()) return written.status();
      known.place = written->place;
      known.last = copy.subject.last;
      kept.push_back(known);
      return absl::OkStatus();
    });
    if (!status.ok()) return status;
    logged = std::move(kept);
  }
  return moved;
}

/// Makes a change after which nothing is left in the folder of what it takes out of packs and log.
absl::Status DirectoryCore::Purge(DirectoryCatalogue::Change change, PackWriter& pack,
                                  const std::set<std::uint32_t>& emptied, const Rewrite& rewrite) {
  if (absl::Status status = MoveParts(pack, change, emptied); !status.ok()) return status;
  if (absl::Status status = FinishPack(pack, change); !status.ok()) return status;
  // Nobody writes to the log meanwhile.
  const std::unique_lock<std::shared_mutex> index(index_mutex_);
  absl::StatusOr<MovedLog> moved = MoveLog(rewrite);
  if (!moved.ok()) return moved.status();
  const absl::StatusOr<LogEnd> end = log_->Flush();
  if (!end.ok()) return end.status();
  change.first_segment = moved->first_segment;
  change.known_through = end->last_sequence;
  const absl::StatusOr<Unwanted> unwanted = Apply(change);
  if (!unwanted.ok()) return unwanted.status();
  const std::lock_guard<std::mutex> lock(accounts_mutex_);
  for (auto& [account, logged] : moved->logged) accounts_[account].logged = std::move(logged);
  for (const AccountKey account : change.erased) accounts_.erase(account);
  return Remove(*unwanted);
}

absl::Status DirectoryCore::EraseAccount(AccountKey account) {
  if (absl::Status status = CheckWritable(); !status.ok()) return status;
  if (absl::Status status = GoOnAlone(); !status.ok()) return status;
  const std::lock_guard<std::mutex> opening(open_mutex_);
  {
    const std::lock_guard<std::mutex> lock(accounts_mutex_);
    const auto found = accounts_.find(account);
    if (found == accounts_.end()) {
      return absl::NotFoundError(NameOf(account) + " is not there");
    }
    if (found->second.store.Get()) {
      return absl::FailedPreconditionError(NameOf(account) + " is open; expected no handle of it");
    }
  }
  // Copies of what was cut or damaged may have it, too.
  if (absl::Status status = log_->RemoveAsides(); !status.ok()) return status;
  const std::lock_guard<std::mutex> lock(seal_mutex_);
  const absl::StatusOr<std::unique_ptr<PackWriter>> pack = MakePack();
  if (!pack.ok()) return pack.status();
  const absl::StatusOr<std::vector<PartRow>> parts = catalogue_->PartsOfAccount(account);
  if (!parts.ok()) return parts.status();
  std::set<std::uint32_t> emptied;
  for (const PartRow& part : *parts) emptied.insert(part.place.pack);
  return Purge(
      {.erased = {account}}, **pack, emptied,
      [&](const LogRecord& record) -> absl::StatusOr<std::optional<std::vector<std::byte>>> {
        if (record.subject.account == account) return std::nullopt;
        return std::vector<std::byte>(record.body.begin(), record.body.end());
      });
}

absl::Status DirectoryCore::ForgetViewer(AccountKey account, ViewerId viewer) {
  if (absl::Status status = CheckWritable(); !status.ok()) return status;
  if (absl::Status status = GoOnAlone(); !status.ok()) return status;
  absl::StatusOr<KeptStore> store = OpenStore(account, std::nullopt);
  if (!store.ok()) return store.status();
  // Who it was is not to be told from who it is then.
  std::random_device device;
  const ViewerId nobody(std::uint64_t{device()} << 32 | device());
  return store->RenameViewer(viewer, nobody, [&]() -> absl::Status {
    if (absl::Status status = log_->RemoveAsides(); !status.ok()) return status;
    const std::lock_guard<std::mutex> lock(seal_mutex_);
    const absl::StatusOr<std::unique_ptr<PackWriter>> pack = MakePack();
    if (!pack.ok()) return pack.status();
    const absl::StatusOr<std::vector<PartRow>> parts = catalogue_->PartsOfAccount(account);
    if (!parts.ok()) return parts.status();
    DirectoryCatalogue::Change change;
    std::set<std::uint32_t> emptied;
    for (PartRow part : *parts) {
      if (part.key.kind != PartKind::kViewers) continue;
      const absl::StatusOr<BlockBytes> bytes =
          ReadPart(files_, PackFolder(), uuid_, part.key, part.place);
      if (!bytes.ok()) return bytes.status();
      absl::StatusOr<std::vector<ViewerRun>> runs = DecodeViewers(bytes->bytes());
      if (!runs.ok()) return runs.status();
      bool has_viewer = false;
      for (ViewerRun& run : *runs) {
        const auto found = std::find(run.ids.begin(), run.ids.end(), viewer.value());
        if (found == run.ids.end()) continue;
        *found = nobody.value();
        has_viewer = true;
      }
      if (!has_viewer) continue;
      emptied.insert(part.place.pack);
      const absl::StatusOr<PartPlace> place = (*pack)->Add(part.key, EncodeViewers(*runs));
      if (!place.ok()) return place.status();
      part.place = *place;
      change.parts.push_back(part);
    }
    return Purge(
        std::move(change), **pack, emptied,
        [&](const LogRecord& record) -> absl::StatusOr<std::optional<std::vector<std::byte>>> {
          if (record.subject.account != account || record.subject.kind != RecordKind::kEvents) {
            return std::vector<std::byte>(record.body.begin(), record.body.end());
          }
          absl::StatusOr<EventsRecord> events = DecodeEvents(record.body);
          if (!events.ok()) return events.status();
          for (KeptEvent& event : events->events) {
            if (event.viewer == viewer) event.viewer = nobody;
          }
          return Encode(events->events, events->batch_key, events->now);
        });
  });
}

DirectoryStats DirectoryCore::Stats() const {
  DirectoryStats stats{
      .accounts = Accounts().size(), .log_bytes = log_->bytes(), .latched = files_.latched()};
  const std::lock_guard<std::mutex> lock(seal_mutex_);
  for (const auto& [number, pack] : catalogue_->packs()) {
    stats.pack_bytes += pack.bytes;
    stats.live_pack_bytes += pack.live_bytes;
  }
  return stats;
}

}  // namespace pinmetrics
