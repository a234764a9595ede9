#ifndef PINMETRICS_EXPORT_PINTEREST_JSON_H_
#define PINMETRICS_EXPORT_PINTEREST_JSON_H_

#include <span>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "pinmetrics/export/sink.h"
#include "pinmetrics/model/id.h"
#include "pinmetrics/report/report.h"

/// @file
/// Reports in the JSON of the Pinterest API v5, for programs that read that API. The requests in
/// that form: report/pinterest_request.h.
///
///   {
///     "all": {
///       "daily_metrics": [
///         {"data_status": "READY", "date": "2026-11-20", "metrics": {"SAVE": 6, "SAVE_RATE":
///         0.5}},
///         {"data_status": "PROCESSING", "date": "2026-11-21", "metrics": {}}
///       ],
///       "summary_metrics": {"SAVE": 6, "SAVE_RATE": 0.5}
///     }
///   }
///
/// Metrics are under their API names (`MetricDescription::pinterest_name`); those without one, such
/// as the audiences, are left out, and so is change. Counts are integers; of a host's own formula
/// with the unit count the number that it gives, a fraction too: the API's metrics are of the type
/// number. Times are milliseconds:
/// the total a whole number, the average a real one, which is the quotient of the total and
/// VIDEO_START if the report has both, and otherwise within a unit in its last place. Rates and
/// averages always have a point or an exponent, and are 0.0 where there is no data. A day without
/// values, and the summary of a period without any, have no metrics. Nothing is null.
///
/// A segment's key is `all` without a split, and otherwise the API's name of the value:
///
/// * by device MOBILE, TABLET, WEB (desktop); by source YOUR_PINS, OTHER_PINS;
/// * by claimed CLAIMED and OTHER;
/// * by promotion, the API's content type, ORGANIC and PAID (paid and earned together);
/// * for what the API cannot split by, or has no value for, our name in upper case: the device
///   UNSPECIFIED; the formats STANDARD, PRODUCT, IDEA, VIDEO; of our content types ORGANIC, PAID
///   (without earned), EARNED; 18-24; FEMALE; the id of a product group, or NONE.
///
/// As elsewhere, a split in which nothing occurs is one segment of zeros named `all`.
///
/// What cannot be carried is InvalidArgument, before anything is written: a split by account, for
/// which claimed is the API's own; a report by week or month, since the API knows days only; two
/// metrics with one API name. The `Write` functions return the sink's error too.

namespace pinmetrics {

///@{
/// AnalyticsResponse, the answer of user_account/analytics.
absl::Status WritePinterestJson(const Report& report, const Sink& sink);
absl::StatusOr<std::string> ToPinterestJson(const Report& report);
///@}

///@{
/// TopPinsAnalyticsResponse, or TopVideoPinsAnalyticsResponse if sorted by what only that knows.
/// A metric's status is ESTIMATE if live days count, else READY. InvalidArgument for a list of
/// boards, which the API does not have, and for one that is sorted by none of the API's `sort_by`.
absl::Status WritePinterestJson(const TopList& list, const Sink& sink);
absl::StatusOr<std::string> ToPinterestJson(const TopList& list);
///@}

/// A report on one Pin: its query's filter requires that Pin and no other (`QueryAbout` in
/// report/pinterest_request.h makes it). Else it is InvalidArgument: a report on several Pins would
/// be written as what each of them has.
struct PinReport {
  PinId pin = {};      ///< The Pin that was asked about.
  Report report = {};  ///< What was answered.
};

///@{
/// PinAnalyticsResponse, the answer of pins/analytics: as AnalyticsResponse with
/// `lifetime_metrics`, of which there are none: no event is a comment or a reaction.
absl::Status WritePinterestJson(const PinReport& pin, const Sink& sink);
absl::StatusOr<std::string> ToPinterestJson(const PinReport& pin);
///@}

///@{
/// BulkPinAnalyticsResponse, the answer of multi_pins/analytics: for each Pin's id the above.
/// InvalidArgument if a Pin is there twice, or its report is not about it alone.
absl::Status WritePinterestJson(std::span<const PinReport> pins, const Sink& sink);
absl::StatusOr<std::string> ToPinterestJson(std::span<const PinReport> pins);
///@}

}  // namespace pinmetrics

#endif  // PINMETRICS_EXPORT_PINTEREST_JSON_H_
