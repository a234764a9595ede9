#include "durable/directory_catalogue.h"

#include <array>
#include <string_view>

#include "absl/strings/str_cat.h"
#include "calendar/day_number.h"
#include "durable/catalogue_rows.h"
#include "durable/copy_file.h"

/// Opening and reading. Changes are in directory_catalogue_changes.cc.

namespace pinmetrics {

bool AccountRow::Covers(RecordKind kind, std::uint64_t origin, std::int64_t last) const {
  switch (kind) {
    case RecordKind::kAccount:
      return true;
    case RecordKind::kPin:
      return last < pins;
    case RecordKind::kEvents:
    case RecordKind::kWithdrawals:
      return Seals(origin, DayOfNumber(static_cast<std::int32_t>(last)));
  }
  return false;
}

DirectoryCatalogue::DirectoryCatalogue(FileSystem& files, std::string path)
    : disk_(files), files_(files), path_(std::move(path)), minor_(kMinorVersion) {}

absl::Status DirectoryCatalogue::ErrorOf(int code) const {
  const std::string message = path_ + ": " + sqlite3_errmsg(database_);
  switch (code & 0xff) {
    case SQLITE_FULL:
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
      if (files_.last_error().ok()) break;
      return absl::Status(files_.last_error().code(),
                          absl::StrCat(message, "; ", files_.last_error().message()));
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_ERROR:  // A table or a column is missing.
    case SQLITE_CONSTRAINT:
      return absl::DataLossError(message);
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return absl::FailedPreconditionError(message);
    case SQLITE_READONLY:
    case SQLITE_PERM:
      return absl::PermissionDeniedError(message);
    default:
      break;
  }
  return absl::UnavailableError(message);
}

absl::Status DirectoryCatalogue::Damage(const std::string& what) const {
  return absl::DataLossError(path_ + ": " + what);
}

absl::Status DirectoryCatalogue::Execute(const char* sql) const {
  const int code = sqlite3_exec(database_, sql, nullptr, nullptr, nullptr);
  return code == SQLITE_OK ? absl::OkStatus() : ErrorOf(code);
}

DirectoryCatalogue::~DirectoryCatalogue() { sqlite3_close(database_); }

absl::Status DirectoryCatalogue::Make(FileSystem& files, const std::string& path, const Uuid& uuid,
                                      std::uint64_t branch) {
  DirectoryCatalogue catalogue(files, path);
  absl::Status status = catalogue.OpenDatabase(SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
  if (!status.ok()) return status;
  catalogue.directory_.uuid = uuid;
  catalogue.directory_.branch = branch;
  return catalogue.CreateTables();
}

absl::StatusOr<std::unique_ptr<DirectoryCatalogue>> DirectoryCatalogue::Open(
    FileSystem& files, const std::string& path) {
  std::unique_ptr<DirectoryCatalogue> catalogue(new DirectoryCatalogue(files, path));
  absl::Status status = catalogue->OpenDatabase(SQLITE_OPEN_READWRITE);
  if (status.ok()) status = catalogue->Load();
  if (!status.ok()) return status;
  return catalogue;
}

absl::Status DirectoryCatalogue::SettleLastChange() {
  // SQLite ends a change with zeros over the head of its journal, which was rolled back if it was
  // none. They are written anew, since a wait that failed may have left them for written.
  constexpr std::array<std::byte, 28> kEnded = {};
  const absl::StatusOr<std::unique_ptr<File>> journal =
      disk_.Open(path_ + "-journal", FileSystem::Mode::kReadWrite);
  if (absl::IsNotFound(journal.status())) return absl::OkStatus();
  if (!journal.ok()) return journal.status();
  if (absl::Status status = (*journal)->Write(0, kEnded); !status.ok()) return status;
  return (*journal)->Sync();
}

absl::Status DirectoryCatalogue::OpenDatabase(int flags) {
  database_ = nullptr;
  const int code = sqlite3_open_v2(path_.c_str(), &database_, flags, files_.name());
  if (code != SQLITE_OK) return ErrorOf(code);
  // One process, which waits for the disk with each change.
  return Execute(
      "PRAGMA locking_mode=EXCLUSIVE; PRAGMA journal_mode=DELETE; PRAGMA synchronous=EXTRA; "
      "PRAGMA temp_store=MEMORY;");
}

std::uint64_t DirectoryCatalogue::ChecksumOf(const AccountRow& row, const Sums& sums) const {
  RowChecksum checksum(directory_.uuid, "accounts");
  return PutColumns(checksum, row, sums).Get();
}

std::uint64_t DirectoryCatalogue::ChecksumOf(std::uint32_t number, const Pack& pack) const {
  return RowChecksum(directory_.uuid, "packs")
      .Add(number)
      .Add(Signed(pack.bytes))
      .Add(Signed(pack.live_bytes))
      .Get();
}

absl::Status DirectoryCatalogue::Load() {
  accounts_.clear();
  sums_.clear();
  packs_.clear();
  of_accounts_ = {};
  of_packs_ = {};
  Total accounts;
  Total packs;
  std::int64_t minor = 0;
  {
    // First what every version has.
    Statement statement(*this, "SELECT major, minor FROM directory WHERE id = 1");
    if (absl::Status status = TakeRow(statement, "the directory"); !status.ok()) return status;
    const std::int64_t major = statement.Int();
    minor = statement.Int();
    minor_ = std::max(kMinorVersion, minor);
    if (major > kMajorVersion) {
      return absl::FailedPreconditionError(
          path_ + ": the folder is of version " + std::to_string(major) + "." +
          std::to_string(minor) + ", which is newer than this release's " +
          std::to_string(kMajorVersion) + "." + std::to_string(kMinorVersion));
    }
  }
  {
    Statement statement(
        *this,
        "SELECT major, minor, uuid0, uuid1, branch, is_copy, first_segment, "
        "known_through, next_pack, sealed_all_at, sealed_all_through, accounts, accounts_sum, "
        "packs, packs_sum, checksum FROM directory WHERE id = 1");
    if (absl::Status status = TakeRow(statement, "the directory"); !status.ok()) return status;
    std::array<std::int64_t, 15> values;
    for (std::int64_t& value : values) value = statement.Int();
    directory_.uuid = {static_cast<std::uint64_t>(values[2]),
                       static_cast<std::uint64_t>(values[3])};
    RowChecksum checksum(directory_.uuid, "directory");
    for (const std::int64_t value : values) checksum.Add(value);
    if (checksum.Get() != statement.Unsigned()) return Damage("the directory's row is damaged");
    directory_.branch = static_cast<std::uint64_t>(values[4]);
    directory_.is_copy = values[5] != 0;
    directory_.first_segment = static_cast<std::uint32_t>(values[6]);
    directory_.known_through = static_cast<std::uint64_t>(values[7]);
    directory_.next_pack = static_cast<std::uint32_t>(values[8]);
    directory_.sealed_all_at = TimeOrNone(values[9]);
    directory_.sealed_all_through = static_cast<std::uint64_t>(values[10]);
    accounts = {.rows = static_cast<std::uint64_t>(values[11]),
                .sum = static_cast<std::uint64_t>(values[12])};
    packs = {.rows = static_cast<std::uint64_t>(values[13]),
             .sum = static_cast<std::uint64_t>(values[14])};
  }
  directory_.changes = 0;
  if (minor >= 1) {
    if (absl::Status status = LoadChanges(); !status.ok()) return status;
  }
  {
    Statement statement(*this,
                        "SELECT account, made, time_zone, business_created, late_events, "
                        "sealed_through, through, next_viewer, days_dropped, pins, "
                        "left_out, first_day, parts, parts_sum, keys, "
                        "keys_sum, checksum FROM accounts");
    while (statement.Next()) {
      AccountRow row;
      Sums sums;
      row.account = statement.Unsigned();
      row.made = statement.Unsigned();
      row.settings.time_zone = statement.Text();
      row.settings.business_created = DayOrNone(statement.Int());
      row.settings.late_events = static_cast<LateEvents>(statement.Int());
      row.sealed_through = DayOrNone(statement.Int());
      row.through = statement.Unsigned();
      row.next_viewer = static_cast<std::uint32_t>(statement.Int());
      row.days_dropped = static_cast<std::uint32_t>(statement.Int());
      row.pins = static_cast<std::uint32_t>(statement.Int());
      const std::uint64_t left_out = statement.Unsigned();
      row.left_out = left_out != 0;
      row.first_day = DayOrNone(statement.Int());
      sums.parts = statement.Unsigned();
      sums.parts_sum = statement.Unsigned();
      sums.keys = statement.Unsigned();
      sums.keys_sum = statement.Unsigned();
      const std::uint64_t checksum = ChecksumOf(row, sums);
      if (checksum != statement.Unsigned() || left_out > 1) {
        return Damage("the row of account " + std::to_string(row.account) + " is damaged");
      }
      ++of_accounts_.rows;
      of_accounts_.sum += checksum;
      sums_[row.account] = sums;
      accounts_[row.account] = std::move(row);
    }
    if (absl::Status status = statement.status(); !status.ok()) return status;
  }
  {
    Statement statement(*this, "SELECT pack, bytes, live_bytes, checksum FROM packs");
    while (statement.Next()) {
      const auto number = static_cast<std::uint32_t>(statement.Int());
      Pack pack;
      pack.bytes = statement.Unsigned();
      pack.live_bytes = statement.Unsigned();
      const std::uint64_t checksum = ChecksumOf(number, pack);
      if (checksum != statement.Unsigned()) {
        return Damage("the row of pack " + std::to_string(number) + " is damaged");
      }
      ++of_packs_.rows;
      of_packs_.sum += checksum;
      packs_[number] = pack;
    }
    if (absl::Status status = statement.status(); !status.ok()) return status;
  }
  if (of_accounts_ != accounts) {
    return Damage("rows of accounts are missing");
  }
  if (of_packs_ != packs) {
    return Damage("rows of packs are missing");
  }
  return absl::OkStatus();
}

absl::Status DirectoryCatalogue::TakeRow(Statement& statement, absl::string_view of_what) const {
  if (statement.Next()) return absl::OkStatus();
  if (absl::Status status = statement.status(); !status.ok()) return status;
  return Damage(absl::StrCat("the row of ", of_what, " is missing"));
}

absl::Status DirectoryCatalogue::LoadChanges() {
  Statement statement(*this, "SELECT changes, checksum FROM changes WHERE id = 1");
  if (absl::Status status = TakeRow(statement, "its changes"); !status.ok()) return status;
  directory_.changes = statement.Unsigned();
  if (ChecksumOfChanges(directory_.uuid, directory_.changes) != statement.Unsigned()) {
    return Damage("the row of its changes is damaged");
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<PartRow>> DirectoryCatalogue::ReadParts(Statement& statement) const {
  std::vector<PartRow> rows;
  while (statement.Next()) {
    PartRow row;
    row.key.account = statement.Unsigned();
    row.key.kind = static_cast<PartKind>(statement.Int());
    row.key.number = statement.Int();
    row.place.pack = static_cast<std::uint32_t>(statement.Int());
    row.place.offset = statement.Unsigned();
    row.place.bytes = statement.Unsigned();
    row.place.checksum = statement.Unsigned();
    row.through = statement.Unsigned();
    if (pinmetrics::ChecksumOf(directory_.uuid, row) != statement.Unsigned()) {
      return Damage("the row of the " + ToString(row.key) + " is damaged");
    }
    rows.push_back(row);
  }
  if (absl::Status status = statement.status(); !status.ok()) return status;
  return rows;
}

absl::StatusOr<std::vector<PartRow>> DirectoryCatalogue::PartsOfAccount(std::uint64_t account) {
  if (absl::Status status = Recover(); !status.ok()) return status;
  Statement statement(*this,
                      "SELECT account, kind, number, pack, offset, bytes, part_checksum, through, "
                      "checksum FROM parts WHERE account = ? ORDER BY kind, number");
  statement.Add(Signed(account));
  absl::StatusOr<std::vector<PartRow>> rows = ReadParts(statement);
  if (!rows.ok()) return rows;
  const auto sums = sums_.find(account);
  std::uint64_t sum = 0;
  for (const PartRow& row : *rows) sum += pinmetrics::ChecksumOf(directory_.uuid, row);
  const Sums expected = sums == sums_.end() ? Sums() : sums->second;
  if (rows->size() != expected.parts || sum != expected.parts_sum) {
    return Damage("rows of parts of account " + std::to_string(account) + " are missing");
  }
  return rows;
}

absl::StatusOr<std::vector<PartRow>> DirectoryCatalogue::PartsOfPack(std::uint32_t pack) {
  if (absl::Status status = Recover(); !status.ok()) return status;
  Statement statement(*this,
                      "SELECT account, kind, number, pack, offset, bytes, part_checksum, through, "
                      "checksum FROM parts WHERE pack = ? ORDER BY offset");
  statement.Add(pack);
  absl::StatusOr<std::vector<PartRow>> rows = ReadParts(statement);
  if (!rows.ok()) return rows;
  // Which rows there are an index tells, which has no checksum.
  std::uint64_t bytes = 0;
  for (const PartRow& row : *rows) bytes += row.place.bytes;
  const auto known = packs_.find(pack);
  if (known == packs_.end() || known->second.live_bytes != bytes) {
    return Damage("the index of parts by packs is damaged at pack " + std::to_string(pack));
  }
  return rows;
}

absl::StatusOr<BatchKeys> DirectoryCatalogue::KeysOfAccount(std::uint64_t account) {
  if (absl::Status status = Recover(); !status.ok()) return status;
  Statement statement(*this, "SELECT key, time, checksum FROM keys WHERE account = ?");
  statement.Add(Signed(account));
  BatchKeys keys;
  std::uint64_t sum = 0;
  while (statement.Next()) {
    std::string key = statement.Text();
    const std::int64_t time = statement.Int();
    const std::uint64_t checksum = ChecksumOfKey(directory_.uuid, account, key, time);
    if (checksum != statement.Unsigned()) {
      return Damage("the row of a batch key of account " + std::to_string(account) + " is damaged");
    }
    sum += checksum;
    keys.emplace(std::move(key), absl::FromUnixMicros(time));
  }
  if (absl::Status status = statement.status(); !status.ok()) return status;
  const auto sums = sums_.find(account);
  const Sums expected = sums == sums_.end() ? Sums() : sums->second;
  if (keys.size() != expected.keys || sum != expected.keys_sum) {
    return Damage("rows of batch keys of account " + std::to_string(account) + " are missing");
  }
  return keys;
}

absl::Status DirectoryCatalogue::CopyTo(const std::string& path, std::uint64_t known_through) {
  if (absl::Status status = Recover(); !status.ok()) return status;
  const std::string unfinished = path + ".new";
  if (absl::Status status = CopyFile(disk_, path_, unfinished); !status.ok()) return status;
  {
    const absl::StatusOr<std::unique_ptr<DirectoryCatalogue>> copy = Open(disk_, unfinished);
    if (!copy.ok()) return copy.status();
    absl::Status status = (*copy)->Apply({.known_through = known_through,
                                          .branch = {{directory_.branch, /*is_copy=*/true}},
                                          .counts = false});
    if (!status.ok()) return status;
  }
  return disk_.Rename(unfinished, path);
}

absl::Status DirectoryCatalogue::Recover() {
  if (!has_failed_) return absl::OkStatus();
  sqlite3_close(database_);
  absl::Status status = OpenDatabase(SQLITE_OPEN_READWRITE);
  if (status.ok()) status = Load();
  has_failed_ = !status.ok();
  return status;
}

}  // namespace pinmetrics
