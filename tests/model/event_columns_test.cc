#include "pinmetrics/model/event_columns.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <set>
#include <string_view>

namespace pinmetrics {
namespace {

TEST(EventColumns, AreNamedOnceEach) {
  const std::set<std::string_view> names(event_column::kNames.begin(), event_column::kNames.end());
  EXPECT_EQ(names.size(), std::size_t{event_column::kCount});
  EXPECT_EQ(event_column::kNames[event_column::kProgress], "progress");
  EXPECT_EQ(event_column::kNames[event_column::kPin], "pin_id");
  EXPECT_LT(event_column::kPin, event_column::kRequired);
}

TEST(EventColumns, AreNamedForTheFieldThatIsWrong) {
  const auto none = [](std::size_t) { return false; };
  EXPECT_EQ(event_column::NameFor("pin", none), "pin_id");
  EXPECT_EQ(event_column::NameFor("play_time", none), "play_time_ms");
  EXPECT_EQ(event_column::NameFor("half_visible", none), "half_visible_ms");
  EXPECT_EQ(event_column::NameFor("progress", none), "progress");
  EXPECT_EQ(event_column::NameFor("playback", none), "playback");
  for (const std::size_t filled :
       {event_column::kPlayTime, event_column::kHalfVisible, event_column::kProgress}) {
    const auto from = [filled](std::size_t column) { return column >= filled; };
    EXPECT_EQ(event_column::NameFor("playback", from), event_column::kNames[filled]);
  }
}

}  // namespace
}  // namespace pinmetrics
