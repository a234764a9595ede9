#include <set>
#include <string_view>
#include <tuple>

#include "durable/catalogue_rows.h"
#include "durable/directory_catalogue.h"

/// What is written to the catalogue.

namespace pinmetrics {
namespace {

constexpr const char* kTables = R"(
  CREATE TABLE directory (id INTEGER PRIMARY KEY, major INTEGER, minor INTEGER, uuid0 INTEGER,
    uuid1 INTEGER, branch INTEGER, is_copy INTEGER, first_segment INTEGER, known_through INTEGER, next_pack INTEGER,
    sealed_all_at INTEGER, sealed_all_through INTEGER,
    accounts INTEGER, accounts_sum INTEGER, packs INTEGER, packs_sum INTEGER, checksum INTEGER);
  CREATE TABLE accounts (account INTEGER PRIMARY KEY, made INTEGER, time_zone TEXT,
    business_created INTEGER, late_events INTEGER, sealed_through INTEGER, through INTEGER, next_viewer INTEGER,
    days_dropped INTEGER, pins INTEGER, left_out INTEGER, first_day INTEGER,
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

}  // namespace

absl::Status DirectoryCatalogue::CreateTables() {
  if (absl::Status status = Execute("BEGIN IMMEDIATE"); !status.ok()) return status;
  absl::Status status = Execute(kTables);
  if (status.ok()) status = WriteDirectory(directory_, accounts_, sums_, packs_);
  if (status.ok()) status = Execute("COMMIT");
  if (!status.ok()) (void)Execute("ROLLBACK");
  return status;
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
      "first_segment, known_through, next_pack, sealed_all_at, sealed_all_through, accounts, "
      "accounts_sum, packs, packs_sum, checksum) "
      "VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  for (const std::int64_t value :
       {kMajorVersion, minor_, Signed(directory.uuid[0]), Signed(directory.uuid[1]),
        Signed(directory.branch), std::int64_t{directory.is_copy ? 1 : 0},
        std::int64_t{directory.first_segment}, Signed(directory.known_through),
        std::int64_t{directory.next_pack}, OptionalTime(directory.sealed_all_at),
        Signed(directory.sealed_all_through), Signed(accounts.size()), Signed(accounts_sum),
        Signed(packs.size()), Signed(packs_sum)}) {
    statement.Add(value);
    checksum.Add(value);
  }
  return statement.Add(Signed(checksum.Get())).Run();
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
                "late_events, sealed_through, through, next_viewer, days_dropped, pins, "
                "left_out, first_day, parts, parts_sum, keys, keys_sum, checksum) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
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
  if (change.sealed_all) {
    std::tie(directory.sealed_all_at, directory.sealed_all_through) = *change.sealed_all;
  }
  if (change.known_through) {
    directory.known_through = std::max(directory.known_through, *change.known_through);
  }
  return WriteDirectory(directory, accounts, sums, packs);
}

}  // namespace pinmetrics
