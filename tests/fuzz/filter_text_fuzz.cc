// Reads any bytes as a filter. What is taken prints, reads back equal, hashes alike and matches
// what its nodes say; what is refused says where.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "pinmetrics/filter/filter.h"
#include "pinmetrics/filter/filter_text.h"
#include "pinmetrics/filter/matcher.h"
#include "pinmetrics/model/attribute.h"

namespace pinmetrics {
namespace {

void Require(bool holds) {
  if (!holds) std::abort();
}

/// What the filter means, read off its nodes with a stack.
bool Means(const Filter& filter, const Event& event, const Pin& pin) {
  std::vector<bool> stack;
  for (const Filter::Node& node : filter.nodes()) {
    bool passes = false;
    if (node.op == Filter::Operator::kCondition) {
      const auto values = filter.Values(node);
      passes = std::find(values.begin(), values.end(), AttributeOf(node.dimension, event, pin)) !=
               values.end();
    } else if (node.op != Filter::Operator::kNothing) {
      Require(node.count <= stack.size());
      const auto first = stack.end() - static_cast<std::ptrdiff_t>(node.count);
      if (node.op == Filter::Operator::kNot) passes = !stack.back();
      if (node.op == Filter::Operator::kAnd) {
        passes = std::find(first, stack.end(), false) == stack.end();
      }
      if (node.op == Filter::Operator::kOr) {
        passes = std::find(first, stack.end(), true) != stack.end();
      }
      stack.erase(first, stack.end());
    }
    stack.push_back(passes);
  }
  Require(stack.size() == (filter.empty() ? 0 : 1));
  return stack.empty() || stack.back();
}

void ReadAsFilter(std::string_view text) {
  const absl::StatusOr<Filter> filter = ParseFilter(text);
  if (!filter.ok()) {
    const std::string message(filter.status().message());
    Require(message.starts_with("filter: "));
    Require(message.find("expected ") != std::string::npos);
    return;
  }

  // Printing never nests deeper than what was read; it may take spaces that the text did without.
  const std::string printed = ToString(*filter);
  const absl::StatusOr<Filter> again = ParseFilter(printed);
  Require(again.ok() == (printed.size() <= kMaxFilterTextBytes));
  if (again.ok()) {
    Require(*again == *filter);
    Require(again->Hash() == filter->Hash());
    Require(ToString(*again) == printed);
  }

  static const std::array<Event, 2> events = {Event{}, Event{.device = Device::kMobile,
                                                             .content_type = ContentType::kPaid,
                                                             .age = Age::k18To24,
                                                             .gender = Gender::kFemale}};
  static const std::array<Pin, 2> pins = {Pin{}, Pin{.id = PinId(7),
                                                     .board = BoardId(1),
                                                     .format = PinFormat::kVideo,
                                                     .source = PinSource::kOtherPins,
                                                     .account = AccountId(7),
                                                     .product_group = ProductGroupId(1)}};
  const Matcher matches(*filter);
  const Matcher matches_not(!*filter);
  for (const Event& event : events) {
    for (const Pin& pin : pins) {
      Require(matches(event, pin) == Means(*filter, event, pin));
      Require(matches(event, pin) != matches_not(event, pin));
    }
  }
}

}  // namespace
}  // namespace pinmetrics

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  pinmetrics::ReadAsFilter(std::string_view(reinterpret_cast<const char*>(data), size));
  return 0;
}
