#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <numeric>
#include <set>
#include <span>
#include <sstream>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "examples/log_generator/command.h"
#include "examples/log_generator/log.h"
#include "examples/log_generator/log_csv.h"
#include "examples/log_generator/random.h"
#include "examples/log_generator/theme.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace pinmetrics::log_generator {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::Ge;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Le;
using ::testing::Not;
using ::testing::SizeIs;

using Row = std::map<std::string, std::string>;

absl::Time TimeOf(const std::string& text) {
  absl::Time time;
  std::string error;
  EXPECT_TRUE(absl::ParseTime(absl::RFC3339_full, text, &time, &error)) << text << ": " << error;
  return time;
}

const absl::Time kNow = absl::FromCivil(absl::CivilHour(2026, 11, 23, 12), absl::UTCTimeZone());

LogOptions OptionsWith(std::uint64_t events, std::uint64_t seed = 1) {
  LogOptions options;
  options.events = events;
  options.seed = seed;
  options.now = kNow;
  return options;
}

struct Log {
  std::string pins;
  std::string events;
};

Log Generate(const LogOptions& options) {
  const absl::StatusOr<LogGenerator> generator = LogGenerator::Create(options);
  if (!generator.ok()) {
    ADD_FAILURE() << generator.status();
    return {};
  }
  Log log{.pins = PinsCsv(generator->Pins()), .events = EventsCsvHeader()};
  const absl::Status status = generator->Generate([&](std::span<const LoggedEvent> day) {
    AppendEventsCsv(day, log.events);
    return absl::OkStatus();
  });
  EXPECT_TRUE(status.ok()) << status;
  return log;
}

