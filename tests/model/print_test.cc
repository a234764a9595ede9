#include "pinmetrics/model/print.h"

#include <optional>
#include <string>
#include <vector>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest-spi.h"
#include "gtest/gtest.h"
#include "pinmetrics/model/attribute.h"
#include "pinmetrics/model/dimension.h"
#include "pinmetrics/model/event.h"
#include "pinmetrics/model/fault.h"
#include "pinmetrics/model/id.h"
#include "pinmetrics/model/pin.h"

namespace pinmetrics {
namespace {

using ::testing::PrintToString;

const absl::Time kThen = absl::FromCivil(absl::CivilHour(2026, 11, 20, 8), absl::UTCTimeZone());

TEST(Print, OfIdsAndValuesOfDimensions) {
  EXPECT_EQ(PrintToString(PinId(7)), "7");
  EXPECT_EQ(PrintToString(std::optional<BoardId>(3)), "(3)");
  EXPECT_EQ(PrintToString(Device::kMobile), "mobile");
  EXPECT_EQ(PrintToString(static_cast<Device>(9)), "?");
  EXPECT_EQ(PrintToString(FaultKind::kSealedDay), "sealed_day");
  EXPECT_EQ(PrintToString(Attribute(Gender::kMale)), "1");
  EXPECT_EQ(PrintToString(Attribute()), "none");
}

TEST(Print, OfAnEvent) {
  EXPECT_EQ(PrintToString(Event{.time = kThen, .pin = PinId(7)}),
            "impression of Pin 7 at 2026-11-20T08:00:00Z by an unknown viewer, no event id, device "
            "unspecified, organic, age unspecified, gender unspecified");
  EXPECT_EQ(PrintToString(Event{
                .id = EventId(1),
                .time = kThen,
                .pin = PinId(7),
                .viewer = ViewerId(3),
                .action = Action::kPlayback,
                .device = Device::kMobile,
                .content_type = ContentType::kPaid,
                .age = Age::k18To24,
                .gender = Gender::kFemale,
                .playback = Playback{absl::Seconds(12.5), absl::Seconds(11), 0.97F},
            }),
            "playback of Pin 7 at 2026-11-20T08:00:00Z by viewer 3, event 1, device mobile, paid, "
            "age 18-24, gender female, play_time 12.5s, half_visible 11s, progress 0.97");
}

TEST(Print, OfAPin) {
  EXPECT_EQ(
      PrintToString(Pin{.id = PinId(7),
                        .board = BoardId(2),
                        .format = PinFormat::kVideo,
                        .created_at = kThen,
                        .account = AccountId(5),
                        .saved = true,
                        .title = "Mugs"}),
      "Pin 7 'Mugs' on board 2, video, your_pins, created at 2026-11-20T08:00:00Z, account 5, "
      "product group none, saved");
}

TEST(Print, OfRefusals) {
  const std::vector<Refusal> refused = {{3, UnknownPin(PinId(8))}};
  EXPECT_EQ(PrintToString(refused), "{ 3: pin: 8 is not a known Pin }");
}

TEST(Print, IsWhatAFailedAssertionShows) {
  const Event event = {.time = kThen, .pin = PinId(7)};
  const Event other = {.time = kThen, .pin = PinId(8)};
  EXPECT_NONFATAL_FAILURE(EXPECT_EQ(event, other), "impression of Pin 8");
  EXPECT_NONFATAL_FAILURE(EXPECT_EQ(PinId(7), PinId(8)), "Which is: 8");
  EXPECT_NONFATAL_FAILURE(EXPECT_THAT(std::vector<PinId>{PinId(7)}, ::testing::IsEmpty()), "{ 7 }");
}

}  // namespace
}  // namespace pinmetrics
