#include "durable/directory_catalogue.h"

#include <array>
#include <set>
#include <string_view>
#include <tuple>

#include "absl/strings/str_cat.h"
#include "calendar/day_number.h"
#include "durable/bytes.h"
#include "durable/copy_file.h"
#include "store/block/checksum.h"

namespace pinmetrics {
namespace {

// A reader refuses a greater major version, and reads what it knows of a greater minor one.
constexpr std::int64_t kMajorVersion = 1;
constexpr std::int64_t kMinorVersion = 0;

constexpr const char* kTables = R"(
  CREATE TABLE directory (id INTEGER PRIMARY KEY, major INTEGER, minor INTEGER, uuid0 INTEGER,
    uuid1 INTEGER, branch INTEGER, is_copy INTEGER, first_segment INTEGER, known_through INTEGER, next_pack INTEGER,
    accounts INTEGER, accounts_sum INTEGER, packs INTEGER, packs_sum INTEGER, checksum INTEGER);
  CREATE TABLE accounts (account INTEGER PRIMARY KEY, made INTEGER, time_zone TEXT,
    business_created INTEGER, late_events INTEGER, sealed_through INTEGER, through INTEGER, next_viewer INTEGER,
    days_dropped INTEGER, pins INTEGER,
    parts INTEGER, parts_sum INTEGER, keys INTEGER, keys_sum INTEGER, checksum INTEGER);
  CREATE TABLE parts (account INTEGER, kind INTEGER, number INTEGER, pack INTEGER,
    offset INTEGER, bytes INTEGER, part_checksum INTEGER, through INTEGER, checksum INTEGER,
    PRIMARY KEY (account, kind, number)) WITHOUT ROWID;
  CREATE INDEX parts_by_pack ON parts (pack);
  CREATE TABLE keys (account INTEGER, key BLOB, time INTEGER, checksum INTEGER,
    PRIMARY KEY (account, key)) WITHOUT ROWID;
  CREATE TABLE packs (pack INTEGER PRIMARY KEY, bytes INTEGER, live_bytes INTEGER,
    checksum INTEGER);
)";

// SQLite's numbers have a sign; ours keep their bits.
std::int64_t Signed(std::uint64_t value) { return static_cast<std::int64_t>(value); }

/// Of a row: of the directory, the table and all columns.
class RowChecksum {
 public:
  RowChecksum(const Uuid& uuid, std::string_view table) {
    writer_.Put(uuid[0]);
    writer_.Put(uuid[1]);
    writer_.PutText(table);
  }
  RowChecksum& Add(std::int64_t value) {
    writer_.Put(value);
    return *this;
  }
  RowChecksum& Add(std::string_view text) {
    writer_.PutText(text);
    return *this;
  }
  std::uint64_t Get() const { return Checksum(writer_.bytes(), 0); }

 private:
  ByteWriter writer_;
};

/// All columns of a row but its checksum, in their order, for that and for the statement.
template <typename Columns>
Columns& PutColumns(Columns& columns, const PartRow& row) {
  return columns.Add(Signed(row.key.account))
      .Add(static_cast<std::int64_t>(row.key.kind))
      .Add(row.key.number)
      .Add(row.place.pack)
      .Add(Signed(row.place.offset))
      .Add(Signed(row.place.bytes))
      .Add(Signed(row.place.checksum))
      .Add(Signed(row.through));
}

std::uint64_t ChecksumOf(const Uuid& uuid, const PartRow& row) {
  RowChecksum checksum(uuid, "parts");
  return PutColumns(checksum, row).Get();
}

std::uint64_t ChecksumOfKey(const Uuid& uuid, std::uint64_t account, std::string_view key,
                            std::int64_t time) {
  return RowChecksum(uuid, "keys").Add(Signed(account)).Add(key).Add(time).Get();
}

std::int64_t OptionalDay(const std::optional<absl::CivilDay>& day) {
  return day ? DayNumber(*day) : std::numeric_limits<std::int32_t>::min();
}

std::optional<absl::CivilDay> DayOrNone(std::int64_t number) {
  if (number == std::numeric_limits<std::int32_t>::min()) return std::nullopt;
  return DayOfNumber(static_cast<std::int32_t>(number));
}

}  // namespace

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

