#ifndef PINMETRICS_SRC_EXPORT_SAME_QUESTION_H_
#define PINMETRICS_SRC_EXPORT_SAME_QUESTION_H_

#include <string>

#include "absl/status/status.h"
#include "pinmetrics/report/report.h"

namespace pinmetrics {

/// InvalidArgument, with `place` in front, if `part` is about other events than the overview's
/// report `whole`: if its period, filter, switches, zone or instant are others.
absl::Status CheckSameQuestion(const ReportHead& whole, const ReportHead& part,
                               const std::string& place);

/// The same for both of an overview's top lists, which must be of Pins and of boards.
absl::Status CheckTopListsOf(const Overview& overview);

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_EXPORT_SAME_QUESTION_H_
