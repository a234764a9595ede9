#ifndef PINMETRICS_FILTER_FILTER_TEXT_H_
#define PINMETRICS_FILTER_FILTER_TEXT_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "pinmetrics/filter/filter.h"
#include "pinmetrics/model/attribute.h"
#include "pinmetrics/model/fault.h"

/// @file
/// The text form of filters, for configuration files, command lines and logs:
///
///   device:mobile,tablet -age:18-24 (source:your_pins or format:video)
///
/// Side by side (or with the word `and` between) means and; `or` binds less tightly; `-` or `not`
/// negates what follows; parentheses group. A condition is `dimension:value,value`, with the names
/// of model/dimension.h, ids in decimals, and `none` for no account or product group.
/// `content_type:paid_and_earned` is short for `content_type:paid,earned`. The empty text, and
/// `()` inside a text, pass everything. `ToString` (filter/filter.h) writes it.

namespace pinmetrics {

///@{
/// The limits of a filter's text: how long it is, and how deep in parentheses and nots.
inline constexpr std::size_t kMaxFilterTextBytes = 16 * 1024;
inline constexpr int kMaxFilterTextNesting = 64;
///@}

/// The filter that `text` says. InvalidArgument names the column (in bytes, from 1) and what was
/// expected there, or the limit that is passed: 16 KiB of text, 64 levels of parentheses and nots.
inline absl::StatusOr<Filter> ParseFilter(std::string_view text);

// ---- implementation ----

namespace filter_internal {

class FilterParser {
 public:
  explicit FilterParser(std::string_view text) : text_(text) {}

  absl::StatusOr<Filter> Parse() {
    SkipSpace();
    if (AtEnd()) return Filter();
    std::optional<Filter> filter = ParseOr();
    if (filter && !AtEnd()) filter = Fail(position_, "a condition, 'or' or the end");
    if (!filter) return absl::InvalidArgumentError(error_);
    return *std::move(filter);
  }

 private:
  // Each returns nothing once `error_` is set.

  std::optional<Filter> ParseOr() {
    std::optional<Filter> filter = ParseAnd();
    while (filter && TakeWord("or")) {
      const std::optional<Filter> right = ParseAnd();
      if (!right) return std::nullopt;
      filter = *std::move(filter) || *right;
    }
    return filter;
  }

  std::optional<Filter> ParseAnd() {
    std::optional<Filter> filter = ParseOperand();
    while (filter && !AtEnd() && Peek() != ')' && !AtWord("or")) {
      TakeWord("and");
      const std::optional<Filter> right = ParseOperand();
      if (!right) return std::nullopt;
      filter = *std::move(filter) && *right;
    }
    return filter;
  }

  std::optional<Filter> ParseOperand() {
    const std::size_t start = position_;
    if (Take('-') || TakeWord("not")) {
      return Nested(start, [this]() -> std::optional<Filter> {
        std::optional<Filter> filter = ParseOperand();
        if (!filter) return std::nullopt;
        return !*std::move(filter);
      });
    }
    if (Take('(')) {
      return Nested(start, [this]() -> std::optional<Filter> {
        if (Take(')')) return Filter();
        std::optional<Filter> filter = ParseOr();
        if (filter && !Take(')')) return Fail(position_, "a condition, 'or' or ')'");
        return filter;
      });
    }
    return ParseCondition();
  }

  template <typename Parse>
  std::optional<Filter> Nested(std::size_t start, Parse parse) {
    if (nesting_ == kMaxFilterTextNesting) {
      return Fail(start, "at most " + std::to_string(kMaxFilterTextNesting) +
                             " levels of parentheses and nots");
    }
    ++nesting_;
    std::optional<Filter> filter = parse();
    --nesting_;
    return filter;
  }

