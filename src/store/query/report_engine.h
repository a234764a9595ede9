#ifndef PINMETRICS_SRC_STORE_QUERY_REPORT_ENGINE_H_
#define PINMETRICS_SRC_STORE_QUERY_REPORT_ENGINE_H_

#include "pinmetrics/report/report.h"
#include "report/plan.h"
#include "store/day/store_state.h"
#include "store/query/read_trace.h"

namespace pinmetrics {

/// The report of a plan, from blocks. Adds what it reads to `trace`.
Report RunReport(const StoreState& state, const Plan& plan, ReadTrace& trace);

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_STORE_QUERY_REPORT_ENGINE_H_