/// A prepared statement, bound and stepped.
class DirectoryCatalogue::Statement {
 public:
  Statement(const DirectoryCatalogue& catalogue, const char* sql) : catalogue_(catalogue) {
    code_ = sqlite3_prepare_v2(catalogue.database_, sql, -1, &statement_, nullptr);
  }
  ~Statement() { sqlite3_finalize(statement_); }
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  Statement& Add(std::int64_t value) {
    if (code_ == SQLITE_OK) code_ = sqlite3_bind_int64(statement_, ++bound_, value);
    return *this;
  }
  Statement& Add(std::string_view text) {
    if (code_ == SQLITE_OK) {
      code_ = sqlite3_bind_text(statement_, ++bound_, text.data(), static_cast<int>(text.size()),
                                SQLITE_TRANSIENT);
    }
    return *this;
  }
  Statement& AddBlob(std::string_view bytes) {
    if (code_ == SQLITE_OK) {
      // A null pointer would be NULL.
      code_ = sqlite3_bind_blob(statement_, ++bound_, bytes.empty() ? "" : bytes.data(),
                                static_cast<int>(bytes.size()), SQLITE_TRANSIENT);
    }
    return *this;
  }

  /// True if there is a row; else see `status`.
  bool Next() {
    if (code_ != SQLITE_OK && code_ != SQLITE_ROW) return false;
    code_ = sqlite3_step(statement_);
    column_ = 0;
    return code_ == SQLITE_ROW;
  }
  /// Of one that gives no rows. It can be bound again.
  absl::Status Run() {
    if (code_ == SQLITE_OK) code_ = sqlite3_step(statement_);
    absl::Status result = status();
    sqlite3_reset(statement_);
    code_ = result.ok() ? SQLITE_OK : code_;
    bound_ = 0;
    return result;
  }
  absl::Status status() const {
    if (code_ == SQLITE_OK || code_ == SQLITE_ROW || code_ == SQLITE_DONE) return absl::OkStatus();
    return catalogue_.ErrorOf(code_);
  }

  std::int64_t Int() { return sqlite3_column_int64(statement_, column_++); }
  std::uint64_t Unsigned() { return static_cast<std::uint64_t>(Int()); }
  std::string Text() {
    const void* const bytes = sqlite3_column_blob(statement_, column_);
    const int size = sqlite3_column_bytes(statement_, column_++);
    if (size == 0) return "";
    return std::string(static_cast<const char*>(bytes), static_cast<std::size_t>(size));
  }

 private:
  const DirectoryCatalogue& catalogue_;
  sqlite3_stmt* statement_ = nullptr;
  int code_ = SQLITE_OK;
  int bound_ = 0;
  int column_ = 0;
};

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

absl::Status DirectoryCatalogue::OpenDatabase(int flags) {
  database_ = nullptr;
  const int code = sqlite3_open_v2(path_.c_str(), &database_, flags, files_.name());
  if (code != SQLITE_OK) return ErrorOf(code);
  // One process, which waits for the disk with each change.
  return Execute(
      "PRAGMA locking_mode=EXCLUSIVE; PRAGMA journal_mode=DELETE; PRAGMA synchronous=EXTRA; "
      "PRAGMA temp_store=MEMORY;");
}

absl::Status DirectoryCatalogue::CreateTables() {
  if (absl::Status status = Execute("BEGIN IMMEDIATE"); !status.ok()) return status;
  absl::Status status = Execute(kTables);
  if (status.ok()) status = WriteDirectory(directory_, accounts_, sums_, packs_);
  if (status.ok()) status = Execute("COMMIT");
  if (!status.ok()) (void)Execute("ROLLBACK");
  return status;
}

