#ifndef PINMETRICS_SRC_EXPORT_HTML_FIGURE_H_
#define PINMETRICS_SRC_EXPORT_HTML_FIGURE_H_

#include <optional>
#include <string>

#include "export/html_writer.h"
#include "pinmetrics/metrics/metric.h"

/// Figures for people: rounded, and the same in every locale.

namespace pinmetrics {

/// Where the unit of a time stands: behind it, or in the heading of its column.
enum class UnitPlace { kBehind, kHeading };

/// With `decimals` behind the point and thousands grouped: `12,345.7`. From 10^15 on the shortest
/// form.
std::string Grouped(double value, int decimals);

/// A finite value: `12,345` for counts and people, `4.75%` for ratios, `57.7 min`, `4.2 s`. What
/// would round to 0 but is not is less than the least that shows: `< 0.01%`.
std::string FigureText(Unit unit, double value, UnitPlace place = UnitPlace::kBehind);

/// A relative change with its sign: `+12.3%`, `-4.0%` with a true minus, `0.0%`.
std::string ChangeText(double change);

/// A metric's title, with the unit that `UnitPlace::kHeading` leaves out: `Total play time (min)`.
std::string TitleWithUnit(const Metric& metric);

/// The figure, with its exact value where the text is not exact; a dash where there is none.
void WriteFigure(Unit unit, std::optional<double> figure, UnitPlace place, HtmlWriter& html);

/// The change as an arrow, so that colour is not all that tells, and as text; a dash where there is
/// none. The arrow goes by the text: what rounds to 0 neither rises nor falls.
void WriteChange(std::optional<double> change, HtmlWriter& html);

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_EXPORT_HTML_FIGURE_H_
