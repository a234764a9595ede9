#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "pinmetrics/calendar/date_range.h"
#include "pinmetrics/filter/filter.h"
#include "pinmetrics/report/query.h"
#include "pinmetrics/report/report.h"
#include "pinmetrics/store/snapshot.h"
#include "tests/store/large_account.h"
#include "tests/store/same_answer.h"

namespace pinmetrics {
namespace {

class ReportsOfALargeAccount : public LargeAccount {};

TEST_F(ReportsOfALargeAccount, FiltersOfOneHundredThousandIdsCountTheSame) {
  constexpr std::uint64_t kIds = 100'000;
  std::vector<PinId> pins = {account_.pin_ids()[3], account_.pin_ids()[7]};
  std::vector<BoardId> boards = {account_.board_ids()[1]};
  for (std::uint64_t i = 1; i < kIds; ++i) {
    // Ids that nothing has, in no order.
    pins.push_back(PinId((i * 7919 % kIds) << 32));
    boards.push_back(BoardId((i * 7919 % kIds) << 32));
  }
  Filter either = Is(pins[0]);
  Filter neither;
  for (const PinId pin : pins) {
    either = std::move(either) || Is(pin);
    neither = std::move(neither) && !Is(pin);
  }
  const Filter of_pins = IsAnyOf(std::span(pins));
  const auto report_of = [this](const Filter& filter) {
    const Query query = {
        .period = DateRange::Inclusive(absl::CivilDay(2026, 11, 10), absl::CivilDay(2026, 11, 12)),
        .filter = filter,
        .include_saved = true,
        .split = Dimension::kFormat};
    Query of_list = query;
    of_list.split.reset();
    const absl::StatusOr<Report> report = model_.store().TakeSnapshot().Run(query, now_);
    ExpectSame(report, model_.Expected(now_).Run(query), "many ids");
    ExpectSame(model_.store().TakeSnapshot().TopPins(of_list, {}, now_),
               model_.Expected(now_).TopPins(of_list, {}), "many ids");
    return report.ok() ? report->totals : std::vector<TotalRow>();
  };
  const std::vector<TotalRow> few = report_of(Is(pins[0], pins[1]));
  EXPECT_THAT(few, testing::Not(testing::IsEmpty()));
  EXPECT_EQ(report_of(of_pins), few);
  EXPECT_EQ(report_of(either), few);
  const std::vector<TotalRow> others = report_of(!Is(pins[0], pins[1]));
  EXPECT_EQ(report_of(!of_pins), others);
  EXPECT_EQ(report_of(neither), others);
  EXPECT_EQ(report_of(IsAnyOf(std::span(boards))), report_of(Is(boards[0])));
}

TEST_F(ReportsOfALargeAccount, FiltersOfAnyShareOfThePinsCountTheSame) {
  const std::vector<PinId>& all = account_.pin_ids();
  for (const std::size_t step : {std::size_t{2}, std::size_t{10}, all.size()}) {
    std::vector<PinId> pins;
    for (std::size_t i = 0; i < all.size(); i += step) pins.push_back(all[i]);
    const Filter named = IsAnyOf(std::span(pins));
    for (const Filter& of_pins : {named, !named}) {
      for (const Filter& filter : {of_pins, of_pins && Is(Device::kMobile, Device::kTablet)}) {
        for (const bool include_saved : {false, true}) {
          const Query query = {.period = LastDays(3, absl::CivilDay(2026, 11, 14)),
                               .filter = filter,
                               .include_saved = include_saved};
          ExpectSame(model_.store().TakeSnapshot().Run(query, now_),
                     model_.Expected(now_).Run(query), "every " + std::to_string(step) + "th Pin");
        }
      }
    }
  }
}

TEST_F(ReportsOfALargeAccount, MonthlyViewsAreSummedWithoutATally) {
  const Query query = {.period = LastDays(3, absl::CivilDay(2026, 11, 14)),
                       .filter = Is(Device::kMobile),
                       .metrics = {kMonthlyViews, kMonthlyTotalAudience}};
  const absl::StatusOr<Report> report = model_.store().TakeSnapshot().Run(query, now_);
  ExpectSame(report, model_.Expected(now_).Run(query), Describe(query));
  ASSERT_TRUE(report.ok());
  EXPECT_GT(report->totals[0].figures[0], 0);
}

}  // namespace
}  // namespace pinmetrics
