#include "pinmetrics/export/pinterest_json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <random>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "pinmetrics/calendar/reporting_calendar.h"
#include "pinmetrics/metrics/catalogue.h"
#include "pinmetrics/report/pinterest_request.h"
#include "tests/export/comma_locale.h"
#include "tests/export/pinterest/response_schema.h"
#include "tests/export/sample_reports.h"
#include "tests/report/small_account.h"

namespace pinmetrics {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::UnorderedElementsAre;

template <typename Answer>
std::string TextOf(const Answer& answer) {
  const absl::StatusOr<std::string> text = ToPinterestJson(answer);
  return text.ok() ? *text : "refused: " + std::string(text.status().message());
}

template <typename Answer>
Json JsonOf(const Answer& answer) {
  return Json::parse(TextOf(answer), nullptr, false);
}

std::vector<std::string> KeysOf(const Json& object) {
  std::vector<std::string> keys;
  for (const auto& [key, value] : object.items()) keys.push_back(key);
  return keys;
}

/// A metric of the host's own that has a name in the API.
Metric OwnMetric(const std::string& pinterest_name, Unit unit) {
  return Formula(MetricDescription{.name = "mine", .pinterest_name = pinterest_name}, unit, Needs{},
                 [](const Facts&) -> std::optional<double> { return 3; });
}

// ---- samples ----

TEST(PinterestJson, ReportIsAnAnalyticsResponse) {
  EXPECT_EQ(TextOf(SampleReport()), R"({
  "all": {
    "daily_metrics": [
      {"data_status": "READY", "date": "2026-11-20", "metrics": {"IMPRESSION": 1200, "SAVE_RATE": 0.0125, "VIDEO_V50_WATCH_TIME": 210000}},
      {"data_status": "PROCESSING", "date": "2026-11-21", "metrics": {}}
    ],
    "summary_metrics": {"IMPRESSION": 1200, "SAVE_RATE": 0.0125, "VIDEO_V50_WATCH_TIME": 210000}
  }
}
)");
}

TEST(PinterestJson, SplitHasAKeyForEachValueAndEveryDayInEach) {
  Report report{SampleHead()};
  report.query.split = Dimension::kDevice;
  report.query.metrics = {kImpressions, kSaveRate};
  const absl::CivilDay ready(2026, 11, 20);
  report.totals = {{.segment = Device::kMobile, .figures = {1, 1}},
                   {.segment = Device::kDesktop, .figures = {0, std::nullopt}}};
  report.days = {{.day = ready, .segment = Device::kMobile, .figures = {1, 1}},
                 {.day = ready, .segment = Device::kDesktop, .figures = {0, std::nullopt}},
                 {.day = ready + 1, .status = DayStatus::kProcessing}};
  EXPECT_EQ(TextOf(report), R"({
  "MOBILE": {
    "daily_metrics": [
      {"data_status": "READY", "date": "2026-11-20", "metrics": {"IMPRESSION": 1, "SAVE_RATE": 1.0}},
      {"data_status": "PROCESSING", "date": "2026-11-21", "metrics": {}}
    ],
    "summary_metrics": {"IMPRESSION": 1, "SAVE_RATE": 1.0}
  },
  "WEB": {
    "daily_metrics": [
      {"data_status": "READY", "date": "2026-11-20", "metrics": {"IMPRESSION": 0, "SAVE_RATE": 0.0}},
      {"data_status": "PROCESSING", "date": "2026-11-21", "metrics": {}}
    ],
    "summary_metrics": {"IMPRESSION": 0, "SAVE_RATE": 0.0}
  }
}
)");
}

TEST(PinterestJson, TopListIsATopPinsAnalyticsResponse) {
  EXPECT_EQ(TextOf(SampleTopPins()), R"({
  "date_availability": {"is_realtime": false, "latest_available_timestamp": 1795219199000},
  "pins": [
    {"data_status": {"IMPRESSION": "READY", "SAVE_RATE": "READY", "VIDEO_V50_WATCH_TIME": "READY"}, "metrics": {"IMPRESSION": 900, "SAVE_RATE": 0.02, "VIDEO_V50_WATCH_TIME": 0}, "pin_id": "18446744073709551615"},
    {"data_status": {"IMPRESSION": "READY", "SAVE_RATE": "READY", "VIDEO_V50_WATCH_TIME": "READY"}, "metrics": {"IMPRESSION": 300, "SAVE_RATE": 0.0, "VIDEO_V50_WATCH_TIME": 75000}, "pin_id": "7"}
  ],
  "sort_by": "IMPRESSION"
}
)");
}

PinReport SamplePin(std::uint64_t id) {
  Report report = SampleReport();
  report.query.metrics = {kImpressions};
  report.query.filter = Is(Device::kMobile) && Is(PinId(id));
  return {.pin = PinId(id), .report = report};
}

