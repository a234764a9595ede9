#ifndef PINMETRICS_SRC_CLICKHOUSE_COLUMNS_H_
#define PINMETRICS_SRC_CLICKHOUSE_COLUMNS_H_

#include <array>
#include <string>
#include <string_view>

namespace pinmetrics {

/// A column of a table and its ClickHouse type.
struct ClickHouseColumn {
  std::string_view name;
  std::string_view type;
};

/// What is kept of an event and of its Pin as it was. `day` is days since 1970-01-01 in the
/// reporting zone, decided at append; `event` is the host's id where `identity` is 0, else made of
/// the batch key; `kind` is that of event_rows.h. Ids may be 0, so that none is a flag beside them.
inline constexpr std::array kFactColumns = {
    ClickHouseColumn{"account", "UInt64"},         ClickHouseColumn{"day", "UInt16"},
    ClickHouseColumn{"event", "UInt64"},           ClickHouseColumn{"identity", "UInt8"},
    ClickHouseColumn{"viewer", "UInt64"},          ClickHouseColumn{"kind", "UInt8"},
    ClickHouseColumn{"play_ms", "UInt32"},         ClickHouseColumn{"device", "UInt8"},
    ClickHouseColumn{"content_type", "UInt8"},     ClickHouseColumn{"age", "UInt8"},
    ClickHouseColumn{"gender", "UInt8"},           ClickHouseColumn{"pin", "UInt64"},
    ClickHouseColumn{"board", "UInt64"},           ClickHouseColumn{"format", "UInt8"},
    ClickHouseColumn{"source", "UInt8"},           ClickHouseColumn{"saved", "UInt8"},
    ClickHouseColumn{"claimed_account", "UInt64"}, ClickHouseColumn{"account_none", "UInt8"},
    ClickHouseColumn{"product_group", "UInt64"},   ClickHouseColumn{"product_group_none", "UInt8"},
    ClickHouseColumn{"created_day", "Int32"},
};

/// What a live event has beside that: the row with the highest version stands.
inline constexpr std::array kLiveColumns = {
    ClickHouseColumn{"version", "UInt64"},
    ClickHouseColumn{"withdrawn", "UInt8"},
};

/// What a sealed event has beside that: which sealing wrote it.
inline constexpr std::array kFinalColumns = {ClickHouseColumn{"generation", "UInt32"}};

/// Which generation of a day is published, with its number of rows. Generation 0: no events of days
/// up to this one are taken any more, since they are being sealed.
inline constexpr std::array kDayColumns = {
    ClickHouseColumn{"account", "UInt64"},    ClickHouseColumn{"day", "UInt16"},
    ClickHouseColumn{"generation", "UInt32"}, ClickHouseColumn{"rows", "UInt64"},
    ClickHouseColumn{"checksum", "UInt64"},   ClickHouseColumn{"version", "UInt64"},
};

/// A Pin as last put.
inline constexpr std::array kPinColumns = {
    ClickHouseColumn{"account", "UInt64"},
    ClickHouseColumn{"pin", "UInt64"},
    ClickHouseColumn{"version", "UInt64"},
    ClickHouseColumn{"board", "UInt64"},
    ClickHouseColumn{"format", "UInt8"},
    ClickHouseColumn{"source", "UInt8"},
    ClickHouseColumn{"saved", "UInt8"},
    ClickHouseColumn{"claimed_account", "UInt64"},
    ClickHouseColumn{"account_none", "UInt8"},
    ClickHouseColumn{"product_group", "UInt64"},
    ClickHouseColumn{"product_group_none", "UInt8"},
    ClickHouseColumn{"created_day", "Int32"},
    ClickHouseColumn{"title", "String"},
};

/// The reporting zone of an account's days: its name, and that name's hash, by which it is checked.
inline constexpr std::array kAccountColumns = {
    ClickHouseColumn{"account", "UInt64"},
    ClickHouseColumn{"zone", "UInt64"},
    ClickHouseColumn{"time_zone", "String"},
};

/// A batch that was acknowledged: the hash of its key, the day it came on, and what was
/// acknowledged, of which `refused` is written by acknowledgement.h.
inline constexpr std::array kBatchColumns = {
    ClickHouseColumn{"account", "UInt64"}, ClickHouseColumn{"key_high", "UInt64"},
    ClickHouseColumn{"key_low", "UInt64"}, ClickHouseColumn{"day", "UInt16"},
    ClickHouseColumn{"taken", "UInt64"},   ClickHouseColumn{"refused", "String"},
};

/// The columns' names, separated by commas.
template <typename... Columns>
std::string NamesOf(const Columns&... columns) {
  std::string names;
  const auto add = [&names](const auto& some) {
    for (const ClickHouseColumn& column : some) {
      names.append(names.empty() ? "" : ", ").append(column.name);
    }
  };
  (add(columns), ...);
  return names;
}

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_CLICKHOUSE_COLUMNS_H_
