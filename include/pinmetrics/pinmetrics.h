#ifndef PINMETRICS_PINMETRICS_H_
#define PINMETRICS_PINMETRICS_H_

/// @file
/// All of pinmetrics but the optional components: calendar/boost.h, which is for hosts that use
/// Boost.Date_Time and takes long to compile, and durable/, which needs SQLite. The headers of
/// model, filter, metrics and rank are complete by themselves; the others need the compiled
/// library, pinmetrics::pinmetrics.

/// All names of the library. Those in namespaces `..._internal` are not for hosts.
namespace pinmetrics {}

#include "pinmetrics/calendar/date_range.h"
#include "pinmetrics/calendar/interval.h"
#include "pinmetrics/calendar/reporting_calendar.h"
#include "pinmetrics/export/arrow.h"
#include "pinmetrics/export/arrow_abi.h"
#include "pinmetrics/export/arrow_events.h"
#include "pinmetrics/export/csv.h"
#include "pinmetrics/export/csvw.h"
#include "pinmetrics/export/figure_text.h"
#include "pinmetrics/export/html.h"
#include "pinmetrics/export/json.h"
#include "pinmetrics/export/page_language.h"
#include "pinmetrics/export/pinterest_json.h"
#include "pinmetrics/export/sink.h"
#include "pinmetrics/filter/filter.h"
#include "pinmetrics/filter/filter_text.h"
#include "pinmetrics/filter/matcher.h"
#include "pinmetrics/metrics/calculate.h"
#include "pinmetrics/metrics/catalogue.h"
#include "pinmetrics/metrics/metric.h"
#include "pinmetrics/metrics/tally.h"
#include "pinmetrics/metrics/viewer_set.h"
#include "pinmetrics/model/attribute.h"
#include "pinmetrics/model/dimension.h"
#include "pinmetrics/model/event.h"
#include "pinmetrics/model/event_columns.h"
#include "pinmetrics/model/fault.h"
#include "pinmetrics/model/id.h"
#include "pinmetrics/model/pin.h"
#include "pinmetrics/model/print.h"
#include "pinmetrics/rank/top_n.h"
#include "pinmetrics/report/engine.h"
#include "pinmetrics/report/evaluate.h"
#include "pinmetrics/report/figure.h"
#include "pinmetrics/report/pinterest_request.h"
#include "pinmetrics/report/query.h"
#include "pinmetrics/report/report.h"
#include "pinmetrics/store/snapshot.h"
#include "pinmetrics/store/store.h"
#include "pinmetrics/store/store_rows.h"

#endif  // PINMETRICS_PINMETRICS_H_