/// All columns of a row but its checksum, in their order, for that and for the statement.
template <typename Columns>
Columns& DirectoryCatalogue::PutColumns(Columns& columns, const AccountRow& row, const Sums& sums) {
  return columns.Add(Signed(row.account))
      .Add(Signed(row.made))
      .Add(row.settings.time_zone)
      .Add(OptionalDay(row.settings.business_created))
      .Add(static_cast<std::int64_t>(row.settings.late_events))
      .Add(OptionalDay(row.sealed_through))
      .Add(Signed(row.through))
      .Add(row.next_viewer)
      .Add(row.days_dropped)
      .Add(row.pins)
      .Add(Signed(sums.parts))
      .Add(Signed(sums.parts_sum))
      .Add(Signed(sums.keys))
      .Add(Signed(sums.keys_sum));
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

absl::Status DirectoryCatalogue::WriteDirectory(const Directory& directory,
                                                const std::map<std::uint64_t, AccountRow>& accounts,
                                                const std::map<std::uint64_t, Sums>& sums,
                                                const std::map<std::uint32_t, Pack>& packs) {
  std::uint64_t accounts_sum = 0;
  for (const auto& [account, row] : accounts) accounts_sum += ChecksumOf(row, sums.at(account));
  std::uint64_t packs_sum = 0;
  for (const auto& [number, pack] : packs) packs_sum += ChecksumOf(number, pack);
  RowChecksum checksum(directory.uuid, "directory");
  Statement statement(
      *this,
      "INSERT OR REPLACE INTO directory (id, major, minor, uuid0, uuid1, branch, is_copy, "
      "first_segment, known_through, next_pack, accounts, accounts_sum, packs, packs_sum, "
      "checksum) "
      "VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  for (const std::int64_t value :
       {kMajorVersion, minor_, Signed(directory.uuid[0]), Signed(directory.uuid[1]),
        Signed(directory.branch), std::int64_t{directory.is_copy ? 1 : 0},
        std::int64_t{directory.first_segment}, Signed(directory.known_through),
        std::int64_t{directory.next_pack}, Signed(accounts.size()), Signed(accounts_sum),
        Signed(packs.size()), Signed(packs_sum)}) {
    statement.Add(value);
    checksum.Add(value);
  }
  return statement.Add(Signed(checksum.Get())).Run();
}

absl::Status DirectoryCatalogue::Load() {
  accounts_.clear();
  sums_.clear();
  packs_.clear();
  std::int64_t accounts = 0;
  std::int64_t packs = 0;
  std::uint64_t accounts_sum = 0;
  std::uint64_t packs_sum = 0;
  {
    // First what every version has.
    Statement statement(*this, "SELECT major, minor FROM directory WHERE id = 1");
    if (statement.Next()) {
      const std::int64_t major = statement.Int();
      minor_ = std::max(kMinorVersion, statement.Int());
      if (major > kMajorVersion) {
        return absl::FailedPreconditionError(
            path_ + ": the folder is of version " + std::to_string(major) + "." +
            std::to_string(minor_) + ", which is newer than this release's " +
            std::to_string(kMajorVersion) + "." + std::to_string(kMinorVersion));
      }
    }
  }
  {
    Statement statement(
        *this,
        "SELECT major, minor, uuid0, uuid1, branch, is_copy, first_segment, "
        "known_through, next_pack, accounts, accounts_sum, packs, packs_sum, checksum FROM "
        "directory WHERE id = 1");
    if (!statement.Next()) {
      if (absl::Status status = statement.status(); !status.ok()) return status;
      return Damage("the row of the directory is missing");
    }
    std::array<std::int64_t, 13> values;
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
    accounts = values[9];
    accounts_sum = static_cast<std::uint64_t>(values[10]);
    packs = values[11];
    packs_sum = static_cast<std::uint64_t>(values[12]);
  }
  {
    Statement statement(*this,
                        "SELECT account, made, time_zone, business_created, late_events, "
                        "sealed_through, through, next_viewer, days_dropped, pins, "
                        "parts, parts_sum, keys, "
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
      sums.parts = statement.Unsigned();
      sums.parts_sum = statement.Unsigned();
      sums.keys = statement.Unsigned();
      sums.keys_sum = statement.Unsigned();
      const std::uint64_t checksum = ChecksumOf(row, sums);
      if (checksum != statement.Unsigned()) {
        return Damage("the row of account " + std::to_string(row.account) + " is damaged");
      }
      accounts_sum -= checksum;
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
      packs_sum -= checksum;
      packs_[number] = pack;
    }
    if (absl::Status status = statement.status(); !status.ok()) return status;
  }
  if (accounts != static_cast<std::int64_t>(accounts_.size()) || accounts_sum != 0) {
    return Damage("rows of accounts are missing");
  }
  if (packs != static_cast<std::int64_t>(packs_.size()) || packs_sum != 0) {
    return Damage("rows of packs are missing");
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

absl::Status DirectoryCatalogue::CopyTo(const std::string& path) {
  if (absl::Status status = Recover(); !status.ok()) return status;
  const std::string unfinished = path + ".new";
  if (absl::Status status = CopyFile(disk_, path_, unfinished); !status.ok()) return status;
  {
    const absl::StatusOr<std::unique_ptr<DirectoryCatalogue>> copy = Open(disk_, unfinished);
    if (!copy.ok()) return copy.status();
    absl::Status status = (*copy)->Apply({.branch = {{directory_.branch, /*is_copy=*/true}}});
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

absl::Status DirectoryCatalogue::Apply(const Change& change) {
  if (absl::Status status = Recover(); !status.ok()) return status;
  // What is known changes with the transaction, or not at all.
  Directory directory = directory_;
  std::map<std::uint64_t, AccountRow> accounts = accounts_;
  std::map<std::uint32_t, Pack> packs = packs_;
  std::map<std::uint64_t, Sums> sums = sums_;
  // Until it is made. A commit can fail after it was made, and memory can run out on the way to it.
  has_failed_ = true;
  absl::Status status = Execute("BEGIN IMMEDIATE");
  if (status.ok()) status = Write(change, directory, accounts, packs, sums);
  if (status.ok()) status = Execute("COMMIT");
  if (!status.ok()) {
    (void)Recover();
    return status;
  }
  has_failed_ = false;
  directory_ = directory;
  accounts_.swap(accounts);
  packs_.swap(packs);
  sums_.swap(sums);
  return absl::OkStatus();
}

absl::Status DirectoryCatalogue::RemovePart(const PartKey& key,
                                            std::map<std::uint32_t, Pack>& packs,
                                            std::map<std::uint64_t, Sums>& sums) {
  Statement find(*this,
                 "SELECT account, kind, number, pack, offset, bytes, part_checksum, through, "
                 "checksum FROM parts WHERE account = ? AND kind = ? AND number = ?");
  find.Add(Signed(key.account)).Add(static_cast<std::int64_t>(key.kind)).Add(key.number);
  const absl::StatusOr<std::vector<PartRow>> rows = ReadParts(find);
  if (!rows.ok()) return rows.status();
  for (const PartRow& row : *rows) {
    Sums& of_account = sums[key.account];
    --of_account.parts;
    of_account.parts_sum -= pinmetrics::ChecksumOf(directory_.uuid, row);
    packs[row.place.pack].live_bytes -= row.place.bytes;
  }
  Statement remove(*this, "DELETE FROM parts WHERE account = ? AND kind = ? AND number = ?");
  return remove.Add(Signed(key.account))
      .Add(static_cast<std::int64_t>(key.kind))
      .Add(key.number)
      .Run();
}

absl::Status DirectoryCatalogue::EraseAccount(std::uint64_t account,
                                              std::map<std::uint32_t, Pack>& packs) {
  Statement find(*this,
                 "SELECT account, kind, number, pack, offset, bytes, part_checksum, through, "
                 "checksum FROM parts WHERE account = ?");
  find.Add(Signed(account));
  const absl::StatusOr<std::vector<PartRow>> parts = ReadParts(find);
  if (!parts.ok()) return parts.status();
  for (const PartRow& part : *parts) packs[part.place.pack].live_bytes -= part.place.bytes;
  for (const char* sql :
       {"DELETE FROM parts WHERE account = ?", "DELETE FROM keys WHERE account = ?",
        "DELETE FROM accounts WHERE account = ?"}) {
    Statement remove(*this, sql);
    if (absl::Status status = remove.Add(Signed(account)).Run(); !status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::Status DirectoryCatalogue::WriteKeys(const Change::Keys& keys, Sums& sums) {
  const std::int64_t kept_from = absl::ToUnixMicros(keys.kept_from);
  {
    Statement old(*this, "SELECT checksum FROM keys WHERE account = ? AND time < ?");
    old.Add(Signed(keys.account)).Add(kept_from);
    while (old.Next()) {
      --sums.keys;
      sums.keys_sum -= old.Unsigned();
    }
    if (absl::Status status = old.status(); !status.ok()) return status;
  }
  Statement remove(*this, "DELETE FROM keys WHERE account = ? AND time < ?");
  if (absl::Status status = remove.Add(Signed(keys.account)).Add(kept_from).Run(); !status.ok()) {
    return status;
  }
  Statement add(*this,
                "INSERT OR IGNORE INTO keys (account, key, time, checksum) VALUES (?, ?, ?, ?)");
  for (const auto& [key, key_time] : keys.added) {
    const std::int64_t time = absl::ToUnixMicros(key_time);
    if (time < kept_from) continue;
    const std::uint64_t checksum = ChecksumOfKey(directory_.uuid, keys.account, key, time);
    absl::Status status =
        add.Add(Signed(keys.account)).AddBlob(key).Add(time).Add(Signed(checksum)).Run();
    if (!status.ok()) return status;
    // One that was there already, from a log that was read again, is not counted twice.
    if (sqlite3_changes(database_) == 0) continue;
    ++sums.keys;
    sums.keys_sum += checksum;
  }
  return absl::OkStatus();
}

absl::Status DirectoryCatalogue::Write(const Change& change, Directory& directory,
                                       std::map<std::uint64_t, AccountRow>& accounts,
                                       std::map<std::uint32_t, Pack>& packs,
                                       std::map<std::uint64_t, Sums>& sums) {
  std::set<std::uint32_t> known;
  for (const auto& [number, pack] : packs) known.insert(number);
  if (change.pack) {
    packs[change.pack->first] = {.bytes = change.pack->second, .live_bytes = 0};
    directory.next_pack = std::max(directory.next_pack, change.pack->first + 1);
  }
  std::set<std::uint64_t> changed;
  for (const AccountRow& row : change.accounts) {
    accounts[row.account] = row;
    changed.insert(row.account);
  }
  for (const std::uint64_t account : change.erased) {
    absl::Status status = EraseAccount(account, packs);
    if (!status.ok()) return status;
    accounts.erase(account);
    sums.erase(account);
  }
  for (const PartKey& key : change.removed) {
    if (absl::Status status = RemovePart(key, packs, sums); !status.ok()) return status;
    changed.insert(key.account);
  }
  Statement add(*this,
                "INSERT INTO parts (account, kind, number, pack, offset, bytes, part_checksum, "
                "through, checksum) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)");
  for (const PartRow& row : change.parts) {
    if (absl::Status status = RemovePart(row.key, packs, sums); !status.ok()) return status;
    const std::uint64_t checksum = pinmetrics::ChecksumOf(directory_.uuid, row);
    absl::Status status = pinmetrics::PutColumns(add, row).Add(Signed(checksum)).Run();
    if (!status.ok()) return status;
    Sums& of_account = sums[row.key.account];
    ++of_account.parts;
    of_account.parts_sum += checksum;
    packs[row.place.pack].live_bytes += row.place.bytes;
    changed.insert(row.key.account);
  }
  for (const Change::Keys& keys : change.keys) {
    if (absl::Status status = WriteKeys(keys, sums[keys.account]); !status.ok()) return status;
    changed.insert(keys.account);
  }
  Statement put(*this,
                "INSERT OR REPLACE INTO accounts (account, made, time_zone, business_created, "
                "late_events, sealed_through, through, next_viewer, days_dropped, pins, parts, "
                "parts_sum, keys, keys_sum, checksum) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, "
                "?, ?, ?)");
  for (const std::uint64_t account : changed) {
    const AccountRow& row = accounts.at(account);
    const Sums& of_account = sums[account];
    absl::Status status =
        PutColumns(put, row, of_account).Add(Signed(ChecksumOf(row, of_account))).Run();
    if (!status.ok()) return status;
  }
  // Packs of which nothing is wanted are forgotten; their files go after this.
  std::erase_if(packs, [](const auto& pack) { return pack.second.live_bytes == 0; });
  Statement forget(*this, "DELETE FROM packs WHERE pack = ?");
  for (const std::uint32_t number : known) {
    if (packs.contains(number)) continue;
    if (absl::Status status = forget.Add(number).Run(); !status.ok()) return status;
  }
  Statement put_pack(*this,
                     "INSERT OR REPLACE INTO packs (pack, bytes, live_bytes, checksum) "
                     "VALUES (?, ?, ?, ?)");
  for (const auto& [number, pack] : packs) {
    const auto before = packs_.find(number);
    if (before != packs_.end() && before->second.live_bytes == pack.live_bytes) continue;
    absl::Status status = put_pack.Add(number)
                              .Add(Signed(pack.bytes))
                              .Add(Signed(pack.live_bytes))
                              .Add(Signed(ChecksumOf(number, pack)))
                              .Run();
    if (!status.ok()) return status;
  }
  if (change.first_segment) directory.first_segment = *change.first_segment;
  if (change.branch) std::tie(directory.branch, directory.is_copy) = *change.branch;
  if (change.known_through) {
    directory.known_through = std::max(directory.known_through, *change.known_through);
  }
  return WriteDirectory(directory, accounts, sums, packs);
}

}  // namespace pinmetrics
