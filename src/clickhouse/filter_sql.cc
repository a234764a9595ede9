#include "clickhouse/filter_sql.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "clickhouse/concat.h"
#include "pinmetrics/model/attribute.h"

namespace pinmetrics {
namespace {

constexpr std::size_t kDeepest = 64;

/// Part of a condition, and how many brackets deep it is.
struct Part {
  std::string sql;
  std::size_t depth = 0;
};

std::string ConditionSql(Dimension dimension, std::span<const Attribute> values) {
  const AttributeSql of = SqlOf(dimension);
  const bool can_be_none = CanBeNone(dimension);
  // Ascending, none last.
  const bool with_none = values.back().is_none();
  const std::span<const Attribute> numbers = values.first(values.size() - (with_none ? 1 : 0));
  if (numbers.empty()) return Concat(of.none, " = 1");
  std::string sql;
  if (numbers.size() == 1) {
    sql = Concat(of.number, " = ", numbers.front().number());
  } else {
    sql = Concat(of.number, " IN (");
    for (const Attribute& value : numbers) AppendTo(sql, value.number(), ",");
    sql.back() = ')';
  }
  if (with_none) return Concat("(", of.none, " = 1 OR ", sql, ")");
  // No account has the number 0, too.
  if (can_be_none && numbers.front().number() == 0) {
    return Concat("(", of.none, " = 0 AND ", sql, ")");
  }
  return sql;
}

}  // namespace

AttributeSql SqlOf(Dimension dimension) {
  switch (dimension) {
    case Dimension::kContentType:
      return {"content_type"};
    case Dimension::kDevice:
      return {"device"};
    case Dimension::kAge:
      return {"age"};
    case Dimension::kGender:
      return {"gender"};
    case Dimension::kSource:
      return {"source"};
    case Dimension::kFormat:
      return {"format"};
    case Dimension::kAccount:
      return {"claimed_account", "account_none"};
    case Dimension::kProductGroup:
      return {"product_group", "product_group_none"};
    case Dimension::kBoard:
      return {"board"};
    case Dimension::kPin:
      return {"pin"};
    case Dimension::kClaimed:
      return {"account_none"};
    case Dimension::kPromotion:
      return {"(content_type != 0)"};
  }
  return {"toUInt8(0)"};
}

absl::StatusOr<std::string> FilterSql(const Filter& filter) {
  using Operator = Filter::Operator;
  // Fewer conditions, and none that a server has to look at twice.
  const Filter merged = filter.Merged();
  std::vector<Part> parts;
  for (const Filter::Node& node : merged.nodes()) {
    switch (node.op) {
      case Operator::kCondition:
        parts.push_back({ConditionSql(node.dimension, merged.Values(node)), 1});
        break;
      case Operator::kNothing:
        parts.push_back({"0", 1});
        break;
      case Operator::kNot:
        parts.back() = {Concat("NOT (", parts.back().sql, ")"), parts.back().depth + 1};
        break;
      case Operator::kAnd:
      case Operator::kOr: {
        const auto first = parts.end() - static_cast<std::ptrdiff_t>(node.count);
        Part joined{.sql = "("};
        for (auto part = first; part != parts.end(); ++part) {
          if (part != first) joined.sql += node.op == Operator::kAnd ? " AND " : " OR ";
          joined.sql += part->sql;
          joined.depth = std::max(joined.depth, part->depth + 1);
        }
        joined.sql += ")";
        parts.erase(first, parts.end());
        parts.push_back(std::move(joined));
        break;
      }
    }
    if (parts.back().depth > kDeepest) {
      return absl::InvalidArgumentError(
          Concat("filter: is nested deeper than ", kDeepest, ", more than a server takes"));
    }
  }
  return parts.empty() ? std::string() : std::move(parts.back().sql);
}

}  // namespace pinmetrics