// A reader of RFC 4180 as plain as can be, so that the writer is not checked by itself.
std::vector<Row> ReadCsv(std::string_view csv) {
  std::vector<std::vector<std::string>> records(1, std::vector<std::string>(1));
  bool quoted = false;
  for (std::size_t n = 0; n < csv.size(); ++n) {
    std::string& cell = records.back().back();
    if (quoted) {
      if (csv[n] != '"') {
        cell += csv[n];
      } else if (n + 1 < csv.size() && csv[n + 1] == '"') {
        cell += csv[n++];
      } else {
        quoted = false;
      }
    } else if (csv[n] == '"') {
      EXPECT_TRUE(cell.empty()) << "a quote inside an unquoted cell";
      quoted = true;
    } else if (csv[n] == ',') {
      records.back().emplace_back();
    } else if (csv[n] == '\n') {
      records.emplace_back(1);
    } else {
      cell += csv[n];
    }
  }
  EXPECT_FALSE(quoted);
  EXPECT_THAT(records.back(), ElementsAre("")) << "the last line has no end";
  records.pop_back();
  std::vector<Row> rows;
  for (std::size_t n = 1; n < records.size(); ++n) {
    Row row;
    EXPECT_EQ(records[n].size(), records[0].size()) << "record " << n;
    for (std::size_t c = 0; c < std::min(records[n].size(), records[0].size()); ++c) {
      row[records[0][c]] = records[n][c];
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

std::uint64_t NumberOf(const std::string& text) {
  std::uint64_t number = 0;
  const char* const end = text.data() + text.size();
  const std::from_chars_result parsed = std::from_chars(text.data(), end, number);
  EXPECT_TRUE(parsed.ec == std::errc() && parsed.ptr == end) << "'" << text << "'";
  return number;
}

std::vector<LoggedEvent> EventsOf(const LogOptions& options) {
  std::vector<LoggedEvent> events;
  const absl::StatusOr<LogGenerator> generator = LogGenerator::Create(options);
  EXPECT_TRUE(generator.ok()) << generator.status();
  if (!generator.ok()) return events;
  const absl::Status status = generator->Generate([&](std::span<const LoggedEvent> day) {
    events.insert(events.end(), day.begin(), day.end());
    return absl::OkStatus();
  });
  EXPECT_TRUE(status.ok()) << status;
  return events;
}

std::int64_t EpochDayOf(const LoggedEvent& event) { return event.time_ms / 86'400'000; }

// The share of all that the most frequent tenth has.
template <typename Counts>
double ShareOfTopTenth(const Counts& counts) {
  std::vector<double> sorted;
  sorted.reserve(counts.size());
  for (const auto& [key, count] : counts) sorted.push_back(static_cast<double>(count));
  std::sort(sorted.rbegin(), sorted.rend());
  const auto tenth = static_cast<std::ptrdiff_t>(sorted.size() / 10);
  return std::accumulate(sorted.begin(), sorted.begin() + tenth, 0.0) /
         std::accumulate(sorted.begin(), sorted.end(), 0.0);
}

TEST(RandomTest, IsSplitMix64) {
  Random random(1'234'567);
  EXPECT_EQ(random.Next(), 6'457'827'717'110'365'317U);
  EXPECT_EQ(random.Next(), 3'203'168'211'198'807'973U);
  EXPECT_EQ(random.Next(), 9'817'491'932'198'370'423U);
}

TEST(RandomTest, DrawsStayInTheirBounds) {
  Random random(7);
  std::set<std::uint64_t> small;
  for (int n = 0; n < 10'000; ++n) {
    small.insert(random.Between(3, 6));
    ASSERT_LT(random.SkewedBelow(10), 10U);
    ASSERT_LT(random.Below(std::uint64_t{1} << 63), std::uint64_t{1} << 63);
  }
  EXPECT_THAT(small, ElementsAre(3, 4, 5, 6));
  EXPECT_EQ(random.Below(0), 0U);
}

TEST(RandomTest, PickNeverTakesAWeightOfZero) {
  Random random(7);
  constexpr std::array<std::uint32_t, 4> kWeights = {0, 3, 0, 1};
  std::array<int, 4> picks{};
  for (int n = 0; n < 4'000; ++n) ++picks[random.Pick(kWeights)];
  EXPECT_EQ(picks[0], 0);
  EXPECT_EQ(picks[2], 0);
  EXPECT_THAT(picks[1], AllOf(Ge(2'800), Le(3'200)));
}

TEST(RandomTest, SkewedDrawsPreferLowNumbers) {
  Random random(7);
  int lowest_hundredth = 0;
  for (int n = 0; n < 10'000; ++n) lowest_hundredth += random.SkewedBelow(1'000) < 10 ? 1 : 0;
  EXPECT_THAT(lowest_hundredth, AllOf(Ge(1'400), Le(1'850)));
}

TEST(ThemeTest, TitlesOfAThemeAreAllDifferent) {
  for (const Theme& theme : Themes()) {
    std::set<std::string> titles;
    for (std::uint64_t ordinal = 0; ordinal < 500; ++ordinal) {
      titles.insert(TitleOf(theme, ordinal));
    }
    EXPECT_THAT(titles, SizeIs(500));
  }
}

TEST(LogGeneratorTest, SameSeedGivesTheSameBytes) {
  const Log first = Generate(OptionsWith(5'000));
  const Log second = Generate(OptionsWith(5'000));
  EXPECT_EQ(first.pins, second.pins);
  EXPECT_EQ(first.events, second.events);
}

TEST(LogGeneratorTest, AnotherSeedGivesAnotherAccount) {
  const Log first = Generate(OptionsWith(500, 1));
  const Log second = Generate(OptionsWith(500, 2));
  EXPECT_NE(first.pins, second.pins);
  EXPECT_NE(first.events, second.events);
}

// Compilers and platforms must agree, and figures quoted from a generated log must stay true. A
// deliberate change of the generator changes these numbers, and every such figure.
TEST(LogGeneratorTest, BytesAreTheSameEverywhere) {
  const auto fnv1a = [](std::string_view text) {
    std::uint64_t hash = 0xcbf29ce484222325U;
    for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
    return hash;
  };
  const Log log = Generate(OptionsWith(100'000));
  EXPECT_EQ(fnv1a(log.pins), 2940104772801515949U);
  EXPECT_EQ(fnv1a(log.events), 1161835564066293002U);
}

TEST(LogGeneratorTest, PinsDoNotDependOnTheNumberOfEvents) {
  EXPECT_EQ(Generate(OptionsWith(10)).pins, Generate(OptionsWith(3'000)).pins);
}

TEST(LogGeneratorTest, GivesAsManyRowsAsAsked) {
  for (const std::uint64_t events : {0U, 1U, 7U, 119U, 5'000U}) {
    for (const std::uint32_t days : {1U, 2U, 120U, 3'650U}) {
      for (const std::uint32_t pins : {1U, 5U, 400U}) {
        LogOptions options = OptionsWith(events);
        options.days = days;
        options.pins = pins;
        const Log log = Generate(options);
        EXPECT_THAT(ReadCsv(log.pins), SizeIs(pins));
        EXPECT_EQ(std::count(log.events.begin(), log.events.end(), '\n'),
                  static_cast<std::ptrdiff_t>(events + 1))
            << days << " days, " << pins << " Pins";
      }
    }
  }
}

TEST(LogGeneratorTest, ADayThatHasJustBegunHoldsEventsAtItsFirstInstant) {
  LogOptions options = OptionsWith(100);
  options.now = absl::FromCivil(absl::CivilDay(2026, 11, 23), absl::UTCTimeZone());
  options.days = 1;
  const std::vector<LoggedEvent> events = EventsOf(options);
  EXPECT_THAT(events, SizeIs(100));
  for (const LoggedEvent& event : events) {
    EXPECT_EQ(event.time_ms, absl::ToUnixMillis(options.now));
  }
}

TEST(LogGeneratorTest, EveryPinObeysTheRules) {
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    std::set<std::string> ids;
    std::set<std::string> titles;
    std::set<std::string> formats;
    absl::Time previous = absl::InfinitePast();
    for (Row& pin : ReadCsv(Generate(OptionsWith(0, seed)).pins)) {
      EXPECT_TRUE(ids.insert(pin["pin_id"]).second) << pin["pin_id"];
      EXPECT_GT(NumberOf(pin["pin_id"]), 0U);
      EXPECT_THAT(NumberOf(pin["board_id"]), AllOf(Ge(1U), Le(10U)));
      EXPECT_TRUE(
          (std::set<std::string>{"standard", "product", "idea", "video"}.contains(pin["format"])))
          << pin["format"];
      const absl::Time created_at = TimeOf(pin["created_at"]);
      EXPECT_LE(created_at, kNow);
      EXPECT_LE(previous, created_at);
      EXPECT_TRUE(pin["source"] == "your_pins" || pin["source"] == "other_pins");
      EXPECT_EQ(pin["product_group"].empty(), pin["format"] != "product");
      EXPECT_TRUE(pin["saved"] == "true" || pin["saved"] == "false");
      if (pin["saved"] == "true") {
        EXPECT_EQ(pin["source"], "your_pins");
        EXPECT_EQ(pin["account"], "") << "a saved Pin leads to none of the account's sites";
      }
      if (pin["source"] == "other_pins") {
        EXPECT_NE(pin["account"], "") << "it comes from one of the account's sites";
      }
      EXPECT_FALSE(pin["title"].empty());
      titles.insert(pin["title"]);
      formats.insert(pin["format"]);
      previous = created_at;
    }
    EXPECT_THAT(titles, SizeIs(400));
    EXPECT_THAT(formats, SizeIs(4));
  }
}

TEST(LogGeneratorTest, EveryEventObeysTheRules) {
  const std::map<std::string, std::set<std::string>> allowed = {
      {"action",
       {"impression", "pin_click", "outbound_click", "save", "carousel_swipe", "collection_click",
        "idea_swipe", "playback"}},
      {"device", {"mobile", "tablet", "desktop", ""}},
      {"content_type", {"organic", "paid", "earned"}},
      {"age", {"18-24", "25-34", "35-44", "45-49", "50-54", "55-64", "65+", ""}},
      {"gender", {"female", "male", ""}},
  };
  const std::map<std::string, std::string> only_in_format = {{"playback", "video"},
                                                             {"carousel_swipe", "standard"},
                                                             {"collection_click", "product"},
                                                             {"idea_swipe", "idea"}};
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    const Log log = Generate(OptionsWith(20'000, seed));
    std::map<std::string, Row> pins;
    std::map<std::string, absl::Time> created_at;
    for (Row& pin : ReadCsv(log.pins)) {
      created_at[pin["pin_id"]] = TimeOf(pin["created_at"]);
      pins[pin["pin_id"]] = pin;
    }
    std::map<std::string, std::set<std::string>> met;
    std::set<std::uint64_t> ids;
    std::set<std::pair<std::string, std::string>> seen;
    absl::Time previous = absl::FromCivil(absl::CivilDay(2026, 7, 27), absl::UTCTimeZone());
    for (Row& event : ReadCsv(log.events)) {
      SCOPED_TRACE("event " + event["event_id"]);
      EXPECT_GT(NumberOf(event["event_id"]), 0U);
      EXPECT_TRUE(ids.insert(NumberOf(event["event_id"])).second);
      ASSERT_TRUE(pins.contains(event["pin_id"]));
      const absl::Time time = TimeOf(event["time"]);
      EXPECT_LE(previous, time);
      EXPECT_LE(time, kNow);
      EXPECT_LE(created_at[event["pin_id"]], time);
      previous = time;
      for (const auto& [column, values] : allowed) {
        EXPECT_TRUE(values.contains(event[column])) << column << " " << event[column];
        met[column].insert(event[column]);
      }
      if (only_in_format.contains(event["action"])) {
        EXPECT_EQ(pins[event["pin_id"]]["format"], only_in_format.at(event["action"]));
      }
      if (event["viewer_id"].empty()) {
        EXPECT_EQ(event["age"] + event["gender"], "");
      } else {
        EXPECT_GT(NumberOf(event["viewer_id"]), 0U);
      }
      if (event["action"] == "impression") seen.emplace(event["viewer_id"], event["pin_id"]);
      EXPECT_TRUE(seen.contains({event["viewer_id"], event["pin_id"]})) << "acted on, never seen";
      if (event["action"] == "playback") {
        EXPECT_LE(NumberOf(event["half_visible_ms"]), NumberOf(event["play_time_ms"]));
        EXPECT_TRUE(event["progress"] == "0" || event["progress"] == "1" ||
                    (event["progress"].size() <= 5 && event["progress"].starts_with("0.") &&
                     event["progress"].back() != '0'))
            << event["progress"];
      } else {
        EXPECT_EQ(event["play_time_ms"] + event["half_visible_ms"] + event["progress"], "");
      }
    }
    EXPECT_EQ(met, allowed) << "some value never occurs";
  }
}

TEST(LogGeneratorTest, ImpressionsDominate) {
  std::array<int, 8> counts{};
  for (const LoggedEvent& event : EventsOf(OptionsWith(50'000))) {
    ++counts[static_cast<std::size_t>(event.action)];
  }
  EXPECT_THAT(counts[static_cast<std::size_t>(Action::kImpression)], AllOf(Ge(42'000), Le(46'000)));
  EXPECT_GT(counts[static_cast<std::size_t>(Action::kPinClick)],
            counts[static_cast<std::size_t>(Action::kOutboundClick)]);
}

TEST(LogGeneratorTest, AFewPinsGetMostOfTheImpressions) {
  std::map<std::uint64_t, int> impressions;
  for (const LoggedEvent& event : EventsOf(OptionsWith(50'000))) ++impressions[event.pin];
  EXPECT_GT(impressions.size(), 300U);
  EXPECT_THAT(ShareOfTopTenth(impressions), AllOf(Ge(0.4), Le(0.8)));
}

TEST(LogGeneratorTest, ViewersReturnAndStayTheSamePeople) {
  std::map<std::uint64_t, std::set<std::int64_t>> days;
  std::map<std::uint64_t, int> events_of;
  std::map<std::uint64_t, std::pair<Age, Gender>> people;
  for (const LoggedEvent& event : EventsOf(OptionsWith(50'000))) {
    if (event.viewer == 0) continue;
    days[event.viewer].insert(EpochDayOf(event));
    ++events_of[event.viewer];
    const auto person = std::pair(event.age, event.gender);
    EXPECT_EQ(people.emplace(event.viewer, person).first->second, person);
  }
  const auto returning = std::count_if(days.begin(), days.end(), [](const auto& viewer_and_days) {
    return viewer_and_days.second.size() > 1;
  });
  EXPECT_THAT(days.size(), AllOf(Ge(2'000U), Le(20'000U)));
  EXPECT_GT(static_cast<double>(returning), 0.2 * static_cast<double>(days.size()));
  EXPECT_GT(ShareOfTopTenth(events_of), 0.3);
}

TEST(LogGeneratorTest, WeekendsAndEveningsAreBusyAndTrafficGrows) {
  LogOptions options = OptionsWith(100'000);
  options.now = absl::FromCivil(absl::CivilDay(2026, 11, 23), absl::UTCTimeZone());
  options.days = 113;  // Sixteen whole weeks, and the instant that now is.
  std::array<int, 7> by_weekday{};
  std::array<int, 24> by_hour{};
  std::array<int, 2> by_half{};
  for (const LoggedEvent& event : EventsOf(options)) {
    if (event.content_type != ContentType::kOrganic) continue;
    const absl::CivilSecond time =
        absl::ToCivilSecond(absl::FromUnixMillis(event.time_ms), absl::UTCTimeZone());
    ++by_weekday[static_cast<std::size_t>(absl::GetWeekday(time))];
    ++by_hour[static_cast<std::size_t>(time.hour())];
    ++by_half[absl::CivilDay(time) < absl::CivilDay(2026, 9, 28) ? 0 : 1];
  }
  const auto sunday = static_cast<std::size_t>(absl::Weekday::sunday);
  const auto tuesday = static_cast<std::size_t>(absl::Weekday::tuesday);
  EXPECT_GT(by_weekday[sunday] * 10, by_weekday[tuesday] * 12);
  EXPECT_GT(by_hour[20], by_hour[4] * 4);
  EXPECT_GT(by_half[1] * 100, by_half[0] * 105);
}

TEST(LogGeneratorTest, PaidReachComesInBurstsForAFewPins) {
  std::set<std::uint64_t> paid_pins;
  std::set<std::int64_t> paid_days;
  std::array<int, 3> by_type{};
  for (const LoggedEvent& event : EventsOf(OptionsWith(100'000))) {
    ++by_type[static_cast<std::size_t>(event.content_type)];
    if (event.content_type != ContentType::kPaid) continue;
    paid_pins.insert(event.pin);
    paid_days.insert(EpochDayOf(event));
  }
  EXPECT_THAT(paid_pins.size(), AllOf(Ge(1U), Le(12U)));
  EXPECT_THAT(paid_days.size(), AllOf(Ge(12U), Le(36U)));
  // Bursts of several days: most days of paid reach follow another one.
  const auto starts = std::count_if(paid_days.begin(), paid_days.end(),
                                    [&](std::int64_t day) { return !paid_days.contains(day - 1); });
  EXPECT_THAT(starts, AllOf(Ge(2), Le(4)));
  EXPECT_GT(by_type[1], 2'000);
  EXPECT_GT(by_type[0], 80'000);
  EXPECT_GT(by_type[2], 100);
}

TEST(LogGeneratorTest, ShortClipsArePlayedToTheEndBeforeTenSeconds) {
  int ended_early = 0;
  int long_plays = 0;
  for (const LoggedEvent& event : EventsOf(OptionsWith(50'000))) {
    if (event.action != Action::kPlayback) continue;
    ended_early += event.progress_thousandths >= 950 && event.play_time_ms < 10'000 ? 1 : 0;
    long_plays += event.play_time_ms >= 10'000 ? 1 : 0;
  }
  EXPECT_GT(ended_early, 20);
  EXPECT_GT(long_plays, 100);
}

TEST(LogGeneratorTest, PopularTitlesHoldWhatExportsMustTakeCareOf) {
  LogOptions options = OptionsWith(0);
  options.pins = static_cast<std::uint32_t>(Evergreens().size());
  const std::string csv = Generate(options).pins;
  EXPECT_THAT(csv, HasSubstr(",\"Lemon chicken, potatoes, one pan\"\n"));
  EXPECT_THAT(csv, HasSubstr(",\"The \"\"no-knead\"\" loaf, start to finish\"\n"));
  EXPECT_THAT(csv, HasSubstr(",=50% off table linen this weekend\n"));
  EXPECT_THAT(csv, HasSubstr(",Crème brûlée without a torch\n"));
}

TEST(LogGeneratorTest, TheSinksErrorStopsTheGenerator) {
  const absl::StatusOr<LogGenerator> generator = LogGenerator::Create(OptionsWith(5'000));
  ASSERT_TRUE(generator.ok());
  int days = 0;
  const absl::Status status = generator->Generate([&](std::span<const LoggedEvent>) {
    return ++days == 3 ? absl::DataLossError("disk full") : absl::OkStatus();
  });
  EXPECT_EQ(status, absl::DataLossError("disk full"));
  EXPECT_EQ(days, 3);
}

TEST(LogGeneratorTest, OptionsOutOfRangeAreRefusedByName) {
  const auto message_of = [](const LogOptions& options) {
    const absl::StatusOr<LogGenerator> generator = LogGenerator::Create(options);
    EXPECT_EQ(generator.status().code(), absl::StatusCode::kInvalidArgument);
    return std::string{generator.status().message()};
  };
  LogOptions options = OptionsWith(1'000'000'001);
  EXPECT_EQ(message_of(options), "events: 1000000001 is out of range, expected 0..1000000000");
  options = OptionsWith(1);
  options.days = 0;
  EXPECT_EQ(message_of(options), "days: 0 is out of range, expected 1..3650");
  options = OptionsWith(1);
  options.pins = 100'001;
  EXPECT_EQ(message_of(options), "pins: 100001 is out of range, expected 1..100000");
  options = OptionsWith(1);
  options.viewers = 0;
  EXPECT_EQ(message_of(options), "viewers: 0 is out of range, expected 1..1000000000");
  for (const absl::Time now : {absl::UnixEpoch(), absl::InfiniteFuture(), absl::InfinitePast()}) {
    options = OptionsWith(1);
    options.now = now;
    EXPECT_THAT(message_of(options), HasSubstr("now: "));
  }
}

TEST(LogGeneratorTest, TheLimitsOfTheOptionsWork) {
  LogOptions options = OptionsWith(2'000);
  options.now = absl::FromCivil(absl::CivilDay(1990, 1, 1), absl::UTCTimeZone());
  options.days = 3'650;
  options.viewers = 1;
  std::set<std::uint64_t> viewers;
  for (const LoggedEvent& event : EventsOf(options)) {
    EXPECT_GT(event.time_ms, 0);
    viewers.insert(event.viewer);
  }
  EXPECT_THAT(viewers, SizeIs(2)) << "one person, and the unknown";
  options = OptionsWith(100, 0xffff'ffff'ffff'ffffU);
  options.now = absl::FromCivil(absl::CivilYear(10000), absl::UTCTimeZone()) - absl::Seconds(1);
  options.days = 1;
  options.viewers = 1'000'000'000;
  EXPECT_THAT(EventsOf(options), SizeIs(100));
}

class CommandTest : public ::testing::Test {
 protected:
  CommandTest() { std::filesystem::create_directories(folder_); }
  ~CommandTest() override { std::filesystem::remove_all(folder_); }

  int Run(const std::vector<std::string_view>& arguments) {
    out_.str("");
    err_.str("");
    return RunCommand(arguments, out_, err_);
  }

  // The needed arguments and more behind them.
  int RunWith(const std::vector<std::string_view>& more) {
    std::vector<std::string_view> arguments = {"--now", "2026-11-23T12:00:00Z", "--pins-out",
                                               pins_,   "--events-out",         events_};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return Run(arguments);
  }

  static std::string Contents(const std::string& file) {
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
  }

  // A folder of this case alone: ctest runs cases side by side.
  const std::string folder_ = ::testing::TempDir() + "log_generator_" +
                              ::testing::UnitTest::GetInstance()->current_test_info()->name();
  const std::string pins_ = folder_ + "/pins.csv";
  const std::string events_ = folder_ + "/events.csv";
  std::ostringstream out_;
  std::ostringstream err_;
};

TEST_F(CommandTest, WritesBothFiles) {
  EXPECT_EQ(
      RunWith({"--events", "300", "--seed", "5", "--days", "9", "--pins", "30", "--viewers", "40"}),
      0);
  LogOptions options = OptionsWith(300, 5);
  options.days = 9;
  options.pins = 30;
  options.viewers = 40;
  const Log log = Generate(options);
  EXPECT_EQ(Contents(pins_), log.pins);
  EXPECT_EQ(Contents(events_), log.events);
  EXPECT_EQ(out_.str() + err_.str(), "");
}

TEST_F(CommandTest, HelpShowsEveryOption) {
  EXPECT_EQ(Run({"--seed", "1", "--help"}), 0);
  for (const char* option : {"--now", "--pins-out", "--events-out", "--events", "--seed", "--days",
                             "--pins", "--viewers", "--help"}) {
    EXPECT_THAT(out_.str(), HasSubstr(option));
  }
  EXPECT_THAT(err_.str(), IsEmpty());
}

TEST_F(CommandTest, WrongArgumentsAreRefusedWithWhatWasExpected) {
  struct Case {
    std::vector<std::string_view> more;
    std::string message;
  };
  const std::vector<Case> cases = {
      {{"--event", "5"}, "'--event': unknown option, expected one of --now"},
      {{"5"}, "'5': unknown option"},
      {{"--seed", "1", "--seed", "1"}, "--seed: given twice, expected once"},
      {{"--now", "2026-11-23T12:00:00Z"}, "--now: given twice"},
      {{"--events"}, "--events: the value is missing"},
      {{"--events", "-5"}, "--events: '-5' is not a whole number"},
      {{"--events", "1e5"}, "--events: '1e5' is not a whole number"},
      {{"--events", ""}, "--events: '' is not a whole number"},
      {{"--seed", "18446744073709551616"}, "--seed: '18446744073709551616' is not"},
      {{"--days", "0"}, "--days: 0 is out of range, expected 1..3650"},
      {{"--pins", "4294967296"}, "--pins: '4294967296' is not a whole number that fits"},
  };
  for (const Case& wrong : cases) {
    EXPECT_EQ(RunWith(wrong.more), 2);
    EXPECT_THAT(err_.str(), HasSubstr("pinmetrics-log-generator: " + wrong.message));
    EXPECT_FALSE(std::filesystem::exists(pins_));
  }
}

TEST_F(CommandTest, WhatIsNeededMustBeGiven) {
  EXPECT_EQ(Run({}), 2);
  EXPECT_THAT(err_.str(), HasSubstr("--now: missing"));
  EXPECT_EQ(Run({"--now", "2026-11-23T12:00:00Z", "--pins-out", pins_}), 2);
  EXPECT_THAT(err_.str(), HasSubstr("--events-out: missing"));
  EXPECT_EQ(Run({"--now", "2026-11-23T12:00:00Z", "--pins-out", pins_, "--events-out", pins_}), 2);
  EXPECT_THAT(err_.str(), HasSubstr("is the file of --pins-out, expected another"));
}

TEST_F(CommandTest, NowMustBeAnRfc3339Time) {
  for (const std::string_view now :
       {"", "yesterday", "2026-11-23", "2026-11-23T12:00:00", "infinite-future",
        " 2026-11-23T12:00:00Z", "2026-11-23T12:00:00Z ", "2026-13-01T00:00:00Z"}) {
    EXPECT_EQ(Run({"--now", now, "--pins-out", pins_, "--events-out", events_}), 2) << now;
    EXPECT_THAT(err_.str(), HasSubstr("is not an RFC 3339 time")) << now;
  }
  EXPECT_EQ(Run({"--now", "2026-11-23T13:00:00.5+01:00", "--pins-out", pins_, "--events-out",
                 events_, "--events", "1"}),
            0);
}

TEST_F(CommandTest, AFileThatCannotBeWrittenIsNamed) {
  const std::string missing = folder_ + "/missing/events.csv";
  EXPECT_EQ(Run({"--now", "2026-11-23T12:00:00Z", "--pins-out", pins_, "--events-out", missing}),
            1);
  EXPECT_THAT(err_.str(), HasSubstr(missing + ": cannot be written: "));
  EXPECT_EQ(Run({"--now", "2026-11-23T12:00:00Z", "--pins-out", folder_, "--events-out", events_}),
            1);
  EXPECT_THAT(err_.str(), HasSubstr(folder_ + ": cannot be written: "));
}

TEST_F(CommandTest, NoFileIsLostForALogThatCannotBe) {
  std::ofstream(pins_) << "before";
  EXPECT_EQ(Run({"--now", "2026-11-23T12:00:00Z", "--pins-out", pins_, "--events-out",
                 folder_ + "/missing/events.csv"}),
            1);
  EXPECT_EQ(Contents(pins_), "before");
  EXPECT_EQ(Run({"--now", "2026-11-23T12:00:00Z", "--pins-out", pins_, "--events-out", folder_}),
            1);
  EXPECT_EQ(Contents(pins_), "before");
}

TEST_F(CommandTest, OneFileByTwoSpellingsIsRefused) {
  std::filesystem::create_symlink("pins.csv", folder_ + "/link.csv");
  const auto refuse = [&] {
    for (const std::string& events : {folder_ + "/./pins.csv", folder_ + "/link.csv"}) {
      EXPECT_EQ(Run({"--now", "2026-11-23T12:00:00Z", "--pins-out", pins_, "--events-out", events}),
                2);
      EXPECT_THAT(err_.str(), HasSubstr("is the file of --pins-out, expected another"));
    }
  };
  refuse();
  EXPECT_FALSE(std::filesystem::exists(pins_));
  std::ofstream(pins_) << "before";
  refuse();
  EXPECT_EQ(Contents(pins_), "before");
}

TEST_F(CommandTest, EscapeCodesStayOutOfMessages) {
  for (const std::vector<std::string_view>& more :
       {std::vector<std::string_view>{"\x1b[31mX"}, {"--seed", "\x1b[31mX"}}) {
    EXPECT_EQ(RunWith(more), 2);
    EXPECT_THAT(err_.str(), AllOf(HasSubstr("'\uFFFD[31mX'"), Not(HasSubstr("\x1b"))));
  }
}

TEST_F(CommandTest, AFullDiskIsAnError) {
  for (const std::string_view events : {"0", "20000"}) {
    EXPECT_EQ(Run({"--now", "2026-11-23T12:00:00Z", "--pins-out", pins_, "--events-out",
                   "/dev/full", "--events", events}),
              1);
    EXPECT_THAT(err_.str(), HasSubstr("/dev/full: cannot be written"));
  }
}

}  // namespace
}  // namespace pinmetrics::log_generator
