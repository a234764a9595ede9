#include "pinmetrics/metrics/calculate.h"

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <list>
#include <ranges>
#include <set>
#include <span>
#include <sstream>
#include <string>
#include <unordered_map>
#include <vector>

#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "pinmetrics/filter/filter.h"
#include "pinmetrics/metrics/catalogue.h"
#include "tests/model/random_event.h"

namespace pinmetrics {
namespace {

/// Any Pin, for filters that look at none.
const Pin& AnyPin(PinId) {
  static const Pin pin;
  return pin;
}

TEST(Calculate, OfNoEventsIsNothing) {
  EXPECT_EQ(Calculate(std::vector<Event>(), AnyPin, Filter()), Facts());
  EXPECT_EQ(CalculateTally(std::vector<Event>()), Tally());
  EXPECT_EQ(CalculateTally(std::vector<Event>(), AnyPin, Filter()), Tally());
}

TEST(Calculate, CountsEventsAndPeople) {
  const std::vector<Event> events = {
      {.viewer = ViewerId(1), .action = Action::kImpression},
      {.viewer = ViewerId(1), .action = Action::kSave},
      {.viewer = ViewerId(2), .action = Action::kImpression},
      {.viewer = ViewerId(3), .action = Action::kPlayback, .playback = Playback()},
      {.viewer = ViewerId(0), .action = Action::kPinClick},
  };
  const Facts facts = Calculate(events, AnyPin, Filter());
  EXPECT_EQ(kImpressions.Value(facts), 2);
  EXPECT_EQ(kSaveRate.Value(facts), 0.5);
  // The unknown viewer's click counts, the unknown viewer does not.
  EXPECT_EQ(kPinClicks.Value(facts), 1);
  EXPECT_EQ(kTotalAudience.Value(facts), 3);
  EXPECT_EQ(kEngagedAudience.Value(facts), 1);
  EXPECT_EQ(facts.month, std::nullopt);
}

TEST(Calculate, EachOfTheSixEngagementsMakesAViewerEngaged) {
  for (std::size_t i = 0; i < kCountOf<Action>; ++i) {
    const auto action = static_cast<Action>(i);
    const std::vector<Event> events = {{.viewer = ViewerId(1), .action = action}};
    EXPECT_EQ(Calculate(events, AnyPin, Filter()).engaged_audience, IsEngagement(action) ? 1 : 0)
        << NameOf(action);
  }
}

TEST(Calculate, FindsPinsInAHostsMap) {
  std::unordered_map<PinId, Pin> pins;
  pins[PinId(1)] = {.id = PinId(1), .board = BoardId(10)};
  pins[PinId(2)] = {.id = PinId(2), .board = BoardId(20), .account = AccountId(5)};
  const auto pin_of = [&pins](PinId id) -> const Pin& { return pins.at(id); };
  const std::vector<Event> events = {{.pin = PinId(1), .viewer = ViewerId(1)},
                                     {.pin = PinId(2), .viewer = ViewerId(1)},
                                     {.pin = PinId(2), .viewer = ViewerId(2)}};
  EXPECT_EQ(CalculateTally(events, pin_of, Is(BoardId(10)))[Tally::kImpressions], 1);
  EXPECT_EQ(CalculateTally(events, pin_of, Is(AccountId(5)))[Tally::kImpressions], 2);
  EXPECT_EQ(CalculateTally(events, pin_of, Is(kNoAccount))[Tally::kImpressions], 1);
  EXPECT_EQ(Calculate(events, pin_of, Is(BoardId(20))).total_audience, 2);
  EXPECT_EQ(Calculate(events, pin_of, Is(BoardId(30))), Facts());
}

/// An event as a host might have it.
struct Hit {
  std::string kind;
  std::uint64_t visitor = 0;
  std::uint64_t item = 0;
};

Event EventOf(const Hit& hit) {
  return {.pin = PinId(hit.item),
          .viewer = ViewerId(hit.visitor),
          .action = hit.kind == "save" ? Action::kSave : Action::kImpression};
}

TEST(Calculate, TakesAHostsOwnTypeThroughAProjection) {
  const std::vector<Hit> hits = {{"view", 1, 7}, {"save", 1, 7}, {"view", 2, 8}};
  const std::vector<Pin> pins = {{.id = PinId(7), .format = PinFormat::kVideo}, {.id = PinId(8)}};
  const auto pin_of = [&pins](PinId id) -> const Pin& { return pins[id.value() - 7]; };

  const Facts facts = Calculate(hits, pin_of, Is(PinFormat::kVideo), EventOf);
  EXPECT_EQ(kImpressions.Value(facts), 1);
  EXPECT_EQ(kSaves.Value(facts), 1);
  EXPECT_EQ(kTotalAudience.Value(facts), 1);
  EXPECT_EQ(CalculateTally(hits, EventOf)[Tally::kImpressions], 2);
  EXPECT_EQ(CalculateTally(hits, pin_of, Filter(), EventOf)[Tally::kSaves], 1);
}

/// A host's type that holds an event whole.
struct Row {
  int line = 0;
  Event event;
};

TEST(Calculate, AMemberIsAProjection) {
  const std::vector<Row> rows = {{1, {.action = Action::kSave}}, {2, {.action = Action::kSave}}};
  EXPECT_EQ(CalculateTally(rows, &Row::event)[Tally::kSaves], 2);
  EXPECT_EQ(Calculate(rows, AnyPin, Filter(), &Row::event).tally[Tally::kSaves], 2);
}

/// What a host's decoder gives: an event, as long as it lives.
class DecodedEvent {
 public:
  explicit DecodedEvent(const Hit& hit) : event_(EventOf(hit)) {}
  DecodedEvent(const DecodedEvent&) = delete;
  DecodedEvent& operator=(const DecodedEvent&) = delete;
  ~DecodedEvent() { event_ = {.viewer = ViewerId(99), .action = Action::kOutboundClick}; }

