#ifndef PINMETRICS_FILTER_FILTER_H_
#define PINMETRICS_FILTER_FILTER_H_

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <ranges>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "pinmetrics/model/attribute.h"
#include "pinmetrics/model/dimension.h"

namespace pinmetrics {

/// Which events count: conditions on dimensions, joined by and, or, not to any depth.
///
///   Filter filter = Is(Device::kMobile, Device::kTablet) && !Is(ContentType::kPaid);
///
/// A regular value: it copies, compares and hashes by content. Equal means built of the same
/// conditions in the same order; nested ands (ors) are one and (or), a double not is none, and a
/// condition's values are a set. Joining costs the size of the right side when the left is moved
/// in. Const use from many threads is safe. To match events, compile it into a `Matcher`.
class Filter {
 public:
  /// Passes everything.
  Filter() = default;

  /// Passes events whose attribute in `dimension` is one of `values`; no values: passes nothing.
  /// Values that no event can have there are left out. `Is` below is the checked way to the same.
  static Filter Condition(Dimension dimension, std::vector<Attribute> values);

  /// True for the filter that passes everything because it says nothing.
  bool empty() const { return nodes_.empty(); }

  /// True if a condition anywhere in the filter looks at `dimension`.
  bool Uses(Dimension dimension) const;

  /// The values that all events that pass have in `dimension`, ascending, as far as the filter says
  /// it outright: it is a condition on the dimension, or an and with one (with several: what these
  /// have in common). Nothing if it is neither. Linear in the filter.
  std::optional<std::vector<Attribute>> RequiredValues(Dimension dimension) const;

  /// A filter that passes the same events, for those who compile it: conditions on one dimension
  /// that stand under one or are one condition there, and so are those behind a not that stand
  /// under one and. Equal to this one if there are no such conditions. Linear in the filter, but
  /// for sorting the values that come together.
  Filter Merged() const;

  friend Filter operator&&(Filter left, const Filter& right);
  friend Filter operator||(Filter left, const Filter& right);
  friend Filter operator!(Filter filter);

  friend bool operator==(const Filter&, const Filter&) = default;

  template <typename H>
  friend H AbslHashValue(H state, const Filter& filter) {
    return H::combine(std::move(state), filter.Hash());
  }

  /// The same for equal filters, in every process. Who knows that can make filters that share one:
  /// a table of strangers' filters needs another key, such as their text.
  std::size_t Hash() const;

  /// What the filter is made of, for those who compile or print it: the operands of an operator
  /// come right before it, so a filter reads from left to right with a stack.
  enum class Operator : std::uint8_t {
    kCondition,  ///< Its values are `Values(node)`.
    kNothing,    ///< Passes no event; stands alone.
    kNot,        ///< Of the operand before it.
    kAnd,        ///< Of the `count` operands before it, at least 2.
    kOr,         ///< Of the `count` operands before it, at least 2.
  };
  /// A condition or an operator.
  struct Node {
    Operator op = Operator::kNothing;               ///< Which of them.
    Dimension dimension = Dimension::kContentType;  ///< What a condition looks at.
    std::uint32_t count = 0;                        ///< Of operands or values.
    std::uint32_t first_value = 0;                  ///< Where `Values` finds a condition's.

    friend bool operator==(const Node&, const Node&) = default;
  };
  /// All nodes, operands first. None: passes everything.
  std::span<const Node> nodes() const { return nodes_; }
  /// The values of a node that is a condition, ascending.
  std::span<const Attribute> Values(const Node& condition) const {
    return std::span(values_).subspan(condition.first_value, condition.count);
  }

 private:
  bool is_nothing() const { return nodes_.size() == 1 && nodes_.front().op == Operator::kNothing; }
  static Filter Nothing();
  static Filter Join(Operator op, Filter left, const Filter& right);
  static std::uint32_t OperandsOf(const Node& node);
  std::uint32_t TakeOperands(Operator op);

