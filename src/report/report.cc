#include "pinmetrics/report/report.h"

#include "model/absl_text.h"
#include "pinmetrics/model/fault.h"

namespace pinmetrics {
namespace {

/// `metrics` names them where it is known.
std::string FiguresText(const Figures& figures, const std::vector<Metric>* metrics) {
  if (figures.empty()) return "no values";
  std::string text;
  for (std::size_t i = 0; i < figures.size(); ++i) {
    if (i > 0) text += ", ";
    if (metrics != nullptr && i < metrics->size()) text += (*metrics)[i].name() + " ";
    text += Figure(figures[i]).ToString();
  }
  return text;
}

std::string RowText(const TotalRow& row, const std::string& segment,
                    const std::vector<Metric>* metrics) {
  std::string text = "total of " + segment + ": " + FiguresText(row.figures, metrics);
  if (!row.change.empty()) text += "; change: " + FiguresText(row.change, metrics);
  return text;
}

std::string RowText(const DayRow& row, const std::string& segment,
                    const std::vector<Metric>* metrics) {
  std::string text = ToString(row.day);
  if (row.last_day != row.day) text += ".." + ToString(row.last_day);
  if (row.partial) text += " in part";
  return text + " of " + segment + ", " + ToString(row.status) + ": " +
         FiguresText(row.figures, metrics);
}

std::string RowText(const TopRow& row, const std::vector<Metric>* metrics) {
  return (row.pin() ? "Pin " : "board ") + std::to_string(row.number()) + " '" + row.title +
         "': " + FiguresText(row.figures, metrics);
}

std::string SegmentNumber(const std::optional<Attribute>& segment) {
  return segment ? "segment " + segment->ToString() : "all";
}

std::string HeadText(const ReportHead& head) {
  std::string text = ToString(head.query) + "\nmade at " + FormatInstant(head.now) + " in " +
                     std::string(ToStd(head.time_zone.name())) + ", complete to " +
                     ToString(head.latest_complete_day);
  if (head.compared_with) text += ", compared with " + ToString(*head.compared_with);
  return text;
}

}  // namespace

std::string ToString(const TotalRow& row) {
  return RowText(row, SegmentNumber(row.segment), nullptr);
}

std::string ToString(const DayRow& row) {
  return RowText(row, SegmentNumber(row.segment), nullptr);
}

std::string ToString(const TopRow& row) { return RowText(row, nullptr); }

std::string ToString(const Report& report) {
  std::string text = HeadText(report);
  for (const TotalRow& row : report.totals) {
    text += "\n" + RowText(row, SegmentText(report.query, row.segment), &report.query.metrics);
  }
  for (const DayRow& row : report.days) {
    text += "\n" + RowText(row, SegmentText(report.query, row.segment), &report.query.metrics);
  }
  return text;
}

std::string ToString(const TopList& list) {
  std::string text =
      HeadText(list) + "\n" + ToString(list.ranking) + ", each a " + ToString(list.item);
  for (const TopRow& row : list.rows) text += "\n" + RowText(row, &list.query.metrics);
  return text;
}

std::string ToString(const Overview& overview) {
  return ToString(overview.report) + "\n" + ToString(overview.top_pins) + "\n" +
         ToString(overview.top_boards);
}

}  // namespace pinmetrics
