#ifndef PINMETRICS_SRC_EXPORT_HTML_FIGURE_H_
#define PINMETRICS_SRC_EXPORT_HTML_FIGURE_H_

#include <optional>

#include "export/html/writer.h"
#include "pinmetrics/export/figure_text.h"
#include "pinmetrics/metrics/metric.h"

namespace pinmetrics {

/// The figure, with its exact value where the text is not exact; a dash that is read out where
/// there is none.
void WriteFigure(Unit unit, std::optional<double> figure, UnitPlace place, HtmlWriter& html);

/// The change as an arrow, so that colour is not all that tells, and as text; a dash where there is
/// none. The arrow goes by the text: what rounds to 0 neither rises nor falls. The colour goes by
/// which way is good news.
void WriteChange(std::optional<double> change, Direction direction, HtmlWriter& html);

///@{
/// The same as a cell of a table, without the exact value, which the table's CSV has.
void WriteFigureCell(Unit unit, std::optional<double> figure, HtmlWriter& html);
void WriteChangeCell(std::optional<double> change, Direction direction, HtmlWriter& html);
///@}

/// A part of 0..1 as a bar that needs neither style nor colours of the page.
void WriteBar(double part, HtmlWriter& html);

/// What a figure was, by its change; nothing where that does not tell: there is none, or all is
/// lost.
std::optional<double> FigureBefore(Unit unit, std::optional<double> figure,
                                   std::optional<double> change);

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_EXPORT_HTML_FIGURE_H_