  std::optional<Filter> ParseCondition() {
    const std::size_t start = position_;
    const std::string_view name = WordAt(position_);
    const std::optional<Dimension> dimension = FromName<Dimension>(name);
    if (!dimension) {
      return Fail(start, "a condition on one of " + model_internal::ListNames<Dimension>() +
                             ", 'not' or '('");
    }
    position_ += name.size();
    if (AtEnd() || Peek() != ':') return Fail(position_, "':' and values of " + std::string(name));
    std::vector<Attribute> values;
    do {
      ++position_;
      const std::string_view value = WordAt(position_);
      if (*dimension == Dimension::kContentType && value == "paid_and_earned") {
        values.push_back(ContentType::kPaid);
        values.push_back(ContentType::kEarned);
      } else if (const std::optional<Attribute> known = ParseAttribute(*dimension, value)) {
        values.push_back(*known);
      } else {
        return Fail(position_, ExpectedValue(*dimension));
      }
      position_ += value.size();
    } while (!AtEnd() && Peek() == ',');
    if (!AtEnd() && !IsSpace(Peek()) && Peek() != '(' && Peek() != ')') {
      return Fail(position_, "a space, ',', '(' or ')'");
    }
    SkipSpace();
    return Filter::Condition(*dimension, std::move(values));
  }

  static std::string ExpectedValue(Dimension dimension) {
    const std::string name(NameOf(dimension));
    if (!HasNames(dimension)) {
      return "the id of " + name + ", a number up to 2^64-1" +
             (CanBeNone(dimension) ? ", or none" : "");
    }
    return VisitNames(dimension, [&name]<typename E>(EnumNames<E>) {
      return "a value of " + name + ": " + model_internal::ListNames<E>();
    });
  }

  std::nullopt_t Fail(std::size_t position, const std::string& expected) {
    const std::string_view word = WordAt(position);
    const std::string_view found = word.empty() ? text_.substr(position, 1) : word.substr(0, 40);
    error_ = "filter: column " + std::to_string(position + 1) + ": " +
             (found.empty() ? "the end" : "'" + Printable(found) + "'") + ", expected " + expected;
    return std::nullopt;
  }

  /// Without control characters, which could steer a terminal that shows the message.
  static std::string Printable(std::string_view word) {
    std::string text(word);
    for (char& c : text) {
      if (static_cast<unsigned char>(c) < 0x20 || c == '\x7f') c = '?';
    }
    return text;
  }

  static bool IsSpace(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

  /// The longest run from `position` of characters that names and values are made of.
  std::string_view WordAt(std::size_t position) const {
    std::size_t end = position;
    while (end < text_.size() && !IsSpace(text_[end]) &&
           std::string_view("():,").find(text_[end]) == std::string_view::npos) {
      ++end;
    }
    return text_.substr(position, end - position);
  }

  bool AtEnd() const { return position_ == text_.size(); }
  char Peek() const { return text_[position_]; }
  void SkipSpace() {
    while (!AtEnd() && IsSpace(Peek())) ++position_;
  }
  bool AtWord(std::string_view word) const {
    const std::size_t end = position_ + word.size();
    return WordAt(position_) == word && (end == text_.size() || text_[end] != ':');
  }
  bool TakeWord(std::string_view word) {
    if (!AtWord(word)) return false;
    position_ += word.size();
    SkipSpace();
    return true;
  }
  bool Take(char c) {
    if (AtEnd() || Peek() != c) return false;
    ++position_;
    SkipSpace();
    return true;
  }

  std::string_view text_;
  std::size_t position_ = 0;
  int nesting_ = 0;
  std::string error_;
};

}  // namespace filter_internal

inline absl::StatusOr<Filter> ParseFilter(std::string_view text) {
  if (text.size() > kMaxFilterTextBytes) {
    return absl::InvalidArgumentError("filter: " + std::to_string(text.size()) +
                                      " bytes of text, expected at most " +
                                      std::to_string(kMaxFilterTextBytes));
  }
  return filter_internal::FilterParser(text).Parse();
}

}  // namespace pinmetrics

#endif  // PINMETRICS_FILTER_FILTER_TEXT_H_
