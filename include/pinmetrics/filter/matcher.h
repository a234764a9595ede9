#ifndef PINMETRICS_FILTER_MATCHER_H_
#define PINMETRICS_FILTER_MATCHER_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "pinmetrics/filter/filter.h"
#include "pinmetrics/model/attribute.h"
#include "pinmetrics/model/event.h"
#include "pinmetrics/model/pin.h"

namespace pinmetrics {

/// A filter compiled for a loop: one load and one test for each condition that is looked at, and
/// no condition is looked at whose outcome no longer matters. Conditions on one dimension under one
/// or, as `Is(a) || Is(b)`, are one condition (`Filter::Merged`); a condition on ids takes the
/// logarithm of their number. A value; const use from many threads is safe. Compiling takes time
/// linear in the filter, but for sorting what is merged.
class Matcher {
 public:
  explicit Matcher(const Filter& given);

  /// True if the event, on a Pin with these attributes, passes the filter.
  bool operator()(const Event& event, const Pin& pin) const {
    std::uint32_t next = start_;
    while (next < kAccept) {
      const Test& test = tests_[next];
      next = Passes(test, event, pin) ? test.if_passed : test.if_failed;
    }
    return next == kAccept;
  }

 private:
  static constexpr std::uint32_t kAccept = 0xfffffffe;
  static constexpr std::uint32_t kReject = 0xffffffff;

  /// One condition and where to go from it: another test, `kAccept` or `kReject`.
  struct Test {
    Dimension dimension;
    bool passes_none;
    std::uint32_t if_passed;
    std::uint32_t if_failed;
    /// Named dimensions: a bit for every number that passes. Ids: `ids_[begin..end)`, sorted.
    std::uint64_t mask;
    std::uint32_t begin;
    std::uint32_t end;
  };

  static bool InMask(const Test& test, auto value) {
    const auto number = static_cast<unsigned>(value);
    return number < 64 && (test.mask >> number & 1) != 0;
  }
  bool InIds(const Test& test, std::uint64_t id) const {
    return std::binary_search(ids_.begin() + test.begin, ids_.begin() + test.end, id);
  }
  template <typename OptionalId>
  bool InIdsOrNone(const Test& test, const OptionalId& id) const {
    return id ? InIds(test, id->value()) : test.passes_none;
  }

  bool Passes(const Test& test, const Event& event, const Pin& pin) const {
    switch (test.dimension) {
      case Dimension::kContentType:
        return InMask(test, event.content_type);
      case Dimension::kDevice:
        return InMask(test, event.device);
      case Dimension::kAge:
        return InMask(test, event.age);
      case Dimension::kGender:
        return InMask(test, event.gender);
      case Dimension::kSource:
        return InMask(test, pin.source);
      case Dimension::kFormat:
        return InMask(test, pin.format);
      case Dimension::kAccount:
        return InIdsOrNone(test, pin.account);
      case Dimension::kProductGroup:
        return InIdsOrNone(test, pin.product_group);
      case Dimension::kBoard:
        return InIds(test, pin.board.value());
      case Dimension::kPin:
        return InIds(test, pin.id.value());
      case Dimension::kClaimed:
        return InMask(test, ClaimedOf(pin));
      case Dimension::kPromotion:
        return InMask(test, PromotionOf(event.content_type));
    }
    return false;
  }

  Test Compile(const Filter& filter, const Filter::Node& condition);

  std::vector<Test> tests_;
  std::vector<std::uint64_t> ids_;
  std::uint32_t start_ = kAccept;
};

// ---- implementation ----

inline Matcher::Test Matcher::Compile(const Filter& filter, const Filter::Node& condition) {
  Test test{};
  test.dimension = condition.dimension;
  test.begin = static_cast<std::uint32_t>(ids_.size());
  for (const Attribute& value : filter.Values(condition)) {
    if (value.is_none()) {
      test.passes_none = true;
    } else if (!HasNames(condition.dimension)) {
      ids_.push_back(value.number());
    } else if (value.number() < 64) {
      test.mask |= std::uint64_t{1} << value.number();
    }
  }
  test.end = static_cast<std::uint32_t>(ids_.size());
  return test;
}

/// Walks the nodes from the last to the first, so that an operator is met before its operands and
/// each operand after the one to its right: the test to jump to is always known already. An open
/// operand needs no more than where its two outcomes lead.
inline Matcher::Matcher(const Filter& given) {
  const Filter filter = given.Merged();
  struct Open {
    Filter::Operator join;
    std::uint32_t operands_left;
    std::uint32_t if_passed;
    std::uint32_t if_failed;
  };
  std::vector<Open> open = {{Filter::Operator::kAnd, 1, kAccept, kReject}};
  const auto nodes = filter.nodes();
  for (std::size_t i = nodes.size(); i-- > 0;) {
    const Filter::Node& node = nodes[i];
    const Open& parent = open.back();
    const Open exits = parent;
    switch (node.op) {
      case Filter::Operator::kAnd:
      case Filter::Operator::kOr:
        open.push_back({node.op, node.count, exits.if_passed, exits.if_failed});
        continue;
      case Filter::Operator::kNot:
        open.push_back({node.op, 1, exits.if_failed, exits.if_passed});
        continue;
      case Filter::Operator::kNothing:
        start_ = exits.if_failed;
        break;
      case Filter::Operator::kCondition: {
        Test test = Compile(filter, node);
        test.if_passed = exits.if_passed;
        test.if_failed = exits.if_failed;
        start_ = static_cast<std::uint32_t>(tests_.size());
        tests_.push_back(test);
        break;
      }
    }
    // `start_` now begins an operand: its left neighbour goes on to it, or the whole join is done.
    while (!open.empty()) {
      Open& join = open.back();
      if (--join.operands_left == 0) {
        open.pop_back();
        continue;
      }
      (join.join == Filter::Operator::kAnd ? join.if_passed : join.if_failed) = start_;
      break;
    }
  }
}

}  // namespace pinmetrics

#endif  // PINMETRICS_FILTER_MATCHER_H_
