#include "examples/cli/inputs.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "examples/cli/console.h"
#include "examples/cli/refusal_log.h"
#include "tests/cli/csv_text.h"

namespace pinmetrics::cli {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;

const absl::Time kNow = absl::FromUnixSeconds(1'795'435'200);  // 2026-11-23T12:00:00Z

/// Reads texts as the tool reads files, and keeps what it makes of them.
class InputsTest : public ::testing::Test {
 protected:
  absl::Status Pins(std::string_view csv) {
    return ReadPins("pins.csv", WholeText(csv), *log_, pins_);
  }
  absl::Status Events(std::string_view csv) { return EventsOf(WholeText(csv)); }
  absl::Status EventsOf(ByteSource source) {
    const TakeEvent keep = [this](const Event& event, const EventOrigin& origin) {
      events_.push_back(event);
      origins_.push_back(origin);
      return absl::OkStatus();
    };
    return ReadEvents("events.csv", std::move(source), pins_, kNow, *log_, keep);
  }

  /// The lines about refused rows since the last call, without their number.
  std::vector<std::string> Messages() {
    log_->Finish();
    std::vector<std::string> lines;
    std::istringstream in(stream_.str());
    for (std::string line; std::getline(in, line);) lines.push_back(line);
    if (!lines.empty()) lines.pop_back();
    stream_.str("");
    log_.emplace(console_);
    return lines;
  }

  static std::string Actions() {
    return "one of impression, pin_click, outbound_click, save, carousel_swipe, collection_click, "
           "idea_swipe, playback";
  }

  /// What is said of an event with one cell of that column, on Pin 7.
  std::string RefusalOf(std::string_view column, std::string_view cell,
                        std::string_view action = "impression") {
    pins_ = {Pin{.id = PinId(7)}};
    std::string header = "time,action,pin_id";
    std::string row = "2026-11-01T00:00:00Z," + std::string(action) + ",7";
    if (column == "time") {
      row = std::string(cell) + ",impression,7";
    } else if (column == "action") {
      row = "0," + std::string(cell) + ",7";
    } else if (column == "pin_id") {
      row = "0,impression," + std::string(cell);
    } else {
      header.append(",").append(column);
      row.append(",").append(cell);
    }
    EXPECT_TRUE(Events(header + "\n" + row + "\n").ok());
    const std::vector<std::string> messages = Messages();
    return messages.empty() ? "" : messages[0];
  }

  std::ostringstream stream_;
  Console console_{stream_, false};
  std::optional<RefusalLog> log_{std::in_place, console_};
  std::vector<Pin> pins_;
  std::vector<Event> events_;
  std::vector<EventOrigin> origins_;
};

TEST_F(InputsTest, ReadsPinsWithColumnsInAnyOrder) {
  EXPECT_TRUE(Pins("title,saved,product_group,account,source,created_at,format,board_id,pin_id\n"
                   "\"Bread, warm\",true,5,4,other_pins,1970-01-01T00:00:01Z,video,3,2\n"
                   ",,,,,0,standard,0,18446744073709551615\n")
                  .ok());
  EXPECT_THAT(Messages(), IsEmpty());
  EXPECT_THAT(pins_,
              ElementsAre(Pin{.id = PinId(2),
                              .board = BoardId(3),
                              .format = PinFormat::kVideo,
                              .created_at = absl::FromUnixSeconds(1),
                              .source = PinSource::kOtherPins,
                              .account = AccountId(4),
                              .product_group = ProductGroupId(5),
                              .saved = true,
                              .title = "Bread, warm"},
                          Pin{.id = PinId(~std::uint64_t{0}), .created_at = absl::UnixEpoch()}));
}

TEST_F(InputsTest, ReadsEventsAndTakesEmptyCellsForTheDefault) {
  pins_ = {Pin{.id = PinId(0)}, Pin{.id = PinId(~std::uint64_t{0})}};
  EXPECT_TRUE(Events("time,action,pin_id,event_id,viewer_id,device,content_type,age,gender,"
                     "play_time_ms,half_visible_ms,progress\n"
                     "5,save,0,,,,,,,,,\n"
                     "6,playback,18446744073709551615,1,2,tablet,paid,65+,male,2000,1500,0.25\n"
                     "7,playback,0,,,,,,,,,\n")
                  .ok());
  EXPECT_THAT(Messages(), IsEmpty());
  EXPECT_THAT(events_, ElementsAre(Event{.time = absl::FromUnixMillis(5), .action = Action::kSave},
                                   Event{.id = EventId(1),
                                         .time = absl::FromUnixMillis(6),
                                         .pin = PinId(~std::uint64_t{0}),
                                         .viewer = ViewerId(2),
                                         .action = Action::kPlayback,
                                         .device = Device::kTablet,
                                         .content_type = ContentType::kPaid,
                                         .age = Age::k65Plus,
                                         .gender = Gender::kMale,
                                         .playback = Playback{absl::Milliseconds(2000),
                                                              absl::Milliseconds(1500), 0.25}},
                                   Event{.time = absl::FromUnixMillis(7),
                                         .action = Action::kPlayback,
                                         .playback = Playback{}}));
}

TEST_F(InputsTest, NamesTheCellThatIsWrong) {
  EXPECT_EQ(RefusalOf("pin_id", "8"), "events.csv:2: pin_id: 8 is not a known Pin");
  EXPECT_EQ(RefusalOf("pin_id", ""), "events.csv:2: pin_id: is empty, expected an id");
  EXPECT_EQ(RefusalOf("pin_id", "18446744073709551616"),
            "events.csv:2: pin_id: '18446744073709551616' is not an id, a whole number of "
            "0..2^64-1");
  EXPECT_EQ(RefusalOf("pin_id", "-1"),
            "events.csv:2: pin_id: '-1' is not an id, a whole number of 0..2^64-1");
  EXPECT_EQ(RefusalOf("viewer_id", "7x"),
            "events.csv:2: viewer_id: '7x' is not an id, a whole number of 0..2^64-1");
  EXPECT_EQ(RefusalOf("device", "phone"),
            "events.csv:2: device: 'phone' is not one of mobile, tablet, desktop, unspecified");
  EXPECT_EQ(RefusalOf("action", "Save"), "events.csv:2: action: 'Save' is not " + Actions());
  EXPECT_EQ(RefusalOf("age", "18"),
            "events.csv:2: age: '18' is not one of 18-24, 25-34, 35-44, 45-49, 50-54, 55-64, 65+, "
            "unspecified");
}

TEST_F(InputsTest, NamesTimesThatAreNone) {
  EXPECT_EQ(RefusalOf("time", "0000-01-01T00:00:00Z"),
            "events.csv:2: time: 0000-01-01T00:00:00Z is outside 1970-01-01..9999-12-31");
  EXPECT_EQ(RefusalOf("time", "10000-01-01T00:00:00Z"),
            "events.csv:2: time: '10000-01-01T00:00:00Z' is not an RFC 3339 time such as "
            "2026-11-01T08:30:00Z, or milliseconds since 1970");
  EXPECT_EQ(RefusalOf("time", "253402300800000"),
            "events.csv:2: time: 10000-01-01T00:00:00Z is outside 1970-01-01..9999-12-31");
  EXPECT_EQ(RefusalOf("time", "-1"),
            "events.csv:2: time: 1969-12-31T23:59:59.999Z is outside 1970-01-01..9999-12-31");
  EXPECT_EQ(RefusalOf("time", "2026-11-23T12:05:01Z"),
            "events.csv:2: time: 2026-11-23T12:05:01Z is later than now, 2026-11-23T12:00:00Z, by "
            "more than 5 minutes");
  EXPECT_EQ(RefusalOf("time", "2026-11-23T12:05:00Z"), "");
}

TEST_F(InputsTest, NamesPlaybacksThatCannotBe) {
  EXPECT_EQ(RefusalOf("progress", "1.2", "playback"),
            "events.csv:2: progress: 1.2 is outside 0..1");
  EXPECT_EQ(RefusalOf("progress", "nan", "playback"),
            "events.csv:2: progress: nan is outside 0..1");
  EXPECT_EQ(RefusalOf("progress", "half", "playback"),
            "events.csv:2: progress: 'half' is not a decimal number such as 0.5");
  EXPECT_EQ(RefusalOf("play_time_ms", "-5", "playback"),
            "events.csv:2: play_time_ms: -5ms is negative");
  EXPECT_EQ(RefusalOf("play_time_ms", "9223372036854775807", "playback"),
            "events.csv:2: play_time_ms: 2562047788015h12m55.807s is longer than 720h");
  EXPECT_EQ(
      RefusalOf("play_time_ms", "9223372036854775808", "playback"),
      "events.csv:2: play_time_ms: '9223372036854775808' is not a whole number of milliseconds");
  EXPECT_EQ(RefusalOf("half_visible_ms", "1", "playback"),
            "events.csv:2: half_visible_ms: 1ms is longer than the play_time of 0");
  EXPECT_EQ(RefusalOf("progress", "0.5", "save"),
            "events.csv:2: progress: comes only with the action playback, not with save");
}

TEST_F(InputsTest, TakesTheGoodRowsAroundBadOnes) {
  pins_ = {Pin{.id = PinId(7)}};
  EXPECT_TRUE(Events("time,action,pin_id\n"
                     "1,save,7\n"
                     "2,save\n"
                     "3,save,7,\n"
                     "\"4,save,7\n"
                     "5,save,7\n"
                     "6,sa\xFFve,7\n"
                     "7,save,7\n")
                  .ok());
  EXPECT_THAT(
      Messages(),
      ElementsAre("events.csv:3: pin_id: is missing, the row has 2 cells, expected 3 as in the "
                  "header",
                  "events.csv:4: row: has 4 cells, expected 3 as in the header",
                  "events.csv:5: time: opens a quote that is not closed before the end",
                  "events.csv:7: action: is not UTF-8"));
  EXPECT_THAT(events_, SizeIs(3));
}

TEST_F(InputsTest, RefusesTheSecondRowOfAPin) {
  EXPECT_TRUE(Pins("pin_id,board_id,format,created_at\n7,1,video,0\n\n7,2,idea,0\n").ok());
  EXPECT_THAT(Messages(), ElementsAre("pins.csv:4: pin_id: 7 is on line 2 already, expected one "
                                      "row for each Pin"));
  EXPECT_THAT(pins_, SizeIs(1));
}

TEST_F(InputsTest, RefusesPinCells) {
  EXPECT_TRUE(Pins("pin_id,board_id,format,created_at,saved,account\n"
                   "1,1,film,0,,\n"
                   "2,1,,0,,\n"
                   "3,1,video,yesterday,,\n"
                   "4,1,video,0,yes,\n"
                   "5,1,video,0,,none\n"
                   "6,1,video,-1,,\n")
                  .ok());
  EXPECT_THAT(
      Messages(),
      ElementsAre("pins.csv:2: format: 'film' is not one of standard, product, idea, video",
                  "pins.csv:3: format: is empty, expected one of standard, product, idea, video",
                  "pins.csv:4: created_at: 'yesterday' is not an RFC 3339 time such as "
                  "2026-11-01T08:30:00Z, or milliseconds since 1970",
                  "pins.csv:5: saved: 'yes' is not true or false",
                  "pins.csv:6: account: 'none' is not an id, a whole number of 0..2^64-1",
                  "pins.csv:7: created_at: 1969-12-31T23:59:59.999Z is outside "
                  "1970-01-01..9999-12-31"));
  EXPECT_THAT(pins_, IsEmpty());
}

TEST_F(InputsTest, NamesWhatIsWrongWithAHeader) {
  EXPECT_TRUE(absl::IsInvalidArgument(Events("time,pin_id,tiem,time\n1,2,3,4\n")));
  EXPECT_THAT(
      Messages(),
      ElementsAre(StartsWith("events.csv:1: 'tiem': is not a known column, expected time,action"),
                  "events.csv:1: time: is there twice, expected once",
                  "events.csv:1: action: the column is missing from the header"));
  EXPECT_TRUE(absl::IsInvalidArgument(Events("")));
  EXPECT_THAT(Messages(), ElementsAre(StartsWith("events.csv:1: header: is missing, the file is "
                                                 "empty; expected time,action,pin_id")));
  EXPECT_TRUE(absl::IsInvalidArgument(Events("\"time,action,pin_id\n")));
  EXPECT_THAT(Messages(), ElementsAre(EndsWith("opens a quote that is not closed before the end")));
  EXPECT_TRUE(Events("time,action,pin_id\n").ok());
  EXPECT_THAT(events_, IsEmpty());
}

TEST_F(InputsTest, KeepsControlCharactersOutOfMessages) {
  EXPECT_EQ(RefusalOf("device", "\x1b[31mred"),
            "events.csv:2: device: '\uFFFD[31mred' is not one of mobile, tablet, desktop, "
            "unspecified");
  EXPECT_LT(RefusalOf("device", std::string(1'000'000, 'x')).size(), 300U);
}

TEST_F(InputsTest, SaysThatAFileIsOfAnotherKind) {
  const std::pair<std::string_view, std::string_view> kinds[] = {
      {std::string_view("\x1F\x8B\x08\x00\x00", 5), "compressed (gzip)"},
      {"\x28\xB5\x2F\xFD$", "compressed (zstd)"},
      {std::string_view("PK\x03\x04\x14\x00", 6), "compressed (zip)"},
      {"BZh91AY", "compressed (bzip2)"},
      {std::string_view("\xFD"
                        "7zXZ\x00",
                        6),
       "compressed (xz)"},
      {std::string_view("\xFF\xFEt\x00i\x00\n\x00", 8), "like UTF-16"},
      {std::string_view("\xFE\xFF\x00t\x00i\x00\n", 8), "like UTF-16"},
      {std::string_view("t\x00i\x00\n\x00", 6), "like UTF-16"},
      {std::string_view("\x00t\x00i\x00\n", 6), "like UTF-16"},
      // The line ends before the file's first four bytes do.
      {std::string_view("\x00\n\x00t", 4), "like UTF-16"},
  };
  for (const auto& [bytes, kind] : kinds) {
    EXPECT_TRUE(absl::IsInvalidArgument(Events(bytes)));
    EXPECT_THAT(Messages(), ElementsAre("events.csv:1: header: is missing, the file looks " +
                                        std::string(kind) + ", expected CSV in UTF-8"));
    EXPECT_TRUE(absl::IsInvalidArgument(Pins(bytes)));
    EXPECT_THAT(Messages(), SizeIs(1));
  }
  // What only begins alike.
  for (const std::string_view text : {std::string_view("P"), std::string_view("t\0me\0", 5)}) {
    EXPECT_TRUE(absl::IsInvalidArgument(Events(text)));
    EXPECT_THAT(Messages(), Not(Contains(HasSubstr("looks"))));
  }
}

TEST_F(InputsTest, SaysThatAFileIsSplitByOtherSigns) {
  const std::pair<std::string_view, std::string_view> headers[] = {
      {"time;action;pin_id\n0;save;7\n", "semicolons"},
      {"time\taction\tpin_id\n", "tabs"},
      {"time|action|pin_id\n", "bars"},
      {"when;what;pin_id;\n", "semicolons"},
      {"\"time\";\"action\";\"pin_id\"\n\"0\";\"save\";\"7\"\n", "semicolons"},
      {"\"time\"\t\"action\"\t\"pin_id\"\n", "tabs"},
      {"\xEF\xBB\xBFtime;action;pin_id\r\n", "semicolons"},
      {"zeit;aktion;pin\n", "semicolons"},
      {"TIME\tACTION\tPIN_ID\n", "tabs"},
      {"sep=;\ntime;action;pin_id\n", "semicolons"},
  };
  for (const auto& [text, separator] : headers) {
    EXPECT_TRUE(absl::IsInvalidArgument(Events(text)));
    EXPECT_THAT(Messages(), ElementsAre("events.csv:1: header: looks split by " +
                                        std::string(separator) + ", expected commas"));
  }
  // No column of ours: nobody knows how it is split.
  EXPECT_TRUE(absl::IsInvalidArgument(Events("a;b\n")));
  EXPECT_THAT(Messages(), SizeIs(4));
}

TEST_F(InputsTest, NamesEachCauseOnceWithItsRows) {
  std::string csv = "time,action,pin_id\n1,like,7\n";
  for (int i = 0; i < 5000; ++i) csv += i % 2 == 0 ? "1,save,9\n" : "1,save,8\n";
  csv += "1,like,7\n1,hate,7\n1,,7\n";
  EXPECT_TRUE(Events(csv).ok());
  EXPECT_EQ(log_->count(), 5004);
  EXPECT_THAT(Messages(),
              ElementsAre("events.csv:2: action: 'like' is not " + Actions() + " (3 rows)",
                          "events.csv:3: pin_id: 9 is not a known Pin (2500 rows)",
                          "events.csv:4: pin_id: 8 is not a known Pin (2500 rows)",
                          "events.csv:5005: action: is empty, expected " + Actions()));
}

TEST_F(InputsTest, NamesAColumnOfDistinctBadValuesOnceForEachKindOfFault) {
  pins_ = {Pin{.id = PinId(7)}};
  std::string csv = "time,action,pin_id,play_time_ms,progress\n";
  for (int i = 0; i < 3000; ++i) {
    const std::string number = std::to_string(i);
    csv += "1,playback,7,x" + number + ",\n";
    csv += "1,playback,7,-1" + number + ",\n";
    csv += "1,playback,7,1,1" + number + ".5\n";
    csv += std::to_string(1'800'000'000'000 + i) + ",playback,7,1,0\n";
    csv += std::to_string(300'000'000'000'000 + i) + ",playback,7,1,0\n";
    csv += "1,playback,p" + number + ",1,0\n";
    csv += "1,playback,7,1,0" + std::string(static_cast<std::size_t>(1 + i), ',') + "\n";
  }
  EXPECT_TRUE(Events(csv).ok());
  EXPECT_EQ(log_->count(), 21'000);
  EXPECT_THAT(
      Messages(),
      ElementsAre(
          "events.csv:2: play_time_ms: 'x0' is not a whole number of milliseconds (3000 rows)",
          "events.csv:3: play_time_ms: -10ms is negative (3000 rows)",
          "events.csv:4: progress: 10.5 is outside 0..1 (3000 rows)",
          "events.csv:5: time: 2027-01-15T08:00:00Z is later than now, 2026-11-23T12:00:00Z, by "
          "more than 5 minutes (3000 rows)",
          "events.csv:6: time: 11476-08-15T05:20:00Z is outside 1970-01-01..9999-12-31 (3000 rows)",
          "events.csv:7: pin_id: 'p0' is not an id, a whole number of 0..2^64-1 (3000 rows)",
          "events.csv:8: row: has 6 cells, expected 5 as in the header (3000 rows)"));
}

TEST_F(InputsTest, NamesRepeatedPinsOnce) {
  std::string csv = "pin_id,board_id,format,created_at\n";
  for (int i = 0; i < 200; ++i) csv += std::to_string(1 + i % 100) + ",1,video,0\n";
  EXPECT_TRUE(Pins(csv).ok());
  EXPECT_THAT(pins_, SizeIs(100));
  EXPECT_THAT(Messages(), ElementsAre("pins.csv:102: pin_id: 1 is on line 2 already, expected one "
                                      "row for each Pin (100 rows)"));
}

// An export without its Pins refuses each Pin, and must not hide what else is wrong.
TEST_F(InputsTest, NamesTenUnknownPinsAndTheOthersTogether) {
  std::string csv = "time,action,pin_id\n";
  for (int i = 0; i < 5000; ++i) csv += "1,save," + std::to_string(1000 + i % 2500) + "\n";
  csv += "1,like,7\n";
  EXPECT_TRUE(Events(csv).ok());
  const std::vector<std::string> lines = Messages();
  ASSERT_THAT(lines, SizeIs(12));
  for (std::size_t i = 0; i < RefusalLog::kPinsShown; ++i) {
    EXPECT_EQ(lines[i], "events.csv:" + std::to_string(2 + i) + ": pin_id: " +
                            std::to_string(1000 + i) + " is not a known Pin (2 rows)");
  }
  EXPECT_EQ(lines[10],
            "events.csv:12: pin_id: 1010 is not a known Pin, nor are others (4980 rows)");
  EXPECT_EQ(lines[11], "events.csv:5002: action: 'like' is not " + Actions());
}

TEST_F(InputsTest, NamesAnEleventhUnknownPinAsTheOthersAreNamed) {
  std::string csv = "time,action,pin_id\n";
  for (int i = 0; i < 22; ++i) csv += "1,save," + std::to_string(1000 + i % 11) + "\n";
  EXPECT_TRUE(Events(csv).ok());
  EXPECT_EQ(Messages().back(), "events.csv:12: pin_id: 1010 is not a known Pin (2 rows)");
}

TEST_F(InputsTest, NamesTheFirst20CausesAndCountsAllRows) {
  for (int i = 0; i < 50; ++i) {
    log_->Add("a.csv", i, "column_" + std::to_string(i % 25), "unreadable", "is not a value");
  }
  log_->Finish();
  EXPECT_THAT(stream_.str(), EndsWith("a.csv:19: column_19: is not a value (2 rows)\n"
                                      "50 rows were refused, the first 20 causes are named "
                                      "above\n"));
  EXPECT_THAT(stream_.str(), Not(HasSubstr("column_20")));
  stream_.str("");
  log_.emplace(console_);
  EXPECT_TRUE(Events("time,action,pin_id\n1,save,9\n").ok());
  log_->Finish();
  EXPECT_EQ(stream_.str(), "events.csv:2: pin_id: 9 is not a known Pin\n1 row was refused\n");
}

TEST_F(InputsTest, TellsCausesOfTwoFilesApart) {
  EXPECT_TRUE(Pins("pin_id,board_id,format,created_at\nx,1,video,0\n").ok());
  EXPECT_TRUE(Events("time,action,pin_id\n1,save,x\n").ok());
  EXPECT_THAT(Messages(),
              ElementsAre("pins.csv:2: pin_id: 'x' is not an id, a whole number of 0..2^64-1",
                          "events.csv:2: pin_id: 'x' is not an id, a whole number of 0..2^64-1"));
}

TEST_F(InputsTest, SaysWhereEachEventComesFrom) {
  pins_ = {Pin{.id = PinId(7)}};
  EXPECT_TRUE(
      Events("time,action,pin_id\n1483228800,save,7\n\n2017-01-01T00:00:00Z,save,7\n").ok());
  ASSERT_THAT(origins_, SizeIs(2));
  EXPECT_EQ(origins_[0].line, 2);
  EXPECT_TRUE(origins_[0].time_is_number);
  EXPECT_EQ(origins_[1].line, 4);
  EXPECT_FALSE(origins_[1].time_is_number);
  RefuseEvent("events.csv", origins_[1], {FaultKind::kUnknownPin, "pin", "is gone"}, *log_);
  RefuseEvent("events.csv", origins_[1], {FaultKind::kSealedDay, "time", "is of a sealed day"},
              *log_);
  EXPECT_THAT(Messages(), ElementsAre("events.csv:4: pin_id: is gone",
                                      "events.csv:4: time: is of a sealed day"));
}

TEST_F(InputsTest, EndsWithTheErrorOfWhoTakesTheEvents) {
  pins_ = {Pin{.id = PinId(7)}};
  int taken = 0;
  const TakeEvent take = [&taken](const Event&, const EventOrigin&) {
    return ++taken == 2 ? absl::ResourceExhaustedError("full") : absl::OkStatus();
  };
  EXPECT_EQ(
      ReadEvents("events.csv", WholeText("time,action,pin_id\n1,save,7\n2,save,7\n3,save,7\n"),
                 pins_, kNow, *log_, take),
      absl::ResourceExhaustedError("full"));
  EXPECT_EQ(taken, 2);
}

TEST_F(InputsTest, HandsOnTheErrorOfItsSource) {
  const auto broken = [](std::span<char>) -> absl::StatusOr<std::size_t> {
    return absl::UnavailableError("events.csv: cannot be read");
  };
  EXPECT_TRUE(absl::IsUnavailable(EventsOf(broken)));
}

}  // namespace
}  // namespace pinmetrics::cli
