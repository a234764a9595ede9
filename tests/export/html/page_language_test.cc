#include "pinmetrics/export/page_language.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <bit>
#include <cctype>
#include <cstddef>
#include <deque>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "absl/strings/ascii.h"
#include "export/html/words.h"
#include "export/html/writer.h"
#include "pinmetrics/calendar/date_range.h"
#include "pinmetrics/export/html.h"
#include "pinmetrics/metrics/catalogue.h"
#include "pinmetrics/model/attribute.h"
#include "pinmetrics/report/evaluate.h"
#include "tests/export/html/xml_reader.h"
#include "tests/export/sample_reports.h"

namespace pinmetrics {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// ---------------------------------------------------------------------------------------------
// The table as a list: all of its members are texts, but for two spans at its end.

constexpr std::size_t kSpans = 2;
using Members = std::array<std::string_view, sizeof(PageLanguage) / sizeof(std::string_view)>;

std::vector<std::string_view> TextsOf(const PageLanguage& language) {
  const auto members = std::bit_cast<Members>(language);
  return {members.begin(), members.end() - kSpans};
}

/// The text with each letter that is in no name in braces as ж.
std::string Veiled(std::string_view text) {
  std::string veiled;
  while (!text.empty()) {
    const std::size_t length = std::max<std::size_t>(NameLength(text), 1);
    if (length == 1 && absl::ascii_isalpha(static_cast<unsigned char>(text[0]))) {
      veiled += "\u0436";
    } else {
      veiled += text.substr(0, length);
    }
    text.remove_prefix(length);
  }
  return veiled;
}

/// A language without one letter of ours.
struct VeiledLanguage {
  VeiledLanguage() {
    Members members = std::bit_cast<Members>(PageLanguage());
    for (std::size_t i = 0; i + kSpans < members.size(); ++i) members[i] = Keep(Veiled(members[i]));
    language = std::bit_cast<PageLanguage>(members);
    for (const PageMetricWords& words : NorwegianPage().metric_words) {
      metrics.push_back({words.name, Keep(Veiled(words.title)), Keep(Veiled(words.definition))});
    }
    for (const PageTerm& term : NorwegianPage().terms) {
      terms.push_back({term.name, Keep(Veiled(term.text))});
    }
    language.metric_words = metrics;
    language.terms = terms;
  }

  std::string_view Keep(std::string text) { return texts.emplace_back(std::move(text)); }

