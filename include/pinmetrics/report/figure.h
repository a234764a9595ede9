#ifndef PINMETRICS_REPORT_FIGURE_H_
#define PINMETRICS_REPORT_FIGURE_H_

#include <optional>
#include <string>

#include "pinmetrics/model/fault.h"
#include "pinmetrics/model/print.h"

namespace pinmetrics {

/// What a report has for one metric: a number in the metric's unit, no data, or nothing at all
/// because the query did not ask for it. Reads like the `std::optional<double>` that it holds:
///
///   if (const Figure saves = report.Total(kSaves)) Show(*saves);
///
/// A small value. Its number compares: `report.Total(kSaves) == 12`.
class Figure {
 public:
  /// Of what was not asked for.
  constexpr Figure() = default;
  // A number is a figure, and so is its absence: these convert on purpose.
  // NOLINTBEGIN(google-explicit-constructor)
  ///@{
  /// The number, or that there is no data.
  constexpr Figure(double value) : asked_(true), value_(value) {}
  constexpr Figure(std::nullopt_t) : asked_(true) {}
  constexpr Figure(std::optional<double> value) : asked_(true), value_(value) {}
  ///@}
  // NOLINTEND(google-explicit-constructor)

  /// False if the query did not ask for it: another metric, segment or day, or a change without a
  /// comparison. A program that meets this asks for the wrong thing.
  constexpr bool was_asked() const { return asked_; }

  /// The number; absent where there is no data and where nothing was asked.
  constexpr const std::optional<double>& value() const { return value_; }

  /// True if there is a number.
  constexpr explicit operator bool() const { return value_.has_value(); }
  /// The number, which must be there.
  constexpr double operator*() const { return *value_; }
  /// The number if there is one, else `other`.
  constexpr double value_or(double other) const { return value_.value_or(other); }

  /// "12", "no data" or "not asked for".
  std::string ToString() const {
    if (!asked_) return "not asked for";
    return value_ ? model_internal::FormatShortest(*value_) : "no data";
  }

  /// No data and not asked for are two things.
  friend constexpr bool operator==(const Figure&, const Figure&) = default;

 private:
  bool asked_ = false;
  std::optional<double> value_;
};

}  // namespace pinmetrics

#endif  // PINMETRICS_REPORT_FIGURE_H_