TEST(PinterestJson, PinHasLifetimeMetricsOfWhichThereAreNone) {
  EXPECT_EQ(TextOf(SamplePin(7)), R"({
  "all": {
    "daily_metrics": [
      {"data_status": "READY", "date": "2026-11-20", "metrics": {"IMPRESSION": 1200}},
      {"data_status": "PROCESSING", "date": "2026-11-21", "metrics": {}}
    ],
    "lifetime_metrics": {},
    "summary_metrics": {"IMPRESSION": 1200}
  }
}
)");
}

TEST(PinterestJson, SeveralPinsAreUnderTheirIds) {
  const std::vector<PinReport> pins = {SamplePin(9), SamplePin(kLargestId)};
  const Json json = JsonOf(std::span<const PinReport>(pins));
  EXPECT_THAT(KeysOf(json), UnorderedElementsAre("9", "18446744073709551615"));
  EXPECT_EQ(json.at("9"), JsonOf(pins[0]));
  EXPECT_EQ(TextOf(std::span<const PinReport>()), "{}\n");
}

// ---- figures ----

/// What is written for one figure of one metric on a day with values.
std::string FigureText(const Metric& metric, std::optional<double> figure) {
  Report report = SampleReport();
  report.query.metrics = {metric};
  report.totals = {{.figures = {figure}}};
  report.days = {{.day = absl::CivilDay(2026, 11, 20), .figures = {figure}}};
  const std::string text = TextOf(report);
  const std::string key = "\"summary_metrics\": {";
  const std::size_t begin = text.find(key) + key.size();
  return text.substr(begin, text.find('}', begin) - begin);
}

