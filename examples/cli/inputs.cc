#include "examples/cli/inputs.h"

#include <array>
#include <charconv>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <system_error>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "examples/cli/csv_table.h"
#include "examples/cli/instant_text.h"
#include "examples/cli/terminal_text.h"
#include "pinmetrics/model/dimension.h"
#include "pinmetrics/model/event_columns.h"
#include "pinmetrics/model/fault.h"
#include "pinmetrics/model/id.h"

namespace pinmetrics::cli {
namespace {

namespace pin_column {
enum : std::size_t {
  kPin,
  kBoard,
  kFormat,
  kCreatedAt,
  kSource,
  kAccount,
  kProductGroup,
  kSaved,
  kTitle,
};
constexpr std::array<CsvColumn, 9> kAll = {{{"pin_id", true},
                                            {"board_id", true},
                                            {"format", true},
                                            {"created_at", true},
                                            {"source"},
                                            {"account"},
                                            {"product_group"},
                                            {"saved"},
                                            {"title"}}};
}  // namespace pin_column

constexpr auto kEventColumns = [] {
  std::array<CsvColumn, event_column::kCount> columns;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    columns[i] = {event_column::kNames[i], i < event_column::kRequired};
  }
  return columns;
}();

template <typename Number>
bool ParseWhole(std::string_view text, Number& number) {
  const char* const end = text.data() + text.size();
  const std::from_chars_result read = std::from_chars(text.data(), end, number);
  return read.ec == std::errc() && read.ptr == end;
}

template <NamedEnum E>
std::string OneOfItsNames() {
  std::string list = "one of ";
  for (const std::string_view name : EnumNames<E>::kNames) {
    if (name != EnumNames<E>::kNames.front()) list += ", ";
    list += name;
  }
  return list;
}

/// Reads the cells of one row into the fields of a value. The first that cannot be read is refused;
/// an empty one leaves the field as it is, unless its column is required.
class RowParser {
 public:
  explicit RowParser(CsvTable& table, std::span<const CsvColumn> columns)
      : table_(table), columns_(columns) {}

  template <typename Tag>
  bool Read(std::size_t column, Id<Tag>& id) {
    const std::string_view cell = table_[column];
    if (cell.empty()) return Empty(column, "an id");
    std::uint64_t number = 0;
    if (!ParseWhole(cell, number)) return Refuse(column, "an id, a whole number of 0..2^64-1");
    id = Id<Tag>(number);
    return true;
  }

  template <typename Tag>
  bool Read(std::size_t column, std::optional<Id<Tag>>& id) {
    if (table_[column].empty()) return true;
    return Read(column, id.emplace());
  }

  template <NamedEnum E>
  bool Read(std::size_t column, E& value) {
    const std::string_view cell = table_[column];
    if (cell.empty()) return Empty(column, OneOfItsNames<E>());
    const std::optional<E> known = FromName<E>(cell);
    if (!known) return Refuse(column, OneOfItsNames<E>());
    value = *known;
    return true;
  }

  bool Read(std::size_t column, absl::Time& time) {
    const std::string_view cell = table_[column];
    if (cell.empty()) return Empty(column, kInstantExpected);
    const std::optional<absl::Time> parsed = ParseInstant(cell);
    if (!parsed) return Refuse(column, kInstantExpected);
    time = *parsed;
    return true;
  }

  bool Read(std::size_t column, absl::Duration& duration) {
    const std::string_view cell = table_[column];
    if (cell.empty()) return true;
    std::int64_t milliseconds = 0;
    if (!ParseWhole(cell, milliseconds)) return Refuse(column, "a whole number of milliseconds");
    duration = absl::Milliseconds(milliseconds);
    return true;
  }

  bool Read(std::size_t column, double& number) {
    const std::string_view cell = table_[column];
    if (cell.empty()) return true;
    if (!ParseWhole(cell, number)) return Refuse(column, "a decimal number such as 0.5");
    return true;
  }

  bool Read(std::size_t column, bool& flag) {
    const std::string_view cell = table_[column];
    if (!cell.empty() && cell != "true" && cell != "false") {
      return Refuse(column, "true or false");
    }
    flag = cell == "true";
    return true;
  }

 private:
  bool Empty(std::size_t column, std::string_view expected) {
    if (!columns_[column].required) return true;
    table_.Refuse(column, "is empty, expected " + std::string(expected));
    return false;
  }

  bool Refuse(std::size_t column, std::string_view expected) {
    table_.Refuse(column, "unreadable",
                  Quoted(table_[column]) + " is not " + std::string(expected));
    return false;
  }