  std::vector<Node> nodes_;
  std::vector<Attribute> values_;
};

/// Passes events that have one of the values: `Is(Device::kMobile, Device::kTablet)`,
/// `Is(AccountId(7), kNoAccount)`, `Is(BoardId(3))`. All values are of one dimension.
template <DimensionValue T, DimensionValue... More>
requires((DimensionOf<T>::kValue == DimensionOf<More>::kValue) && ...) Filter
    Is(T value, More... more) {
  return Filter::Condition(DimensionOf<T>::kValue, {Attribute(value), Attribute(more)...});
}

/// The same for values known at run time, in a vector, a span or any other range:
/// `IsAnyOf(pin_ids)`. No values pass nothing.
template <std::ranges::input_range Range>
requires DimensionValue<std::ranges::range_value_t<Range>> Filter IsAnyOf(const Range& values) {
  std::vector<Attribute> attributes;
  for (const auto& value : values) attributes.emplace_back(value);
  return Filter::Condition(DimensionOf<std::ranges::range_value_t<Range>>::kValue,
                           std::move(attributes));
}

/// The text of `filter` (filter/filter_text.h); `ParseFilter` of it is an equal filter as long as
/// it is within that form's limits.
inline std::string ToString(const Filter& filter);

// ---- implementation ----

inline Filter Filter::Nothing() {
  Filter filter;
  filter.nodes_.push_back(Node{});
  return filter;
}

inline Filter Filter::Condition(Dimension dimension, std::vector<Attribute> values) {
  std::erase_if(values, [dimension](Attribute value) { return !CanBe(dimension, value); });
  if (values.empty()) return Nothing();
  std::sort(values.begin(), values.end());
  values.erase(std::unique(values.begin(), values.end()), values.end());
  Filter filter;
  filter.nodes_.push_back({.op = Operator::kCondition,
                           .dimension = dimension,
                           .count = static_cast<std::uint32_t>(values.size())});
  filter.values_ = std::move(values);
  return filter;
}

inline bool Filter::Uses(Dimension dimension) const {
  return std::any_of(nodes_.begin(), nodes_.end(), [dimension](const Node& node) {
    return node.op == Operator::kCondition && node.dimension == dimension;
  });
}

inline std::uint32_t Filter::OperandsOf(const Node& node) {
  switch (node.op) {
    case Operator::kCondition:
    case Operator::kNothing:
      return 0;
    case Operator::kNot:
      return 1;
    case Operator::kAnd:
    case Operator::kOr:
      return node.count;
  }
  return 0;
}

inline std::optional<std::vector<Attribute>> Filter::RequiredValues(Dimension dimension) const {
  std::optional<std::vector<Attribute>> required;
  const bool is_and = !empty() && nodes_.back().op == Operator::kAnd;
  std::size_t end = nodes_.size() - (is_and ? 1 : 0);
  // Each operand ends where the one to its right begins.
  while (end > 0) {
    const Node& operand = nodes_[end - 1];
    if (operand.op == Operator::kCondition && operand.dimension == dimension) {
      const auto values = Values(operand);
      if (required) {
        std::erase_if(*required, [values](Attribute value) {
          return !std::binary_search(values.begin(), values.end(), value);
        });
      } else {
        required.emplace(values.begin(), values.end());
      }
    }
    for (std::size_t open = 1; open > 0; --open) open += OperandsOf(nodes_[--end]);
  }
  return required;
}

/// Walks the nodes with a stack of operands. What becomes part of another condition is left out of
/// the result, so that no node is moved on the way.
inline Filter Filter::Merged() const {
  constexpr std::uint32_t kNone = 0xffffffff;
  /// A condition, maybe behind a not, by their places in `nodes_`; or anything else.
  struct Operand {
    std::uint32_t condition = kNone;
    std::uint32_t negation = kNone;
  };
  std::vector<Node> nodes = nodes_;
  std::vector<bool> left_out(nodes.size());
  // The conditions that became one, each with the next, and of the first the last.
  std::vector<std::uint32_t> next(nodes.size(), kNone);
  std::vector<std::uint32_t> last(nodes.size());
  std::vector<Operand> operands;
  for (std::uint32_t i = 0; i < nodes.size(); ++i) {
    Node& node = nodes[i];
    last[i] = i;
    if (node.op == Operator::kCondition || node.op == Operator::kNothing) {
      operands.push_back({.condition = node.op == Operator::kCondition ? i : kNone});
      continue;
    }
    if (node.op == Operator::kNot) {
      Operand& operand = operands.back();
      if (operand.condition == kNone) continue;
      if (operand.negation == kNone) {
        operand.negation = i;
      } else {
        left_out[std::exchange(operand.negation, kNone)] = true;
        left_out[i] = true;
      }
      continue;
    }
    const auto first = operands.end() - static_cast<std::ptrdiff_t>(node.count);
    std::array<const Operand*, kCountOf<Dimension>> merged{};
    for (auto operand = first; operand != operands.end(); ++operand) {
      const bool is_negated = operand->negation != kNone;
      if (operand->condition == kNone || is_negated != (node.op == Operator::kAnd)) continue;
      const Operand*& into = merged[static_cast<std::size_t>(nodes[operand->condition].dimension)];
      if (into == nullptr) {
        into = &*operand;
        continue;
      }
      next[last[into->condition]] = operand->condition;
      last[into->condition] = last[operand->condition];
      left_out[operand->condition] = true;
      if (is_negated) left_out[operand->negation] = true;
      --node.count;
    }
    left_out[i] = node.count == 1;
    *first = left_out[i] ? *first : Operand();
    operands.erase(first + 1, operands.end());
  }

  Filter filter;
  for (std::uint32_t i = 0; i < nodes.size(); ++i) {
    if (left_out[i]) continue;
    Node node = nodes[i];
    if (node.op == Operator::kCondition) {
      std::vector<Attribute>& values = filter.values_;
      node.first_value = static_cast<std::uint32_t>(values.size());
      for (std::uint32_t part = i; part != kNone; part = next[part]) {
        const auto of_part = Values(nodes_[part]);
        values.insert(values.end(), of_part.begin(), of_part.end());
      }
      if (next[i] != kNone) {
        const auto begin = values.begin() + node.first_value;
        std::sort(begin, values.end());
        values.erase(std::unique(begin, values.end()), values.end());
      }
      node.count = static_cast<std::uint32_t>(values.size()) - node.first_value;
    }
    filter.nodes_.push_back(node);
  }
  return filter;
}

/// Opens a join of the same kind so that its operands become operands of a larger one.
inline std::uint32_t Filter::TakeOperands(Operator op) {
  if (nodes_.back().op != op) return 1;
  const std::uint32_t count = nodes_.back().count;
  nodes_.pop_back();
  return count;
}

inline Filter Filter::Join(Operator op, Filter left, const Filter& right) {
  std::uint32_t operands = left.TakeOperands(op);
  const auto value_offset = static_cast<std::uint32_t>(left.values_.size());
  const std::size_t first_node = left.nodes_.size();
  left.nodes_.insert(left.nodes_.end(), right.nodes_.begin(), right.nodes_.end());
  left.values_.insert(left.values_.end(), right.values_.begin(), right.values_.end());
  for (std::size_t i = first_node; i < left.nodes_.size(); ++i) {
    if (left.nodes_[i].op == Operator::kCondition) left.nodes_[i].first_value += value_offset;
  }
  operands += left.TakeOperands(op);
  left.nodes_.push_back({.op = op, .count = operands});
  return left;
}

/// Passes what both pass.
inline Filter operator&&(Filter left, const Filter& right) {
  if (left.empty() || right.is_nothing()) return right;
  if (right.empty() || left.is_nothing()) return left;
  return Filter::Join(Filter::Operator::kAnd, std::move(left), right);
}

/// Passes what one of the two passes.
inline Filter operator||(Filter left, const Filter& right) {
  if (left.empty() || right.is_nothing()) return left;
  if (right.empty() || left.is_nothing()) return right;
  return Filter::Join(Filter::Operator::kOr, std::move(left), right);
}

/// Passes what `filter` does not.
inline Filter operator!(Filter filter) {
  if (filter.empty()) return Filter::Nothing();
  if (filter.is_nothing()) return Filter();
  if (filter.nodes_.back().op == Filter::Operator::kNot) {
    filter.nodes_.pop_back();
  } else {
    filter.nodes_.push_back({.op = Filter::Operator::kNot, .count = 1});
  }
  return filter;
}

inline std::size_t Filter::Hash() const {
  std::uint64_t hash = 0x9e3779b97f4a7c15;
  const auto mix = [&hash](std::uint64_t value) {
    hash = (hash ^ value) * 0xff51afd7ed558ccd;
    hash ^= hash >> 32;
  };
  for (const Node& node : nodes_) {
    mix(static_cast<std::uint64_t>(node.op) << 40 |
        static_cast<std::uint64_t>(node.dimension) << 32 | node.count);
  }
  for (const Attribute& value : values_) mix(value.is_none() ? 1 : value.number() * 2);
  return hash;
}

namespace filter_internal {

inline std::string ConditionText(const Filter& filter, const Filter::Node& condition) {
  std::string text(NameOf(condition.dimension));
  char separator = ':';
  for (const Attribute& value : filter.Values(condition)) {
    text += separator;
    text += AttributeText(condition.dimension, value);
    separator = ',';
  }
  return text;
}

}  // namespace filter_internal

/// Writes from the last character to the first: an operator is met before its operands then, and
/// no text is copied again for the levels around it.
inline std::string ToString(const Filter& filter) {
  using Operator = Filter::Operator;
  struct Open {
    Operator op;
    std::uint32_t operands_left;
    bool grouped;
  };
  std::string reversed;
  const auto write = [&reversed](std::string_view text) {
    reversed.append(text.rbegin(), text.rend());
  };
  std::vector<Open> open;
  const auto nodes = filter.nodes();
  for (std::size_t i = nodes.size(); i-- > 0;) {
    const Filter::Node& node = nodes[i];
    if (node.op == Operator::kNot || node.op == Operator::kAnd || node.op == Operator::kOr) {
      const Operator around = open.empty() ? Operator::kNothing : open.back().op;
      // Not binds tightest and or least tightly.
      const bool grouped =
          node.op != Operator::kNot &&
          (around == Operator::kNot || (around == Operator::kAnd && node.op == Operator::kOr));
      if (grouped) write(")");
      open.push_back({node.op, node.count, grouped});
      continue;
    }
    write(node.op == Operator::kNothing ? "-()" : filter_internal::ConditionText(filter, node));
    while (!open.empty()) {
      Open& join = open.back();
      if (--join.operands_left > 0) {
        write(join.op == Operator::kAnd ? " " : " or ");
        break;
      }
      if (join.op == Operator::kNot) write("-");
      if (join.grouped) write("(");
      open.pop_back();
    }
  }
  return std::string(reversed.rbegin(), reversed.rend());
}

}  // namespace pinmetrics

template <>
struct std::hash<pinmetrics::Filter> {
  std::size_t operator()(const pinmetrics::Filter& filter) const noexcept { return filter.Hash(); }
};

#endif  // PINMETRICS_FILTER_FILTER_H_
