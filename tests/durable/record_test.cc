#include "durable/record.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <iostream>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "store/block/event_code.h"
#include "tests/store/random_account.h"

namespace pinmetrics {
namespace {

using ::testing::IsEmpty;

constexpr std::uint64_t kMost = 0xffffffffffffffff;

Pin RandomPin(Dice& dice) {
  Pin pin = {.id = PinId(dice.Bits()),
             .board = BoardId(dice.Bits()),
             .format = dice.Any<PinFormat>(),
             .created_at = absl::FromUnixSeconds(dice.Between(0, 253'402'300'799)) +
                           absl::Nanoseconds(dice.Between(0, 999'999'999)) +
                           dice.Between(0, 3) * (absl::Nanoseconds(1) / 4),
             .source = dice.Any<PinSource>(),
             .saved = dice.Percent(50)};
  if (dice.Percent(50)) pin.account = AccountId(dice.Bits());
  if (dice.Percent(50)) pin.product_group = ProductGroupId(dice.Bits());
  for (std::size_t i = dice.Below(40); i > 0; --i) {
    pin.title.push_back(static_cast<char>(dice.Below(256)));
  }
  return pin;
}

std::vector<KeptEvent> RandomEvents(Dice& dice) {
  std::vector<KeptEvent> events(dice.Below(30));
  for (KeptEvent& event : events) {
    event = {.day = absl::CivilDay(2026, 11, 20) + dice.Between(-1, 1),
             .id = EventId(dice.Bits()),
             .viewer = ViewerId(dice.Bits()),
             .pin = static_cast<std::uint32_t>(dice.Bits()),
             .play_ms = static_cast<std::uint32_t>(dice.Bits()),
             .code = static_cast<std::uint16_t>(dice.Below(event_code::kCodes))};
  }
  return events;
}

class RecordTest : public testing::Test {
 protected:
  RecordTest() { std::cout << "PINMETRICS_TEST_SEED=" << seed_ << "\n"; }

  const std::uint64_t seed_ = TestSeed();
  Dice dice_{seed_};
};

TEST(Record, OfAnAccountReadsBack) {
  for (const AccountSettings& settings :
       {AccountSettings{.time_zone = "UTC", .business_created = std::nullopt},
        AccountSettings{.time_zone = "Pacific/Apia",
        .business_created = absl::CivilDay(1969, 12, 31),
        .late_events = LateEvents::kAccept},
        AccountSettings{}}) {
    const absl::StatusOr<AccountSettings> read = DecodeAccount(Encode(settings));
    ASSERT_TRUE(read.ok()) << read.status();
    EXPECT_EQ(*read, settings);
  }
}

TEST_F(RecordTest, OfAPinReadsBack) {
  for (int i = 0; i < 1000; ++i) {
    const Pin pin = RandomPin(dice_);
    const auto version = static_cast<std::uint32_t>(dice_.Bits());
    const absl::StatusOr<PinRecord> read = DecodePin(Encode(version, pin));
    ASSERT_TRUE(read.ok()) << ToString(pin);
    EXPECT_EQ(read->version, version);
    EXPECT_EQ(read->pin, pin);
  }
}

/// What `created_in_last_days` counts hangs on the instant, and equal Pins make no new version.
TEST(Record, OfAPinHasItsTimeToTheQuarterOfANanosecond) {
  const absl::Duration kQuarter = absl::Nanoseconds(1) / 4;
  const absl::Time second = absl::FromUnixSeconds(1'800'000'000);
  for (const absl::Time created :
       {absl::UnixEpoch(), absl::UnixEpoch() + kQuarter, second, second + kQuarter,
        second - kQuarter, second + absl::Microseconds(1) - kQuarter,
        absl::FromUnixSeconds(253'402'300'800) - kQuarter}) {
    const absl::StatusOr<PinRecord> read =
        DecodePin(Encode(1, Pin{.id = PinId(7), .created_at = created}));
    ASSERT_TRUE(read.ok()) << created;
    EXPECT_EQ(read->pin.created_at, created);
  }
}

/// A store refuses such Pins; so do bytes that say they are one.
TEST(Record, OfAPinHasATimeThatAPinMayHave) {
  for (const absl::Time created :
       {absl::InfiniteFuture(), absl::InfinitePast(), absl::UnixEpoch() - absl::Seconds(1)}) {
    EXPECT_TRUE(
        absl::IsDataLoss(DecodePin(Encode(1, Pin{.id = PinId(7), .created_at = created})).status()))
        << created;
  }
}

TEST_F(RecordTest, OfEventsReadsBack) {
  for (int i = 0; i < 1000; ++i) {
    const std::vector<KeptEvent> events = RandomEvents(dice_);
    const std::string key(dice_.Below(20), 'k');
    const absl::Time now = absl::FromUnixMicros(dice_.Between(0, 1'900'000'000'000'000));
    const std::vector<std::byte> bytes = Encode(events, key, now);
    const absl::StatusOr<EventsRecord> read = DecodeEvents(bytes);
    ASSERT_TRUE(read.ok()) << read.status();
    EXPECT_EQ(read->events, events);
    EXPECT_EQ(read->batch_key, key);
    EXPECT_EQ(read->now, now);
    const absl::StatusOr<BatchKeyRecord> key_alone = DecodeBatchKey(bytes);
    ASSERT_TRUE(key_alone.ok());
    EXPECT_EQ(key_alone->batch_key, key);
    EXPECT_EQ(key_alone->now, now);
  }
}

TEST(Record, OfEventsTakes26BytesForEach) {
  const std::vector<KeptEvent> events(100, {.day = absl::CivilDay(2026, 11, 20)});
  EXPECT_EQ(Encode(events, "key", absl::UnixEpoch()).size(), 4 + 3 + 8 + 8 + 100 * 26u);
}

TEST(Record, OfEventsHasNoCodeOutOfRange) {
  KeptEvent event{.day = absl::CivilDay(2026, 11, 20)};
  event.code = event_code::kCodes - 1;
  EXPECT_TRUE(DecodeEvents(Encode({&event, 1}, "", absl::UnixEpoch())).ok());
  event.code = event_code::kCodes;
  EXPECT_TRUE(absl::IsDataLoss(DecodeEvents(Encode({&event, 1}, "", absl::UnixEpoch())).status()));
}

TEST(Record, OfWithdrawalsReadsBack) {
  const std::vector<KeptWithdrawal> withdrawals = {
      {.day = absl::CivilDay(2026, 11, 20), .id = EventId(1)},
      {.day = absl::CivilDay(1970, 1, 1), .id = EventId(kMost)}};
  const auto read = DecodeWithdrawals(Encode(withdrawals));
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(*read, withdrawals);
  const auto none = DecodeWithdrawals({});
  ASSERT_TRUE(none.ok());
  EXPECT_THAT(*none, IsEmpty());
}

TEST(Record, OfViewersReadsBack) {
  const std::vector<ViewerRun> runs = {{.first = 1, .ids = {3, 1, kMost}},
                                       {.first = 9, .ids = {}},
                                       {.first = 0xfffffffe, .ids = {7}}};
  const auto read = DecodeViewers(EncodeViewers(runs));
  ASSERT_TRUE(read.ok()) << read.status();
  ASSERT_EQ(read->size(), runs.size());
  for (std::size_t i = 0; i < runs.size(); ++i) {
    EXPECT_EQ((*read)[i].first, runs[i].first);
    EXPECT_EQ((*read)[i].ids, runs[i].ids);
  }
}

/// What is cut off, or longer than it says, is none; and so is what only looks like one.
TEST_F(RecordTest, ThatIsNotWholeIsRefused) {
  const std::vector<KeptEvent> events(3, {.day = absl::CivilDay(2026, 11, 20)});
  const std::vector<std::byte> account =
      Encode(AccountSettings{.time_zone = "UTC", .business_created = std::nullopt});
  const std::vector<std::byte> pin = Encode(1, RandomPin(dice_));
  const std::vector<std::byte> batch = Encode(events, "key", absl::UnixEpoch());
  const auto expect_refused = [](const std::vector<std::byte>& whole, const auto& decode) {
    for (std::size_t size = 0; size < whole.size(); ++size) {
      EXPECT_FALSE(decode(std::span(whole).first(size)).ok()) << size;
    }
    std::vector<std::byte> longer = whole;
    longer.push_back(std::byte{0});
    EXPECT_FALSE(decode(longer).ok());
  };
  expect_refused(account, DecodeAccount);
  expect_refused(pin, DecodePin);
  // Without a single run it is whole again: a batch without events.
  constexpr std::size_t kHead = 4 + 3 + 8;
  for (std::size_t size = 0; size < batch.size(); ++size) {
    EXPECT_EQ(DecodeEvents(std::span(batch).first(size)).ok(), size == kHead) << size;
    EXPECT_EQ(DecodeBatchKey(std::span(batch).first(size)).ok(), size >= kHead) << size;
  }
  EXPECT_FALSE(DecodeWithdrawals(std::span(batch).first(11)).ok());
}

TEST_F(RecordTest, OfAnyBytesIsRefusedOrReadsBack) {
  std::size_t taken = 0;
  for (int i = 0; i < 20'000; ++i) {
    std::vector<std::byte> bytes;
    if (dice_.Percent(50)) {
      // Near one that is right.
      bytes = dice_.Percent(50)
                  ? Encode(RandomEvents(dice_), std::string(dice_.Below(5), 'k'), absl::UnixEpoch())
                  : Encode(static_cast<std::uint32_t>(dice_.Bits()), RandomPin(dice_));
      for (std::size_t flips = dice_.Below(4); flips > 0; --flips) {
        bytes[dice_.Below(bytes.size())] = static_cast<std::byte>(dice_.Bits());
      }
    } else {
      bytes.resize(dice_.Below(120));
      for (std::byte& byte : bytes) {
        byte = dice_.Percent(50) ? std::byte{0} : static_cast<std::byte>(dice_.Bits());
      }
    }
    if (const auto pin = DecodePin(bytes); pin.ok()) {
      const absl::StatusOr<PinRecord> again = DecodePin(Encode(pin->version, pin->pin));
      ASSERT_TRUE(again.ok());
      EXPECT_EQ(again->pin, pin->pin);
      ++taken;
    }
    if (const auto events = DecodeEvents(bytes); events.ok()) {
      const absl::StatusOr<EventsRecord> again =
          DecodeEvents(Encode(events->events, events->batch_key, events->now));
      ASSERT_TRUE(again.ok());
      EXPECT_EQ(again->events, events->events);
      EXPECT_EQ(again->batch_key, events->batch_key);
      ++taken;
    }
    if (const auto account = DecodeAccount(bytes); account.ok()) {
      EXPECT_EQ(Encode(*account).size(), bytes.size());
    }
    if (const auto withdrawals = DecodeWithdrawals(bytes); withdrawals.ok()) {
      EXPECT_EQ(Encode(*withdrawals), bytes);
    }
    (void)DecodeBatchKey(bytes);
    if (const auto viewers = DecodeViewers(bytes); viewers.ok()) {
      EXPECT_EQ(EncodeViewers(*viewers), bytes);
    }
  }
  EXPECT_GT(taken, 1000u);
}

}  // namespace
}  // namespace pinmetrics
