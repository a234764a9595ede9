#ifndef PINMETRICS_SRC_REPORT_PINTEREST_CALL_H_
#define PINMETRICS_SRC_REPORT_PINTEREST_CALL_H_

#include <vector>

#include "pinmetrics/metrics/metric.h"
#include "pinmetrics/report/pinterest_request.h"

namespace pinmetrics {

/// The metrics that `call` can be asked for and this library has, as the API lists them.
const std::vector<Metric>& MetricsOf(PinterestCall call);

/// The metrics that `call` can be sorted by, as the API lists them; none but for top lists.
const std::vector<Metric>& RankingsOf(PinterestCall call);

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_REPORT_PINTEREST_CALL_H_
