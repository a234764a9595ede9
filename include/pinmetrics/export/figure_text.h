#ifndef PINMETRICS_EXPORT_FIGURE_TEXT_H_
#define PINMETRICS_EXPORT_FIGURE_TEXT_H_

#include <optional>
#include <string>
#include <string_view>

#include "pinmetrics/metrics/metric.h"

/// @file
/// Figures for people, as our page and our tool show them: rounded, thousands grouped, and the same
/// in every locale. For programs there are export/csv.h and export/json.h.
///
/// A figure that is not 0 never reads as 0. A negative one has a true minus, U+2212, which is as
/// wide as a digit and is not a dash. Text is UTF-8.

namespace pinmetrics {

/// What stands where there is no figure: U+2013, a dash.
inline constexpr std::string_view kNoFigure = "\u2013";

/// Where the unit of a time stands: behind each figure, or in the heading that `TitleWithUnit`
/// gives.
enum class UnitPlace { kBehind, kHeading };

/// How numbers are written in a language; as it is made, in English. In Norwegian, which groups by
/// no-break spaces: `{.group = "\u00A0", .decimal = ",", .percent = "\u00A0%"}`.
struct NumberForm {
  std::string_view group = ",";      ///< Between thousands.
  std::string_view decimal = ".";    ///< Before decimals.
  std::string_view percent = "%";    ///< Behind a hundredfold, with the space before it.
  std::string_view minutes = "min";  ///< The unit of times, ...
  std::string_view seconds = "s";    ///< ... the space before it not with it.
};

/// A figure: `12,345` for counts and people, `4.75%` for ratios, `57.7 min`, `4.2 s`, or with the
/// unit in the heading `57.7`, `4.2`. What would round to 0 but is not is less than the least that
/// shows: `< 0.01%`. A count in fractions, which a host's formula may give, has two decimals. From
/// 10^15 on the shortest form: `1e+21`. `kNoFigure` for an absent figure and for what is not
/// finite.
std::string FigureText(Unit unit, std::optional<double> figure,
                       UnitPlace place = UnitPlace::kBehind, const NumberForm& form = {});

/// A relative change with its sign: `+12.3%`, `-4.0%` with a true minus. `0.0%` for what rounds to
/// it: that neither rises nor falls. `kNoFigure` for an absent change and for what is not finite.
std::string ChangeText(std::optional<double> change, const NumberForm& form = {});

/// A metric's title, with the unit that `UnitPlace::kHeading` leaves out of its figures: `Total
/// play time (min)`, `Saves`.
std::string TitleWithUnit(const Metric& metric);

}  // namespace pinmetrics

#endif  // PINMETRICS_EXPORT_FIGURE_TEXT_H_
