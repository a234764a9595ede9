#include "store/query/viewer_collector.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "pinmetrics/filter/filter.h"
#include "pinmetrics/filter/matcher.h"
#include "pinmetrics/model/attribute.h"
#include "store/block/block_rows.h"
#include "store/block/event_code.h"
#include "store/block/write_block.h"
#include "store/dictionary/pin_index.h"
#include "store/dictionary/pin_table.h"
#include "store/query/compiled_query.h"
#include "tests/store/random_account.h"

namespace pinmetrics {
namespace {

constexpr std::uint32_t kViewers = 300;

/// The blocks of some days, and the rows that they were packed from.
struct Days {
  Days(Dice& dice, std::size_t days, std::size_t accounts) : table(dice.Bits()) {
    for (std::uint64_t id = 1; id <= 200; ++id) {
      Pin pin{.id = PinId(id),
              .board = BoardId(1 + dice.Below(20)),
              .format = dice.Any<PinFormat>(),
              .saved = dice.Percent(20)};
      if (dice.Percent(90)) pin.account = AccountId(dice.Below(accounts));
      EXPECT_TRUE(table.Put(pin).ok());
      pins.push_back(pin);
    }
    for (std::size_t day = 0; day < days; ++day) {
      std::vector<BlockRow>& of_day = rows.emplace_back();
      for (std::size_t i = dice.Below(2'000); i > 0; --i) {
        const auto kind = static_cast<std::uint32_t>(dice.Below(event_code::kKinds));
        const auto combo = static_cast<std::uint32_t>(dice.Below(event_code::kCombos));
        of_day.push_back({.pin = static_cast<std::uint32_t>(dice.Below(pins.size())),
                          .viewer = static_cast<std::uint32_t>(dice.Below(kViewers)),
                          .code = event_code::Code(kind, combo)});
      }
      packed.push_back(
          WriteBlock({}, of_day, view().Limits(kViewers),
                     [pins = view()](std::uint32_t version) { return pins.traits[version]; }));
    }
  }

  PinTable::View view() const { return table.TakeView(); }

  PinTable table;
  std::vector<Pin> pins;  ///< By version.
  std::vector<std::vector<BlockRow>> rows;
  std::vector<std::shared_ptr<const PackedBlock>> packed;
};

Event EventOf(std::uint32_t combo) {
  return {.device = static_cast<Device>(event_code::DeviceOf(combo)),
          .content_type = static_cast<ContentType>(event_code::ContentTypeOf(combo)),
          .age = static_cast<Age>(event_code::AgeOf(combo)),
          .gender = static_cast<Gender>(event_code::GenderOf(combo))};
}

/// The known viewers of a day's events that pass, by the segment of a split by account.
std::map<Attribute, std::vector<std::uint32_t>> Expected(const Days& days, std::size_t day,
                                                         const Query& query, bool engaged) {
  const Matcher matches(query.filter);
  std::map<Attribute, std::vector<std::uint32_t>> viewers;
  for (const BlockRow& row : days.rows[day]) {
    const Pin& pin = days.pins[row.pin];
    const Event event = EventOf(row.code % event_code::kCombos);
    if (row.viewer == 0 || (pin.saved && !query.include_saved) || !matches(event, pin)) continue;
    if (engaged && !IsEngagementKind(row.code / event_code::kCombos)) continue;
    viewers[AttributeOf(Dimension::kAccount, event, pin)].push_back(row.viewer);
  }
  return viewers;
}

Filter AnyFilter(Dice& dice) {
  return dice.OneOf<Filter>({Filter(), Is(Device::kMobile), !Is(PinFormat::kVideo),
                             Is(Device::kMobile) || Is(PinFormat::kVideo),
                             !Is(Gender::kMale) && Is(BoardId(1), BoardId(2), BoardId(3)),
                             Is(AccountId(1), kNoAccount) || Is(Age::k25To34)});
}

TEST(ViewerCollector, HasTheViewersOfTheSegmentsThatAreWanted) {
  const std::uint64_t seed = TestSeed();
  SCOPED_TRACE("PINMETRICS_TEST_SEED=" + std::to_string(seed));
  Dice dice(seed);
  for (int round = 0; round < 30 && !HasFailure(); ++round) {
    const std::size_t size = 1 + dice.Below(4);
    const Days days(dice, size, 1 + dice.Below(100));
    const Query query = {
        .filter = AnyFilter(dice), .include_saved = dice.Percent(50), .split = Dimension::kAccount};
    const PinTable::View view = days.view();
    PinIndexCache index;
    const CompiledQuery compiled(query, view, index);
    ASSERT_TRUE(compiled.pins_decide_segment());
    ReadTrace trace;
    EventScan scan(compiled, trace);
    ViewerCollector collector(view, compiled, scan, trace);
    // Twice, as a query does that has more events than it collects at once.
    for (int part = 0; part < 2; ++part) {
      const bool engaged = dice.Percent(50);
      std::vector<ViewerCollector::Wanted> wanted;
      for (std::size_t segment = 0; segment < compiled.segments().size(); ++segment) {
        if (dice.Percent(60)) wanted.push_back({segment, 0});
      }
      std::vector<std::map<Attribute, std::vector<std::uint32_t>>> expected;
      for (std::size_t day = 0; day < size; ++day) {
        expected.push_back(Expected(days, day, query, /*engaged=*/false));
        for (auto& [segment, most_events] : wanted) {
          // Unknown viewers are events, too.
          most_events += days.rows[day].size();
        }
      }
      collector.Start(wanted, size, engaged);
      for (std::size_t day = 0; day < size; ++day) {
        if (engaged) expected[day] = Expected(days, day, query, engaged);
        collector.StartDay(day);
        collector.Collect(days.packed[day]->block());
      }
      collector.End();
      for (std::size_t place = 0; place < wanted.size(); ++place) {
        const Attribute& value = compiled.segments()[wanted[place].segment];
        for (std::size_t day = 0; day < size; ++day) {
          const std::size_t begin = collector.Starts(place)[day];
          const std::size_t end = collector.Starts(place)[day + 1];
          const auto viewers = collector.Viewers(place).subspan(begin, end - begin);
          EXPECT_THAT(viewers, testing::UnorderedElementsAreArray(expected[day][value]));
        }
      }
    }
  }
}

}  // namespace
}  // namespace pinmetrics
