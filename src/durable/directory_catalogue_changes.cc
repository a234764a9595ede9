#include <string_view>
#include <tuple>
#include <vector>

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

// A folder of version 1.0 has none until it is changed.
constexpr const char* kTablesSince11 = R"(
  CREATE TABLE IF NOT EXISTS changes (id INTEGER PRIMARY KEY, changes INTEGER, checksum INTEGER);
)";

}  // namespace

absl::Status DirectoryCatalogue::CreateTables() {
  if (absl::Status status = Execute("BEGIN IMMEDIATE"); !status.ok()) return status;
  absl::Status status = Execute(kTables);
  if (status.ok()) status = WriteDirectory(Transaction(*this));
  if (status.ok()) status = Execute("COMMIT");
  if (!status.ok()) (void)Execute("ROLLBACK");
  return status;
}

absl::Status DirectoryCatalogue::WriteDirectory(const Transaction& transaction) {
  const Directory& directory = transaction.directory;
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
        Signed(directory.sealed_all_through), Signed(transaction.of_accounts.rows),
        Signed(transaction.of_accounts.sum), Signed(transaction.of_packs.rows),
        Signed(transaction.of_packs.sum)}) {
    statement.Add(value);
    checksum.Add(value);
  }
  if (absl::Status status = statement.Add(Signed(checksum.Get())).Run(); !status.ok()) {
    return status;
  }
  return WriteChanges(directory);
}

absl::Status DirectoryCatalogue::WriteChanges(const Directory& directory) {
  if (absl::Status status = Execute(kTablesSince11); !status.ok()) return status;
  Statement put(*this, "INSERT OR REPLACE INTO changes (id, changes, checksum) VALUES (1, ?, ?)");
  return put.Add(Signed(directory.changes))
      .Add(Signed(ChecksumOfChanges(directory.uuid, directory.changes)))
      .Run();
}

absl::Status DirectoryCatalogue::Apply(const Change& change) {
  if (absl::Status status = Recover(); !status.ok()) return status;
  // What is known changes with the transaction, or not at all.
  Transaction transaction(*this);
  // Until it is made. A commit can fail after it was made, and memory can run out on the way to it.
  has_failed_ = true;
  absl::Status status = Execute("BEGIN IMMEDIATE");
  if (status.ok()) status = Write(change, transaction);
  if (status.ok()) status = Execute("COMMIT");
  if (!status.ok()) {
    (void)Recover();
    return status;
  }
  has_failed_ = false;
  directory_ = transaction.directory;
  transaction.accounts.MoveTo(accounts_);
  transaction.packs.MoveTo(packs_);
  transaction.sums.MoveTo(sums_);
  of_accounts_ = transaction.of_accounts;
  of_packs_ = transaction.of_packs;
  return absl::OkStatus();
}

absl::Status DirectoryCatalogue::RemovePart(const PartKey& key, Transaction& transaction) {
  Statement find(*this,
                 "SELECT account, kind, number, pack, offset, bytes, part_checksum, through, "
                 "checksum FROM parts WHERE account = ? AND kind = ? AND number = ?");
  find.Add(Signed(key.account)).Add(static_cast<std::int64_t>(key.kind)).Add(key.number);
  const absl::StatusOr<std::vector<PartRow>> rows = ReadParts(find);
  if (!rows.ok()) return rows.status();
  for (const PartRow& row : *rows) {
    Sums& of_account = transaction.sums.Touch(key.account);
    --of_account.parts;
    of_account.parts_sum -= pinmetrics::ChecksumOf(directory_.uuid, row);
    transaction.packs.Touch(row.place.pack).live_bytes -= row.place.bytes;
  }
  Statement remove(*this, "DELETE FROM parts WHERE account = ? AND kind = ? AND number = ?");
  return remove.Add(Signed(key.account))
      .Add(static_cast<std::int64_t>(key.kind))
      .Add(key.number)
      .Run();
}