  std::deque<std::string> texts;
  std::vector<PageMetricWords> metrics;
  std::vector<PageTerm> terms;
  PageLanguage language;
};

// ---------------------------------------------------------------------------------------------
// Pages with all that a page can have.

struct Asked {
  Overview overview;
  std::vector<Report> splits;
  std::optional<Report> before;
  std::vector<TopList> more_top_lists;
};

Asked Ask(int days, const Interval& interval, bool real_time) {
  const absl::Time now = absl::FromCivil(absl::CivilSecond(2026, 11, 23, 12), absl::UTCTimeZone());
  const std::vector<Pin> pins = {{.id = PinId(7), .board = BoardId(3), .title = "Mugs"},
                                 {.id = PinId(8), .account = AccountId(4)}};
  std::vector<Event> events;
  for (int day = 0; day < 130; ++day) {
    for (int i = 0; i < 40; ++i) {
      Event event{.time = now - absl::Hours(24 * day + 1),
                  .pin = PinId(7 + static_cast<std::uint64_t>(i % 2)),
                  .viewer = ViewerId(static_cast<std::uint64_t>(i) + 1),
                  .action = static_cast<Action>(i % 7),
                  .device = static_cast<Device>(i % 4),
                  .content_type = static_cast<ContentType>(i % 3),
                  .age = static_cast<Age>(i % 8),
                  .gender = static_cast<Gender>(i % 3)};
      events.push_back(event);
    }
    events.push_back({.time = now - absl::Hours(24 * day + 1),
                      .pin = PinId(7),
                      .action = Action::kPlayback,
                      .playback = Playback{.play_time = absl::Seconds(90)}});
  }
  const Evaluation evaluation(events, pins, now);
  Query query = OverviewQuery(evaluation.Today(now));
  query.period = LastDays(days, evaluation.Today(now));
  query.interval = interval;
  query.real_time = real_time;
  Asked asked{*evaluation.RunOverview(query, now), {}, {}, {}};
  Query plain = query;
  plain.comparison = Comparison::kNone;
  for (const Metric& by : {kEngagements, kSaves}) {
    asked.more_top_lists.push_back(*evaluation.TopPins(plain, {.by = by}, now));
    asked.more_top_lists.push_back(
        *evaluation.TopBoards(plain, {.by = by, .created_in_last_days = std::nullopt}, now));
  }
  if (interval.is_day() && asked.overview.report.compared_with) {
    plain.period = *asked.overview.report.compared_with;
    asked.before = *evaluation.Run(plain, now);
  }
  for (std::size_t i = 0; i < kCountOf<Dimension> && !real_time; ++i) {
    query.split = static_cast<Dimension>(i);
    if (CanSplit(*query.split)) asked.splits.push_back(*evaluation.Run(query, now));
  }
  return asked;
}

std::string PageOf(const Asked& asked, const PageLanguage& language) {
  const absl::StatusOr<std::string> html =
      ToHtml(asked.overview, {.language = &language,
                              .splits = asked.splits,
                              .before = asked.before ? &*asked.before : nullptr,
                              .more_top_lists = asked.more_top_lists});
  EXPECT_TRUE(html.ok()) << html.status();
  return html.ok() ? *html : "";
}

/// Adds what a reader sees or hears of the page, but for what is the report's own.
void AddSeen(const XmlNode& node, std::vector<std::string>& seen) {
  for (const char* const attribute : {"aria-label", "title", "alt", "placeholder", "content"}) {
    if (node.name != "meta") seen.push_back(node.Attribute(attribute));
  }
  if (node.name == "style" || node.name == "code" || node.name == "bdi") return;
  seen.push_back(node.text);
  for (const XmlNode& child : node.children) AddSeen(child, seen);
}

/// What of the page has letters of ours, but for the zone.
std::set<std::string> Letters(const std::string& html) {
  const std::optional<XmlNode> page = XmlReader::Read(html);
  EXPECT_TRUE(page.has_value());
  std::vector<std::string> seen;
  if (page) AddSeen(*page, seen);
  std::set<std::string> letters;
  for (std::string text : seen) {
    if (const std::size_t zone = text.find("UTC"); zone != std::string::npos) text.erase(zone, 3);
    const auto is_letter = [](char c) {
      return absl::ascii_isalpha(static_cast<unsigned char>(c));
    };
    if (std::any_of(text.begin(), text.end(), is_letter)) letters.insert(text);
  }
  return letters;
}

// ---------------------------------------------------------------------------------------------

TEST(PageLanguage, PageSaysNothingThatIsNotInTheTable) {
  const VeiledLanguage veiled;
  EXPECT_THAT(Letters(PageOf(Ask(30, Interval::Day(), false), veiled.language)), IsEmpty());
  EXPECT_THAT(Letters(PageOf(Ask(30, Interval::Day(), true), veiled.language)), IsEmpty());
  EXPECT_THAT(Letters(PageOf(Ask(100, Interval::Day(), false), veiled.language)), IsEmpty());
  EXPECT_THAT(Letters(PageOf(Ask(100, Interval::Week(), false), veiled.language)), IsEmpty());
  EXPECT_THAT(Letters(PageOf(Ask(100, Interval::Month(), false), veiled.language)), IsEmpty());
  EXPECT_THAT(Letters(PageOf(Ask(1, Interval::Day(), false), veiled.language)), IsEmpty());
  Overview nothing = SampleOverview();
  nothing.report.totals.clear();
  nothing.report.days.clear();
  nothing.top_pins.rows.clear();
  nothing.top_boards.rows.clear();
  nothing.report.query.filter = Filter();
  nothing.top_pins.query.filter = Filter();
  nothing.top_boards.query.filter = Filter();
  EXPECT_THAT(Letters(PageOf({nothing, {}, {}, {}}, veiled.language)), IsEmpty());
  // It finds what is there: English is all letters.
  EXPECT_GT(Letters(PageOf(Ask(30, Interval::Day(), false), PageLanguage())).size(), 100U);
}

TEST(PageLanguage, NorwegianIsInNorwegian) {
  const std::vector<std::string_view> english = TextsOf(PageLanguage());
  const std::vector<std::string_view> norwegian = TextsOf(NorwegianPage());
  std::set<std::string> same;
  for (std::size_t i = 0; i < english.size(); ++i) {
    EXPECT_FALSE(norwegian[i].empty()) << english[i];
    if (norwegian[i] == english[i] && Veiled(english[i]) != english[i]) same.emplace(english[i]);
  }
  // Words that both have.
  EXPECT_THAT(same, ElementsAre("Filter", "Pin", "Status", "min", "s"));
  // Both say the same things.
  for (std::size_t i = 0; i < english.size(); ++i) {
    std::multiset<std::string> names[2];
    for (std::string_view text = english[i]; !text.empty(); text.remove_prefix(1)) {
      if (NameLength(text) > 0) names[0].emplace(text.substr(0, NameLength(text)));
    }
    for (std::string_view text = norwegian[i]; !text.empty(); text.remove_prefix(1)) {
      if (NameLength(text) > 0) names[1].emplace(text.substr(0, NameLength(text)));
    }
    EXPECT_EQ(names[0], names[1]) << english[i];
  }
}

TEST(PageLanguage, NorwegianHasEveryMetricDimensionAndValue) {
  std::set<std::string_view> metrics;
  for (const PageMetricWords& words : NorwegianPage().metric_words) {
    EXPECT_FALSE(words.title.empty() || words.definition.empty()) << words.name;
    metrics.insert(words.name);
  }
  for (const Metric& metric : Catalogue())
    EXPECT_EQ(metrics.count(metric.name()), 1U) << metric.name();
  std::set<std::string, std::less<>> terms;
  for (const PageTerm& term : NorwegianPage().terms) terms.emplace(term.name);
  EXPECT_EQ(terms.count("none"), 1U);
  for (std::size_t i = 0; i < kCountOf<Dimension>; ++i) {
    const auto dimension = static_cast<Dimension>(i);
    if (!CanSplit(dimension)) continue;
    EXPECT_EQ(terms.count(NameOf(dimension)), 1U) << NameOf(dimension);
    if (!HasNames(dimension)) continue;
    VisitNames(dimension, [&](auto names) {
      for (const std::string_view value : names.kNames) {
        const std::string name = std::string(NameOf(dimension)) + ":" + std::string(value);
        EXPECT_EQ(terms.count(name), 1U) << name;
      }
      return 0;
    });
  }
}

TEST(PageLanguage, NorwegianWritesNumbersAndDaysItsWay) {
  Overview overview = SampleOverview();
  overview.report.totals[0].figures = {1234567, 0.0652, 3.5};
  overview.report.totals[0].change = {-0.05, 0.066, std::nullopt};
  const std::string html = PageOf({overview, {}, {}, {}}, NorwegianPage());
  const std::optional<XmlNode> page = XmlReader::Read(html);
  ASSERT_TRUE(page.has_value());
  EXPECT_EQ(page->Attribute("lang"), "nb");
  EXPECT_EQ(page->All("title")[0]->Text(), "Oversikt, 20. nov. \u2013 21. nov. 2026");
  EXPECT_EQ(page->All("p", "period")[0]->Text(),
            "20. nov. \u2013 21. nov. 2026 2 dager, døgn i UTC, laget 23. nov. 2026 kl. 12:00");
  const std::vector<const XmlNode*> cards = page->All("dl", "cards")[0]->All("div");
  EXPECT_EQ(cards[0]->All("dt")[0]->Text(), "Visninger");
  EXPECT_EQ(cards[0]->All("dd")[0]->Text(), "1\u00A0234\u00A0567");
  EXPECT_EQ(cards[0]->All("dd")[1]->Text(), "Endring: \u22125,0\u00A0% fra 1\u00A0299\u00A0544");
  const XmlNode& rate = *page->All("dl", "cards")[1]->All("div")[0];
  EXPECT_EQ(rate.All("dd")[0]->Text(), "6,52\u00A0%");
  // What is exact is the same in every language.
  EXPECT_EQ(rate.All("data")[0]->Attribute("value"), "0.0652");
  EXPECT_THAT(page->All("style")[0]->Text(), HasSubstr(":root{--sideways:\"Rull sidelengs\"}"));
  EXPECT_EQ(FindPageLanguage("nb"), &NorwegianPage());
  EXPECT_EQ(FindPageLanguage("en")->overview, "Overview");
  EXPECT_EQ(FindPageLanguage("nn"), nullptr);
}

TEST(PageLanguage, TextOfAHostIsNothingButText) {
  PageLanguage language;
  language.tag = "x\"><script>";
  language.overview = "<b>&{days}</b>";
  language.scroll_sideways = "\"}</style>\\\n\xFF";
  language.made = "{time} {nothing} {days";
  const std::optional<XmlNode> page =
      XmlReader::Read(PageOf({SampleOverview(), {}, {}, {}}, language));
  ASSERT_TRUE(page.has_value());
  EXPECT_EQ(page->Attribute("lang"), "x\"><script>");
  EXPECT_EQ(page->All("h1")[0]->Text(), "<b>&{days}</b>");
  EXPECT_EQ(page->All("p", "period")[0]->Text(),
            "20 Nov \u2013 21 Nov 2026 23 Nov 2026 at 12:00 {nothing} {days");
  EXPECT_THAT(page->All("style")[0]->Text(),
              HasSubstr("--sideways:\"\\22 }\\3c /style\\3e \\5c  \uFFFD\"}"));
}

TEST(PageLanguage, PatternsTakeNamesInAnyOrder) {
  EXPECT_EQ(Filled("{b} of {a}{a}", {{"a", "1"}, {"b", "{a}"}}), "{a} of 11");
  EXPECT_EQ(Filled("{c} {} {a", {{"a", "1"}}), "{c} {} {a");
}

}  // namespace
}  // namespace pinmetrics
