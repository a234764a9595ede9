#include "pinmetrics/export/html.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "pinmetrics/calendar/date_range.h"
#include "pinmetrics/export/figure_text.h"
#include "pinmetrics/metrics/catalogue.h"
#include "report/assemble.h"
#include "tests/export/comma_locale.h"
#include "tests/export/html/xml_reader.h"
#include "tests/export/sample_reports.h"

namespace pinmetrics {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

// ---------------------------------------------------------------------------------------------
// Overviews to show.

DateRange Period(int days) { return LastDays(days, absl::CivilDay(2026, 11, 23)); }

ReportHead HeadOf(int days, std::vector<Metric> metrics) {
  ReportHead head;
  head.query = {.period = Period(days), .metrics = std::move(metrics)};
  head.now = absl::FromCivil(absl::CivilSecond(2026, 11, 23, 12), absl::UTCTimeZone());
  head.latest_complete_day = absl::CivilDay(2026, 11, 20);
  return head;
}

Figures RandomFigures(const std::vector<Metric>& metrics, std::mt19937_64& random) {
  Figures figures;
  for (const Metric& metric : metrics) {
    const bool whole = metric.unit() == Unit::kCount || metric.unit() == Unit::kPeople;
    const auto number = static_cast<double>(random() % 2'000'000);
    figures.push_back(random() % 50 == 0 ? std::nullopt
                                         : std::optional<double>(whole ? number : number / 2.1e6));
  }
  return figures;
}

void AddDays(Report& report, const std::vector<std::optional<Attribute>>& segments,
             std::mt19937_64& random) {
  for (const absl::CivilDay day : report.query.period) {
    if (day > report.latest_complete_day) {
      report.days.push_back({.day = day, .status = DayStatus::kProcessing});
      continue;
    }
    for (const std::optional<Attribute>& segment : segments) {
      report.days.push_back(
          {.day = day, .segment = segment, .figures = RandomFigures(report.query.metrics, random)});
    }
  }
}

TopList RandomTop(const ReportHead& head, Dimension item, int rows, const std::string& title,
                  std::mt19937_64& random) {
  TopList list{head};
  list.item = item;
  for (int i = 0; i < rows; ++i) {
    list.rows.push_back({.id = ListedId(item, kLargestId - static_cast<std::uint64_t>(i)),
                         .title = item == Dimension::kPin ? title : "",
                         .figures = RandomFigures(head.query.metrics, random)});
  }
  std::sort(list.rows.begin(), list.rows.end(),
            [](const TopRow& a, const TopRow& b) { return a.figures.front() > b.figures.front(); });
  return list;
}

Overview RandomOverview(int days, const std::vector<Metric>& metrics, int rows,
                        const std::string& title, std::mt19937_64& random) {
  Overview overview;
  ReportHead head = HeadOf(days, metrics);
  overview.top_pins = RandomTop(head, Dimension::kPin, rows, title, random);
  overview.top_boards = RandomTop(head, Dimension::kBoard, rows, title, random);
  head.query.comparison = Comparison::kPreviousPeriod;
  overview.report = Report{head};
  Figures changes;
  for (std::size_t i = 0; i < metrics.size(); ++i) {
    changes.push_back(random() % 5 == 0
                          ? std::nullopt
                          : std::optional<double>(static_cast<double>(random() % 999) / 499 - 1));
  }
  overview.report.totals = {{.figures = RandomFigures(metrics, random), .change = changes}};
  AddDays(overview.report, {std::nullopt}, random);
  return overview;
}

Report RandomSplit(const Report& whole, Dimension dimension, std::uint64_t count,
                   std::mt19937_64& random) {
  Report split{static_cast<const ReportHead&>(whole)};
  split.query.split = dimension;
  std::vector<std::optional<Attribute>> segments;
  for (std::uint64_t i = 0; i < count; ++i) {
    segments.emplace_back(Attribute(i));
    split.totals.push_back({.segment = Attribute(i),
                            .figures = RandomFigures(split.query.metrics, random),
                            .change = whole.totals[0].change});
  }
  AddDays(split, segments, random);
  return split;
}

// ---------------------------------------------------------------------------------------------
// What a page shows.

XmlNode PageOf(const std::string& html) {
  const std::optional<XmlNode> page = XmlReader::Read(html);
  EXPECT_TRUE(page.has_value()) << "not well-formed";
  return page.value_or(XmlNode{});
}

/// With top lists of the report's question.
XmlNode PageOf(Overview overview, const HtmlOptions& options = {}) {
  for (TopList* list : {&overview.top_pins, &overview.top_boards}) {
    std::vector<Metric> metrics = list->query.metrics;
    static_cast<ReportHead&>(*list) = overview.report;
    list->query.metrics = std::move(metrics);
  }
  const absl::StatusOr<std::string> html = ToHtml(overview, options);
  EXPECT_TRUE(html.ok()) << html.status();
  return PageOf(html.ok() ? *html : "");
}

/// The exact figure that a cell or a card shows; nothing for a dash.
std::optional<double> FigureIn(const XmlNode& cell) {
  if (!cell.All("i").empty()) {
    EXPECT_EQ(cell.All("i")[0]->Attribute("aria-label"), "no data");
    EXPECT_EQ(cell.All("i")[0]->Text(), "\u2013");
    return std::nullopt;
  }
  const std::vector<const XmlNode*> data = cell.All("data");
  std::string text = data.empty() ? cell.Text() : data[0]->Attribute("value");
  std::erase(text, ',');
  double figure = 0;
  const std::from_chars_result end =
      std::from_chars(text.data(), text.data() + text.size(), figure);
  EXPECT_EQ(end.ptr, text.data() + text.size()) << text;
  return figure;
}

/// The rounded figures of a table's row.
using Row = std::vector<std::string>;

/// What a cell of a table shows.
std::string ShownIn(const XmlNode& cell) {
  for (const XmlNode* dash : cell.All("i")) {
    EXPECT_EQ(dash->Attribute("aria-label"), "no data");
    EXPECT_EQ(dash->Text(), "\u2013");
  }
  return cell.Text();
}

/// The figures in a row's cells from the given one on.
Row RowOf(const XmlNode& row, std::size_t first) {
  Row figures;
  const std::vector<const XmlNode*> cells = row.All("td");
  for (std::size_t i = first; i < cells.size(); ++i) figures.push_back(ShownIn(*cells[i]));
  return figures;
}

Row Rounded(const std::vector<Metric>& metrics, const Figures& figures) {
  Row row;
  for (std::size_t i = 0; i < figures.size(); ++i) {
    row.push_back(FigureText(metrics[i].unit(), figures[i], UnitPlace::kHeading));
  }
  return row;
}

Row RoundedChanges(const Figures& changes) {
  Row row;
  for (const std::optional<double>& change : changes) row.push_back(ChangeText(change));
  return row;
}

std::vector<const XmlNode*> BodyRows(const XmlNode& table) {
  const std::vector<const XmlNode*> bodies = table.All("tbody");
  return bodies.empty() ? std::vector<const XmlNode*>{} : bodies[0]->All("tr");
}

/// The figures of each row of a section, whose metrics may be in several tables.
std::vector<Row> RowsOf(const XmlNode& section) {
  std::vector<Row> rows;
  for (const XmlNode* table : section.All("table")) {
    const std::vector<const XmlNode*> parts = BodyRows(*table);
    rows.resize(parts.size());
    for (std::size_t i = 0; i < parts.size(); ++i) {
      // In a first column beside the heading are ranks or, once, the status of days.
      const std::vector<const XmlNode*> headings = table->All("thead")[0]->All("th");
      const bool labelled = headings[0]->Text() == "#" || headings[1]->Text() == "Status";
      for (const auto& figure : RowOf(*parts[i], labelled ? 1 : 0)) rows[i].push_back(figure);
    }
  }
  return rows;
}

const XmlNode& SectionOf(const XmlNode& page, std::string_view heading_id) {
  for (const XmlNode* section : page.All("section")) {
    if (section->Attribute("aria-labelledby") == heading_id) return *section;
  }
  ADD_FAILURE() << "no section " << heading_id;
  return page;
}

/// The tables of the series, behind the charts.
const XmlNode& DaysOf(const XmlNode& page) {
  return *SectionOf(page, "days").All("details").back();
}

std::vector<std::string> Texts(const std::vector<const XmlNode*>& nodes) {
  std::vector<std::string> texts;
  for (const XmlNode* node : nodes) texts.push_back(node->Text());
  return texts;
}

const XmlNode& CardOf(const XmlNode& page, std::string_view title) {
  for (const XmlNode* cards : page.All("dl", "cards")) {
    for (const XmlNode* card : cards->All("div")) {
      if (card->All("dt")[0]->Text() == title) return *card;
    }
  }
  ADD_FAILURE() << "no card " << title;
  return page;
}

// ---------------------------------------------------------------------------------------------

TEST(Html, NumbersAreThoseOfTheReport) {
  const std::uint64_t seed = Seed();
  SCOPED_TRACE(seed);
  std::mt19937_64 random(seed);
  const Overview overview = RandomOverview(30, Catalogue(), 10, "Bread", random);
  const Report split = RandomSplit(overview.report, Dimension::kDevice, 4, random);
  const XmlNode page = PageOf(overview, {.splits = {&split, 1}});
  const std::vector<Metric>& metrics = Catalogue();

  const TotalRow& total = overview.report.totals[0];
  for (std::size_t i = 0; i < metrics.size(); ++i) {
    const XmlNode& card = CardOf(page, metrics[i].title());
    EXPECT_EQ(FigureIn(*card.All("dd", "figure")[0]), total.figures[i]) << metrics[i].name();
    XmlNode change = *card.All("dd", "change")[0];
    EXPECT_EQ(change.children[0].Text(), "Change: ");
    change.children.erase(change.children.begin());
    EXPECT_EQ(FigureIn(change), total.change[i]) << metrics[i].name();
  }

  const std::vector<const XmlNode*> days = BodyRows(*DaysOf(page).All("table")[0]);
  ASSERT_EQ(days.size(), 30U);
  for (std::size_t i = 0; i < days.size(); ++i) {
    const DayRow& row = overview.report.days[29 - i];
    EXPECT_EQ(days[i]->All("time")[0]->Attribute("datetime"), ToString(row.day));
    EXPECT_EQ(RowsOf(DaysOf(page))[i], Rounded(metrics, row.figures));
  }

  // What decides is impressions, which are first in the query too.
  for (const auto& [id, list] :
       {std::pair("pins", &overview.top_pins), std::pair("boards", &overview.top_boards)}) {
    const std::vector<const XmlNode*> rows = BodyRows(*SectionOf(page, id).All("table")[0]);
    ASSERT_EQ(rows.size(), 10U);
    for (std::size_t i = 0; i < rows.size(); ++i) {
      EXPECT_EQ(rows[i]->All("td")[0]->Text(), std::to_string(i + 1));
      EXPECT_THAT(rows[i]->All("th")[0]->Text(), HasSubstr(std::to_string(list->rows[i].number())));
      EXPECT_EQ(RowsOf(SectionOf(page, id))[i], Rounded(metrics, list->rows[i].figures));
    }
  }

  std::vector<Row> figures(4);
  std::vector<Row> changes(4);
  for (const XmlNode* table : SectionOf(page, "splits").All("table")) {
    const std::vector<const XmlNode*> rows = BodyRows(*table);
    ASSERT_EQ(rows.size(), 4U);
    const bool of_changes = table->All("caption")[0]->Text().starts_with("Change");
    const std::vector<const XmlNode*> headings = table->All("thead")[0]->All("th");
    for (std::size_t s = 0; s < 4; ++s) {
      const std::vector<const XmlNode*> cells = rows[s]->All("td");
      for (std::size_t i = 0; i < cells.size(); ++i) {
        if (cells[i]->HasClass("bar") || cells[i]->HasClass("lines")) continue;
        if (of_changes) {
          changes[s].push_back(ShownIn(*cells[i]));
        } else if (headings[i + 1]->Text() == "Change") {
          EXPECT_EQ(ShownIn(*cells[i]), ChangeText(split.totals[s].change[0]));
        } else {
          figures[s].push_back(ShownIn(*cells[i]));
        }
      }
    }
  }
  for (std::size_t s = 0; s < 4; ++s) {
    EXPECT_EQ(figures[s], Rounded(metrics, split.totals[s].figures));
    // The changes of the other metrics are in the CSV.
    const Figures& change = split.totals[s].change;
    EXPECT_EQ(changes[s], RoundedChanges(Figures(change.begin(), change.begin() + 6)));
  }
}

TEST(Html, CardSaysWhatItsFigureWas) {
  Overview overview = SampleOverview();
  overview.report.totals[0].figures = {950, 0.0652, 3.5};
  overview.report.totals[0].change = {-0.05, 0.066, -1};
  const XmlNode page = PageOf(overview);
  EXPECT_EQ(CardOf(page, "Impressions").All("dd", "change")[0]->Text(),
            "Change: \u22125.0% from 1,000");
  EXPECT_EQ(CardOf(page, "Save rate").All("dd", "change")[0]->Text(), "Change: +6.6% from 6.12%");
  EXPECT_EQ(CardOf(page, "Total play time").All("dd", "change")[0]->Text(), "Change: \u2212100.0%");
  overview.report.totals[0].change = {std::nullopt, std::nullopt, std::nullopt};
  EXPECT_THAT(CardOf(PageOf(overview), "Impressions").All("dd", "change"), SizeIs(0));
}

TEST(Html, RiseIsGoodOrBadNewsAsTheMetricSays) {
  Overview overview = SampleOverview();
  const auto hides = [](Direction direction) {
    return Formula(MetricDescription{.name = "hides", .direction = direction}, Unit::kCount,
                   Needs{}, [](const Facts&) -> std::optional<double> { return 1; });
  };
  const auto class_of = [&](Direction direction, double change) {
    overview.report.query.metrics[0] = hides(direction);
    overview.report.totals[0].change = {change, std::nullopt, std::nullopt};
    const XmlNode page = PageOf(overview);
    return CardOf(page, "Hides").All("dd", "change")[0]->All("data")[0]->Attribute("class");
  };
  EXPECT_EQ(class_of(Direction::kMoreIsBetter, 0.5), "up good");
  EXPECT_EQ(class_of(Direction::kMoreIsBetter, -0.5), "down bad");
  EXPECT_EQ(class_of(Direction::kLessIsBetter, 0.5), "up bad");
  EXPECT_EQ(class_of(Direction::kLessIsBetter, -0.5), "down good");
  EXPECT_EQ(class_of(Direction::kNeither, 0.5), "up");
  EXPECT_EQ(class_of(Direction::kLessIsBetter, 0), "");
}

TEST(Html, LongFiguresAreSmaller) {
  Overview overview = SampleOverview();
  const auto class_of = [&](double figure) {
    overview.report.totals[0].figures[0] = figure;
    return CardOf(PageOf(overview), "Impressions").All("dd", "figure")[0]->Attribute("class");
  };
  EXPECT_EQ(class_of(999'999), "figure");
  EXPECT_EQ(class_of(123'456'789), "figure l1");
  EXPECT_EQ(class_of(18'101'722'512), "figure l2");
  EXPECT_EQ(class_of(999'999'999'999'999), "figure l3");
}

TEST(Html, OfNoEventsIsOneSentenceThatNamesTheFilter) {
  Overview overview = SampleOverview();
  overview.top_pins.rows.clear();
  overview.top_boards.rows.clear();
  overview.report.totals[0].figures = {0, std::nullopt, 0};
  overview.report.days[0].figures = {0, std::nullopt, 0};
  const XmlNode page = PageOf(overview);
  EXPECT_EQ(page.All("main")[0]->Text(),
            "\nNothing in this period passes the filter device:mobile.\n");
  overview.report.query.filter = Filter();
  EXPECT_EQ(PageOf(overview).All("p", "nothing")[0]->Text(), "Nothing was counted in this period.");
  overview.report.days[0].figures.clear();
  EXPECT_EQ(PageOf(overview).All("p", "nothing")[0]->Text(), "No day of this period has figures.");
  // A list says that there was something.
  Overview with_pins = overview;
  with_pins.top_pins = SampleTopPins();
  Overview with_boards = overview;
  with_boards.top_boards = SampleTopBoards();
  for (Overview* listed : {&with_pins, &with_boards}) {
    listed->top_pins.query.filter = listed->top_boards.query.filter = Filter();
    EXPECT_THAT(PageOf(*listed).All("p", "nothing"), SizeIs(0));
  }
  overview.report.totals[0].figures = {0, std::nullopt, 1};
  EXPECT_THAT(PageOf(overview).All("p", "nothing"), SizeIs(0));
}

TEST(Html, SaysThatTodayIsNotOver) {
  Overview overview = SampleOverview();
  overview.report.query.period = Period(2);
  overview.report.query.real_time = true;
  const auto notices = [&] { return Texts(PageOf(overview).All("p", "notice")); };
  EXPECT_THAT(notices(), Contains("Today counts up to 12:00, so changes hold less than a whole day "
                                  "against one."));
  overview.report.query.comparison = Comparison::kNone;
  EXPECT_THAT(notices(), Contains("Today counts up to 12:00."));
  overview.report.query.real_time = false;
  EXPECT_THAT(notices(), Not(Contains(HasSubstr("Today"))));
}

TEST(Html, TitleIsPastedIntoASpreadsheetAsText) {
  Overview overview = SampleOverview();
  overview.top_pins.rows[1].title = "=50% off";
  const XmlNode page = PageOf(overview);
  EXPECT_EQ(BodyRows(*SectionOf(page, "pins").All("table")[0])[1]->All("th")[0]->Text(),
            "Pin 7 =50% off");
}

/// The overview with the days that it is compared with: as many as have values.
Report BeforeOf(Overview& overview, std::mt19937_64& random) {
  Report before{static_cast<const ReportHead&>(overview.report)};
  const DateRange& period = overview.report.query.period;
  before.query.period = DateRange(period.first() - (period.days() - 3), period.first());
  before.query.comparison = Comparison::kNone;
  overview.report.compared_with = before.query.period;
  AddDays(before, {std::nullopt}, random);
  return before;
}

TEST(Html, DaysBeforeAreDrawnAndNamedWithThoseOfThePeriod) {
  std::mt19937_64 random(1);
  Overview overview = RandomOverview(10, {kSaves}, 1, "", random);
  Report before = BeforeOf(overview, random);
  before.days[0].figures = {870};
  before.days[1].figures = {std::nullopt};
  overview.report.days[0].figures = {917};
  overview.report.days[1].figures = {34};
  const XmlNode page = PageOf(overview, {.before = &before});
  const std::vector<std::string> readouts = Texts(page.WithId("c0")->All("b"));
  EXPECT_EQ(readouts[0], "917, before 870");
  EXPECT_EQ(readouts[1], "34");
  // The last three days have no figures, and nothing that they are held against.
  EXPECT_EQ(readouts[7], "no figures yet");
  EXPECT_THAT(page.WithId("c0")->All("path", "before"), SizeIs(1));
  EXPECT_THAT(SectionOf(page, "days").Text(), HasSubstr("the period before"));
  EXPECT_THAT(PageOf(overview).All("path", "before"), SizeIs(0));
}

TEST(Html, RefusesOtherDaysThanThoseBefore) {
  std::mt19937_64 random(1);
  Overview overview = RandomOverview(10, {kSaves}, 1, "", random);
  overview.top_pins.query.comparison = overview.report.query.comparison;
  const Report good = BeforeOf(overview, random);
  const auto refusal = [&](const Report& before) {
    return std::string(ToHtml(overview, {.before = &before}).status().message());
  };
  EXPECT_EQ(refusal(good), "");
  Report before = good;
  before.query.period = Period(7);
  EXPECT_EQ(refusal(before),
            "before.period: 2026-11-17..2026-11-23, expected what the overview is compared with, "
            "2026-11-07..2026-11-13");
  before = good;
  before.query.metrics = {kImpressions};
  EXPECT_EQ(refusal(before), "before: has a split or other metrics, expected the overview's");
  before = good;
  before.query.split = Dimension::kDevice;
  EXPECT_EQ(refusal(before), "before: has a split or other metrics, expected the overview's");
  before = good;
  before.query.include_saved = true;
  EXPECT_EQ(refusal(before), "before.include_saved: on, expected the overview's, off");
  overview.report.compared_with.reset();
  EXPECT_EQ(refusal(good),
            "before.period: 2026-11-07..2026-11-13, expected what the overview is compared with, "
            "which is nothing");
}

TEST(Html, TopListsAreChosenInOtherOrders) {
  std::mt19937_64 random(1);
  const Overview overview = RandomOverview(30, Catalogue(), 5, "Bread", random);
  std::vector<TopList> more(2, overview.top_pins);
  more[0].ranking.by = kSaves;
  more[1] = overview.top_boards;
  more[1].ranking.by = kPinClicks;
  const absl::StatusOr<std::string> html = ToHtml(overview, {.more_top_lists = more});
  ASSERT_TRUE(html.ok()) << html.status();
  const XmlNode page = PageOf(*html);
  const XmlNode& pins = SectionOf(page, "pins");
  EXPECT_THAT(Texts(pins.All("label")), ElementsAre("Impressions", "Saves"));
  EXPECT_THAT(Texts(SectionOf(page, "boards").All("label")),
              ElementsAre("Impressions", "Pin clicks"));
  ASSERT_THAT(pins.All("div", "order"), SizeIs(2));
  const XmlNode& by_saves = *pins.All("div", "l1")[0];
  EXPECT_EQ(by_saves.All("thead")[0]->All("th")[2]->Text(), "Saves");
  EXPECT_THAT(page.All("style")[0]->Text(), HasSubstr(".orders:has(.o1:checked) .l1"));

  more[0].ranking.by = kImpressions;
  EXPECT_EQ(ToHtml(overview, {.more_top_lists = more}).status().message(),
            "more_top_lists[0]: is there before, expected another order");
  more[0].ranking.by = kSaves;
  more[1].ranking.by = kImpressions;
  EXPECT_EQ(ToHtml(overview, {.more_top_lists = more}).status().message(),
            "more_top_lists[1]: is there before, expected another order");
  more[1] = more[0];
  EXPECT_EQ(ToHtml(overview, {.more_top_lists = more}).status().message(),
            "more_top_lists[1]: is there before, expected another order");
  more[0].query.include_saved = true;
  EXPECT_EQ(ToHtml(overview, {.more_top_lists = more}).status().message(),
            "more_top_lists[0].include_saved: on, expected the overview's, off");
}

TEST(Html, WeekendsAreDrawnOnceForAllCharts) {
  std::mt19937_64 random(1);
  const XmlNode page = PageOf(RandomOverview(10, Catalogue(), 1, "", random));
  // 14 to 23 November: Saturday and Sunday, five days, and both again.
  ASSERT_NE(page.WithId("weekends"), nullptr);
  EXPECT_EQ(page.WithId("weekends")->Attribute("d"),
            "M0 0h2v400h-2zM2 0h2v400h-2zM14 0h2v400h-2zM16 0h2v400h-2z");
  EXPECT_EQ(page.WithId("c1")->All("use")[0]->Attribute("href"), "#weekends");
  EXPECT_THAT(Texts(page.All("div", "days")[0]->All("span")), ElementsAre("16 Nov", "23 Nov"));
}

TEST(Html, DrawsWhereNoStyleIsTaken) {
  const XmlNode page = PageOf(SampleOverview());
  for (const XmlNode* svg : page.All("svg")) {
    EXPECT_NE(svg->Attribute("width"), "");
    EXPECT_NE(svg->Attribute("height"), "");
  }
  const XmlNode& lines = *page.WithId("s0")->All("g")[0];
  EXPECT_EQ(lines.Attribute("fill"), "none");
  EXPECT_EQ(lines.Attribute("stroke"), "#2759cf");
}

TEST(Html, LetsEveryMetricBeChosen) {
  std::vector<Metric> metrics = Catalogue();
  metrics.push_back(Ratio("saves_per_click", kSaves, kPinClicks));
  std::mt19937_64 random(1);
  const XmlNode page = PageOf(RandomOverview(30, metrics, 1, "", random));
  const std::string style = page.All("style")[0]->Text();
  const XmlNode& choice = *page.All("fieldset")[0];
  ASSERT_THAT(choice.All("input"), SizeIs(metrics.size()));
  EXPECT_EQ(choice.All("legend")[0]->Text(), "Metric");
  const XmlNode& second = *page.All("fieldset")[1];
  EXPECT_EQ(second.All("label")[0]->Text(), "none");
  EXPECT_EQ(second.All("input")[0]->Attribute("checked"), "checked");
  for (std::size_t i = 0; i < metrics.size(); ++i) {
    const std::string n = std::to_string(i);
    const XmlNode& input = *choice.All("input")[i];
    EXPECT_EQ(input.Attribute("id"), "m" + n);
    EXPECT_EQ(input.Attribute("name"), "metric");
    EXPECT_EQ(input.Attribute("checked"), i == 0 ? "checked" : "");
    EXPECT_EQ(choice.All("label")[i]->Attribute("for"), "m" + n);
    EXPECT_EQ(choice.All("label")[i]->Text(), metrics[i].title());
    EXPECT_THAT(style, HasSubstr(":has(:is(#m" + n + ",#n" + n + "):checked) :is(#c" + n + ",#w" +
                                 n + "){display:revert}"));
    // As the second it stands below the first.
    EXPECT_THAT(style, HasSubstr(":has(#n" + n + ":checked) #c" + n + "{order:2}"));
    EXPECT_EQ(second.All("input")[i + 1]->Attribute("id"), "n" + n);
    EXPECT_EQ(second.All("label")[i + 1]->Text(), metrics[i].title());
    const XmlNode* const chart = page.WithId("c" + n);
    ASSERT_NE(chart, nullptr);
    EXPECT_THAT(chart->All("figcaption")[0]->Text(), HasSubstr(metrics[i].title()));
    EXPECT_THAT(chart->All("path", "line"), SizeIs(1));
  }
  EXPECT_EQ(CardOf(page, "Saves per click").All("use")[0]->Attribute("href"),
            "#s" + std::to_string(metrics.size() - 1));
}

TEST(Html, SaysInWordsWhatAChartShows) {
  Overview overview = SampleOverview();
  overview.report.query.metrics = {kImpressions};
  overview.report.query.period = Period(3);
  overview.report.days = {{.day = absl::CivilDay(2026, 11, 21), .figures = {1200}},
                          {.day = absl::CivilDay(2026, 11, 22), .figures = {34}},
                          {.day = absl::CivilDay(2026, 11, 23), .status = DayStatus::kProcessing}};
  const XmlNode page = PageOf(overview);
  const XmlNode& svg = *page.WithId("c0")->All("svg")[0];
  EXPECT_EQ(svg.Attribute("role"), "img");
  EXPECT_EQ(svg.Attribute("aria-labelledby"), "t0 d0");
  EXPECT_EQ(page.WithId("t0")->Text(), "Impressions per day");
  EXPECT_EQ(page.WithId("d0")->Text(),
            "21 Nov \u2013 23 Nov 2026. Highest on Sat 21 Nov 2026: 1,200. Lowest on Sun 22 Nov "
            "2026: 34. "
            "Without data: 1 day.");
  EXPECT_THAT(Texts(page.WithId("c0")->All("b")), ElementsAre("1,200", "34", "no figures yet"));
  EXPECT_THAT(page.All("style")[0]->Text(),
              HasSubstr(".readouts :nth-child(2)>b::before{content:\"Sun 22 Nov: \"}"));
}

TEST(Html, SeriesOfWeeksNamesThem) {
  Overview overview = SampleOverview();
  overview.report = WeeksReport();
  const XmlNode page = PageOf(overview);
  EXPECT_EQ(page.WithId("t0")->Text(), "Impressions per week");
  // The second week is not whole, and nobody holds it against the first.
  EXPECT_EQ(page.WithId("d0")->Text(),
            "9 Nov \u2013 22 Nov 2026. Highest on 9 Nov \u2013 15 Nov 2026: 1,000. Lowest on 9 Nov "
            "\u2013 15 Nov 2026: 1,000.");
  EXPECT_THAT(Texts(page.WithId("c0")->All("b")), ElementsAre("1,000", "200 (its final days)"));
  EXPECT_THAT(page.All("style")[0]->Text(), HasSubstr("content:\"9 Nov \u2013 15 Nov: \"}"));
  EXPECT_THAT(page.WithId("c0")->All("path", "dot"), SizeIs(1));
  EXPECT_THAT(page.WithId("c0")->All("path", "line"), SizeIs(0));
  const std::vector<const XmlNode*> rows = BodyRows(*DaysOf(page).All("table")[0]);
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0]->All("th")[0]->Text(), "16 Nov \u2013 22 Nov 2026");
  EXPECT_EQ(rows[0]->All("td")[0]->Text(), "final days only, cut by the period");
  EXPECT_EQ(RowOf(*rows[0], 1), (Row{"200", "\u2013"}));
  EXPECT_THAT(Texts(page.All("p", "notice")),
              ElementsAre("1 day (17 Nov 2026) has no figures yet and does not count."));
}

TEST(Html, PageOfALongPeriodIsByWeekThenByMonth) {
  const absl::CivilDay last(2026, 11, 23);
  EXPECT_EQ(PageInterval(LastDays(1, last)), Interval::Day());
  EXPECT_EQ(PageInterval(LastDays(80, last)), Interval::Day());
  EXPECT_EQ(PageInterval(LastDays(81, last)), Interval::Week());
  // 18 months, and the 80 weeks of which that Monday has one day.
  EXPECT_EQ(PageInterval(DateRange::Inclusive(AddMonths(last, -18), last)), Interval::Week());
  EXPECT_EQ(PageInterval(LastDays(79 * 7 + 1, last)), Interval::Week());
  EXPECT_EQ(PageInterval(LastDays(79 * 7 + 2, last)), Interval::Month());
}

TEST(Html, SaysWhatWasAsked) {
  Overview overview = SampleOverview();
  overview.report.query.include_saved = true;
  const XmlNode page = PageOf(overview, {.account = "Ada's kitchen"});
  EXPECT_EQ(page.All("h1")[0]->Text(), "Ada's kitchen");
  EXPECT_EQ(page.All("title")[0]->Text(), "Ada's kitchen: Overview, 20 Nov \u2013 21 Nov 2026");
  EXPECT_EQ(page.All("p", "period")[0]->Text(),
            "20 Nov \u2013 21 Nov 2026 2 days, days of UTC, made 23 Nov 2026 at 12:00");
  EXPECT_THAT(Texts(page.All("dl", "facts")[0]->All("div")),
              ElementsAre("Filterdevice:mobile", "Saved Pinscounted", "Real timeoff",
                          "Change against19 Nov 2026 (1 day)", "Final up to20 Nov 2026"));
  EXPECT_EQ(PageOf(Overview()).All("h1")[0]->Text(), "Overview");
}

TEST(Html, MarksDaysThatAreNotFinal) {
  Overview overview = SampleOverview();
  overview.report.query.real_time = true;
  const absl::CivilDay first(2026, 11, 20);
  overview.report.days = {
      {.day = first, .status = DayStatus::kBeforeBusinessCreated},
      {.day = first + 1, .status = DayStatus::kReady, .figures = {5, 0.5, 1}},
      {.day = first + 2, .status = DayStatus::kEstimate, .figures = {7, 0.5, 1}},
      {.day = first + 3, .status = DayStatus::kEstimate, .figures = {8, 0.5, 1}},
      {.day = first + 4, .status = DayStatus::kProcessing}};
  const XmlNode page = PageOf(overview);
  EXPECT_THAT(
      Texts(page.All("p", "notice")),
      ElementsAre(
          "2 days (22 Nov \u2013 23 Nov 2026) are estimates: they count and may still change.",
          "1 day (24 Nov 2026) has no figures yet and does not count.",
          "1 day (20 Nov 2026) is before the business account was created and has no figures."));
  std::vector<std::string> bands;
  for (const XmlNode* band : page.WithId("c0")->All("div", "band")) {
    bands.push_back(band->Attribute("class") + " " + band->Attribute("style"));
  }
  EXPECT_THAT(bands, ElementsAre("band before_business_created left:0.00%;width:20.00%",
                                 "band estimate left:40.00%;width:40.00%",
                                 "band processing left:80.00%;width:20.00%"));
  std::vector<std::string> statuses;
  for (const XmlNode* row : BodyRows(*DaysOf(page).All("table")[0])) {
    statuses.push_back(row->All("td")[0]->Text());
  }
  EXPECT_THAT(statuses,
              ElementsAre("no figures yet", "estimate", "estimate", "final", "before the account"));
  EXPECT_THAT(SectionOf(page, "audience").Text(), HasSubstr("not known in real time"));
}

TEST(Html, NoDataIsNeitherZeroNorNotANumber) {
  Overview overview = SampleOverview();
  overview.report.totals[0].figures = {std::nullopt, std::nan(""), 0};
  overview.report.totals[0].change = {};
  const XmlNode page = PageOf(overview);
  EXPECT_EQ(FigureIn(*CardOf(page, "Impressions").All("dd")[0]), std::nullopt);
  EXPECT_EQ(FigureIn(*CardOf(page, "Save rate").All("dd")[0]), std::nullopt);
  EXPECT_EQ(CardOf(page, "Total play time").All("dd")[0]->Text(), "0.0 min");
  EXPECT_THAT(page.Text(), Not(HasSubstr("nan")));
}

TEST(Html, OfNothingIsStillAPage) {
  const XmlNode empty = PageOf(Overview());
  EXPECT_THAT(empty.Text(), HasSubstr("No day of this period has figures."));
  Overview listless = SampleOverview();
  listless.top_pins.rows.clear();
  listless.top_boards.rows.clear();
  const XmlNode page = PageOf(listless);
  EXPECT_THAT(SectionOf(page, "pins").Text(), HasSubstr("None in this period."));
  EXPECT_THAT(SectionOf(page, "boards").Text(), HasSubstr("None in this period."));
  Report split{listless.report};
  split.query.split = Dimension::kAge;
  split.totals.clear();
  EXPECT_THAT(PageOf(listless, {.splits = {&split, 1}}).Text(),
              HasSubstr("Nothing in this period"));
}

TEST(Html, OfAFigureBelowZeroHasNoBar) {
  Overview overview = SampleOverview();
  EXPECT_THAT(PageOf(overview).All("td", "bar"), SizeIs(3));
  overview.top_pins.rows[1].figures[0] = -300;
  EXPECT_THAT(PageOf(overview).All("td", "bar"), SizeIs(2));
}

TEST(Html, OfAReportWithASplitShowsNoSegmentAsTheWhole) {
  Overview overview = SampleOverview();
  overview.report = SplitReport();
  const XmlNode page = PageOf(overview);
  EXPECT_EQ(FigureIn(*CardOf(page, "Impressions").All("dd", "figure")[0]), std::nullopt);
  EXPECT_THAT(page.Text(), HasSubstr("No days."));
}

// ---- text from anywhere ----

const std::vector<std::string>& HostileTexts() {
  static const std::vector<std::string> texts = {
      "<script>alert(1)</script>",
      "</title></style><script src=\"https://example.org/x.js\"></script>",
      "\"><img src=x onerror=alert(1)>",
      "' onmouseover='alert(1)",
      "<svg/onload=alert(1)>",
      "<!-- ",
      "-->",
      "<![CDATA[",
      "]]>",
      "&lt;b&gt;",
      "&#x3c;script&#x3e;",
      "javascript:alert(1)",
      "<a href=\"javascript:alert(1)\">x</a>",
      "</details></div></main></body></html>",
      "{}</style><style>*{display:none}",
      "<meta http-equiv=\"refresh\" content=\"0\">"};
  return texts;
}

Overview OverviewNamed(const std::string& text) {
  Overview overview = SampleOverview();
  const Metric named =
      Formula(MetricDescription{.name = text, .title = text, .definition = text}, Unit::kCount,
              Needs{}, [](const Facts&) -> std::optional<double> { return 0; });
  overview.report.query.metrics[1] = named;
  overview.top_pins.query.metrics[1] = named;
  overview.top_pins.ranking.by = named;
  overview.top_pins.rows[0].title = text;
  return overview;
}

void CollectShape(const XmlNode& node, std::vector<std::string>& shape) {
  for (const XmlNode& child : node.children) {
    if (child.name.empty()) continue;
    std::string element = child.name;
    for (const auto& [name, value] : child.attributes) element += " " + name;
    shape.push_back(element);
    CollectShape(child, shape);
  }
}

/// All elements with the names of their attributes, without any text.
std::vector<std::string> ShapeOf(const XmlNode& page) {
  std::vector<std::string> shape;
  CollectShape(page, shape);
  return shape;
}

TEST(Html, TitlesAreDataWhereverTheyStand) {
  const std::vector<std::string> plain = ShapeOf(PageOf(OverviewNamed("x"), {.account = "x"}));
  for (const std::string& text : HostileTexts()) {
    const Overview overview = OverviewNamed(text);
    const XmlNode page = PageOf(overview, {.account = text});
    EXPECT_EQ(ShapeOf(page), plain) << text;
    EXPECT_EQ(page.All("h1")[0]->Text(), text);
    EXPECT_THAT(Texts(page.All("bdi")), Contains(text));
    EXPECT_THAT(Texts(page.All("label")), Contains(text));
    EXPECT_THAT(Texts(page.All("dd")), Contains(text));
  }
}

TEST(Html, AnyTextLeavesThePageWellFormed) {
  const std::uint64_t seed = Seed();
  SCOPED_TRACE(seed);
  std::mt19937_64 random(seed);
  for (int i = 0; i < 300; ++i) {
    Overview overview = OverviewNamed(RandomText(random));
    overview.top_pins = RandomTopPins(random);
    const std::string account = RandomText(random);
    PageOf(overview, {.account = account});
  }
}

TEST(Html, TextThatCannotStandInAPageIsReplaced) {
  const std::pair<std::string, std::string> cases[] = {
      {"a\tb\r\nc", "a b  c"},
      {std::string("a\0b", 3), "a\uFFFDb"},
      {"\x1B[31m\x7F", "\uFFFD[31m\uFFFD"},
      {"\u0085\u009B", "\uFFFD\uFFFD"},
      {"\u2028\u2029", "  "},
      {"evil \u202Egnp.exe\u202C", "evil \uFFFDgnp.exe\uFFFD"},
      {"\u2066x\u2069", "\uFFFDx\uFFFD"},
      {"5\u2030 \u2070", "5\u2030 \u2070"},
      {"\uFFFE\uFFFF\U0001FFFE\uFDD0", "\uFFFD\uFFFD\uFFFD\uFFFD"},
      {"\x80 \xE2\x82 \xED\xA0\x80 \xFF", "\uFFFD \uFFFD \uFFFD\uFFFD\uFFFD \uFFFD"},
      {"\u05E9\u05DC\u05D5\u05DD \U0001F4CC", "\u05E9\u05DC\u05D5\u05DD \U0001F4CC"}};
  for (const auto& [text, shown] : cases) {
    EXPECT_EQ(PageOf(SampleOverview(), {.account = text}).All("h1")[0]->Text(), shown);
  }
}

TEST(Html, LetsNothingRunOrLoad) {
  std::mt19937_64 random(1);
  const Overview overview = RandomOverview(30, Catalogue(), 50, "Bread", random);
  const std::string html = ToHtml(overview);
  const XmlNode page = PageOf(html);
  std::set<std::string> elements;
  for (const std::string& element : ShapeOf(page)) {
    elements.insert(element.substr(0, element.find(' ')));
    EXPECT_THAT(element, AllOf(Not(HasSubstr(" on")), Not(HasSubstr(" src"))));
  }
  for (const char* const element : {"script", "link", "img", "iframe", "object", "embed", "form"}) {
    EXPECT_EQ(elements.count(element), 0U) << element;
  }
  for (const XmlNode* use : page.All("use")) EXPECT_EQ(use->Attribute("href")[0], '#');
  EXPECT_THAT(html, AllOf(Not(HasSubstr("url(")), Not(HasSubstr("@import")),
                          Not(HasSubstr("http://")), Not(HasSubstr("https://"))));
  EXPECT_EQ(page.All("meta")[1]->Attribute("http-equiv"), "Content-Security-Policy");
  EXPECT_EQ(page.All("meta")[1]->Attribute("content"),
            "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'");
}

// ---- for every reader ----

TEST(Html, HasLandmarksHeadingsInOrderAndIdsOnce) {
  std::mt19937_64 random(1);
  const Overview overview = RandomOverview(30, Catalogue(), 5, "Bread", random);
  std::vector<Report> splits(2, RandomSplit(overview.report, Dimension::kDevice, 4, random));
  splits[1].query.metrics = {kSaves};
  const XmlNode page = PageOf(overview, {.splits = splits});
  for (const char* const landmark : {"header", "main", "footer", "h1"}) {
    EXPECT_THAT(page.All(landmark), SizeIs(1)) << landmark;
  }
  EXPECT_THAT(Texts(page.All("h2")), ElementsAre("Figures", "Day by day", "Side by side",
                                                 "Audience", "Top Pins", "Top boards"));
  EXPECT_EQ(page.Attribute("lang"), "en");
  std::set<std::string> ids;
  std::vector<const XmlNode*> nodes = {&page};
  while (!nodes.empty()) {
    const XmlNode* const node = nodes.back();
    nodes.pop_back();
    const std::string id = node->Attribute("id");
    if (!id.empty()) {
      EXPECT_TRUE(ids.insert(id).second) << id;
    }
    for (const XmlNode& child : node->children) nodes.push_back(&child);
  }
  for (const XmlNode* table : page.All("table")) {
    EXPECT_THAT(table->All("caption"), SizeIs(1));
    for (const XmlNode* heading : table->All("th")) {
      EXPECT_THAT(heading->Attribute("scope"), testing::AnyOf("col", "row"));
    }
  }
  for (const XmlNode* region : page.All("div", "scroll")) {
    EXPECT_EQ(region->Attribute("tabindex"), "0");
    EXPECT_EQ(region->Attribute("role"), "region");
  }
}

TEST(Html, IsTheSameInEveryLocale) {
  std::mt19937_64 random(1);
  const Overview overview = RandomOverview(30, Catalogue(), 5, "Bread", random);
  const std::string html = ToHtml(overview);
  const CommaLocale locale;
  EXPECT_EQ(ToHtml(overview), html);
}

// ---- bounds ----

TEST(Html, StaysUnder300KilobytesForTheLargestReports) {
  std::mt19937_64 random(1);
  std::string title;
  for (int i = 0; i < 100; ++i) title += static_cast<char>('a' + i % 26);
  const Overview overview = RandomOverview(550, Catalogue(), 50, title, random);
  std::vector<Report> splits;
  splits.push_back(RandomSplit(overview.report, Dimension::kDevice, 4, random));
  splits.push_back(RandomSplit(overview.report, Dimension::kPromotion, 2, random));
  splits.push_back(RandomSplit(overview.report, Dimension::kSource, 2, random));
  splits.push_back(RandomSplit(overview.report, Dimension::kFormat, 4, random));
  const absl::StatusOr<std::string> html = ToHtml(overview, {.splits = splits});
  ASSERT_TRUE(html.ok());
  EXPECT_LT(html->size(), 300'000U);
  RecordProperty("bytes", static_cast<int>(html->size()));
}

TEST(Html, OfHundredsOfMetricsShowsTheFirst) {
  std::mt19937_64 random(1);
  std::vector<Metric> metrics;
  for (int i = 0; i < 400; ++i) metrics.push_back(Named("metric_" + std::to_string(i)));
  Overview overview = RandomOverview(550, metrics, 50, "Bread", random);
  overview.top_pins.ranking.by = metrics[399];
  const Report split = RandomSplit(overview.report, Dimension::kDevice, 4, random);
  const absl::StatusOr<std::string> html = ToHtml(overview, {.splits = {&split, 1}});
  ASSERT_TRUE(html.ok()) << html.status();
  EXPECT_LT(html->size(), 600'000U);
  const XmlNode page = PageOf(*html);
  EXPECT_THAT(Texts(page.All("dl", "facts")[0]->All("div")),
              Contains("Metricsthe first 42 of 400"));
  EXPECT_THAT(page.All("figure", "chart"), SizeIs(42));
  EXPECT_THAT(page.All("fieldset")[0]->All("label"), SizeIs(42));
  EXPECT_THAT(SectionOf(page, "figures").All("dt"), SizeIs(42));
  EXPECT_THAT(page.All("dl", "meanings")[0]->All("div"), SizeIs(42));
  const auto headings = [&page](std::string_view section) {
    return Texts(SectionOf(page, section).All("table")[0]->All("thead")[0]->All("th"));
  };
  EXPECT_THAT(DaysOf(page).All("table"), SizeIs(6));
  EXPECT_THAT(Texts(DaysOf(page).All("thead")[0]->All("th")), SizeIs(2 + 7));
  EXPECT_THAT(SectionOf(page, "pins").All("table"), SizeIs(1 + 6));
  EXPECT_THAT(headings("pins"), SizeIs(2 + 6));
  // What a list is ordered by is there wherever it stands among the metrics.
  EXPECT_EQ(headings("pins")[2], "Metric 399");
  EXPECT_THAT(SectionOf(page, "splits").Text(),
              AllOf(HasSubstr("36 more metrics"), Not(HasSubstr("Metric 42"))));
}

TEST(Html, SaysWhatItLeavesOut) {
  std::mt19937_64 random(1);
  const std::string title(500, 'x');
  const Overview overview = RandomOverview(200, {kImpressions}, 60, title, random);
  const Report split = RandomSplit(overview.report, Dimension::kAccount, 20, random);
  const XmlNode page = PageOf(overview, {.splits = {&split, 1}});
  const XmlNode& days = *DaysOf(page).All("table")[0];
  EXPECT_THAT(BodyRows(days), SizeIs(80));
  EXPECT_EQ(days.All("caption")[0]->Text(), "Figures of each day, the last 80 of 200 days");
  EXPECT_THAT(BodyRows(*SectionOf(page, "pins").All("table")[0]), SizeIs(30));
  EXPECT_THAT(SectionOf(page, "pins").Text(), HasSubstr("The first 30 of 60."));
  EXPECT_EQ(page.All("bdi")[0]->Text(), std::string(120, 'x') + "\u2026");
  const std::vector<const XmlNode*> segments = BodyRows(*SectionOf(page, "splits").All("table")[0]);
  ASSERT_THAT(segments, SizeIs(13));
  EXPECT_EQ(segments[12]->All("th")[0]->Text(), "8 others");
  // The others are all that adds up to the whole.
  double whole = 0;
  for (const TotalRow& row : split.totals) whole += row.figures[0].value_or(0);
  double shown = 0;
  for (const XmlNode* row : segments) shown += FigureIn(*row->All("td")[1]).value_or(0);
  EXPECT_EQ(shown, whole);
}

TEST(Html, SplitsBeyondTheFourthShowTheFirstMetricsAlone) {
  std::mt19937_64 random(1);
  const Overview overview = RandomOverview(3, Catalogue(), 1, "", random);
  const std::vector<Report> splits(5, RandomSplit(overview.report, Dimension::kAge, 8, random));
  const XmlNode page = PageOf(overview, {.splits = splits});
  const std::vector<const XmlNode*> sections = SectionOf(page, "splits").All("section");
  ASSERT_THAT(sections, SizeIs(5));
  EXPECT_THAT(Texts(sections[3]->All("summary")),
              ElementsAre("15 more metrics, and the change of the first 6"));
  EXPECT_THAT(sections[4]->All("details"), SizeIs(0));
  EXPECT_THAT(sections[4]->All("table"), SizeIs(1));
}

TEST(Html, OfManySegmentsByDayDrawsNoLineOfTheOthers) {
  std::mt19937_64 random(1);
  Overview overview = RandomOverview(3, {kImpressions}, 1, "", random);
  overview.report.query.comparison = Comparison::kNone;
  overview.top_pins.query = overview.top_boards.query = overview.report.query;
  Report split{static_cast<const ReportHead&>(overview.report)};
  split.query.split = Dimension::kAccount;
  for (std::uint64_t id = 0; id < 14; ++id) {
    split.totals.push_back({.segment = Attribute(id), .figures = {10.0}});
    for (const absl::CivilDay day : split.query.period) {
      split.days.push_back({.day = day, .segment = Attribute(id), .figures = {10.0}});
    }
  }
  const XmlNode page = PageOf(overview, {.splits = {&split, 1}});
  const XmlNode& body = *SectionOf(page, "splits").All("tbody")[0];
  const std::vector<const XmlNode*> rows = body.All("tr");
  ASSERT_THAT(rows, SizeIs(13));
  EXPECT_THAT(rows[0]->All("path"), Not(IsEmpty()));
  EXPECT_THAT(rows[12]->All("path"), IsEmpty());
  // Nor is there a change where nothing is compared.
  EXPECT_THAT(SectionOf(page, "splits").Text(), Not(HasSubstr("Change")));
}

TEST(Html, OfManySegmentsShowsTheHighestInTheirOrder) {
  std::mt19937_64 random(1);
  const Overview overview = RandomOverview(3, {kImpressions}, 1, "", random);
  Report split{static_cast<const ReportHead&>(overview.report)};
  split.query.split = Dimension::kAccount;
  for (std::uint64_t id = 0; id < 14; ++id) {
    split.totals.push_back({.segment = Attribute(id), .figures = {id == 3 || id == 5 ? 1 : 10.0}});
  }
  const XmlNode page = PageOf(overview, {.splits = {&split, 1}});
  const XmlNode& body = *SectionOf(page, "splits").All("tbody")[0];
  EXPECT_THAT(Texts(body.All("th")),
              ElementsAre("Account 0", "Account 1", "Account 2", "Account 4", "Account 6",
                          "Account 7", "Account 8", "Account 9", "Account 10", "Account 11",
                          "Account 12", "Account 13", "2 others"));
  EXPECT_EQ(body.All("td", "bar")[11]->Text(), "8.2%");
  EXPECT_EQ(body.All("td", "bar")[12]->Text(), "1.6%");
}

TEST(Html, NamesSegmentsForPeople) {
  std::mt19937_64 random(1);
  const Overview overview = RandomOverview(3, {kImpressions}, 1, "", random);
  const auto heads = [&](Dimension dimension, std::vector<Attribute> segments) {
    Report split{static_cast<const ReportHead&>(overview.report)};
    split.query.split = dimension;
    for (const Attribute& segment : segments) {
      split.totals.push_back({.segment = segment, .figures = {1.0}});
    }
    const XmlNode page = PageOf(overview, {.splits = {&split, 1}});
    const XmlNode& table = *SectionOf(page, "splits").All("table")[0];
    EXPECT_EQ(table.All("thead")[0]->All("th")[1]->Text(), "Share of Impressions");
    std::vector<std::string> names = {table.All("thead")[0]->All("th")[0]->Text()};
    for (const XmlNode* row : BodyRows(table)) names.push_back(row->All("th")[0]->Text());
    return names;
  };
  EXPECT_THAT(heads(Dimension::kProductGroup, {Attribute(std::uint64_t{7}), Attribute()}),
              ElementsAre("Product group", "Product group 7", "None"));
  EXPECT_THAT(heads(Dimension::kAge, {Attribute(Age::k18To24), Attribute(Age::kUnspecified)}),
              ElementsAre("Age", "18-24", "Unspecified"));
}

// ---- refusals and sinks ----

TEST(Html, RefusesASplitOfAnotherQuestion) {
  std::mt19937_64 random(1);
  const Overview overview = RandomOverview(30, {kImpressions}, 1, "", random);
  const Report good = RandomSplit(overview.report, Dimension::kDevice, 2, random);
  const auto refusal = [&overview, &good](auto change) {
    std::array<Report, 2> splits = {good, good};
    change(splits[1]);
    bool written = false;
    const absl::Status status =
        WriteHtml(overview, {.splits = splits}, [&written](std::string_view) {
          written = true;
          return absl::OkStatus();
        });
    EXPECT_FALSE(written);
    EXPECT_EQ(ToHtml(overview, {.splits = splits}).status(), status);
    EXPECT_TRUE(absl::IsInvalidArgument(status));
    return std::string(status.message().data(), status.message().size());
  };
  EXPECT_EQ(refusal([](Report& split) { split.query.split = {}; }),
            "splits[1].split: is none, expected a dimension that reports can be split by");
  EXPECT_EQ(refusal([](Report& split) { split.query.split = Dimension::kPin; }),
            "splits[1].split: is pin, expected a dimension that reports can be split by");
  EXPECT_EQ(refusal([](Report& split) { split.query.period = Period(7); }),
            "splits[1].period: 2026-11-17..2026-11-23, expected the overview's, "
            "2026-10-25..2026-11-23");
  EXPECT_EQ(refusal([](Report& split) { split.query.filter = Is(Device::kMobile); }),
            "splits[1].filter: 'device:mobile', expected the overview's, ''");
  EXPECT_EQ(refusal([](Report& split) { split.query.include_saved = true; }),
            "splits[1].include_saved: on, expected the overview's, off");
  EXPECT_EQ(refusal([](Report& split) { split.query.real_time = true; }),
            "splits[1].real_time: on, expected the overview's, off");
  EXPECT_EQ(refusal([](Report& split) { split.time_zone = absl::FixedTimeZone(3600); }),
            "splits[1].time_zone: Fixed/UTC+01:00:00, expected the overview's, UTC");
  EXPECT_EQ(refusal([](Report& split) { split.now += absl::Hours(1); }),
            "splits[1].now: 2026-11-23T13:00:00Z, expected the overview's, 2026-11-23T12:00:00Z");
}

TEST(Html, RefusesTopListsOfAnotherQuestion) {
  std::mt19937_64 random(1);
  const Overview good = RandomOverview(30, {kImpressions}, 1, "", random);
  const auto refusal = [&good](auto change) {
    Overview overview = good;
    change(overview);
    bool written = false;
    const absl::Status status = WriteHtml(overview, [&written](std::string_view) {
      written = true;
      return absl::OkStatus();
    });
    EXPECT_FALSE(written);
    EXPECT_EQ(ToHtml(overview), "");
    EXPECT_EQ(ToHtml(overview, {}).status(), status);
    EXPECT_TRUE(absl::IsInvalidArgument(status));
    return std::string(status.message().data(), status.message().size());
  };
  EXPECT_EQ(refusal([](Overview& overview) { overview.top_pins.query.period = Period(7); }),
            "top_pins.period: 2026-11-17..2026-11-23, expected the overview's, "
            "2026-10-25..2026-11-23");
  EXPECT_EQ(
      refusal([](Overview& overview) { overview.top_boards.query.filter = Is(Device::kMobile); }),
      "top_boards.filter: 'device:mobile', expected the overview's, ''");
  EXPECT_EQ(refusal([](Overview& overview) { overview.top_boards.item = Dimension::kPin; }),
            "top_boards.item: is pin, expected board");
  EXPECT_EQ(refusal([](Overview& overview) { overview.top_pins.item = Dimension::kBoard; }),
            "top_pins.item: is board, expected pin");
  // Other metrics and another order are the list's own.
  Overview other = good;
  other.top_pins.query.metrics = {kSaves};
  other.top_pins.ranking = {.by = kSaves, .created_in_last_days = 30};
  EXPECT_TRUE(ToHtml(other, {}).ok());
}

TEST(Html, SaysWhatChangesAreAgainst) {
  const auto against = [](const Overview& overview) {
    return Texts(PageOf(overview).All("dl", "facts")[0]->All("div"))[3];
  };
  Overview overview = SampleOverview();
  EXPECT_EQ(against(overview), "Change against19 Nov 2026 (1 day)");
  overview.report.query.metrics[0] = kMonthlyViews;
  overview.report.month_compared_with = absl::CivilDay(2026, 11, 19);
  EXPECT_EQ(against(overview), "Change against19 Nov 2026 (1 day), monthly figures 19 Nov 2026");
  // Past retention or before the account: the period's own days say nothing of that.
  overview.report.compared_with.reset();
  EXPECT_EQ(against(overview), "Change againstnothing but monthly figures, 19 Nov 2026");
  overview.report.month_compared_with.reset();
  EXPECT_EQ(against(overview),
            "Change againstnothing: the days before are not all kept, or are from before the "
            "account");
  overview.report.query.comparison = Comparison::kNone;
  EXPECT_EQ(against(overview), "Change againstnothing");
}

TEST(Html, RefusesAnEmptySink) {
  EXPECT_EQ(WriteHtml(SampleOverview(), Sink()),
            absl::InvalidArgumentError("the sink is empty, expected a function"));
}

TEST(Html, GoesToASinkAsItGoesToAString) {
  std::mt19937_64 random(1);
  const Overview overview = RandomOverview(200, Catalogue(), 50, "Bread", random);
  std::string text;
  int calls = 0;
  const Sink sink = [&](std::string_view bytes) {
    text += bytes;
    ++calls;
    return absl::OkStatus();
  };
  EXPECT_TRUE(WriteHtml(overview, sink).ok());
  EXPECT_EQ(text, ToHtml(overview));
  EXPECT_GT(calls, 1);
}

TEST(Html, EndsWithTheSinksError) {
  const absl::Status full = absl::ResourceExhaustedError("disk: is full");
  int calls = 0;
  const absl::Status status = WriteHtml(SampleOverview(), [&](std::string_view) {
    ++calls;
    return full;
  });
  EXPECT_EQ(status, full);
  EXPECT_EQ(calls, 1);
}

}  // namespace
}  // namespace pinmetrics