TEST(PinterestJson, CountsAndTimesAreIntegersAndRatesAreReal) {
  EXPECT_EQ(FigureText(kImpressions, 100'000), "\"IMPRESSION\": 100000");
  EXPECT_EQ(FigureText(kSaveRate, 1), "\"SAVE_RATE\": 1.0");
  EXPECT_EQ(FigureText(kSaveRate, 1e-7), "\"SAVE_RATE\": 1e-07");
  EXPECT_EQ(FigureText(kEngagementRate, 65.0 / 1368), "\"ENGAGEMENT_RATE\": 0.04751461988304093");
  EXPECT_EQ(FigureText(kTotalPlayTime, 3'462'385.0 / 60'000), "\"VIDEO_V50_WATCH_TIME\": 3462385");
  EXPECT_EQ(FigureText(kAveragePlayTime, 2.5), "\"VIDEO_AVG_WATCH_TIME\": 2500.0");
}

TEST(PinterestJson, WithoutDataARateIsZeroAndNothingIsNull) {
  EXPECT_EQ(FigureText(kSaveRate, std::nullopt), "\"SAVE_RATE\": 0.0");
  EXPECT_EQ(FigureText(kAveragePlayTime, std::nullopt), "\"VIDEO_AVG_WATCH_TIME\": 0.0");
  EXPECT_EQ(FigureText(kSaveRate, std::nan("")), "\"SAVE_RATE\": 0.0");
  EXPECT_EQ(FigureText(kImpressions, std::nullopt), "");
}

TEST(PinterestJson, TotalPlayTimeIsTheMillisecondsThatWereCounted) {
  const std::uint64_t seed = Seed();
  SCOPED_TRACE("PINMETRICS_TEST_SEED=" + std::to_string(seed));
  std::mt19937_64 random(seed);
  for (int i = 0; i < 1'000; ++i) {
    const auto ms = static_cast<std::int64_t>(random() >> (14 + random() % 50));
    const Facts facts = {.tally = Tally({0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, ms})};
    ASSERT_EQ(FigureText(kTotalPlayTime, kTotalPlayTime.Value(facts)),
              "\"VIDEO_V50_WATCH_TIME\": " + std::to_string(ms));
  }
}

TEST(PinterestJson, AverageIsTheQuotientOfWhatItIsMadeOf) {
  const Facts facts = {.tally = Tally({0, 0, 0, 0, 0, 0, 0, 652, 0, 0, 0, 3'462'385})};
  Report report = SampleReport();
  report.query.metrics = {kVideoStarts, kAveragePlayTime, kTotalPlayTime};
  Figures figures;
  for (const Metric& metric : report.query.metrics) figures.push_back(metric.Value(facts));
  report.days.front().figures = figures;
  EXPECT_THAT(TextOf(report), HasSubstr(R"("VIDEO_AVG_WATCH_TIME": 5310.4064417177915,)"));
}

TEST(PinterestJson, AverageIsItsOwnFigureWhereAPartOfTheQuotientIsMissing) {
  const auto text_with = [](std::vector<Metric> metrics, Figures figures) {
    Report report = SampleReport();
    report.query.metrics = std::move(metrics);
    report.days.front().figures = std::move(figures);
    return TextOf(report);
  };
  const std::string own = R"("VIDEO_AVG_WATCH_TIME": 2500.0)";
  EXPECT_THAT(text_with({kAveragePlayTime}, {2.5}), HasSubstr(own));
  EXPECT_THAT(text_with({kAveragePlayTime, kTotalPlayTime}, {2.5, 1.0}), HasSubstr(own));
  EXPECT_THAT(text_with({kAveragePlayTime, kVideoStarts}, {2.5, 1.0}), HasSubstr(own));
  for (const Figures& parts :
       {Figures{2.5, std::nullopt, 3.0}, Figures{2.5, 1.0, std::nullopt}, Figures{2.5, 1.0, 0.0}}) {
    EXPECT_THAT(text_with({kAveragePlayTime, kTotalPlayTime, kVideoStarts}, parts), HasSubstr(own));
  }
  EXPECT_THAT(text_with({kAveragePlayTime, kTotalPlayTime, kVideoStarts}, {2.5, 1.0, 3.0}),
              HasSubstr(R"("VIDEO_AVG_WATCH_TIME": 20000.0)"));
}

TEST(PinterestJson, LeavesOutWhatTheApiHasNoNameFor) {
  Report report = SampleReport();
  report.query.metrics = {kTotalAudience, kImpressions, kMonthlyViews, Named("mine"),
                          kTotalEngagementRate};
  report.days.front().figures = {1, 2, 3, 4, 5};
  EXPECT_EQ(JsonOf(report).at("all").at("daily_metrics").at(0).at("metrics").dump(),
            R"({"IMPRESSION":2})");
}

TEST(PinterestJson, WritesAMetricOfTheHostThatHasANameInTheApi) {
  EXPECT_EQ(FigureText(OwnMetric("PROFILE_VISIT", Unit::kCount), 3), "\"PROFILE_VISIT\": 3");
}

TEST(PinterestJson, PeriodWithoutValuesHasNoSummary) {
  Report report = SampleReport();
  report.totals = {{.figures = {std::nullopt, std::nullopt, std::nullopt}}};
  report.days = {{.day = absl::CivilDay(2026, 11, 20), .status = DayStatus::kBeforeBusinessCreated},
                 {.day = absl::CivilDay(2026, 11, 21), .status = DayStatus::kProcessing}};
  const Json all = JsonOf(report).at("all");
  EXPECT_EQ(all.at("summary_metrics").dump(), "{}");
  EXPECT_EQ(all.at("daily_metrics").at(0).at("data_status"), "BEFORE_BUSINESS_CREATED");
  EXPECT_EQ(all.at("daily_metrics").at(0).at("metrics").dump(), "{}");
}

TEST(PinterestJson, IsTheSameUnderALocaleWithCommas) {
  const std::string expected = TextOf(SampleReport());
  const CommaLocale locale;
  EXPECT_EQ(TextOf(SampleReport()), expected);
}

// ---- claimed accounts ----

SmallAccount ClaimedAndOther() {
  SmallAccount account;
  account.pins = {{.id = PinId(1), .account = AccountId(4)},
                  {.id = PinId(2), .account = AccountId(9)},
                  {.id = PinId(3)}};
  account.events = {EventOn(1, "2026-11-19T10:00:00Z"), EventOn(1, "2026-11-19T11:00:00Z"),
                    EventOn(2, "2026-11-19T12:00:00Z"),
                    EventOn(2, "2026-11-19T12:00:00Z", Action::kSave),
                    EventOn(3, "2026-11-20T12:00:00Z", Action::kSave)};
  account.events[1].content_type = ContentType::kPaid;
  account.events[2].content_type = ContentType::kEarned;
  return account;
}

TEST(PinterestJson, OwnedContentIsWhetherAPinIsClaimed) {
  const absl::StatusOr<Report> report =
      ClaimedAndOther().Run({.period = Days("2026-11-19..2026-11-21"),
                             .metrics = {kSaveRate, kTotalAudience},  // No count beside the rate.
                             .split = Dimension::kClaimed,
                             .comparison = Comparison::kPreviousPeriod});
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_EQ(TextOf(*report), R"({
  "CLAIMED": {
    "daily_metrics": [
      {"data_status": "READY", "date": "2026-11-19", "metrics": {"SAVE_RATE": 0.3333333333333333}},
      {"data_status": "READY", "date": "2026-11-20", "metrics": {"SAVE_RATE": 0.0}},
      {"data_status": "PROCESSING", "date": "2026-11-21", "metrics": {}}
    ],
    "summary_metrics": {"SAVE_RATE": 0.3333333333333333}
  },
  "OTHER": {
    "daily_metrics": [
      {"data_status": "READY", "date": "2026-11-19", "metrics": {"SAVE_RATE": 0.0}},
      {"data_status": "READY", "date": "2026-11-20", "metrics": {"SAVE_RATE": 0.0}},
      {"data_status": "PROCESSING", "date": "2026-11-21", "metrics": {}}
    ],
    "summary_metrics": {"SAVE_RATE": 0.0}
  }
}
)");
}

TEST(PinterestJson, ContentTypeOfTheApiIsPromotion) {
  const absl::StatusOr<Report> report =
      ClaimedAndOther().Run({.period = Days("2026-11-19..2026-11-20"),
                             .metrics = {kImpressions},
                             .split = Dimension::kPromotion});
  ASSERT_TRUE(report.ok()) << report.status();
  const Json json = JsonOf(*report);
  EXPECT_THAT(KeysOf(json), UnorderedElementsAre("ORGANIC", "PAID"));
  EXPECT_EQ(json.at("ORGANIC").at("summary_metrics").at("IMPRESSION"), 1);
  EXPECT_EQ(json.at("PAID").at("summary_metrics").at("IMPRESSION"), 2);
}

// Whatever happened: a program that asks each day must not break on the day of a second account.
TEST(PinterestJson, RefusesEverySplitByAccount) {
  const std::string refusal =
      "refused: split: account splits no report of the API, expected claimed: all accounts "
      "together and the Pins that lead to none";
  SmallAccount account = ClaimedAndOther();
  for (const std::size_t events : {5u, 2u, 0u}) {
    account.events.resize(events);
    const absl::StatusOr<Report> report = account.Run({.period = Days("2026-11-19..2026-11-21"),
                                                       .metrics = {kImpressions},
                                                       .split = Dimension::kAccount});
    ASSERT_TRUE(report.ok()) << report.status();
    EXPECT_EQ(TextOf(*report), refusal) << events;
  }
}

// ---- top lists ----

TEST(PinterestJson, LatestTimestampIsTheLastSecondOfTheDayInItsZone) {
  TopList list = SampleTopPins();
  const auto timestamp = [&list] {
    return JsonOf(list).at("date_availability").at("latest_available_timestamp").dump();
  };
  list.latest_complete_day = absl::CivilDay(2022, 4, 4);
  EXPECT_EQ(timestamp(), "1649116799000");  // The example in Pinterest's description.
  list.time_zone = Zone("Europe/Oslo");
  EXPECT_EQ(timestamp(), "1649109599000");
  // A day of 25 hours.
  list.latest_complete_day = absl::CivilDay(2026, 10, 25);
  EXPECT_EQ(timestamp(), std::to_string(absl::ToUnixMillis(Instant("2026-10-25T23:59:59+01:00"))));
}

TEST(PinterestJson, ListIsAnEstimateWhereLiveDaysCount) {
  TopList list = SampleTopPins();
  list.query.real_time = true;
  const Json live = JsonOf(list);
  EXPECT_EQ(live.at("pins").at(0).at("data_status").at("IMPRESSION"), "ESTIMATE");
  EXPECT_TRUE(live.at("date_availability").at("is_realtime").get<bool>());
  list.query.period = Days("2026-11-19..2026-11-20");
  EXPECT_EQ(JsonOf(list).at("pins").at(0).at("data_status").at("IMPRESSION"), "READY");
}

TEST(PinterestJson, RefusesWeeksAndMonths) {
  Report report{SampleHead()};
  EXPECT_TRUE(ToPinterestJson(report).ok());
  for (const Interval& interval : {Interval::Week(), Interval::Month()}) {
    report.query.interval = interval;
    EXPECT_EQ(TextOf(report), "refused: interval: " + ToString(interval) +
                                  " is in no report of the API, which knows days only, expected "
                                  "day; the library's JSON has weeks and months");
  }
}

TEST(PinterestJson, RefusesWhatTheApiHasNoFormFor) {
  EXPECT_EQ(TextOf(SampleTopBoards()),
            "refused: item: board is in no top list of the API, expected Pins");
  TopList list = SampleTopPins();
  list.ranking.by = kSaveRate;
  EXPECT_EQ(TextOf(list),
            "refused: by: save_rate sorts no list of the API, expected one of engagements, "
            "impressions, outbound_clicks, pin_clicks, saves, video_views, average_play_time, "
            "total_play_time, played_to_95_percent, ten_second_plays, video_starts");
  Report report = SampleReport();
  report.query.metrics = {kSaves, OwnMetric("SAVE", Unit::kCount)};
  EXPECT_EQ(TextOf(report),
            "refused: metrics: two are SAVE in the API, expected each of its names once");
  const std::vector<PinReport> twice = {SamplePin(7), SamplePin(7)};
  EXPECT_EQ(TextOf(std::span<const PinReport>(twice)),
            "refused: pins: 7 is there twice, expected once");
  Report by_account = SampleReport();
  by_account.query.filter = Is(PinId(7));
  by_account.query.split = Dimension::kAccount;
  EXPECT_THAT(TextOf(PinReport{PinId(7), by_account}),
              HasSubstr("refused: split: account splits no report of the API"));
}

// ---- sinks ----

TEST(PinterestJson, RefusesAReportThatIsNotAboutItsPinAlone) {
  const std::vector<std::pair<Filter, std::string>> filters = {
      {Filter(), ""},
      {Is(PinId(8)), "pin:8"},
      {Is(PinId(7), PinId(8)), "pin:7,8"},
      {!Is(PinId(7)), "-pin:7"},
      {Is(PinId(7)) || Is(Device::kMobile), "pin:7 or device:mobile"},
      {Is(Device::kMobile) && Is(PinId(7), PinId(8)), "device:mobile pin:7,8"}};
  PinReport pin = SamplePin(7);
  const PinReport other = SamplePin(9);
  for (const auto& [filter, text] : filters) {
    pin.report.query.filter = filter;
    const std::string refusal = "refused: pin: 7 has the report of the filter '" + text +
                                "', expected pin:7 as a condition of it";
    EXPECT_EQ(TextOf(pin), refusal);
    const std::vector<PinReport> pins = {other, pin};
    EXPECT_EQ(TextOf(std::span<const PinReport>(pins)), refusal);
  }
  for (const Filter& filter : {Is(PinId(7)), Is(PinId(7)) && Is(Device::kMobile),
                               Is(PinId(7), PinId(8)) && Is(PinId(7))}) {
    pin.report.query.filter = filter;
    EXPECT_THAT(TextOf(pin), testing::StartsWith("{"));
  }
}

// One parsed query for all Pins would give each of them the sum of all.
TEST(PinterestJson, AnswersEachPinOfARequestWithItsOwnFigures) {
  const SmallAccount account = ClaimedAndOther();
  const std::vector<PinterestParameter> parameters = {{"pin_ids", "1,2,3,77"},
                                                      {"start_date", "2026-11-19"},
                                                      {"end_date", "2026-11-20"},
                                                      {"metric_types", "IMPRESSION,SAVE"}};
  const auto request = ParsePinterestRequest(PinterestCall::kPins, parameters);
  ASSERT_TRUE(request.ok()) << request.status();
  std::vector<PinReport> pins;
  for (const PinId pin : request->pins) {
    const absl::StatusOr<Report> report = account.Run(QueryAbout(*request, pin));
    ASSERT_TRUE(report.ok()) << report.status();
    pins.push_back({pin, *report});
  }
  const Json json = JsonOf(std::span<const PinReport>(pins));
  const auto summary = [&json](const char* pin) {
    return json.at(pin).at("all").at("summary_metrics").dump();
  };
  EXPECT_EQ(summary("1"), R"({"IMPRESSION":2,"SAVE":0})");
  EXPECT_EQ(summary("2"), R"({"IMPRESSION":1,"SAVE":1})");
  EXPECT_EQ(summary("3"), R"({"IMPRESSION":0,"SAVE":1})");
  EXPECT_EQ(summary("77"), R"({"IMPRESSION":0,"SAVE":0})");

  // Of a Pin that was not asked for nothing counts, and no report is about it.
  const absl::StatusOr<Report> unasked = account.Run(QueryAbout(*request, PinId(78)));
  ASSERT_TRUE(unasked.ok()) << unasked.status();
  EXPECT_THAT(TextOf(PinReport{PinId(78), *unasked}), testing::StartsWith("refused: pin: 78 has"));

  const absl::StatusOr<Report> all = account.Run(request->query);
  ASSERT_TRUE(all.ok()) << all.status();
  for (PinReport& pin : pins) pin.report = *all;
  EXPECT_EQ(TextOf(std::span<const PinReport>(pins)),
            "refused: pin: 1 has the report of the filter 'pin:1,2,3,77', expected pin:1 as a "
            "condition of it");
}

TEST(PinterestJson, GivesASinkWhatItRefusesNothingOf) {
  std::string written;
  const Sink sink = [&written](std::string_view bytes) {
    written += bytes;
    return absl::OkStatus();
  };
  EXPECT_FALSE(WritePinterestJson(SampleTopBoards(), sink).ok());
  EXPECT_THAT(written, IsEmpty());
  EXPECT_TRUE(WritePinterestJson(SampleReport(), sink).ok());
  EXPECT_EQ(written, TextOf(SampleReport()));
}

TEST(PinterestJson, StopsWithTheErrorOfASink) {
  Report report = SampleReport();
  report.days.assign(10'000, report.days.front());
  for (std::size_t i = 0; i < report.days.size(); ++i) {
    report.days[i].day += static_cast<std::int64_t>(i);
  }
  std::size_t calls = 0;
  const Sink full = [&calls](std::string_view bytes) {
    EXPECT_LT(bytes.size(), 100'000U);
    ++calls;
    return absl::ResourceExhaustedError("full");
  };
  EXPECT_EQ(WritePinterestJson(report, full), absl::ResourceExhaustedError("full"));
  EXPECT_EQ(calls, 1U);
}

// ---- against Pinterest's own description ----

/// Valid as published, and in the narrowed reading of it.
void ExpectValid(const std::string& schema, const Json& json) {
  static std::map<std::pair<std::string, bool>, ResponseSchema> schemas;
  for (const bool narrowed : {false, true}) {
    const auto known = schemas.try_emplace({schema, narrowed}, schema, narrowed).first;
    EXPECT_EQ(known->second.FaultsOf(json), "") << schema << "\n" << json.dump(1);
  }
}

TEST(PinterestDescription, SchemasUseOnlyWordsThatMeanTheSameInJsonSchema) {
  const std::set<std::string> words = {"type",        "properties", "additionalProperties",
                                       "items",       "enum",       "$ref",
                                       "description", "example",    "title"};
  std::vector<Json> schemas;
  for (const Json& schema : PinterestDescription().at("components").at("schemas")) {
    schemas.push_back(schema);
  }
  ASSERT_THAT(schemas, Not(IsEmpty()));
  while (!schemas.empty()) {
    const Json schema = schemas.back();
    schemas.pop_back();
    for (const auto& [word, value] : schema.items()) {
      EXPECT_TRUE(words.contains(word)) << word;
      if (word == "items" || word == "additionalProperties") schemas.push_back(value);
      if (word != "properties") continue;
      for (const Json& property : value) schemas.push_back(property);
    }
  }
}

TEST(PinterestDescription, ValidatorFindsWhatIsWrong) {
  const Json good = JsonOf(SampleReport());
  ExpectValid("AnalyticsResponse", good);
  const auto day = [](Json& json) -> Json& { return json["all"]["daily_metrics"][0]; };
  const std::vector<std::function<void(Json&)>> published = {
      [&](Json& json) { day(json)["metrics"]["IMPRESSION"] = nullptr; },
      [&](Json& json) { day(json)["metrics"]["IMPRESSION"] = "1200"; },
      [&](Json& json) { day(json)["data_status"] = "ready"; },
      [&](Json& json) { day(json)["date"] = 20'261'120; },
      [&](Json& json) { day(json)["metrics"] = nullptr; },
      [&](Json& json) { json["all"]["summary_metrics"] = Json::array(); },
      [&](Json& json) { json["all"]["daily_metrics"] = Json::object(); },
      [&](Json& json) { json["all"] = nullptr; },
      [&](Json& json) { json = Json::array(); }};
  const std::vector<std::function<void(Json&)>> narrowed = {
      [&](Json& json) { day(json)["metrics"]["saves"] = 1; },
      [&](Json& json) { day(json)["status"] = "READY"; },
      [&](Json& json) { day(json).erase("data_status"); },
      [&](Json& json) { day(json)["date"] = "20.11.2026"; },
      [&](Json& json) { json["all"].erase("summary_metrics"); },
      [&](Json& json) { json["all"]["totals"] = Json::object(); }};
  const ResponseSchema as_published("AnalyticsResponse", false);
  const ResponseSchema as_narrowed("AnalyticsResponse", true);
  for (const auto& spoil : published) {
    Json json = good;
    spoil(json);
    EXPECT_NE(as_published.FaultsOf(json), "") << json.dump();
    EXPECT_NE(as_narrowed.FaultsOf(json), "") << json.dump();
  }
  for (const auto& spoil : narrowed) {
    Json json = good;
    spoil(json);
    EXPECT_EQ(as_published.FaultsOf(json), "") << json.dump();
    EXPECT_NE(as_narrowed.FaultsOf(json), "") << json.dump();
  }
  Json list = JsonOf(SampleTopPins());
  list["sort_by"] = "SAVE_RATE";
  EXPECT_NE(ResponseSchema("TopPinsAnalyticsResponse", false).FaultsOf(list), "");
  Json pin = JsonOf(SamplePin(7));
  pin["all"]["lifetime_metrics"]["TOTAL_COMMENTS"] = 0.5;
  EXPECT_NE(ResponseSchema("PinAnalyticsResponse", false).FaultsOf(pin), "");
}

/// An account with events of every kind, some of them live and some long ago.
SmallAccount RandomAccount(std::mt19937_64& random) {
  SmallAccount account;
  account.pins.clear();
  const auto any = [&random]<typename E>(E) { return static_cast<E>(random() % kCountOf<E>); };
  for (std::uint64_t id = 1; id <= 12; ++id) {
    Pin pin = {.id = PinId(id),
               .board = BoardId(id % 3),
               .format = any(PinFormat()),
               .created_at = account.now - absl::Hours(24 * static_cast<int>(random() % 60)),
               .source = any(PinSource())};
    if (id % 3 != 0) pin.account = AccountId(id % 4);
    if (id % 2 != 0) pin.product_group = ProductGroupId(id % 4);
    account.pins.push_back(pin);
  }
  for (std::uint64_t i = 0; i < 600; ++i) {
    Event event = {.time = account.now - absl::Minutes(static_cast<int>(random() % (20 * 24 * 60))),
                   .pin = PinId(1 + random() % 12),
                   .viewer = ViewerId(random() % 40),
                   .action = any(Action()),
                   .device = any(Device()),
                   .content_type = any(ContentType()),
                   .age = any(Age()),
                   .gender = any(Gender())};
    if (event.action == Action::kPlayback) {
      const auto play_time = static_cast<int>(random() % 20'000);
      event.playback = Playback{.play_time = absl::Milliseconds(play_time),
                                .half_visible = absl::Milliseconds(play_time / 2),
                                .progress = static_cast<double>(random() % 101) / 100};
    }
    account.events.push_back(event);
  }
  return account;
}

/// What the API's form of a figure is, or nothing if it has none.
std::optional<double> ApiValue(const Metric& metric, std::optional<double> figure) {
  switch (metric.unit()) {
    case Unit::kMinutes:
      return figure ? std::optional<double>(std::round(*figure * 60'000)) : std::nullopt;
    case Unit::kSeconds:
      return figure.value_or(0) * 1'000;
    case Unit::kRatio:
      return figure.value_or(0);
    default:
      return figure;
  }
}

void ExpectMetrics(const Json& metrics, const Query& query, const Figures& figures) {
  std::size_t named = 0;
  for (std::size_t i = 0; i < figures.size(); ++i) {
    const std::string& name = query.metrics[i].description().pinterest_name;
    if (name.empty()) continue;
    ++named;
    ASSERT_TRUE(metrics.contains(name)) << name;
    EXPECT_DOUBLE_EQ(metrics.at(name).get<double>(), *ApiValue(query.metrics[i], figures[i]));
    const Unit unit = query.metrics[i].unit();
    const bool is_integer = unit == Unit::kCount || unit == Unit::kMinutes;
    EXPECT_EQ(metrics.at(name).is_number_integer(), is_integer) << name;
  }
  EXPECT_EQ(metrics.size(), named);
}

/// The figures under `key` are those of `report`, which is not split and has the same days.
void ExpectSegment(const Json& json, const std::string& key, const Report& report) {
  ASSERT_TRUE(json.contains(key)) << key;
  const Json& days = json.at(key).at("daily_metrics");
  ASSERT_EQ(days.size(), report.days.size());
  bool has_values = false;
  for (std::size_t i = 0; i < report.days.size(); ++i) {
    const DayRow& row = report.days[i];
    EXPECT_EQ(days[i].at("date"), ToString(row.day));
    ExpectMetrics(days[i].at("metrics"), report.query, row.figures);
    has_values = has_values || HasValues(row.status);
  }
  ExpectMetrics(json.at(key).at("summary_metrics"), report.query,
                has_values ? report.totals.at(0).figures : Figures());
}

/// A random query that an engine takes.
Query RandomQuery(std::mt19937_64& random, bool real_time) {
  Query query = {.period = LastDays(1 + static_cast<std::int64_t>(random() % 12),
                                    Day("2026-11-23") - static_cast<std::int64_t>(random() % 6))};
  query.real_time = real_time;
  query.include_saved = random() % 2 == 0;
  if (random() % 3 == 0) query.filter = Is(Device::kMobile, Device::kDesktop);
  if (random() % 3 == 0) {
    query.metrics = {kImpressions, kSaves,         kSaveRate,
                     kVideoStarts, kTotalPlayTime, kAveragePlayTime};
  }
  return query;
}

TEST(PinterestDescription, EverySplitStatusAndEmptyCaseIsValidAndHasTheReportsFigures) {
  const std::uint64_t seed = Seed();
  SCOPED_TRACE("PINMETRICS_TEST_SEED=" + std::to_string(seed));
  std::mt19937_64 random(seed);
  for (int round = 0; round < 24; ++round) {
    SmallAccount account = RandomAccount(random);
    if (round % 4 == 1) account.options.business_created = Day("2026-11-16");
    if (round % 6 == 5) account.events.clear();
    if (round % 4 == 3) account.options.time_zone = Zone("Pacific/Apia");
    const DatedEvaluation evaluation = account.Evaluated();
    for (const bool real_time : {false, true}) {
      const Query query = RandomQuery(random, real_time);
      const absl::StatusOr<Report> whole = evaluation.Run(query);
      ASSERT_TRUE(whole.ok()) << whole.status();
      const Json all = JsonOf(*whole);
      ExpectValid("AnalyticsResponse", all);
      ExpectSegment(all, "all", *whole);
      std::vector<PinReport> pins;
      for (const PinId pin : {PinId(7), PinId(8)}) {
        Query of_pin = query;
        of_pin.filter = of_pin.filter && Is(pin);
        const absl::StatusOr<Report> report = evaluation.Run(of_pin);
        ASSERT_TRUE(report.ok()) << report.status();
        pins.push_back({pin, *report});
      }
      const Json pin = JsonOf(pins[0]);
      ExpectValid("PinAnalyticsResponse", pin);
      ExpectSegment(pin, "all", pins[0].report);
      ExpectValid("BulkPinAnalyticsResponse", JsonOf(std::span<const PinReport>(pins)));
      const absl::StatusOr<TopList> top = evaluation.TopPins(query);
      ASSERT_TRUE(top.ok()) << top.status();
      const Json list = JsonOf(*top);
      ExpectValid("TopPinsAnalyticsResponse", list);
      ExpectValid("TopVideoPinsAnalyticsResponse", list);
      ASSERT_EQ(list.at("pins").size(), top->rows.size());
      for (std::size_t i = 0; i < top->rows.size(); ++i) {
        EXPECT_EQ(list.at("pins")[i].at("pin_id"), std::to_string(top->rows[i].number()));
        ExpectMetrics(list.at("pins")[i].at("metrics"), top->query, top->rows[i].figures);
        EXPECT_EQ(KeysOf(list.at("pins")[i].at("metrics")),
                  KeysOf(list.at("pins")[i].at("data_status")));
      }
      if (real_time) continue;  // Which cannot be split.

      for (std::size_t d = 0; d < kCountOf<Dimension>; ++d) {
        Query split = query;
        split.split = static_cast<Dimension>(d);
        if (!CanSplit(*split.split) || split.split == Dimension::kAccount) continue;
        SCOPED_TRACE(NameOf(*split.split));
        const absl::StatusOr<Report> report = evaluation.Run(split);
        ASSERT_TRUE(report.ok()) << report.status();
        const Json json = JsonOf(*report);
        ExpectValid("AnalyticsResponse", json);
        if (report->totals.empty()) {
          EXPECT_THAT(KeysOf(json), ElementsAre("all"));
          continue;
        }
        // Each part is the report on it alone.
        const std::map<std::string, std::string> api_names = {
            {"desktop", "WEB"}, {"yes", "CLAIMED"}, {"no", "OTHER"}, {"paid_and_earned", "PAID"}};
        for (const TotalRow& total : report->totals) {
          Query part = query;
          part.filter = part.filter && Filter::Condition(*split.split, {*total.segment});
          const std::string name = SegmentText(split, total.segment);
          const auto api_name = api_names.find(name);
          const std::string key =
              api_name == api_names.end() ? absl::AsciiStrToUpper(name) : api_name->second;
          ExpectSegment(json, key, *evaluation.Run(part));
        }
      }
    }
  }
}

// The description has no integers among its metrics: what counts is what the formula says.
TEST(PinterestDescription, ACountOfTheHostsOwnMayBeAFraction) {
  const Metric halves = Formula(
      MetricDescription{.name = "halves", .pinterest_name = "SAVE"}, Unit::kCount, Needs{},
      [](const Facts& facts) { return static_cast<double>(facts.tally[Tally::kSaves]) / 2; });
  Query query = {.period = Days("2026-11-19..2026-11-20"), .metrics = {halves, kImpressions}};
  query.filter = Is(PinId(2));
  const absl::StatusOr<Report> report = ClaimedAndOther().Run(query);
  ASSERT_TRUE(report.ok()) << report.status();
  const Json json = JsonOf(*report);
  ExpectValid("AnalyticsResponse", json);
  EXPECT_EQ(json.at("all").at("summary_metrics").dump(), R"({"IMPRESSION":1,"SAVE":0.5})");
  ExpectValid("PinAnalyticsResponse", JsonOf(PinReport{PinId(2), *report}));
}

TEST(PinterestDescription, EveryListThatCanBeAskedForIsValid) {
  std::mt19937_64 random(7);
  const SmallAccount account = RandomAccount(random);
  for (const auto& [call, schema] :
       {std::pair(PinterestCall::kTopPins, "TopPinsAnalyticsResponse"),
        std::pair(PinterestCall::kTopVideoPins, "TopVideoPinsAnalyticsResponse")}) {
    for (const Json& parameter : ParametersOf(std::string(NameOf(call)))) {
      if (parameter.at("name") != "sort_by") continue;
      for (const std::string& sort_by : EnumOf(parameter)) {
        const std::vector<PinterestParameter> parameters = {
            {"start_date", "2026-11-01"}, {"end_date", "2026-11-20"}, {"sort_by", sort_by}};
        const auto request = ParsePinterestRequest(call, parameters);
        ASSERT_TRUE(request.ok()) << request.status();
        const auto list = account.Evaluated().TopPins(request->query, request->ranking);
        ASSERT_TRUE(list.ok()) << list.status();
        const Json json = JsonOf(*list);
        ExpectValid(schema, json);
        EXPECT_EQ(json.at("sort_by"), sort_by);
        EXPECT_THAT(json.at("pins"), Not(IsEmpty()));
      }
    }
  }
}

TEST(PinterestDescription, EverySplitThatCanBeAskedForIsAnswered) {
  std::mt19937_64 random(7);
  const SmallAccount account = RandomAccount(random);
  const std::map<std::string, std::vector<std::string>> keys = {
      {"NO_SPLIT", {"all"}},
      {"APP_TYPE", {"MOBILE", "TABLET", "UNSPECIFIED", "WEB"}},
      {"OWNED_CONTENT", {"CLAIMED", "OTHER"}},
      {"SOURCE", {"OTHER_PINS", "YOUR_PINS"}},
      {"PIN_FORMAT", {"IDEA", "PRODUCT", "STANDARD", "VIDEO"}}};
  for (const Json& parameter : ParametersOf("user_account/analytics")) {
    if (parameter.at("name") != "split_field") continue;
    for (const std::string& split : EnumOf(parameter)) {
      const std::vector<PinterestParameter> parameters = {{"start_date", "2026-11-04"},
                                                          {"end_date", "2026-11-22"},
                                                          {"metric_types", "SAVE_RATE"},
                                                          {"split_field", split}};
      const auto request = ParsePinterestRequest(PinterestCall::kUserAccount, parameters);
      ASSERT_TRUE(request.ok()) << request.status();
      const auto report = account.Run(request->query);
      ASSERT_TRUE(report.ok()) << report.status();
      const Json json = JsonOf(*report);
      ExpectValid("AnalyticsResponse", json);
      EXPECT_EQ(KeysOf(json), keys.at(split)) << split;
    }
  }
}

}  // namespace
}  // namespace pinmetrics
