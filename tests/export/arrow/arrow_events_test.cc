#include "pinmetrics/export/arrow_events.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "pinmetrics/model/dimension.h"
#include "tests/export/arrow/node.h"
#include "tests/export/sample_events.h"
#include "tests/export/sample_reports.h"

namespace pinmetrics {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

ArrowNode TimeNode(std::size_t rows) {
  return FixedNode<std::int64_t>("time", "l", Optionals<std::int64_t>(rows, kSampleMs));
}

ArrowNode ActionNode(std::size_t rows, const std::string& action = "impression") {
  return TextNode("action", OptionalTexts(rows, action));
}

ArrowNode PinNode(std::size_t rows) {
  return FixedNode<std::int64_t>("pin_id", "l", Optionals<std::int64_t>(rows, 7));
}

/// The required columns, and `column` beside them or in place of one.
ArrowNode BatchWith(ArrowNode column, const std::string& action = "impression") {
  const auto rows = static_cast<std::size_t>(column.length);
  std::vector<ArrowNode> columns = {TimeNode(rows), ActionNode(rows, action), PinNode(rows)};
  std::erase_if(columns, [&column](const ArrowNode& node) { return node.name == column.name; });
  columns.push_back(std::move(column));
  return BatchNode(std::move(columns));
}

ReadEvents ReadWith(ArrowNode column, const std::string& action = "impression") {
  return ReadAll(ScriptOf({BatchWith(std::move(column), action)}));
}

std::vector<std::string> Reasons(const ReadEvents& read) {
  std::vector<std::string> reasons;
  for (const Refusal& refusal : read.refused) reasons.push_back(refusal.ToString());
  return reasons;
}

TEST(ArrowEvents, ReadsEveryColumn) {
  const ReadEvents read = ReadAll(ScriptOf({SampleBatch()}));
  ASSERT_TRUE(read.status.ok()) << read.status;
  EXPECT_EQ(read.events, SampleEvents());
  EXPECT_THAT(read.rows, ElementsAre(0U, 1U, 2U));
  EXPECT_THAT(read.refused, IsEmpty());
}

TEST(ArrowEvents, TakesColumnsInAnyOrder) {
  ArrowNode batch = SampleBatch();
  std::reverse(batch.children.begin(), batch.children.end());
  EXPECT_EQ(ReadAll(ScriptOf({batch})).events, SampleEvents());
}

TEST(ArrowEvents, NeedsThreeColumnsOnly) {
  ArrowNode batch = SampleBatch();
  batch.children.resize(3);
  const ReadEvents read = ReadAll(ScriptOf({batch}));
  ASSERT_THAT(read.events, SizeIs(3));
  EXPECT_EQ(read.events[1],
            (Event{.time = kSampleTime, .pin = PinId(~std::uint64_t{0}), .action = Action::kSave}));
}

TEST(ArrowEvents, NumbersRowsOverTheWholeStream) {
  ArrowNode bad = SampleBatch();
  bad.children[kPinColumn] = FixedNode<std::int64_t>("pin_id", "L", {1, std::nullopt, 3});
  const ReadEvents read = ReadAll(ScriptOf({SampleBatch(), bad, SampleBatch()}));
  EXPECT_TRUE(read.status.ok());
  EXPECT_THAT(read.rows, ElementsAre(0U, 1U, 2U, 3U, 5U, 6U, 7U, 8U));
  EXPECT_THAT(Reasons(read), ElementsAre("4: pin_id: is null, expected an id"));
}

TEST(ArrowEvents, HandsOverNoMoreThanTheRowsAskedFor) {
  const ArrowScript script = ScriptOf({SampleBatch(), SampleBatch()});
  EXPECT_THAT(ReadAll(script).pieces, ElementsAre(3U, 3U));
  EXPECT_THAT(ReadAll(script, {.batch_rows = 2}).pieces, ElementsAre(2U, 1U, 2U, 1U));
  EXPECT_THAT(ReadAll(script, {.batch_rows = 0}).pieces, SizeIs(6));
}

TEST(ArrowEvents, OfAStreamWithoutBatchesAreNone) {
  ArrowScript script{.schema = SampleBatch()};
  const ReadEvents read = ReadAll(script);
  EXPECT_TRUE(read.status.ok());
  EXPECT_THAT(read.pieces, IsEmpty());
}

TEST(ArrowEvents, OfAnEmptyBatchMayHaveNullBuffers) {
  ArrowNode batch = BatchNode({TimeNode(0), ActionNode(0), PinNode(0)});
  for (ArrowNode& column : batch.children) {
    for (std::optional<std::string>& buffer : column.buffers) buffer.reset();
  }
  const ReadEvents read = ReadAll(ScriptOf({batch}));
  EXPECT_TRUE(read.status.ok()) << read.status;
  EXPECT_THAT(read.events, IsEmpty());
}

TEST(ArrowEvents, OfTextsThatAreAllNullMayHaveANullPointerForText) {
  ArrowNode device = TextNode("device", {std::nullopt, std::nullopt});
  device.buffers[2].reset();
  const ReadEvents read =
      ReadAll(ScriptOf({BatchNode({TimeNode(2), ActionNode(2), PinNode(2), device})}));
  ASSERT_TRUE(read.status.ok()) << read.status;
  ASSERT_THAT(read.events, SizeIs(2));
  EXPECT_EQ(read.events[1].device, Device::kUnspecified);
}

TEST(ArrowEvents, UnknownColumnsAreIgnoredIfAskedTo) {
  ArrowNode batch = SampleBatch();
  // Of a type that could not be read.
  batch.children.insert(batch.children.begin(), ArrowNode{.format = "+l", .name = "tags"});
  EXPECT_EQ(ReadAll(ScriptOf({batch}), {.ignore_unknown_columns = true}).events, SampleEvents());
}

TEST(ArrowEvents, SlicesOfBatchesAndOfColumnsAddUp) {
  ArrowNode batch = SampleBatch();
  // The last of the three rows: one is skipped by the batch, one by each column.
  batch.offset = 1;
  batch.length = 1;
  for (ArrowNode& column : batch.children) {
    column.offset = 1;
    column.length = 2;
    column.null_count = column.format == "n" ? 2 : -1;
  }
  const ReadEvents read = ReadAll(ScriptOf({batch}));
  ASSERT_TRUE(read.status.ok()) << read.status;
  EXPECT_THAT(read.events, ElementsAre(SampleEvents()[2]));
}

TEST(ArrowEvents, NullsAreCountedFromTheOffset) {
  ArrowNode device = TextNode("device", {std::nullopt, "mobile", std::nullopt, "tablet"});
  device.offset = 1;
  device.length = 3;
  device.null_count = 1;
  const ReadEvents read = ReadWith(device);
  ASSERT_TRUE(read.status.ok()) << read.status;
  ASSERT_THAT(read.events, SizeIs(3));
  EXPECT_EQ(read.events[0].device, Device::kMobile);
  EXPECT_EQ(read.events[1].device, Device::kUnspecified);
  EXPECT_EQ(read.events[2].device, Device::kTablet);
}

TEST(ArrowEvents, TimesAreOfAnyUnit) {
  const std::vector<std::pair<std::string, std::int64_t>> times = {
      {"tss:", 1'795'435'200},
      {"tsm:UTC", 1'795'435'200'000},
      {"tsu:America/New_York", 1'795'435'200'000'000},
      {"tsn:", 1'795'435'200'000'000'000},
      {"l", 1'795'435'200'000}};
  for (const auto& [format, value] : times) {
    const ReadEvents read = ReadWith(FixedNode<std::int64_t>("time", format, {value}));
    ASSERT_THAT(read.events, SizeIs(1)) << format << ": " << read.status;
    EXPECT_EQ(read.events[0].time, absl::FromUnixSeconds(1'795'435'200)) << format;
  }
}

TEST(ArrowEvents, TimesThatTheModelDoesNotKnowAreRefused) {
  constexpr std::int64_t kHighest = std::numeric_limits<std::int64_t>::max();
  constexpr std::int64_t kLowest = std::numeric_limits<std::int64_t>::min();
  for (const char* format : {"tss:", "tsm:", "tsu:", "l"}) {
    const ReadEvents read = ReadWith(FixedNode<std::int64_t>(
        "time", format, {kHighest, kLowest, -1, std::nullopt, std::int64_t{0}}));
    EXPECT_THAT(read.rows, ElementsAre(4U)) << format;
    ASSERT_THAT(read.refused, SizeIs(4)) << format;
    EXPECT_EQ(read.refused[3].ToString(), "3: time: is null, expected an instant");
    EXPECT_EQ(read.refused[2].fault.field, "time");
    EXPECT_EQ(read.refused[2].kind(), FaultKind::kOutOfRange);
    EXPECT_EQ(read.refused[3].kind(), FaultKind::kNotAValue);
  }
  EXPECT_THAT(Reasons(ReadWith(FixedNode<std::int64_t>("time", "l", {-1}))),
              ElementsAre("0: time: 1969-12-31T23:59:59.999Z is outside 1970-01-01..9999-12-31"));
}

template <typename T>
void ExpectIdsOf(const char* format) {
  constexpr T kHighest = std::numeric_limits<T>::max();
  const ReadEvents read = ReadWith(FixedNode<T>("viewer_id", format, {T{0}, T{5}, kHighest}));
  ASSERT_THAT(read.events, SizeIs(3)) << format << ": " << read.status;
  EXPECT_EQ(read.events[1].viewer, ViewerId(5));
  EXPECT_EQ(read.events[2].viewer, ViewerId(static_cast<std::uint64_t>(kHighest))) << format;
  if (std::numeric_limits<T>::min() == 0) return;
  const ReadEvents refused =
      ReadWith(FixedNode<T>("viewer_id", format, {std::numeric_limits<T>::min()}));
  EXPECT_THAT(Reasons(refused),
              ElementsAre("0: viewer_id: " + std::to_string(std::numeric_limits<T>::min()) +
                          " is negative, expected an id of 0..2^64-1"));
  EXPECT_EQ(refused.refused[0].kind(), FaultKind::kOutOfRange);
}

TEST(ArrowEvents, IdsAreOfAnyIntegerTypeButNotNegative) {
  ExpectIdsOf<std::int8_t>("c");
  ExpectIdsOf<std::uint8_t>("C");
  ExpectIdsOf<std::int16_t>("s");
  ExpectIdsOf<std::uint16_t>("S");
  ExpectIdsOf<std::int32_t>("i");
  ExpectIdsOf<std::uint32_t>("I");
  ExpectIdsOf<std::int64_t>("l");
  ExpectIdsOf<std::uint64_t>("L");
}

template <typename T>
void ExpectNamesBehind(const char* format) {
  const ReadEvents read =
      ReadWith(DictionaryNode(FixedNode<T>("device", format, {T{2}, T{0}, std::nullopt, T{1}}),
                              TextNode("", {"desktop", std::nullopt, "tablet"})));
  ASSERT_THAT(read.events, SizeIs(4)) << format << ": " << read.status;
  EXPECT_EQ(read.events[0].device, Device::kTablet) << format;
  EXPECT_EQ(read.events[1].device, Device::kDesktop) << format;
  EXPECT_EQ(read.events[2].device, Device::kUnspecified) << format;
  EXPECT_EQ(read.events[3].device, Device::kUnspecified) << format;
}

TEST(ArrowEvents, DictionariesHaveIndexesOfAnyIntegerType) {
  ExpectNamesBehind<std::int8_t>("c");
  ExpectNamesBehind<std::uint8_t>("C");
  ExpectNamesBehind<std::int16_t>("s");
  ExpectNamesBehind<std::uint16_t>("S");
  ExpectNamesBehind<std::int32_t>("i");
  ExpectNamesBehind<std::uint32_t>("I");
  ExpectNamesBehind<std::int64_t>("l");
  ExpectNamesBehind<std::uint64_t>("L");
}

TEST(ArrowEvents, IndexesOfNullsMayBeAnything) {
  ArrowNode device = DictionaryNode(FixedNode<std::int8_t>("device", "c", {0, std::nullopt}),
                                    TextNode("", {"mobile"}));
  (*device.buffers[1])[1] = '\x7F';
  EXPECT_THAT(ReadWith(device).events, SizeIs(2));
}

TEST(ArrowEvents, NamesThatAreNotKnownAreRefused) {
  const std::string long_name(1000, 'x');
  const ReadEvents read = ReadWith(
      TextNode("action", {"save", "Save", "", std::nullopt, std::string("a\0\n", 3), long_name}));
  const std::string expected =
      "impression, pin_click, outbound_click, save, carousel_swipe, collection_click, "
      "idea_swipe, playback";
  EXPECT_THAT(Reasons(read), ElementsAre("1: action: \"Save\" is not one of " + expected,
                                         "2: action: \"\" is not one of " + expected,
                                         "3: action: is null, expected one of " + expected,
                                         "4: action: \"a\\x00\\n\" is not one of " + expected,
                                         "5: action: \"" + long_name.substr(0, 64) +
                                             "\"... is not one of " + expected));
  EXPECT_THAT(read.rows, ElementsAre(0U));
  EXPECT_EQ(read.refused[0].kind(), FaultKind::kNotAValue);
}

TEST(ArrowEvents, KnowEveryNameOfTheModel) {
  OptionalTexts names;
  for (const std::string_view name : EnumNames<Age>::kNames) names.emplace_back(name);
  const ReadEvents read = ReadWith(TextNode("age", names));
  ASSERT_THAT(read.events, SizeIs(kCountOf<Age>));
  for (std::size_t i = 0; i < kCountOf<Age>; ++i) {
    EXPECT_EQ(read.events[i].age, static_cast<Age>(i));
  }
}

TEST(ArrowEvents, PlayTimesAreMillisecondsOrDurations) {
  const std::vector<std::pair<std::string, std::int64_t>> times = {
      {"l", 3000}, {"tDs", 3}, {"tDm", 3000}, {"tDu", 3'000'000}, {"tDn", 3'000'000'000}};
  for (const auto& [format, value] : times) {
    const ReadEvents read =
        ReadWith(FixedNode<std::int64_t>("play_time_ms", format, {value}), "playback");
    ASSERT_THAT(read.events, SizeIs(1)) << format << ": " << read.status;
    EXPECT_EQ(read.events[0].playback, (Playback{.play_time = absl::Seconds(3)})) << format;
  }
}

TEST(ArrowEvents, PlayTimesOutOfRangeAreRefused) {
  EXPECT_THAT(Reasons(ReadWith(FixedNode<std::int64_t>("play_time_ms", "l", {-1, 2'592'000'001}),
                               "playback")),
              ElementsAre("0: play_time_ms: -1ms is negative",
                          "1: play_time_ms: 720h0.001s is longer than 720h"));
  EXPECT_THAT(Reasons(ReadWith(FixedNode<std::uint64_t>("play_time_ms", "L", {~std::uint64_t{0}}),
                               "playback")),
              ElementsAre("0: play_time_ms: 18446744073709551615ms is longer than 720h"));
  EXPECT_THAT(Reasons(ReadWith(FixedNode<std::int16_t>("half_visible_ms", "s", {1}), "playback")),
              ElementsAre("0: half_visible_ms: 1ms is longer than the play_time of 0"));
}

TEST(ArrowEvents, ProgressIsAShare) {
  constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
  const ReadEvents read = ReadWith(
      FixedNode<double>("progress", "g", {0.0, 1.0, 1.5, -0.25, kNan, std::nullopt}), "playback");
  EXPECT_THAT(Reasons(read),
              ElementsAre("2: progress: 1.5 is outside 0..1", "3: progress: -0.25 is outside 0..1",
                          "4: progress: nan is outside 0..1"));
  ASSERT_THAT(read.rows, ElementsAre(0U, 1U, 5U));
  EXPECT_EQ(read.events[2].playback, Playback{});
  EXPECT_THAT(ReadWith(FixedNode<float>("progress", "f", {0.25F}), "playback").events[0].playback,
              (Playback{.progress = 0.25}));
}

TEST(ArrowEvents, AFloat32IsTheDecimalThatItStandsFor) {
  const ReadEvents read =
      ReadWith(FixedNode<float>("progress", "f", {0.95F, std::nextafter(0.95F, 0.0F), 0.1F, 1.0F}),
               "playback");
  ASSERT_TRUE(read.status.ok()) << read.status;
  ASSERT_THAT(read.events, SizeIs(4));
  EXPECT_EQ(read.events[0].playback->progress, 0.95);
  EXPECT_LT(read.events[1].playback->progress, 0.95);
  EXPECT_EQ(read.events[2].playback->progress, 0.1);
  EXPECT_EQ(read.events[3].playback->progress, 1.0);
  // A double stands for itself.
  const ReadEvents wide =
      ReadWith(FixedNode<double>("progress", "g", {static_cast<double>(0.95F)}), "playback");
  EXPECT_EQ(wide.events[0].playback->progress, static_cast<double>(0.95F));
  EXPECT_THAT(Reasons(ReadWith(FixedNode<float>("progress", "f",
                                                {1.5F, std::numeric_limits<float>::infinity(),
                                                 std::numeric_limits<float>::quiet_NaN()}),
                               "playback")),
              ElementsAre("0: progress: 1.5 is outside 0..1", "1: progress: inf is outside 0..1",
                          "2: progress: nan is outside 0..1"));
}

TEST(ArrowEvents, PlaybackWithAnotherActionIsRefusedByItsColumn) {
  for (const char* column : {"play_time_ms", "half_visible_ms"}) {
    EXPECT_THAT(Reasons(ReadWith(FixedNode<std::int32_t>(column, "i", {0}))),
                ElementsAre("0: " + std::string(column) +
                            ": comes only with the action playback, not with impression"));
  }
  EXPECT_THAT(Reasons(ReadWith(FixedNode<double>("progress", "g", {0}))),
              ElementsAre("0: progress: comes only with the action playback, not with impression"));
}

TEST(ArrowEvents, PlaybackActionWithoutPlaybackColumnsIsOneOfNoTime) {
  const ReadEvents read =
      ReadAll(ScriptOf({BatchNode({TimeNode(1), ActionNode(1, "playback"), PinNode(1)})}));
  ASSERT_THAT(read.events, SizeIs(1));
  EXPECT_EQ(read.events[0].playback, Playback{});
}

/// An event that can be counted.
Event RandomEvent(std::mt19937_64& random) {
  const auto any = [&random](auto values) {
    return static_cast<decltype(values)>(random() % kCountOf<decltype(values)>);
  };
  Event event{.id = EventId(random() >> random() % 64),
              .time = absl::FromUnixMicros(static_cast<std::int64_t>(random() >> 14)),
              .pin = PinId(random()),
              .viewer = ViewerId(random() >> random() % 64),
              .action = any(Action{}),
              .device = any(Device{}),
              .content_type = any(ContentType{}),
              .age = any(Age{}),
              .gender = any(Gender{})};
  if (event.action == Action::kPlayback) {
    const absl::Duration play_time = absl::Milliseconds(static_cast<int>(random() % 100'000));
    event.playback = {.play_time = play_time,
                      .half_visible = absl::Floor(play_time / 2, absl::Milliseconds(1)),
                      .progress = static_cast<double>(random() % 1001) / 1000};
  }
  return event;
}

/// The events as a batch, laid out in one of many ways.
ArrowNode RandomLayout(const std::vector<Event>& events, std::mt19937_64& random) {
  Optionals<std::int64_t> times;
  Optionals<std::uint64_t> pins;
  Optionals<std::uint64_t> ids;
  Optionals<std::uint64_t> viewers;
  Optionals<std::int64_t> play_times;
  Optionals<std::int64_t> half_visible;
  Optionals<double> progress;
  std::array<OptionalTexts, 5> names;
  // A default may stand as itself or be null.
  const auto or_null = [&random](auto value, bool is_default) {
    return is_default && random() % 2 == 0 ? std::nullopt : std::optional(value);
  };
  for (const Event& event : events) {
    times.emplace_back(absl::ToUnixMicros(event.time));
    pins.emplace_back(event.pin.value());
    ids.push_back(or_null(event.id.value(), event.id == EventId()));
    viewers.push_back(or_null(event.viewer.value(), event.viewer == ViewerId()));
    const std::optional<Playback>& playback = event.playback;
    play_times.push_back(playback ? std::optional(absl::ToInt64Milliseconds(playback->play_time))
                                  : std::nullopt);
    half_visible.push_back(
        playback ? std::optional(absl::ToInt64Milliseconds(playback->half_visible)) : std::nullopt);
    progress.push_back(playback ? std::optional(playback->progress) : std::nullopt);
    const auto text = [](auto value) { return std::string(NameOf(value)); };
    names[0].emplace_back(text(event.action));
    names[1].push_back(or_null(text(event.device), event.device == Device::kUnspecified));
    names[2].push_back(
        or_null(text(event.content_type), event.content_type == ContentType::kOrganic));
    names[3].push_back(or_null(text(event.age), event.age == Age::kUnspecified));
    names[4].push_back(or_null(text(event.gender), event.gender == Gender::kUnspecified));
  }
  std::vector<ArrowNode> columns = {
      FixedNode<std::int64_t>("time", "tsu:UTC", times),
      FixedNode<std::uint64_t>("pin_id", "L", pins),
      FixedNode<std::uint64_t>("event_id", "L", ids),
      FixedNode<std::uint64_t>("viewer_id", "L", viewers),
      FixedNode<std::int64_t>("play_time_ms", "tDm", play_times),
      FixedNode<std::int64_t>("half_visible_ms", "l", half_visible),
      FixedNode<double>("progress", "g", progress),
  };
  constexpr std::array kNameColumns = {"action", "device", "content_type", "age", "gender"};
  for (std::size_t i = 0; i < names.size(); ++i) {
    const char* const format = random() % 2 == 0 ? "u" : "U";
    if (random() % 2 == 0) {
      columns.push_back(TextNode(kNameColumns[i], names[i], format));
      continue;
    }
    Optionals<std::int16_t> indexes(names[i].size());
    for (std::size_t row = 0; row < indexes.size(); ++row) {
      if (names[i][row] || random() % 2 == 0) indexes[row] = static_cast<std::int16_t>(row);
    }
    columns.push_back(DictionaryNode(FixedNode<std::int16_t>(kNameColumns[i], "s", indexes),
                                     TextNode("", names[i], format)));
  }
  std::shuffle(columns.begin(), columns.end(), random);
  return BatchNode(std::move(columns));
}

TEST(ArrowEvents, RandomOnesComeOutAsTheyWentIn) {
  const std::uint64_t seed = Seed();
  SCOPED_TRACE("PINMETRICS_TEST_SEED=" + std::to_string(seed));
  std::mt19937_64 random(seed);
  for (int i = 0; i < 300; ++i) {
    std::vector<Event> events(random() % 40);
    std::generate(events.begin(), events.end(), [&random] { return RandomEvent(random); });
    const ReadEvents read = ReadAll(ScriptOf({RandomLayout(events, random)}));
    ASSERT_TRUE(read.status.ok()) << read.status;
    ASSERT_THAT(Reasons(read), IsEmpty());
    ASSERT_EQ(read.events, events);
  }
}

}  // namespace
}  // namespace pinmetrics
