#ifndef PINMETRICS_METRICS_CATALOGUE_H_
#define PINMETRICS_METRICS_CATALOGUE_H_

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "pinmetrics/metrics/metric.h"
#include "pinmetrics/metrics/tally.h"

/// @file
/// Every metric of the product, each defined once: engines, exporters and docs/metrics.md read it
/// here. Where a definition is this library's own choice its source says so.

namespace pinmetrics {

/// Where the catalogue's definitions come from.
namespace sources {
///@{
/// `MetricDescription::source` of metrics below.
inline constexpr const char* kHelp = "Pinterest help centre, Pinterest Analytics";
inline constexpr const char* kApi = "Pinterest API v5, analytics";
inline constexpr const char* kOwn = "pinmetrics; the sources leave it open";
///@}
}  // namespace sources

// ---- counts of events ----

///@{
/// A metric of the product or its API. What it counts is its `definition` here, or follows from
/// what it is made of; where that comes from is its `source`.
inline const CountMetric kImpressions = Count({.name = "impressions",
                                               .title = "Impressions",
                                               .definition = "How often the Pins were on screen.",
                                               .source = sources::kHelp,
                                               .pinterest_name = "IMPRESSION"},
                                              Tally::kImpressions);

/// Every action of `IsEngagement`, once.
inline const CountMetric kEngagements(
    {.name = "engagements",
     .title = "Engagements",
     .definition = "Saves, Pin clicks, outbound clicks, carousel swipes, clicks on the secondary "
                   "creative of a collection and swipes through idea Pins, together.",
     .source = sources::kHelp,
     .pinterest_name = "ENGAGEMENT"},
    [] {
      CounterWeights weights{};
      for (std::size_t i = 0; i < kCountOf<Action>; ++i) {
        weights[i] = IsEngagement(static_cast<Action>(i));
      }
      return weights;
    }());

inline const CountMetric kPinClicks = Count({.name = "pin_clicks",
                                             .title = "Pin clicks",
                                             .definition = "Clicks that opened a Pin.",
                                             .source = sources::kHelp,
                                             .pinterest_name = "PIN_CLICK"},
                                            Tally::kPinClicks);

inline const CountMetric kOutboundClicks = Count({.name = "outbound_clicks",
                                                  .title = "Outbound clicks",
                                                  .definition = "Clicks to where a Pin leads.",
                                                  .source = sources::kHelp,
                                                  .pinterest_name = "OUTBOUND_CLICK"},
                                                 Tally::kOutboundClicks);

inline const CountMetric kSaves = Count({.name = "saves",
                                         .title = "Saves",
                                         .definition = "How often Pins were saved to a board.",
                                         .source = sources::kHelp,
                                         .pinterest_name = "SAVE"},
                                        Tally::kSaves);

// ---- rates ----

/// The rate's own three actions, without the swipes and collection clicks of `kEngagements`.
inline const Metric kEngagementRate = Ratio(
    {.name = "engagement_rate",
     .title = "Engagement rate",
     .definition = "(saves + pin_clicks + outbound_clicks) / impressions: the three actions that "
                   "the product's definition of the rate names.",
     .source = sources::kHelp,
     .pinterest_name = "ENGAGEMENT_RATE"},
    Sum("rate_engagements", kSaves, kPinClicks, kOutboundClicks), kImpressions);

inline const Metric kPinClickRate = Ratio({.name = "pin_click_rate",
                                           .title = "Pin click rate",
                                           .source = sources::kHelp,
                                           .pinterest_name = "PIN_CLICK_RATE"},
                                          kPinClicks, kImpressions);

inline const Metric kOutboundClickRate = Ratio({.name = "outbound_click_rate",
                                                .title = "Outbound click rate",
                                                .source = sources::kHelp,
                                                .pinterest_name = "OUTBOUND_CLICK_RATE"},
                                               kOutboundClicks, kImpressions);

inline const Metric kSaveRate = Ratio({.name = "save_rate",
                                       .title = "Save rate",
                                       .source = sources::kHelp,
                                       .pinterest_name = "SAVE_RATE"},
                                      kSaves, kImpressions);

// ---- video ----

inline const CountMetric kVideoViews =
    Count({.name = "video_views",
           .title = "Video views",
           .definition = "Playbacks with at least half of the video on screen for 2 seconds or "
                         "more without a break.",
           .source = sources::kHelp,
           .pinterest_name = "VIDEO_MRC_VIEW"},
          Tally::kVideoViews);

inline const CountMetric kTenSecondPlays = Count({.name = "ten_second_plays",
                                                  .title = "10-second plays",
                                                  .definition = "Playbacks of 10 seconds or more.",
                                                  .source = sources::kHelp,
                                                  .pinterest_name = "VIDEO_10S_VIEW"},
                                                 Tally::kTenSecondPlays);

inline const CountMetric kPlayedTo95Percent =
    Count({.name = "played_to_95_percent",
           .title = "Played to 95%",
           .definition = "Playbacks that showed at least 95 % of the video's length. Not bounded "
                         "by ten_second_plays: short clips end sooner.",
           .source = sources::kHelp,
           .pinterest_name = "QUARTILE_95_PERCENT_VIEW"},
          Tally::kPlayedTo95Percent);

namespace catalogue_internal {

inline const CountMetric kPlayTimeMs = Count({.name = "play_time_ms"}, Tally::kPlayTimeMs);
inline const CountMetric kPlaybacks = Count({.name = "playbacks"}, Tally::kPlaybacks);

}  // namespace catalogue_internal

inline const Metric kTotalPlayTime =
    Measure({.name = "total_play_time",
             .title = "Total play time",
             .definition = "The play times of all playbacks, static cards included, together.",
             .source = sources::kHelp,
             .pinterest_name = "VIDEO_V50_WATCH_TIME"},
            Unit::kMinutes, catalogue_internal::kPlayTimeMs, 60'000);

inline const Metric kAveragePlayTime =
    Average({.name = "average_play_time",
             .title = "Average play time",
             .definition = "Total play time / playbacks.",
             .source = sources::kHelp,
             .pinterest_name = "VIDEO_AVG_WATCH_TIME"},
            Unit::kSeconds, catalogue_internal::kPlayTimeMs, 1'000, catalogue_internal::kPlaybacks);

// ---- people ----

inline const Metric kTotalAudience = Fact({.name = "total_audience",
                                           .title = "Total audience",
                                           .definition = "Distinct viewers with any event.",
                                           .source = sources::kHelp},
                                          &Facts::total_audience);

inline const Metric kEngagedAudience =
    Fact({.name = "engaged_audience",
          .title = "Engaged audience",
          .definition = "Distinct viewers with an engagement, any of the six actions.",
          .source = sources::kHelp},
         &Facts::engaged_audience);

inline const Metric kMonthlyTotalAudience = MonthlyFact(
    {.name = "monthly_total_audience",
     .title = "Monthly total audience",
     .definition = "total_audience over the 30 days that end with the day, both ends included.",
     .source = sources::kHelp},
    Unit::kPeople, &MonthlyFacts::total_audience);

inline const Metric kMonthlyEngagedAudience = MonthlyFact(
    {.name = "monthly_engaged_audience",
     .title = "Monthly engaged audience",
     .definition = "engaged_audience over the 30 days that end with the day, both ends included.",
     .source = sources::kHelp},
    Unit::kPeople, &MonthlyFacts::engaged_audience);

inline const Metric kMonthlyViews = MonthlyFact(
    {.name = "monthly_views",
     .title = "Monthly views",
     .definition = "Impressions over the 30 days that end with the day, both ends included, of "
                   "Pins that are not saved Pins, whatever the saved switch says.",
     .source = sources::kHelp},
    Unit::kCount, &MonthlyFacts::views);

// ---- beside them in the API ----

inline const CountMetric kVideoStarts = Count({.name = "video_starts",
                                               .title = "Video starts",
                                               .definition = "Playbacks, however short.",
                                               .source = sources::kApi,
                                               .pinterest_name = "VIDEO_START"},
                                              Tally::kPlaybacks);

inline const Metric kTotalEngagementRate =
    Ratio({.name = "total_engagement_rate",
           .title = "Total engagement rate",
           .definition = "engagements / impressions, with all six actions.",
           .source = sources::kApi},
          kEngagements, kImpressions);
///@}

/// All of the above, in this order: what a query without named metrics asks for.
inline const std::vector<Metric>& Catalogue() {
  static const std::vector<Metric> catalogue = {kImpressions,
                                                kEngagements,
                                                kPinClicks,
                                                kOutboundClicks,
                                                kSaves,
                                                kEngagementRate,
                                                kPinClickRate,
                                                kOutboundClickRate,
                                                kSaveRate,
                                                kVideoViews,
                                                kTenSecondPlays,
                                                kPlayedTo95Percent,
                                                kTotalPlayTime,
                                                kAveragePlayTime,
                                                kTotalAudience,
                                                kEngagedAudience,
                                                kMonthlyTotalAudience,
                                                kMonthlyEngagedAudience,
                                                kMonthlyViews,
                                                kVideoStarts,
                                                kTotalEngagementRate};
  return catalogue;
}

/// The catalogue's metric of that name (`save_rate`), if there is one.
inline std::optional<Metric> FindMetric(std::string_view name) {
  for (const Metric& metric : Catalogue()) {
    if (metric.name() == name) return metric;
  }
  return std::nullopt;
}

}  // namespace pinmetrics

#endif  // PINMETRICS_METRICS_CATALOGUE_H_
