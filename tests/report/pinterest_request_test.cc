#include "pinmetrics/report/pinterest_request.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "pinmetrics/calendar/date_range.h"
#include "pinmetrics/filter/filter_text.h"
#include "pinmetrics/metrics/catalogue.h"
#include "report/pinterest_call.h"
#include "tests/export/pinterest/description.h"
#include "tests/report/small_account.h"

namespace pinmetrics {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;
using ::testing::UnorderedElementsAreArray;

using Parameters = std::multimap<std::string, std::string>;

constexpr std::array<PinterestCall, 5> kCalls = {
    PinterestCall::kUserAccount, PinterestCall::kTopPins, PinterestCall::kTopVideoPins,
    PinterestCall::kPin, PinterestCall::kPins};

/// What each call needs and no more.
Parameters RequiredBy(PinterestCall call) {
  Parameters parameters = {{"start_date", "2026-11-01"}, {"end_date", "2026-11-20"}};
  switch (call) {
    case PinterestCall::kUserAccount:
      break;
    case PinterestCall::kTopPins:
    case PinterestCall::kTopVideoPins:
      parameters.insert({"sort_by", "IMPRESSION"});
      break;
    case PinterestCall::kPin:
      parameters.insert({{"pin_id", "7"}, {"metric_types", "IMPRESSION"}});
      break;
    case PinterestCall::kPins:
      parameters.insert({{"pin_ids", "7,8"}, {"metric_types", "IMPRESSION"}});
      break;
  }
  return parameters;
}

absl::StatusOr<PinterestRequest> Parse(PinterestCall call, const Parameters& parameters) {
  std::vector<PinterestParameter> list;
  for (const auto& [name, value] : parameters) list.push_back({name, value});
  return ParsePinterestRequest(call, list);
}

/// With one parameter more than required, or instead of the required one of that name.
absl::StatusOr<PinterestRequest> ParseWith(PinterestCall call, const std::string& name,
                                           const std::string& value) {
  Parameters parameters = RequiredBy(call);
  parameters.erase(name);
  parameters.insert({name, value});
  return Parse(call, parameters);
}

std::string ErrorOf(const absl::StatusOr<PinterestRequest>& request) {
  return std::string(request.status().message());
}

std::string ErrorOf(PinterestCall call, const std::string& name, const std::string& value) {
  return ErrorOf(ParseWith(call, name, value));
}

/// The text of the filter that one parameter of the account's call makes.
std::string FilterOf(const std::string& name, const std::string& value) {
  const absl::StatusOr<PinterestRequest> request =
      ParseWith(PinterestCall::kUserAccount, name, value);
  return request.ok() ? ToString(request->query.filter) : ErrorOf(request);
}

std::string NameText(PinterestCall call) { return std::string(NameOf(call)); }

std::string LowerCase(std::string text) {
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

TEST(PinterestRequest, IsAQueryOfThePeriodAndTheMetricsOfTheCall) {
  const absl::StatusOr<PinterestRequest> request =
      Parse(PinterestCall::kUserAccount, RequiredBy(PinterestCall::kUserAccount));
  ASSERT_TRUE(request.ok()) << request.status();
  EXPECT_EQ(*request,
            (PinterestRequest{.query = {.period = Days("2026-11-01..2026-11-20"),
                                        .metrics = MetricsOf(PinterestCall::kUserAccount)}}));
}

TEST(PinterestRequest, PutsAllParametersTogether) {
  const absl::StatusOr<PinterestRequest> request =
      Parse(PinterestCall::kTopPins, {{"source", "YOUR_PINS"},
                                      {"start_date", "2026-11-01"},
                                      {"end_date", "2026-11-20"},
                                      {"app_types", "mobile"},
                                      {"content_type", "Organic"},
                                      {"from_claimed_content", "claimed"},
                                      {"pin_format", "ORGANIC_VIDEO"},
                                      {"metric_types", "SAVE,save_rate"},
                                      {"sort_by", "SAVE"},
                                      {"num_of_pins", "25"},
                                      {"created_in_last_n_days", "30"}});
  ASSERT_TRUE(request.ok()) << request.status();
  EXPECT_EQ(ToString(request->query.filter),
            "claimed:yes format:video promotion:organic device:mobile promotion:organic "
            "source:your_pins");
  EXPECT_THAT(request->query.metrics, ElementsAre(kSaves, kSaveRate));
  EXPECT_EQ(request->ranking, (Ranking{.by = kSaves, .limit = 25, .created_in_last_days = 30}));
}

TEST(PinterestRequest, DoesNotDependOnTheOrderOfParameters) {
  std::vector<PinterestParameter> parameters = {{"start_date", "2026-11-01"},
                                                {"end_date", "2026-11-20"},
                                                {"app_types", "WEB"},
                                                {"source", "OTHER_PINS"}};
  const auto request = ParsePinterestRequest(PinterestCall::kUserAccount, parameters);
  std::reverse(parameters.begin(), parameters.end());
  ASSERT_TRUE(request.ok());
  EXPECT_EQ(*ParsePinterestRequest(PinterestCall::kUserAccount, parameters), *request);
}

TEST(PinterestRequest, MapsEveryValueToOurs) {
  for (const char* const name : {"app_types", "source", "content_type", "pin_format"}) {
    EXPECT_EQ(FilterOf(name, "ALL"), "") << name;
  }
  EXPECT_EQ(FilterOf("app_types", "MOBILE"), "device:mobile");
  EXPECT_EQ(FilterOf("app_types", "TABLET"), "device:tablet");
  EXPECT_EQ(FilterOf("app_types", "WEB"), "device:desktop");
  EXPECT_EQ(FilterOf("source", "YOUR_PINS"), "source:your_pins");
  EXPECT_EQ(FilterOf("source", "OTHER_PINS"), "source:other_pins");
  EXPECT_EQ(FilterOf("content_type", "PAID"), "promotion:paid_and_earned");
  EXPECT_EQ(FilterOf("content_type", "ORGANIC"), "promotion:organic");
  EXPECT_EQ(FilterOf("from_claimed_content", "BOTH"), "");
  EXPECT_EQ(FilterOf("from_claimed_content", "CLAIMED"), "claimed:yes");
  EXPECT_EQ(FilterOf("from_claimed_content", "OTHER"), "claimed:no");
  EXPECT_EQ(FilterOf("pin_format", "ORGANIC_IMAGE"), "format:standard promotion:organic");
  EXPECT_EQ(FilterOf("pin_format", "ORGANIC_PRODUCT"), "format:product promotion:organic");
  EXPECT_EQ(FilterOf("pin_format", "ORGANIC_VIDEO"), "format:video promotion:organic");
  EXPECT_EQ(FilterOf("pin_format", "ADS_STANDARD"), "format:standard promotion:paid_and_earned");
  EXPECT_EQ(FilterOf("pin_format", "ADS_PRODUCT"), "format:product promotion:paid_and_earned");
  EXPECT_EQ(FilterOf("pin_format", "ADS_VIDEO"), "format:video promotion:paid_and_earned");
  EXPECT_EQ(FilterOf("pin_format", "ADS_IDEA"), "format:idea promotion:paid_and_earned");
}

TEST(PinterestRequest, MapsSplitFieldsToDimensions) {
  const auto split_of = [](PinterestCall call, const char* value) {
    const absl::StatusOr<PinterestRequest> request = ParseWith(call, "split_field", value);
    EXPECT_TRUE(request.ok()) << request.status();
    return request.ok() ? request->query.split : Dimension::kPin;
  };
  EXPECT_EQ(split_of(PinterestCall::kUserAccount, "NO_SPLIT"), std::nullopt);
  EXPECT_EQ(split_of(PinterestCall::kUserAccount, "APP_TYPE"), Dimension::kDevice);
  EXPECT_EQ(split_of(PinterestCall::kUserAccount, "OWNED_CONTENT"), Dimension::kClaimed);
  EXPECT_EQ(split_of(PinterestCall::kUserAccount, "SOURCE"), Dimension::kSource);
  EXPECT_EQ(split_of(PinterestCall::kUserAccount, "PIN_FORMAT"), Dimension::kFormat);
  EXPECT_EQ(split_of(PinterestCall::kPin, "app_type"), Dimension::kDevice);
  EXPECT_EQ(ErrorOf(PinterestCall::kPin, "split_field", "SOURCE"),
            "split_field: \"SOURCE\" is not known, expected one of NO_SPLIT, APP_TYPE");
}

TEST(PinterestRequest, AsksForNoOtherMetricsWhereItSplitsByOwnedContent) {
  Parameters parameters = RequiredBy(PinterestCall::kUserAccount);
  parameters.insert({{"split_field", "OWNED_CONTENT"}, {"metric_types", "SAVE_RATE,SAVE"}});
  const absl::StatusOr<PinterestRequest> request = Parse(PinterestCall::kUserAccount, parameters);
  ASSERT_TRUE(request.ok()) << request.status();
  EXPECT_THAT(request->query.metrics, ElementsAre(kSaveRate, kSaves));
}

TEST(PinterestRequest, ListsOfVideosAreOfVideos) {
  const absl::StatusOr<PinterestRequest> request =
      ParseWith(PinterestCall::kTopVideoPins, "app_types", "TABLET");
  ASSERT_TRUE(request.ok()) << request.status();
  EXPECT_EQ(ToString(request->query.filter), "device:tablet format:video");
}

TEST(PinterestRequest, NamesThePinsItIsAbout) {
  const absl::StatusOr<PinterestRequest> one =
      ParseWith(PinterestCall::kPin, "pin_id", "18446744073709551615");
  ASSERT_TRUE(one.ok()) << one.status();
  EXPECT_THAT(one->pins, ElementsAre(PinId(18'446'744'073'709'551'615U)));
  EXPECT_EQ(ToString(one->query.filter), "pin:18446744073709551615");
  EXPECT_TRUE(one->query.include_saved);

  const absl::StatusOr<PinterestRequest> many = ParseWith(PinterestCall::kPins, "pin_ids", "9,7,8");
  ASSERT_TRUE(many.ok()) << many.status();
  EXPECT_THAT(many->pins, ElementsAre(PinId(9), PinId(7), PinId(8)));
  EXPECT_EQ(ToString(many->query.filter), "pin:7,8,9");
}

TEST(PinterestRequest, AsksAboutOneOfItsPins) {
  SmallAccount account;
  account.pins = {MakePin(7), MakePin(8), MakePin(9)};
  account.events = {EventOn(8, "2026-11-05T12:00:00Z"), EventOn(8, "2026-11-05T12:00:00Z"),
                    EventOn(9, "2026-11-05T12:00:00Z")};
  const absl::StatusOr<PinterestRequest> request =
      ParseWith(PinterestCall::kPins, "pin_ids", "7,8");
  ASSERT_TRUE(request.ok()) << request.status();
  const auto impressions_of = [&](std::uint64_t pin) {
    const absl::StatusOr<Report> report = account.Run(QueryAbout(*request, PinId(pin)));
    EXPECT_TRUE(report.ok()) << report.status();
    return report.ok() ? report->totals.at(0).figures.at(0) : std::nullopt;
  };
  EXPECT_EQ(impressions_of(7), 0);
  EXPECT_EQ(impressions_of(8), 2);
  EXPECT_EQ(impressions_of(9), 0);  // Was not asked for.
}

TEST(PinterestRequest, TakesPinIdsRepeatedOrInAList) {
  Parameters parameters = RequiredBy(PinterestCall::kPins);
  parameters.insert({"pin_ids", "9"});
  const absl::StatusOr<PinterestRequest> request = Parse(PinterestCall::kPins, parameters);
  ASSERT_TRUE(request.ok()) << request.status();
  EXPECT_THAT(request->pins, ElementsAre(PinId(7), PinId(8), PinId(9)));
  parameters.insert({"pin_ids", "8"});
  EXPECT_EQ(ErrorOf(Parse(PinterestCall::kPins, parameters)),
            "pin_ids: \"8\" is there twice, expected once");
}

TEST(PinterestRequest, TakesALeapSecondWhereOneCanBe) {
  for (const char* text : {"2025-12-31T23:59:60Z", "2025-12-31T23:59:60", "2026-06-30t23:59:60.5Z",
                           "2026-01-01T00:59:60+01:00", "2026-06-30T12:59:60-11:00"}) {
    EXPECT_TRUE(ParseWith(PinterestCall::kUserAccount, "start_date", text).ok()) << text;
  }
  for (const char* text :
       {"2026-06-15T23:59:60Z", "2026-03-31T23:59:60Z", "2025-12-31T23:58:60Z",
        "2025-12-31T22:59:60Z", "2025-12-31T23:59:60+01:00", "2025-12-31T00:59:60+01:00"}) {
    EXPECT_FALSE(ParseWith(PinterestCall::kUserAccount, "start_date", text).ok()) << text;
  }
}

TEST(PinterestRequest, TakesADateTimeForItsDate) {
  for (const char* const text :
       {"2026-11-05", "2026-11-05T00:00:00Z", "2026-11-05T23:59:59.999+02:00", "2026-11-05T10:30",
        "2026-11-05 10:30:00", "2026-11-05t10:30:00z", "2026-11-05T10:30Z"}) {
    const absl::StatusOr<PinterestRequest> request =
        ParseWith(PinterestCall::kUserAccount, "start_date", text);
    ASSERT_TRUE(request.ok()) << text << ": " << request.status();
    EXPECT_EQ(request->query.period.first(), Day("2026-11-05")) << text;
  }
}

TEST(PinterestRequest, RefusesWhatIsNoDate) {
  for (const char* const text :
       {"", "yesterday", "2026-11-31", "2026-11-5", "20261105", "2026-11-05T", "2026-11-05Tnoon",
        "2026-11-05T25:00:00Z", "2026-11-05T10:30:00Zulu", "2026-11-05_10:30:00",
        "2026-11-05Tinfinite-past", "2026-11-05T-1:00", "2026-13-05T10:30:00Z", "1969-12-31"}) {
    EXPECT_THAT(ErrorOf(PinterestCall::kUserAccount, "start_date", text),
                AllOf(StartsWith("start_date: "), HasSubstr("is not a day, expected")))
        << text;
  }
  EXPECT_EQ(ErrorOf(PinterestCall::kUserAccount, "end_date", "2026-10-31"),
            "end_date: 2026-10-31 is before start_date, 2026-11-01, expected that day or later");
}

TEST(PinterestRequest, RefusesByName) {
  EXPECT_EQ(ErrorOf(PinterestCall::kPin, "source", "ALL"),
            "\"source\": is no parameter of pins/analytics, expected one of pin_id, start_date, "
            "end_date, app_types, metric_types, split_field, ad_account_id");
  EXPECT_THAT(ErrorOf(PinterestCall::kUserAccount, "granularity", "DAY"),
              StartsWith("\"granularity\": is no parameter of user_account/analytics"));
  EXPECT_EQ(ErrorOf(PinterestCall::kUserAccount, "app_types", "MOBILE,TABLET"),
            "app_types: \"MOBILE,TABLET\" is not known, expected one of ALL, MOBILE, TABLET, WEB");
  EXPECT_EQ(ErrorOf(PinterestCall::kUserAccount, "metric_types", "SAVE,VIDEO_START"),
            "metric_types: \"VIDEO_START\" is not known, expected one of ENGAGEMENT, "
            "ENGAGEMENT_RATE, IMPRESSION, OUTBOUND_CLICK, OUTBOUND_CLICK_RATE, PIN_CLICK, "
            "PIN_CLICK_RATE, SAVE, SAVE_RATE");
  EXPECT_EQ(ErrorOf(PinterestCall::kUserAccount, "metric_types", "SAVE,,IMPRESSION").substr(0, 33),
            "metric_types: \"\" is not known, ex");
  EXPECT_EQ(ErrorOf(PinterestCall::kUserAccount, "metric_types", "SAVE,save"),
            "metric_types: \"save\" is there twice, expected once");
  EXPECT_EQ(ErrorOf(PinterestCall::kTopPins, "sort_by", "VIDEO_START"),
            "sort_by: \"VIDEO_START\" is not known, expected one of ENGAGEMENT, IMPRESSION, "
            "OUTBOUND_CLICK, PIN_CLICK, SAVE");
  EXPECT_EQ(ErrorOf(PinterestCall::kPin, "metric_types", "TOTAL_REACTIONS"),
            "metric_types: \"TOTAL_REACTIONS\" is not supported, no event is one of these: "
            "comments, reactions, follows and visits of the profile");
  EXPECT_EQ(ErrorOf(PinterestCall::kUserAccount, "ad_account_id", "549755885175"),
            "ad_account_id: \"549755885175\" is not supported, expected none: the host says which "
            "account is asked");
}

TEST(PinterestRequest, RefusesNumbersOutOfBounds) {
  for (const char* const text : {"0", "51", "-1", "1.5", "ten", "", "+5", "99999999999999999999"}) {
    EXPECT_THAT(ErrorOf(PinterestCall::kTopPins, "num_of_pins", text),
                HasSubstr("is not a whole number of 1..50"));
  }
  EXPECT_EQ(ErrorOf(PinterestCall::kTopPins, "created_in_last_n_days", "31"),
            "created_in_last_n_days: \"31\" is not supported, expected 30");
  for (const char* const text : {"", "a", "-1", "1.0", "18446744073709551616", "7,8"}) {
    EXPECT_THAT(ErrorOf(PinterestCall::kPin, "pin_id", text),
                AllOf(StartsWith("pin_id: "), HasSubstr("is not the id of a Pin")));
  }
}

TEST(PinterestRequest, RefusesRepeats) {
  Parameters parameters = RequiredBy(PinterestCall::kUserAccount);
  parameters.insert({{"app_types", "MOBILE"}, {"app_types", "MOBILE"}});
  EXPECT_EQ(ErrorOf(Parse(PinterestCall::kUserAccount, parameters)),
            "app_types: is given twice, expected once");
}

TEST(PinterestRequest, RefusesANumberThatIsNoCall) {
  EXPECT_THAT(ErrorOf(ParsePinterestRequest(static_cast<PinterestCall>(5), {})),
              HasSubstr("call: the number 5 is not an analytics call"));
}

// ---- against Pinterest's own description ----

TEST(PinterestDescription, HasOurCallsAndNoOthers) {
  std::set<std::string> described;
  for (const Json& path : PinterestDescription().at("paths")) {
    described.insert(path.at("get").at("operationId").get<std::string>());
  }
  const auto& names = EnumNames<PinterestCall>::kNames;
  EXPECT_THAT(described, UnorderedElementsAreArray(names));
}

TEST(PinterestDescription, EveryValueOfEveryParameterIsServedOrRefusedWithAReason) {
  const std::set<std::string> unrecorded = {"TOTAL_COMMENTS", "TOTAL_REACTIONS", "USER_FOLLOW",
                                            "PROFILE_VISIT"};
  std::size_t served = 0;
  for (const PinterestCall call : kCalls) {
    for (const Json& parameter : ParametersOf(NameText(call))) {
      const auto name = parameter.at("name").get<std::string>();
      for (const std::string& value : EnumOf(parameter)) {
        SCOPED_TRACE(NameText(call) + " " + name + "=" + value);
        for (const std::string& written : {value, LowerCase(value)}) {
          const absl::StatusOr<PinterestRequest> request = ParseWith(call, name, written);
          if (unrecorded.contains(value)) {
            EXPECT_THAT(ErrorOf(request), AllOf(StartsWith(name + ": "), HasSubstr(written),
                                                HasSubstr("is not supported")));
          } else {
            EXPECT_TRUE(request.ok()) << request.status();
            ++served;
          }
        }
      }
      if (EnumOf(parameter).empty()) {
        EXPECT_THAT((std::set<std::string>{"start_date", "end_date", "num_of_pins", "pin_id",
                                           "pin_ids", "ad_account_id"}),
                    Contains(name));
      }
    }
  }
  EXPECT_GT(served, 150U);
}

TEST(PinterestDescription, MetricsAreAskedForByTheirName) {
  for (const PinterestCall call : kCalls) {
    for (const Json& parameter : ParametersOf(NameText(call))) {
      const auto name = parameter.at("name").get<std::string>();
      for (const Metric& metric : name == "metric_types" ? MetricsOf(call) : RankingsOf(call)) {
        if (name != "metric_types" && name != "sort_by") continue;
        const std::string& value = metric.description().pinterest_name;
        const absl::StatusOr<PinterestRequest> request = ParseWith(call, name, value);
        ASSERT_TRUE(request.ok()) << request.status();
        EXPECT_TRUE(EnumOf(parameter).contains(value)) << name << " " << value;
        if (name == "sort_by") {
          EXPECT_EQ(request->ranking.by, metric);
        } else {
          EXPECT_THAT(request->query.metrics, ElementsAre(metric));
        }
      }
    }
  }
}

TEST(PinterestDescription, AParameterOfAnotherCallIsRefused) {
  std::set<std::string> names;
  for (const PinterestCall call : kCalls) {
    for (const Json& parameter : ParametersOf(NameText(call))) {
      names.insert(parameter.at("name").get<std::string>());
    }
  }
  for (const PinterestCall call : kCalls) {
    std::set<std::string> own;
    for (const Json& parameter : ParametersOf(NameText(call))) {
      own.insert(parameter.at("name").get<std::string>());
    }
    for (const std::string& name : names) {
      const bool refused = ErrorOf(call, name, "x").find("is no parameter of") != std::string::npos;
      EXPECT_EQ(refused, !own.contains(name)) << NameText(call) << " " << name;
    }
  }
}

TEST(PinterestDescription, WhatIsRequiredIsMissed) {
  for (const PinterestCall call : kCalls) {
    for (const Json& parameter : ParametersOf(NameText(call))) {
      const auto name = parameter.at("name").get<std::string>();
      SCOPED_TRACE(NameText(call) + " " + name);
      Parameters without = RequiredBy(call);
      const bool given = without.erase(name) > 0;
      EXPECT_EQ(given, parameter.value("required", false));
      if (given) {
        EXPECT_EQ(ErrorOf(Parse(call, without)),
                  name + ": is missing, " + NameText(call) + " cannot do without");
      }
    }
  }
}

TEST(PinterestDescription, ADefaultIsAsIfItWereLeftOut) {
  std::size_t defaults = 0;
  for (const PinterestCall call : kCalls) {
    const absl::StatusOr<PinterestRequest> plain = Parse(call, RequiredBy(call));
    ASSERT_TRUE(plain.ok()) << plain.status();
    for (const Json& parameter : ParametersOf(NameText(call))) {
      if (!parameter.at("schema").contains("default")) continue;
      const Json& value = parameter.at("schema").at("default");
      const auto name = parameter.at("name").get<std::string>();
      const absl::StatusOr<PinterestRequest> request =
          ParseWith(call, name, value.is_string() ? value.get<std::string>() : value.dump());
      ASSERT_TRUE(request.ok()) << request.status();
      EXPECT_EQ(*request, *plain) << name;
      ++defaults;
    }
  }
  EXPECT_EQ(defaults, 21U);
}

TEST(PinterestDescription, BoundsAreTaken) {
  for (const PinterestCall call : {PinterestCall::kTopPins, PinterestCall::kTopVideoPins}) {
    for (const Json& parameter : ParametersOf(NameText(call))) {
      if (parameter.at("name") != "num_of_pins") continue;
      const int least = parameter.at("schema").at("minimum").get<int>();
      const int most = parameter.at("schema").at("maximum").get<int>();
      for (const int bound : {least, most}) {
        EXPECT_TRUE(ParseWith(call, "num_of_pins", std::to_string(bound)).ok());
      }
      for (const int beyond : {least - 1, most + 1}) {
        EXPECT_FALSE(ParseWith(call, "num_of_pins", std::to_string(beyond)).ok());
      }
    }
  }
  for (const Json& parameter : ParametersOf(NameText(PinterestCall::kPins))) {
    if (parameter.at("name") != "pin_ids") continue;
    const int most = parameter.at("schema").at("maxItems").get<int>();
    std::string ids = "1";
    for (int id = 2; id <= most; ++id) ids += "," + std::to_string(id);
    EXPECT_TRUE(ParseWith(PinterestCall::kPins, "pin_ids", ids).ok());
    EXPECT_EQ(ErrorOf(PinterestCall::kPins, "pin_ids", ids + ",0"),
              "pin_ids: there are more than 100, expected at most these");
  }
}

}  // namespace
}  // namespace pinmetrics
