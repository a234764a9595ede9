#ifndef PINMETRICS_SRC_CLICKHOUSE_EVENT_ROWS_H_
#define PINMETRICS_SRC_CLICKHOUSE_EVENT_ROWS_H_

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>

#include "pinmetrics/calendar/reporting_calendar.h"
#include "pinmetrics/metrics/tally.h"
#include "pinmetrics/model/event.h"
#include "pinmetrics/model/id.h"
#include "pinmetrics/model/pin.h"

namespace pinmetrics {

/// What an event counts as, in one byte: its action's number; of a playback, 7 and a bit for each
/// threshold it reached. So no threshold stands in SQL. Frozen: the tables hold it.
inline constexpr std::uint8_t kVideoViewBit = 1;
inline constexpr std::uint8_t kTenSecondBit = 2;
inline constexpr std::uint8_t k95PercentBit = 4;
inline constexpr std::uint8_t kKinds = 15;

/// The kind of a valid event.
std::uint8_t KindOf(const Event& event);

/// Counts `count` events of a kind, with `play_ms` of play time in all.
Tally TallyOf(std::uint8_t kind, std::int64_t count, std::int64_t play_ms);

/// The last day, by its number, that a server of any age keeps as a date: 2106-02-06.
inline constexpr std::int64_t kLastDay = 49'709;

/// What the tables keep of a Pin.
struct PinRow {
  BoardId board = {};
  std::uint8_t format = 0;
  std::uint8_t source = 0;
  std::uint8_t saved = 0;
  std::uint64_t claimed_account = 0;
  std::uint8_t account_none = 1;
  std::uint64_t product_group = 0;
  std::uint8_t product_group_none = 1;
  std::int32_t created_day = 0;  ///< In the reporting zone.
};

/// What they keep of this one.
PinRow RowOf(const Pin& pin, const ReportingCalendar& calendar);

/// The version of an appended row: the earlier its append, the higher, so that the first stands. A
/// withdrawal's is higher than any.
std::uint64_t VersionOf(std::int64_t moment);

/// A row of the fact columns, without the account.
struct FactRow {
  std::uint16_t day = 0;
  std::uint64_t event = 0;
  std::uint8_t identity = 0;  ///< 0: `event` is the host's id.
  ViewerId viewer = {};
  std::uint8_t kind = 0;
  std::uint32_t play_ms = 0;
  std::uint8_t device = 0;
  std::uint8_t content_type = 0;
  std::uint8_t age = 0;
  std::uint8_t gender = 0;
  PinId pin = {};
  PinRow attributes = {};
};

/// The facts of a valid event but for its day, identity and Pin's attributes.
FactRow FactsOf(const Event& event);

/// Appends a number as RowBinary has it: little-endian, as wide as its type.
template <std::integral T>
void AppendNumber(T number, std::string& rows) {
  const auto bits = static_cast<std::make_unsigned_t<T>>(number);
  for (std::size_t i = 0; i < sizeof(T); ++i) {
    rows.push_back(static_cast<char>(static_cast<std::uint64_t>(bits) >> (8 * i) & 0xFF));
  }
}

///@{
/// Appends the columns of kFactColumns; of kPinColumns but for account, pin and version before them
/// and the title after them.
void AppendFacts(std::uint64_t account, const FactRow& row, std::string& rows);
void AppendAttributes(const PinRow& pin, std::string& rows);
///@}

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_CLICKHOUSE_EVENT_ROWS_H_
