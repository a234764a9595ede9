#include "store/dictionary/pin_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "pinmetrics/model/pin.h"
#include "store/block/block_rows.h"
#include "tests/store/failing_allocations.h"
#include "tests/store/random_account.h"

namespace pinmetrics {
namespace {

Pin AnyPin(Dice& dice) {
  Pin pin{.id = PinId(dice.Below(40)),
          .board = BoardId(dice.Below(30)),
          .format = dice.Any<PinFormat>(),
          .account = AccountId(dice.Below(5)),
          .saved = dice.Percent(30)};
  if (dice.Percent(50)) pin.title = std::string(dice.Below(40), 'x');
  return pin;
}

/// What the table says must be what was put into it, in order.
void ExpectHolds(const PinTable& table, const std::vector<Pin>& versions) {
  const PinTable::View view = table.TakeView();
  ASSERT_EQ(view.versions.size(), versions.size());
  std::map<PinId, std::uint32_t> latest;
  std::map<PinId, std::uint32_t> numbers;
  for (std::uint32_t i = 0; i < versions.size(); ++i) {
    const Pin& pin = versions[i];
    latest[pin.id] = i;
    const std::uint32_t number =
        numbers.emplace(pin.id, static_cast<std::uint32_t>(numbers.size())).first->second;
    EXPECT_EQ(view.versions[i], pin);
    const PinTraits& traits = view.traits[i];
    EXPECT_EQ(traits.pin, number);
    EXPECT_EQ(traits.saved, pin.saved);
    ASSERT_LT(traits.board, view.boards.size());
    EXPECT_EQ(view.boards[traits.board], pin.board);
    ASSERT_LT(traits.pin_class, view.classes.size());
    const Pin& of_class = view.classes[traits.pin_class];
    EXPECT_EQ(of_class.format, pin.format);
    EXPECT_EQ(of_class.account, pin.account);
    EXPECT_EQ(of_class.saved, pin.saved);
  }
  EXPECT_EQ(view.pins, numbers.size());
  for (std::uint64_t id = 0; id < 50; ++id) {
    const auto found = latest.find(PinId(id));
    const std::optional<std::uint32_t> expected =
        found == latest.end() ? std::nullopt : std::optional(found->second);
    EXPECT_EQ(table.Current(PinId(id)), expected) << "Pin " << id;
  }
}

TEST(PinTable, KeepsEveryVersionAndStaysAsItIsWhicheverAllocationFails) {
  const std::uint64_t seed = TestSeed();
  SCOPED_TRACE("PINMETRICS_TEST_SEED=" + std::to_string(seed));
  Dice dice(seed);
  // Every number of versions, boards and classes has its turn of being the last that there is room
  // for.
  PinTable table(dice.Bits());
  std::vector<Pin> versions;
  std::size_t failures = 0;
  while (versions.size() < 200) {
    const Pin pin = AnyPin(dice);
    bool is_put = false;
    for (std::int64_t i = 0; !is_put; ++i) {
      FailingAllocation failing(i);
      is_put = failing([&] { EXPECT_TRUE(table.Put(pin).ok()); });
      if (!is_put) ++failures;
      if (!is_put) ExpectHolds(table, versions);
    }
    std::optional<Pin> last;
    for (const Pin& version : versions) {
      if (version.id == pin.id) last = version;
    }
    if (last != pin) versions.push_back(pin);
    ExpectHolds(table, versions);
    ASSERT_FALSE(HasFailure());
  }
  EXPECT_TRUE(failures > 100 || !kAllocationsCanFail) << failures;
}

void ExpectFull(PinTable& table, const Pin& pin, const std::vector<Pin>& versions,
                const std::string& what) {
  const absl::Status status = table.Put(pin);
  EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted) << status;
  EXPECT_EQ(std::string(status.message()), "pin " + std::to_string(pin.id.value()) + ": " + what +
                                               ", the most that it can number");
  ExpectHolds(table, versions);
}

TEST(PinTable, RefusesWhatItCannotNumberAndStaysAsItIs) {
  constexpr std::uint32_t kFew = 4;
  const std::vector<Pin> pins = {{.id = PinId(1), .board = BoardId(1)},
                                 {.id = PinId(2), .board = BoardId(1), .account = AccountId(1)}};
  const auto filled = [&pins](const PinCapacity& capacity) {
    auto table = std::make_unique<PinTable>(/*seed=*/1, capacity);
    for (const Pin& pin : pins) EXPECT_TRUE(table->Put(pin).ok());
    return table;
  };

  const auto few_versions = filled({.versions = 2});
  ExpectFull(*few_versions, {.id = PinId(3), .board = BoardId(1)}, pins,
             "the store has 2 versions of Pins");
  ExpectFull(*few_versions, {.id = PinId(1), .board = BoardId(1), .saved = true}, pins,
             "the store has 2 versions of Pins");
  EXPECT_TRUE(few_versions->Put(pins[0]).ok());  // It is there as it is.

  const auto one_board = filled({.versions = kFew, .boards = 1});
  ExpectFull(*one_board, {.id = PinId(3), .board = BoardId(2)}, pins, "the store has 1 boards");
  EXPECT_TRUE(one_board->Put({.id = PinId(3), .board = BoardId(1)}).ok());

  const auto two_classes = filled({.versions = kFew, .classes = 2});
  ExpectFull(*two_classes, {.id = PinId(3), .board = BoardId(2), .account = AccountId(2)}, pins,
             "the store has 2 classes of Pins");
  EXPECT_TRUE(two_classes->Put({.id = PinId(3), .board = BoardId(2)}).ok());
}

}  // namespace
}  // namespace pinmetrics
