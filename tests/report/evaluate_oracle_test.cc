#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "pinmetrics/filter/filter_text.h"
#include "pinmetrics/metrics/catalogue.h"
#include "pinmetrics/report/evaluate.h"
#include "tests/report/dated_evaluation.h"
#include "tests/report/naive_report.h"
#include "tests/report/small_account.h"

// Random questions about random accounts: answered as the naive reports answer them, and obeying
// the laws that hold for any events.

namespace pinmetrics {

namespace {

class RandomAccount {
 public:
  explicit RandomAccount(std::uint64_t seed) : random_(seed) {
    struct Place {
      const char* zone;
      absl::CivilDay odd_day;
    };
    const Place place = OneOf<Place>({{"UTC", absl::CivilDay(2024, 2, 29)},
                                      {"Europe/Oslo", absl::CivilDay(2026, 3, 29)},
                                      {"Europe/Oslo", absl::CivilDay(2026, 10, 25)},
                                      {"America/New_York", absl::CivilDay(2025, 8, 31)},
                                      {"Pacific/Apia", absl::CivilDay(2011, 12, 30)},
                                      {"America/St_Johns", absl::CivilDay(2010, 11, 7)},
                                      {"Pacific/Kiritimati", absl::CivilDay(2025, 12, 31)}});
    options_.time_zone = Zone(place.zone);
    now_ = NearDay(place.odd_day + FewDays(40));
    if (Chance(3)) {
      options_.business_created =
          OneOf<absl::CivilDay>({place.odd_day + FewDays(5), place.odd_day - FewDays(60),
                                 place.odd_day - 500, absl::CivilDay(1990, 1, 1)});
    }
    for (std::uint64_t version = 0; version < 8; ++version) pins_.push_back(RandomPin(version));
    for (std::size_t i = Number(60); i > 0; --i) events_.push_back(RandomEvent(place.odd_day));
    if (Chance(2)) {
      const std::vector<Observation> observations = SomeObservations();
      evaluation_ = std::make_unique<DatedEvaluation>(Evaluation(observations, options_), now_);
      naive_ = std::make_unique<NaiveReports>(observations, now_, options_);
    } else {
      const std::span<const Pin> pins = std::span(pins_).first(kPins);
      evaluation_ =
          std::make_unique<DatedEvaluation>(Evaluation(events_, pins, now_, options_), now_);
      naive_ = std::make_unique<NaiveReports>(events_, pins, now_, options_);
    }
  }

  RandomAccount(const RandomAccount&) = delete;
  RandomAccount& operator=(const RandomAccount&) = delete;

  absl::Time now() const { return now_; }
  const ReportingOptions& options() const { return options_; }
  const DatedEvaluation& evaluation() const { return *evaluation_; }
  const NaiveReports& naive() const { return *naive_; }

  /// The events that are in order, each on some version of some Pin.
  std::vector<Observation> SomeObservations() {
    std::vector<Observation> observations;
    for (const Event& event : events_) {
      if (!Check(event, now_)) observations.push_back({&event, &OneOf(pins_)});
    }
    return observations;
  }

  std::mt19937_64& random() { return random_; }

  std::uint64_t Number(std::uint64_t end) { return random_() % end; }
  /// Fewer than `end`, as days are counted.
  int FewDays(std::uint64_t end) { return static_cast<int>(Number(end)); }
  bool Chance(std::uint64_t one_in) { return Number(one_in) == 0; }

  template <typename T>
  const T& OneOf(const std::vector<T>& values) {
    return values[Number(values.size())];
  }

  SaidTwice RandomFilter(int depth = 0) {
    const std::uint64_t kind = Number(depth < 3 ? 8 : 3);
    if (kind == 0 && depth == 0) return {Filter(), [](const Event&, const Pin&) { return true; }};
    if (kind < 4) return RandomCondition();
    SaidTwice left = RandomFilter(depth + 1);
    if (kind == 4) {
      return {!left.filter,
              [left](const Event& event, const Pin& pin) { return !left.passes(event, pin); }};
    }
    SaidTwice right = RandomFilter(depth + 1);
    if (kind == 5) {
      return {left.filter || right.filter, [left, right](const Event& event, const Pin& pin) {
                return left.passes(event, pin) || right.passes(event, pin);
              }};
    }
    return {left.filter && right.filter, [left, right](const Event& event, const Pin& pin) {
              return left.passes(event, pin) && right.passes(event, pin);
            }};
  }

