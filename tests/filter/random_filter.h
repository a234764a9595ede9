#ifndef PINMETRICS_TESTS_FILTER_RANDOM_FILTER_H_
#define PINMETRICS_TESTS_FILTER_RANDOM_FILTER_H_

#include <algorithm>
#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "pinmetrics/filter/filter.h"
#include "pinmetrics/model/attribute.h"
#include "pinmetrics/model/dimension.h"
#include "pinmetrics/model/event.h"
#include "pinmetrics/model/pin.h"
#include "tests/model/random_event.h"

namespace pinmetrics {

/// A filter and, built beside it out of plain functions, what it means.
struct MeantFilter {
  Filter filter;
  std::function<bool(const Event&, const Pin&)> passes;
};

/// The filter that says nothing.
inline MeantFilter MeantEverything() {
  return {Filter(), [](const Event&, const Pin&) { return true; }};
}

/// One of `values`, in the dimension of their type, is what `field(event, pin)` returns.
template <DimensionValue T, typename Field>
MeantFilter MeantCondition(std::vector<T> values, Field field) {
  return {IsAnyOf(std::span<T>(values)), [values, field](const Event& event, const Pin& pin) {
            return std::find(values.begin(), values.end(), field(event, pin)) != values.end();
          }};
}

/// The same for the ids that an event may have none of.
template <typename T, typename Field>
MeantFilter MeantCondition(std::vector<std::optional<T>> values, Field field) {
  return {Filter::Condition(DimensionOf<T>::kValue,
                            std::vector<Attribute>(values.begin(), values.end())),
          [values, field](const Event& event, const Pin& pin) {
            return std::find(values.begin(), values.end(), field(event, pin)) != values.end();
          }};
}

inline MeantFilter operator!(MeantFilter a) {
  return {!std::move(a.filter),
          [a = std::move(a.passes)](const Event& event, const Pin& pin) { return !a(event, pin); }};
}

inline MeantFilter operator&&(MeantFilter a, MeantFilter b) {
  return {std::move(a.filter) && b.filter,
          [a = std::move(a.passes), b = std::move(b.passes)](const Event& event, const Pin& pin) {
            return a(event, pin) && b(event, pin);
          }};
}

inline MeantFilter operator||(MeantFilter a, MeantFilter b) {
  return {std::move(a.filter) || b.filter,
          [a = std::move(a.passes), b = std::move(b.passes)](const Event& event, const Pin& pin) {
            return a(event, pin) || b(event, pin);
          }};
}

namespace random_filter_internal {

template <typename Draw>
auto Few(RandomModel& random, Draw draw) {
  std::vector<decltype(draw())> values(random.Below(4));
  for (auto& value : values) value = draw();
  return values;
}

template <NamedEnum E>
std::vector<E> FewOf(RandomModel& random) {
  return Few(random, [&random] { return random.Any<E>(); });
}

template <typename SomeId>
std::vector<SomeId> FewIds(RandomModel& random) {
  return Few(random, [&random] { return SomeId(random.AnyNumber()); });
}

template <typename SomeId>
std::vector<std::optional<SomeId>> FewIdsOrNone(RandomModel& random) {
  return Few(random, [&random]() -> std::optional<SomeId> {
    if (random.Below(3) == 0) return std::nullopt;
    return SomeId(random.AnyNumber());
  });
}

}  // namespace random_filter_internal

/// A condition on any dimension; one in four has no values and passes nothing.
inline MeantFilter RandomCondition(RandomModel& random) {
  using namespace random_filter_internal;
  switch (random.Any<Dimension>()) {
    case Dimension::kContentType:
      return MeantCondition(FewOf<ContentType>(random),
                            [](const Event& event, const Pin&) { return event.content_type; });
    case Dimension::kDevice:
      return MeantCondition(FewOf<Device>(random),
                            [](const Event& event, const Pin&) { return event.device; });
    case Dimension::kAge:
      return MeantCondition(FewOf<Age>(random),
                            [](const Event& event, const Pin&) { return event.age; });
    case Dimension::kGender:
      return MeantCondition(FewOf<Gender>(random),
                            [](const Event& event, const Pin&) { return event.gender; });
    case Dimension::kSource:
      return MeantCondition(FewOf<PinSource>(random),
                            [](const Event&, const Pin& pin) { return pin.source; });
    case Dimension::kFormat:
      return MeantCondition(FewOf<PinFormat>(random),
                            [](const Event&, const Pin& pin) { return pin.format; });
    case Dimension::kAccount:
      return MeantCondition(FewIdsOrNone<AccountId>(random),
                            [](const Event&, const Pin& pin) { return pin.account; });
    case Dimension::kProductGroup:
      return MeantCondition(FewIdsOrNone<ProductGroupId>(random),
                            [](const Event&, const Pin& pin) { return pin.product_group; });
    case Dimension::kBoard:
      return MeantCondition(FewIds<BoardId>(random),
                            [](const Event&, const Pin& pin) { return pin.board; });
    case Dimension::kPin:
      return MeantCondition(FewIds<PinId>(random),
                            [](const Event&, const Pin& pin) { return pin.id; });
    case Dimension::kClaimed:
      return MeantCondition(FewOf<Claimed>(random), [](const Event&, const Pin& pin) {
        return pin.account.has_value() ? Claimed::kYes : Claimed::kNo;
      });
    case Dimension::kPromotion:
      return MeantCondition(FewOf<Promotion>(random), [](const Event& event, const Pin&) {
        const bool is_paid = event.content_type == ContentType::kPaid;
        const bool is_earned = event.content_type == ContentType::kEarned;
        return is_paid || is_earned ? Promotion::kPaidAndEarned : Promotion::kOrganic;
      });
  }
  return MeantEverything();
}

/// Any filter of at most that many operators above one another, joined from either side.
inline MeantFilter RandomFilter(RandomModel& random, std::size_t depth) {
  if (depth == 0 || random.Below(6) == 0) {
    return random.Below(20) == 0 ? MeantEverything() : RandomCondition(random);
  }
  if (random.Below(4) == 0) return !RandomFilter(random, depth - 1);
  const bool is_and = random.Below(2) == 0;
  const bool appends = random.Below(2) == 0;
  MeantFilter joined = RandomFilter(random, depth - 1);
  for (std::size_t more = 1 + random.Below(3); more > 0; --more) {
    MeantFilter other = RandomFilter(random, depth - 1);
    if (!appends) std::swap(joined, other);
    joined = is_and ? std::move(joined) && std::move(other) : std::move(joined) || std::move(other);
  }
  return joined;
}

}  // namespace pinmetrics

#endif  // PINMETRICS_TESTS_FILTER_RANDOM_FILTER_H_