absl::Status DirectoryCatalogue::EraseAccount(std::uint64_t account, Transaction& transaction) {
  Statement find(*this,
                 "SELECT account, kind, number, pack, offset, bytes, part_checksum, through, "
                 "checksum FROM parts WHERE account = ?");
  find.Add(Signed(account));
  const absl::StatusOr<std::vector<PartRow>> parts = ReadParts(find);
  if (!parts.ok()) return parts.status();
  for (const PartRow& part : *parts) {
    transaction.packs.Touch(part.place.pack).live_bytes -= part.place.bytes;
  }
  for (const char* sql :
       {"DELETE FROM parts WHERE account = ?", "DELETE FROM keys WHERE account = ?",
        "DELETE FROM accounts WHERE account = ?"}) {
    Statement remove(*this, sql);
    if (absl::Status status = remove.Add(Signed(account)).Run(); !status.ok()) return status;
  }
  transaction.accounts.Erase(account);
  transaction.sums.Erase(account);
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

absl::Status DirectoryCatalogue::WriteAccounts(Transaction& transaction) {
  Total& total = transaction.of_accounts;
  const auto forget = [&](std::uint64_t account) {
    const auto before = accounts_.find(account);
    if (before == accounts_.end()) return;
    --total.rows;
    total.sum -= ChecksumOf(before->second, sums_.at(account));
  };
  for (const std::uint64_t account : transaction.accounts.erased()) forget(account);
  // A row is written anew with its sums.
  for (const auto& [account, sums] : transaction.sums.touched()) {
    if (transaction.accounts.Find(account) == nullptr) {
      return Damage("there are parts or keys of account " + std::to_string(account) +
                    ", which has no row");
    }
    transaction.accounts.Touch(account);
  }
  Statement put(*this,
                "INSERT OR REPLACE INTO accounts (account, made, time_zone, business_created, "
                "late_events, sealed_through, through, next_viewer, days_dropped, pins, "
                "left_out, first_day, parts, parts_sum, keys, keys_sum, checksum) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  for (const auto& [account, row] : transaction.accounts.touched()) {
    if (!transaction.accounts.erased().contains(account)) forget(account);
    const Sums& sums = transaction.sums.Touch(account);
    const std::uint64_t checksum = ChecksumOf(row, sums);
    ++total.rows;
    total.sum += checksum;
    absl::Status status = PutColumns(put, row, sums).Add(Signed(checksum)).Run();
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::Status DirectoryCatalogue::WritePacks(Transaction& transaction) {
  Total& total = transaction.of_packs;
  Statement forget(*this, "DELETE FROM packs WHERE pack = ?");
  Statement put(*this,
                "INSERT OR REPLACE INTO packs (pack, bytes, live_bytes, checksum) "
                "VALUES (?, ?, ?, ?)");
  std::vector<std::uint32_t> unwanted;
  for (const auto& [number, pack] : transaction.packs.touched()) {
    if (const auto before = packs_.find(number); before != packs_.end()) {
      --total.rows;
      total.sum -= ChecksumOf(number, before->second);
    }
    if (pack.live_bytes == 0) {
      // Packs of which nothing is wanted are forgotten; their files go after this.
      unwanted.push_back(number);
      if (absl::Status status = forget.Add(number).Run(); !status.ok()) return status;
      continue;
    }
    const std::uint64_t checksum = ChecksumOf(number, pack);
    ++total.rows;
    total.sum += checksum;
    absl::Status status = put.Add(number)
                              .Add(Signed(pack.bytes))
                              .Add(Signed(pack.live_bytes))
                              .Add(Signed(checksum))
                              .Run();
    if (!status.ok()) return status;
  }
  for (const std::uint32_t number : unwanted) transaction.packs.Erase(number);
  return absl::OkStatus();
}

absl::Status DirectoryCatalogue::Write(const Change& change, Transaction& transaction) {
  Directory& directory = transaction.directory;
  if (change.pack) {
    transaction.packs.Touch(change.pack->first) = {.bytes = change.pack->second, .live_bytes = 0};
    directory.next_pack = std::max(directory.next_pack, change.pack->first + 1);
  }
  for (const AccountRow& row : change.accounts) {
    transaction.accounts.Touch(row.account) = row;
  }
  for (const std::uint64_t account : change.erased) {
    if (absl::Status status = EraseAccount(account, transaction); !status.ok()) return status;
  }
  for (const PartKey& key : change.removed) {
    if (absl::Status status = RemovePart(key, transaction); !status.ok()) return status;
  }
  Statement add(*this,
                "INSERT INTO parts (account, kind, number, pack, offset, bytes, part_checksum, "
                "through, checksum) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)");
  for (const PartRow& row : change.parts) {
    if (absl::Status status = RemovePart(row.key, transaction); !status.ok()) return status;
    const std::uint64_t checksum = pinmetrics::ChecksumOf(directory_.uuid, row);
    absl::Status status = pinmetrics::PutColumns(add, row).Add(Signed(checksum)).Run();
    if (!status.ok()) return status;
    Sums& of_account = transaction.sums.Touch(row.key.account);
    ++of_account.parts;
    of_account.parts_sum += checksum;
    transaction.packs.Touch(row.place.pack).live_bytes += row.place.bytes;
  }
  for (const Change::Keys& keys : change.keys) {
    absl::Status status = WriteKeys(keys, transaction.sums.Touch(keys.account));
    if (!status.ok()) return status;
  }
  if (absl::Status status = WriteAccounts(transaction); !status.ok()) return status;
  if (absl::Status status = WritePacks(transaction); !status.ok()) return status;
  if (change.first_segment) directory.first_segment = *change.first_segment;
  if (change.branch) std::tie(directory.branch, directory.is_copy) = *change.branch;
  if (change.sealed_all) {
    std::tie(directory.sealed_all_at, directory.sealed_all_through) = *change.sealed_all;
  }
  if (change.known_through) {
    directory.known_through = std::max(directory.known_through, *change.known_through);
  }
  if (change.counts) ++directory.changes;
  return WriteDirectory(transaction);
}

}  // namespace pinmetrics
