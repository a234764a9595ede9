#ifndef PINMETRICS_SRC_EXPORT_CLAIMED_ACCOUNTS_H_
#define PINMETRICS_SRC_EXPORT_CLAIMED_ACCOUNTS_H_

#include "absl/status/statusor.h"
#include "pinmetrics/report/report.h"

namespace pinmetrics {

/// True for a report that is split by account and has more than one.
bool HasSeveralAccounts(const Report& report);

/// The report with its accounts as one, under the id of the first. Only the metrics that the
/// Pinterest API has are put together, the others have no figures, and there is no change.
/// InvalidArgument names a metric that cannot be put together from the counts in the report.
absl::StatusOr<Report> JoinAccounts(const Report& report);

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_EXPORT_CLAIMED_ACCOUNTS_H_