  CsvTable& table_;
  std::span<const CsvColumn> columns_;
};

bool ParsePin(const CsvTable& table, RowParser& row, Pin& pin) {
  namespace column = pin_column;
  pin.title = table[column::kTitle];
  return row.Read(column::kPin, pin.id) && row.Read(column::kBoard, pin.board) &&
         row.Read(column::kFormat, pin.format) && row.Read(column::kCreatedAt, pin.created_at) &&
         row.Read(column::kSource, pin.source) && row.Read(column::kAccount, pin.account) &&
         row.Read(column::kProductGroup, pin.product_group) && row.Read(column::kSaved, pin.saved);
}

bool ParseEvent(const CsvTable& table, RowParser& row, Event& event) {
  namespace column = event_column;
  const bool read = row.Read(column::kTime, event.time) &&
                    row.Read(column::kAction, event.action) && row.Read(column::kPin, event.pin) &&
                    row.Read(column::kEvent, event.id) && row.Read(column::kViewer, event.viewer) &&
                    row.Read(column::kDevice, event.device) &&
                    row.Read(column::kContentType, event.content_type) &&
                    row.Read(column::kAge, event.age) && row.Read(column::kGender, event.gender);
  if (!read) return false;
  const bool has_playback = !table[column::kPlayTime].empty() ||
                            !table[column::kHalfVisible].empty() ||
                            !table[column::kProgress].empty();
  if (event.action != Action::kPlayback && !has_playback) return true;
  Playback& playback = event.playback.emplace();
  double progress = 0;
  if (!row.Read(column::kPlayTime, playback.play_time) ||
      !row.Read(column::kHalfVisible, playback.half_visible) ||
      !row.Read(column::kProgress, progress)) {
    return false;
  }
  playback.progress = progress;
  return true;
}

/// Whether a time that can be read is a number: a date has dashes behind its year.
bool IsNumber(std::string_view time) { return time.find('-', 1) == std::string_view::npos; }

}  // namespace

absl::Status ReadPins(std::string_view file, ByteSource source, RefusalLog& log,
                      std::vector<Pin>& pins, CsvLimits limits) {
  CsvTable table(file, std::move(source), pin_column::kAll, log, limits);
  if (absl::Status status = table.ReadHeader(); !status.ok()) return status;
  RowParser row(table, pin_column::kAll);
  absl::flat_hash_map<PinId, std::int64_t> line_of;
  while (table.Next()) {
    Pin pin;
    if (!ParsePin(table, row, pin)) continue;
    if (const std::optional<Fault> fault = Check(pin)) {
      table.Refuse(fault->field, NameOf(fault->kind), fault->reason);
      continue;
    }
    const auto [before, is_new] = line_of.emplace(pin.id, table.line());
    if (!is_new) {
      table.Refuse(pin_column::kPin, "repeated",
                   std::to_string(pin.id.value()) + " is on line " +
                       std::to_string(before->second) + " already, expected one row for each Pin");
      continue;
    }
    pins.push_back(std::move(pin));
  }
  return table.status();
}

absl::Status ReadEventRows(std::string_view file, ByteSource source, absl::Time now,
                           RefusalLog& log, const TakeRow& take, CsvLimits limits, PassBytes pass) {
  CsvTable table(file, std::move(source), kEventColumns, log, limits, std::move(pass));
  if (absl::Status status = table.ReadHeader(); !status.ok()) return status;
  RowParser row(table, kEventColumns);
  while (true) {
    const CsvTable::Result result = table.NextOrRefused();
    if (result == CsvTable::Result::kEnd) return table.status();
    EventOrigin origin = {.line = table.line()};
    Event event;
    const Event* taken = nullptr;
    if (result == CsvTable::Result::kRow && ParseEvent(table, row, event)) {
      if (const std::optional<Fault> fault = Check(event, now)) {
        const auto is_filled = [&table](std::size_t column) { return !table[column].empty(); };
        table.Refuse(event_column::NameFor(fault->field, is_filled), NameOf(fault->kind),
                     fault->reason);
      } else {
        origin.time_is_number = IsNumber(table[event_column::kTime]);
        taken = &event;
      }
    }
    if (absl::Status status = take(taken, origin); !status.ok()) return status;
  }
}

absl::Status ReadEvents(std::string_view file, ByteSource source, const std::vector<Pin>& pins,
                        absl::Time now, RefusalLog& log, const TakeEvent& take, CsvLimits limits) {
  absl::flat_hash_set<PinId> known;
  for (const Pin& pin : pins) known.insert(pin.id);
  const TakeRow take_known = [&](const Event* event, const EventOrigin& origin) {
    if (event == nullptr) return absl::OkStatus();
    if (known.contains(event->pin)) return take(*event, origin);
    RefuseEvent(file, origin, UnknownPin(event->pin), log);
    return absl::OkStatus();
  };
  return ReadEventRows(file, std::move(source), now, log, take_known, limits);
}

void RefuseEvent(std::string_view file, const EventOrigin& origin, const Fault& fault,
                 RefusalLog& log) {
  // The row is gone; of one that was in order no more than its Pin and time are refused.
  const auto is_filled = [](std::size_t) { return false; };
  log.Add(file, origin.line, event_column::NameFor(fault.field, is_filled), NameOf(fault.kind),
          fault.reason);
}

}  // namespace pinmetrics::cli