  operator const Event&() const { return event_; }  // NOLINT(google-explicit-constructor)

 private:
  Event event_;
};

TEST(Calculate, WhatHoldsAnEventOutlivesItsCount) {
  const std::vector<Hit> hits = {{"view", 1, 7}, {"save", 2, 7}, {"view", 0, 8}};
  const auto decode = [](const Hit& hit) { return DecodedEvent(hit); };
  const Facts expected = Calculate(hits, AnyPin, Filter(), EventOf);
  EXPECT_EQ(Calculate(hits, AnyPin, Filter(), decode), expected);
  EXPECT_EQ(CalculateTally(hits, AnyPin, Filter(), decode), expected.tally);
  EXPECT_EQ(CalculateTally(hits, decode), expected.tally);
}

/// Reads "save 7" and the like.
std::istream& operator>>(std::istream& in, Hit& hit) { return in >> hit.kind >> hit.visitor; }

/// Hits of a stream, in which there is no going back.
class HitStream {
 public:
  explicit HitStream(const std::string& text) : in_(text) {}

  std::istream_iterator<Hit> begin() { return std::istream_iterator<Hit>(in_); }
  std::istream_iterator<Hit> end() { return {}; }

 private:
  std::istringstream in_;
};
static_assert(!std::ranges::forward_range<HitStream>);

TEST(Calculate, TakesRangesThatAreReadOnce) {
  const Facts facts =
      Calculate(HitStream("view 1 save 1 view 2 view 0"), AnyPin, Filter(), EventOf);
  EXPECT_EQ(facts.tally[Tally::kImpressions], 3);
  EXPECT_EQ(facts.tally[Tally::kSaves], 1);
  EXPECT_EQ(facts.total_audience, 2);
  EXPECT_EQ(facts.engaged_audience, 1);
}

TEST(Calculate, TakesAnyRange) {
  const Event save{.action = Action::kSave};
  const Event array[] = {save, save};
  const std::list<Event> list = {save, save};
  std::vector<Event> vector = {save, save};
  EXPECT_EQ(CalculateTally(array)[Tally::kSaves], 2);
  EXPECT_EQ(CalculateTally(list)[Tally::kSaves], 2);
  EXPECT_EQ(CalculateTally(vector)[Tally::kSaves], 2);
  EXPECT_EQ(CalculateTally(std::span(vector).first(1))[Tally::kSaves], 1);
  EXPECT_EQ(
      CalculateTally(std::vector<const Event*>{&save},
                     [](const Event* event) -> const Event& { return *event; })[Tally::kSaves],
      1);
}

TEST(Calculate, CopiesNoEvent) {
  std::vector<Row> rows(3);
  std::set<const Event*> seen;
  const auto project = [&seen](const Row& row) -> const Event& {
    seen.insert(&row.event);
    return row.event;
  };
  Calculate(rows, AnyPin, Filter(), project);
  EXPECT_EQ(seen, (std::set<const Event*>{&rows[0].event, &rows[1].event, &rows[2].event}));
}

TEST(Calculate, EqualsAddingWhatPasses) {
  const std::uint64_t seed = TestSeed();
  SCOPED_TRACE("PINMETRICS_TEST_SEED=" + std::to_string(seed));
  RandomModel random(seed);
  const Filter filter = !Is(Device::kMobile) && (Is(PinFormat::kVideo) || Is(kNoAccount));
  for (int round = 0; round < 50; ++round) {
    std::unordered_map<PinId, Pin> pins;
    const std::vector<Event> events = random.Events(500);
    for (const Event& event : events) pins[event.pin] = random.AnyPin();
    const auto pin_of = [&pins](PinId id) -> const Pin& { return pins.at(id); };

    Facts expected;
    std::set<ViewerId> viewers;
    std::set<ViewerId> engaged;
    for (const Event& event : events) {
      const Pin& pin = pins.at(event.pin);
      if (event.device == Device::kMobile) continue;
      if (pin.format != PinFormat::kVideo && pin.account) continue;
      expected.tally.Add(event);
      if (event.viewer == ViewerId(0)) continue;
      viewers.insert(event.viewer);
      if (IsEngagement(event.action)) engaged.insert(event.viewer);
    }
    expected.total_audience = static_cast<std::int64_t>(viewers.size());
    expected.engaged_audience = static_cast<std::int64_t>(engaged.size());

    ASSERT_EQ(Calculate(events, pin_of, filter), expected);
    ASSERT_EQ(CalculateTally(events, pin_of, filter), expected.tally);

    Tally parts = CalculateTally(events, pin_of, filter);
    parts.Merge(CalculateTally(events, pin_of, !filter));
    ASSERT_EQ(parts, CalculateTally(events));
  }
}

}  // namespace
}  // namespace pinmetrics
