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
struct CollectedDays {
  CollectedDays(Dice& dice, std::size_t days, std::size_t accounts) : table(dice.Bits()) {
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
std::map<Attribute, std::vector<std::uint32_t>> Expected(const CollectedDays& days, std::size_t day,
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
    const CollectedDays days(dice, size, 1 + dice.Below(100));
    const Query query = {
        .filter = AnyFilter(dice), .include_saved = dice.Percent(50), .split = Dimension::kAccount};
    const PinTable::View view = days.view();
    PinIndexCache index;
    const CompiledQuery compiled(query, view, index);
    ASSERT_TRUE(compiled.pins_decide_segment());
    ReadTrace trace;
    EventScan scan(compiled, trace);
    const ViewerCollector::ByAudience<bool> wants = {dice.Percent(70), dice.Percent(70)};
    ViewerCollector collector(view, compiled, scan, trace, wants);
    // Twice, as a query does that has more events than it collects at once.
    for (int part = 0; part < 2; ++part) {
      std::vector<ViewerCollector::Wanted> wanted;
      for (std::size_t segment = 0; segment < compiled.segments().size(); ++segment) {
        if (dice.Percent(60)) wanted.push_back({segment});
      }
      for (std::size_t day = 0; day < size; ++day) {
        // Unknown viewers are events, too.
        for (auto& of_segment : wanted) {
          for (std::size_t& most : of_segment.most_events) most += days.rows[day].size();
        }
      }
      collector.Start(wanted, size);
      for (std::size_t day = 0; day < size; ++day) {
        collector.StartDay(day);
        collector.Collect(days.packed[day]->block());
      }
      collector.End();
      for (const auto audience : {ViewerCollector::kTotal, ViewerCollector::kEngaged}) {
        if (!wants[audience]) continue;
        for (std::size_t day = 0; day < size; ++day) {
          const auto expected = Expected(days, day, query, audience == ViewerCollector::kEngaged);
          for (std::size_t place = 0; place < wanted.size(); ++place) {
            const Attribute& value = compiled.segments()[wanted[place].segment];
            const auto [viewers, starts] = collector.Of(place, audience);
            const auto of_day = viewers.subspan(starts[day], starts[day + 1] - starts[day]);
            const auto found = expected.find(value);
            EXPECT_THAT(of_day, testing::UnorderedElementsAreArray(
                                    found == expected.end() ? std::vector<std::uint32_t>()
                                                            : found->second));
          }
        }
      }
    }
  }
}

}  // namespace
}  // namespace pinmetrics