  /// A dimension that reports can be split by.
  Dimension AnySplit() {
    return OneOf<Dimension>({Dimension::kContentType, Dimension::kDevice, Dimension::kAge,
                             Dimension::kGender, Dimension::kSource, Dimension::kFormat,
                             Dimension::kAccount, Dimension::kProductGroup, Dimension::kClaimed,
                             Dimension::kPromotion});
  }

  Interval AnyInterval() {
    if (Chance(3)) return Interval::Month();
    return Interval::Week(static_cast<absl::Weekday>(Number(7)));
  }

  Query RandomQuery(const SaidTwice& said) {
    const absl::CivilDay today = naive_->Today();
    absl::CivilDay last = today - FewDays(Chance(3) ? 50 : 6);
    if (Chance(40)) last = today + 1;
    absl::CivilDay first = last - FewDays(Chance(8) ? 70 : 9);
    if (Chance(25)) {
      first = naive_->FirstRetained() + FewDays(40);
      last = std::min(first + FewDays(35), today);
    }
    if (Chance(40)) first = naive_->FirstRetained() - FewDays(2);
    if (Chance(40)) first = last + 1;
    Query query{.period = DateRange::Inclusive(first, last),
                .filter = said.filter,
                .include_saved = Chance(2),
                .real_time = Chance(4)};
    if (Chance(2)) query.comparison = Comparison::kPreviousPeriod;
    if (Chance(query.real_time ? 10 : 2)) query.split = Chance(40) ? Dimension::kBoard : AnySplit();
    if (Chance(2)) query.interval = AnyInterval();
    if (!Chance(5)) query.metrics = RandomMetrics(query.real_time && !Chance(10));
    return query;
  }

  Ranking RandomRanking() {
    Ranking ranking;
    do {
      ranking.by = OneOf(Catalogue());
    } while (ranking.by.needs().people());
    ranking.limit = OneOf<std::size_t>({0, 1, 2, 3, 10, std::numeric_limits<std::size_t>::max()});
    if (Chance(2)) {
      ranking.created_in_last_days =
          OneOf<std::int64_t>({1, 2, 30, 31, 400, std::numeric_limits<std::int64_t>::max()});
    }
    return ranking;
  }

 private:
  static constexpr std::size_t kPins = 5;

  /// Often on the very edge of a day.
  absl::Time NearDay(absl::CivilDay day) {
    const absl::Time begin = absl::FromCivil(absl::CivilSecond(day), options_.time_zone);
    if (Chance(4)) return begin;
    if (Chance(4)) return begin - absl::Nanoseconds(1);
    return begin + absl::Seconds(Number(86'400)) + absl::Nanoseconds(Number(1'000));
  }

  std::vector<Metric> RandomMetrics(bool without_people) {
    std::vector<Metric> metrics = Catalogue();
    metrics.push_back(kSavesPerMonthlyView);
    metrics.push_back(kHeavyActions);
    std::shuffle(metrics.begin(), metrics.end(), random_);
    if (without_people) {
      std::erase_if(metrics, [](const Metric& metric) { return metric.needs().people(); });
    }
    metrics.resize(1 + Number(5), metrics.front());
    if (!Chance(30)) return metrics;
    metrics.push_back(metrics.front());
    return metrics;
  }

  /// The first five have ids of their own, the others are later versions of the same Pins.
  Pin RandomPin(std::uint64_t version) {
    Pin pin{.id = PinId(version % kPins),
            .board = BoardId(Number(3)),
            .format = static_cast<PinFormat>(Number(4)),
            .created_at = NearDay(absl::ToCivilDay(now_, options_.time_zone) -
                                  OneOf<int>({0, 1, 2, 29, 30, 31, 399, 400, 401, 2000})),
            .source = static_cast<PinSource>(Number(2)),
            .saved = Chance(3),
            .title = Chance(2) ? "version " + std::to_string(version) : ""};
    if (Chance(2)) pin.account = AccountId(OneOf(kIds));
    if (Chance(2)) pin.product_group = ProductGroupId(OneOf(kIds));
    return pin;
  }

  Event RandomEvent(absl::CivilDay odd_day) {
    const absl::CivilDay today = absl::ToCivilDay(now_, options_.time_zone);
    Event event{.time = NearDay(today - FewDays(Chance(2) ? 8 : 90)),
                .pin = PinId(Number(kPins)),
                .viewer = ViewerId(Number(6)),
                .action = static_cast<Action>(Number(Chance(2) ? 1 : 8)),
                .device = static_cast<Device>(Number(4)),
                .content_type = static_cast<ContentType>(Number(3)),
                .age = static_cast<Age>(Number(8)),
                .gender = static_cast<Gender>(Number(3))};
    if (Chance(6)) event.id = EventId(1 + Number(4));
    if (Chance(6)) event.time = NearDay(odd_day + FewDays(2));
    if (Chance(10))
      event.time = NearDay(absl::CivilDay(absl::CivilMonth(today) - 18) + FewDays(45));
    if (Chance(12)) event.time = now_ + absl::Minutes(Number(6));
    if (Chance(80)) event.time = now_ + absl::Minutes(5) + absl::Nanoseconds(1);
    if (event.action == Action::kPlayback) event.playback = RandomPlayback();
    if (Chance(60)) event.pin = PinId(kPins);
    if (Chance(80)) event.device = static_cast<Device>(4);
    if (Chance(80)) event.playback.emplace();
    return event;
  }

