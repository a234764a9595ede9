#ifndef PINMETRICS_SRC_STORE_QUERY_TOP_LIST_ENGINE_H_
#define PINMETRICS_SRC_STORE_QUERY_TOP_LIST_ENGINE_H_

#include <functional>

#include "pinmetrics/model/dimension.h"
#include "pinmetrics/model/pin.h"
#include "pinmetrics/report/query.h"
#include "pinmetrics/report/report.h"
#include "report/plan.h"
#include "store/day/store_state.h"
#include "store/query/read_trace.h"

namespace pinmetrics {

/// The top Pins or boards (`item`) of a plan, from blocks. `admits`, if set, leaves out the Pin
/// versions it is false for. Adds what it reads to `trace`.
TopList RunTopList(const StoreState& state, const Plan& plan, Dimension item,
                   const Ranking& ranking, const std::function<bool(const Pin&)>& admits,
                   ReadTrace& trace);

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_STORE_QUERY_TOP_LIST_ENGINE_H_
