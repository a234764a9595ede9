#ifndef PINMETRICS_SRC_DURABLE_CATALOGUE_ROWS_H_
#define PINMETRICS_SRC_DURABLE_CATALOGUE_ROWS_H_

#include <sqlite3.h>

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "calendar/day_number.h"
#include "durable/bytes.h"
#include "durable/directory_catalogue.h"
#include "store/block/checksum.h"

/// The rows of the catalogue's tables, for what reads them and what changes them.
/// docs/durable-format.md has the columns.

namespace pinmetrics {

// A reader refuses a greater major version, and reads what it knows of a greater minor one.
inline constexpr std::int64_t kMajorVersion = 1;
inline constexpr std::int64_t kMinorVersion = 1;

// SQLite's numbers have a sign; ours keep their bits.
inline std::int64_t Signed(std::uint64_t value) { return static_cast<std::int64_t>(value); }

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

inline std::uint64_t ChecksumOf(const Uuid& uuid, const PartRow& row) {
  RowChecksum checksum(uuid, "parts");
  return PutColumns(checksum, row).Get();
}

inline std::uint64_t ChecksumOfKey(const Uuid& uuid, std::uint64_t account, std::string_view key,
                                   std::int64_t time) {
  return RowChecksum(uuid, "keys").Add(Signed(account)).Add(key).Add(time).Get();
}

inline std::uint64_t ChecksumOfChanges(const Uuid& uuid, std::uint64_t changes) {
  return RowChecksum(uuid, "changes").Add(Signed(changes)).Get();
}

inline std::int64_t OptionalDay(const std::optional<absl::CivilDay>& day) {
  return day ? DayNumber(*day) : std::numeric_limits<std::int32_t>::min();
}

inline std::int64_t OptionalTime(const std::optional<absl::Time>& time) {
  return time ? absl::ToUnixMicros(*time) : std::numeric_limits<std::int64_t>::min();
}

inline std::optional<absl::Time> TimeOrNone(std::int64_t microseconds) {
  if (microseconds == std::numeric_limits<std::int64_t>::min()) return std::nullopt;
  return absl::FromUnixMicros(microseconds);
}

inline std::optional<absl::CivilDay> DayOrNone(std::int64_t number) {
  if (number == std::numeric_limits<std::int32_t>::min()) return std::nullopt;
  return DayOfNumber(static_cast<std::int32_t>(number));
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
      .Add(std::int64_t{row.left_out ? 1 : 0})
      .Add(OptionalDay(row.first_day))
      .Add(Signed(sums.parts))
      .Add(Signed(sums.parts_sum))
      .Add(Signed(sums.keys))
      .Add(Signed(sums.keys_sum));
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

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_DURABLE_CATALOGUE_ROWS_H_
