#ifndef PINMETRICS_SRC_EXPORT_HTML_STATUS_H_
#define PINMETRICS_SRC_EXPORT_HTML_STATUS_H_

#include <string_view>

#include "pinmetrics/report/report.h"

namespace pinmetrics {

/// A day's status in the page's words.
constexpr std::string_view StatusText(DayStatus status) {
  switch (status) {
    case DayStatus::kReady:
      return "final";
    case DayStatus::kEstimate:
      return "estimate";
    case DayStatus::kProcessing:
      return "no figures yet";
    case DayStatus::kBeforeBusinessCreated:
      return "before the account";
  }
  return "?";
}

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_EXPORT_HTML_STATUS_H_
