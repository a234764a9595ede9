#ifndef PINMETRICS_REPORT_PINTEREST_REQUEST_H_
#define PINMETRICS_REPORT_PINTEREST_REQUEST_H_

#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "pinmetrics/model/dimension.h"
#include "pinmetrics/model/id.h"
#include "pinmetrics/report/query.h"

/// @file
/// Requests in the form of the Pinterest API v5, so that a host can serve its analytics calls:
/// parameters in, a `Query` out. The answers in that form: export/pinterest_json.h.

namespace pinmetrics {

/// The API's analytics calls.
enum class PinterestCall : std::uint8_t {
  kUserAccount = 0,   ///< GET /user_account/analytics
  kTopPins = 1,       ///< GET /user_account/analytics/top_pins
  kTopVideoPins = 2,  ///< GET /user_account/analytics/top_video_pins
  kPin = 3,           ///< GET /pins/{pin_id}/analytics
  kPins = 4,          ///< GET /pins/analytics
};

/// The API's own ids of the calls.
template <>
struct EnumNames<PinterestCall> {
  static constexpr std::string_view kWhat = "an analytics call";
  static constexpr std::array<std::string_view, 5> kNames = {
      "user_account/analytics", "user_account/analytics/top_pins",
      "user_account/analytics/top_video_pins", "pins/analytics", "multi_pins/analytics"};
};

/// A parameter of a call, in the path or the query, after URL decoding.
struct PinterestParameter {
  std::string_view name;   ///< As the API spells it.
  std::string_view value;  ///< As the caller wrote it; several are split by commas.
};

/// What a call asks for. A plain value.
struct PinterestRequest {
  /// For a call on Pins it is about all of them together; `QueryAbout` asks about one.
  Query query = {};
  /// Of the two calls for top lists.
  Ranking ranking = {};
  /// The Pins of the calls on Pins, as ordered there. Whether they exist is for the host to say.
  std::vector<PinId> pins = {};

  friend bool operator==(const PinterestRequest&, const PinterestRequest&) = default;
};

/// The request that the parameters of `call` make, in whatever order they come. InvalidArgument
/// names a parameter that the call does not have, that is missing or given twice, or whose value is
/// none of the API's or cannot be served, and says what was expected. Nothing is ignored.
///
/// Enums are compared without case, lists are separated by commas (`pin_ids` may also be repeated),
/// and of a date-time the date counts. What the API leaves open, or has and this library has not:
///
/// * `start_date` and `end_date` are days of the reporting zone. How far back they reach is the
///   query's to refuse, not the API's 90 days.
/// * `metric_types` left out, where it may be: all that the call lists. TOTAL_COMMENTS,
///   TOTAL_REACTIONS, USER_FOLLOW and PROFILE_VISIT are refused: no event is one of these.
/// * `content_type`, and the ORGANIC_ and ADS_ formats, are the dimension promotion: PAID is paid
///   and earned together, so that PAID and ORGANIC are the two parts of ALL. ORGANIC_IMAGE is the
///   format `standard`.
/// * `app_types` WEB is the device `desktop`. Unspecified devices are in ALL alone.
/// * `from_claimed_content` and the `split_field` OWNED_CONTENT are the dimension claimed: CLAIMED
///   are Pins that lead to an account, OTHER those that lead to none.
/// * `ad_account_id` is refused: which account is asked is for the host to say. Take it out first.
/// * The saved switch, which the API does not have, is off, but on in calls on Pins: a saved Pin
///   that is asked for by its id has figures.
absl::StatusOr<PinterestRequest> ParsePinterestRequest(
    PinterestCall call, std::span<const PinterestParameter> parameters);

/// What the request asks about one of its Pins: the query to run for each `PinReport`
/// (export/pinterest_json.h), whose exporter takes no report that is about more than its Pin. Of a
/// Pin that is not among `request.pins` nothing counts, and its report is refused there, for not
/// being about it.
Query QueryAbout(const PinterestRequest& request, PinId pin);

}  // namespace pinmetrics

#endif  // PINMETRICS_REPORT_PINTEREST_REQUEST_H_
