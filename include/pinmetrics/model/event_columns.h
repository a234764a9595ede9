#ifndef PINMETRICS_MODEL_EVENT_COLUMNS_H_
#define PINMETRICS_MODEL_EVENT_COLUMNS_H_

#include <array>
#include <cstddef>
#include <string_view>

/// The columns of events where these come as a table: an Arrow stream (export/arrow_events.h), a
/// CSV file.

namespace pinmetrics::event_column {

/// A column's place in `kNames`.
enum Column : std::size_t {
  kTime,
  kAction,
  kPin,
  kEvent,
  kViewer,
  kDevice,
  kContentType,
  kAge,
  kGender,
  kPlayTime,
  kHalfVisible,
  kProgress,
  kCount,
};

/// What the columns are called.
inline constexpr std::array<std::string_view, kCount> kNames = {
    "time",         "action", "pin_id", "event_id",     "viewer_id",       "device",
    "content_type", "age",    "gender", "play_time_ms", "half_visible_ms", "progress"};

/// The first so many must be there.
inline constexpr std::size_t kRequired = 3;

/// The name of the column that a field of `Event`, or of its playback, is read from, for the fault
/// of a row: `is_filled(column)` tells whether the row has something there.
template <typename IsFilled>
std::string_view NameFor(std::string_view field, IsFilled is_filled) {
  if (field == "pin") return kNames[kPin];
  if (field == "play_time") return kNames[kPlayTime];
  if (field == "half_visible") return kNames[kHalfVisible];
  if (field != "playback") return field;
  // Any of the three makes a playback where there should be none: the first that is there.
  for (const std::size_t column : {kPlayTime, kHalfVisible, kProgress}) {
    if (is_filled(column)) return kNames[column];
  }
  return field;
}

}  // namespace pinmetrics::event_column

#endif  // PINMETRICS_MODEL_EVENT_COLUMNS_H_