  Playback RandomPlayback() {
    Playback playback;
    playback.play_time = absl::Milliseconds(OneOf<int>({0, 1, 2'000, 9'999, 10'000, 123'457})) +
                         absl::Microseconds(Number(2) * 999);
    playback.half_visible =
        std::min(playback.play_time, absl::Milliseconds(OneOf<int>({0, 1'999, 2'000, 50'000})));
    playback.progress = OneOf<double>({0, 0.5, 0.9499999999999999, 0.95, 1});
    if (Chance(20)) playback.progress = std::numeric_limits<double>::quiet_NaN();
    if (Chance(20)) playback.half_visible = playback.play_time + absl::Nanoseconds(1);
    return playback;
  }

  template <typename E>
  SaidTwice OneOrTwo(E Event::*field, std::uint64_t count) {
    const E a = static_cast<E>(Number(count));
    const E b = static_cast<E>(Number(count));
    return {Is(a, b), [field, a, b](const Event& event, const Pin&) {
              return event.*field == a || event.*field == b;
            }};
  }
  template <typename T>
  static SaidTwice OnPin(T Pin::*field, T value, Filter filter) {
    return {std::move(filter),
            [field, value](const Event&, const Pin& pin) { return pin.*field == value; }};
  }

  SaidTwice RandomCondition() {
    const std::uint64_t id = OneOf(kIds);
    const auto source = static_cast<PinSource>(Number(2));
    const auto format = static_cast<PinFormat>(Number(4));
    const BoardId board(Number(3));
    const PinId pin(Number(kPins));
    switch (Number(15)) {
      case 0:
        return OneOrTwo(&Event::content_type, 3);
      case 1:
      case 2:
      case 3:
        return OneOrTwo(&Event::device, 4);
      case 4:
        return OneOrTwo(&Event::age, 8);
      case 5:
        return OneOrTwo(&Event::gender, 3);
      case 6:
        return OnPin(&Pin::source, source, Is(source));
      case 7:
        return OnPin(&Pin::format, format, Is(format));
      case 8:
        return OnPin<std::optional<AccountId>>(&Pin::account, AccountId(id), Is(AccountId(id)));
      case 9:
        return {Is(AccountId(id), kNoAccount), [id](const Event&, const Pin& other) {
                  return !other.account || *other.account == AccountId(id);
                }};
      case 10:
        return OnPin<std::optional<ProductGroupId>>(&Pin::product_group, std::nullopt,
                                                    Is(kNoProductGroup));
      case 11:
        return OnPin(&Pin::board, board, Is(board));
      case 12: {
        const bool claimed = Chance(2);
        return {Is(claimed ? Claimed::kYes : Claimed::kNo), [claimed](const Event&, const Pin& of) {
                  return of.account.has_value() == claimed;
                }};
      }
      case 13: {
        const bool organic = Chance(2);
        return {Is(organic ? Promotion::kOrganic : Promotion::kPaidAndEarned),
                [organic](const Event& event, const Pin&) {
                  return (event.content_type == ContentType::kOrganic) == organic;
                }};
      }
      default:
        return OnPin(&Pin::id, pin, Is(pin));
    }
  }

  inline static const std::vector<std::uint64_t> kIds = {0, 7,
                                                         std::numeric_limits<std::uint64_t>::max()};

  std::mt19937_64 random_;
  ReportingOptions options_;
  absl::Time now_;
  std::vector<Pin> pins_;
  std::vector<Event> events_;
  std::unique_ptr<DatedEvaluation> evaluation_;
  std::unique_ptr<NaiveReports> naive_;
};

/// Runs `check` on many accounts, each of a seed of its own, until one fails. The seed is new in
/// each run; PINMETRICS_TEST_SEED names one to replay, the first.
template <typename CheckAccount>
void OnRandomAccounts(int count, CheckAccount check) {
  const char* replay = std::getenv("PINMETRICS_TEST_SEED");
  const std::uint64_t first =
      replay != nullptr ? std::strtoull(replay, nullptr, 10) : std::random_device{}();
  std::cout << "PINMETRICS_TEST_SEED=" << first << "\n";
  for (std::uint64_t i = 0; i < static_cast<std::uint64_t>(count); ++i) {
    RandomAccount account(first + i);
    SCOPED_TRACE("PINMETRICS_TEST_SEED=" + std::to_string(first + i) + ", " +
                 account.options().time_zone.name() + ", now " + FormatInstant(account.now()));
    check(account);
    if (testing::Test::HasFailure()) return;
  }
}

TEST(EvaluateOracleTest, ReportsAndTopListsAreThoseOfTheNaiveLoops) {
  int reports = 0;
  int refusals = 0;
  OnRandomAccounts(400, [&](RandomAccount& account) {
    std::vector<std::size_t> refused;
    for (const Refusal& refusal : account.evaluation().refused_events()) {
      refused.push_back(refusal.index);
    }
    EXPECT_EQ(refused, account.naive().refused());
    for (int i = 0; i < 10 && !testing::Test::HasFailure(); ++i) {
      const SaidTwice said = account.RandomFilter();
      Query query = account.RandomQuery(said);
      SCOPED_TRACE(ToString(query));
      const absl::StatusOr<Report> report = account.evaluation().Run(query);
      ASSERT_EQ(!report.ok(), account.naive().Refuses(query)) << report.status();
      if (!report.ok()) {
        ++refusals;
        continue;
      }
      ++reports;
      ASSERT_EQ(*report, account.naive().Run(query, said));
      query.split.reset();
      query.comparison = Comparison::kNone;
      const Ranking ranking = account.RandomRanking();
      const absl::StatusOr<TopList> pins = account.evaluation().TopPins(query, ranking);
      ASSERT_TRUE(pins.ok()) << pins.status();
      EXPECT_EQ(*pins, account.naive().Top(Dimension::kPin, query, said, ranking));
      const absl::StatusOr<TopList> boards = account.evaluation().TopBoards(query, ranking);
      ASSERT_TRUE(boards.ok()) << boards.status();
      EXPECT_EQ(*boards, account.naive().Top(Dimension::kBoard, query, said, ranking));
    }
  });
  std::cout << reports << " reports, " << refusals << " refusals\n";
  if (HasFailure()) return;
  // Guards against a generator that asks nothing.
  EXPECT_GT(reports, refusals);
  EXPECT_GT(refusals, 0);
}

/// What adds up over disjoint sets of events.
std::vector<Metric> Counts() {
  std::vector<Metric> counts;
  for (const Metric& metric : Catalogue()) {
    if (metric.unit() == Unit::kCount) counts.push_back(metric);
  }
  return counts;
}

/// A query that is not refused, asked without a split and without real time.
Query AcceptedQuery(RandomAccount& account, std::vector<Metric> metrics) {
  while (true) {
    Query query = account.RandomQuery(account.RandomFilter());
    query.metrics = metrics;
    query.split.reset();
    query.real_time = false;
    if (!account.naive().Refuses(query)) return query;
  }
}

/// The figures of the rows' segments together, one sum for each metric; absent parts add nothing.
template <typename Row>
void AddFigures(const Row& row, std::vector<double>& sums) {
  sums.resize(std::max(sums.size(), row.figures.size()));
  for (std::size_t i = 0; i < row.figures.size(); ++i) sums[i] += row.figures[i].value_or(0);
}

/// The totals of the reports together, and each day of theirs.
struct Sums {
  std::vector<double> totals = std::vector<double>(Counts().size());
  std::map<absl::CivilDay, std::vector<double>> days;

  void Add(const Report& report) {
    for (const TotalRow& row : report.totals) AddFigures(row, totals);
    for (const DayRow& row : report.days) AddFigures(row, days[row.day]);
  }
};

TEST(EvaluateLawTest, PartsOfASplitAddUpToTheWholeForEveryCount) {
  OnRandomAccounts(300, [](RandomAccount& account) {
    Query query = AcceptedQuery(account, Counts());
    Sums whole;
    whole.Add(account.evaluation().Run(query).value());
    query.split = account.AnySplit();
    SCOPED_TRACE(ToString(query));
    Sums parts;
    parts.Add(account.evaluation().Run(query).value());
    EXPECT_EQ(parts.totals, whole.totals);
    EXPECT_EQ(parts.days, whole.days);
  });
}

/// A series of days, added up for each interval that a query could have asked for.
std::map<absl::CivilDay, std::vector<double>> Together(const Report& days,
                                                       const Interval& interval) {
  std::map<absl::CivilDay, std::vector<double>> sums;
  for (const DayRow& row : days.days) {
    AddFigures(row, sums[interval.Containing(row.day).first()]);
  }
  return sums;
}

TEST(EvaluateLawTest, DaysOfAWeekOrMonthAddUpToItForEveryCount) {
  OnRandomAccounts(300, [](RandomAccount& account) {
    Query query = AcceptedQuery(account, Counts());
    if (account.Chance(2)) query.split = account.AnySplit();
    query.interval = Interval::Day();
    const Report days = account.evaluation().Run(query).value();
    query.interval = account.AnyInterval();
    SCOPED_TRACE(ToString(query));
    const Report intervals = account.evaluation().Run(query).value();
    EXPECT_EQ(intervals.totals, days.totals);
    // Of monthly counts, those of the last day with values stand in the row.
    const auto monthly = std::find(query.metrics.begin(), query.metrics.end(), kMonthlyViews);
    const auto without_monthly = [&](std::map<absl::CivilDay, std::vector<double>> sums) {
      for (auto& [day, of_day] : sums) {
        if (!of_day.empty()) of_day[static_cast<std::size_t>(monthly - query.metrics.begin())] = 0;
      }
      return sums;
    };
    Sums whole;
    whole.Add(intervals);
    EXPECT_EQ(without_monthly(whole.days), without_monthly(Together(days, query.interval)));
  });
}

TEST(EvaluateLawTest, RowOfAWeekOrMonthIsTheTotalOfItsDays) {
  OnRandomAccounts(200, [](RandomAccount& account) {
    Query query = AcceptedQuery(account, {});
    query.comparison = Comparison::kNone;
    query.interval = account.AnyInterval();
    SCOPED_TRACE(ToString(query));
    const Report report = account.evaluation().Run(query).value();
    for (const DayRow& row : report.days) {
      Query of_row = query;
      of_row.period = DateRange::Inclusive(std::max(row.day, query.period.first()),
                                           std::min(row.last_day, query.period.last()));
      const Report alone = account.evaluation().Run(of_row).value();
      ASSERT_EQ(alone.days.size(), 1u);
      EXPECT_EQ(alone.days.front().status, row.status);
      EXPECT_EQ(alone.days.front().figures, row.figures);
      if (row.figures.empty()) continue;
      EXPECT_EQ(alone.totals.front().figures, row.figures);
    }
  });
}

TEST(EvaluateLawTest, FilterAndItsOppositeAreEverythingTogether) {
  OnRandomAccounts(300, [](RandomAccount& account) {
    Query query = AcceptedQuery(account, Counts());
    SCOPED_TRACE(ToString(query));
    Sums parts;
    parts.Add(account.evaluation().Run(query).value());
    query.filter = !query.filter;
    parts.Add(account.evaluation().Run(query).value());
    query.filter = Filter();
    Sums whole;
    whole.Add(account.evaluation().Run(query).value());
    EXPECT_EQ(parts.totals, whole.totals);
    EXPECT_EQ(parts.days, whole.days);
  });
}

TEST(EvaluateLawTest, OrderOfEventsDoesNotMatter) {
  OnRandomAccounts(200, [](RandomAccount& account) {
    Query query = AcceptedQuery(account, {});
    query.split = account.AnySplit();
    SCOPED_TRACE(ToString(query));
    std::vector<Observation> observations = account.SomeObservations();
    const Report report =
        Evaluation(observations, account.options()).Run(query, account.now()).value();
    std::shuffle(observations.begin(), observations.end(), account.random());
    const Evaluation shuffled(observations, account.options());
    EXPECT_EQ(shuffled.Run(query, account.now()).value(), report);
  });
}

TEST(EvaluateLawTest, EventsOfUnknownViewersChangeNoAudience) {
  OnRandomAccounts(200, [](RandomAccount& account) {
    const Query query = AcceptedQuery(account, {kTotalAudience, kEngagedAudience,
                                                kMonthlyTotalAudience, kMonthlyEngagedAudience});
    SCOPED_TRACE(ToString(query));
    std::vector<Observation> observations = account.SomeObservations();
    const Report report =
        Evaluation(observations, account.options()).Run(query, account.now()).value();
    std::vector<Event> unknown;
    for (const Observation& seen : observations) unknown.push_back(*seen.event);
    for (std::size_t i = 0; i < unknown.size(); ++i) {
      unknown[i].viewer = ViewerId(0);
      observations.push_back({&unknown[i], observations[i].pin});
    }
    const Evaluation more(observations, account.options());
    EXPECT_EQ(more.Run(query, account.now()).value(), report);
  });
}

}  // namespace
}  // namespace pinmetrics
