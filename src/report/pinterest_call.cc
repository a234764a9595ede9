#include "report/pinterest_call.h"

#include "pinmetrics/metrics/catalogue.h"

namespace pinmetrics {

const std::vector<Metric>& MetricsOf(PinterestCall call) {
  static const std::vector<Metric> account = {
      kEngagements, kEngagementRate, kImpressions, kOutboundClicks, kOutboundClickRate,
      kPinClicks,   kPinClickRate,   kSaves,       kSaveRate};
  static const std::vector<Metric> video = {kImpressions,     kSaves,         kVideoViews,
                                            kAveragePlayTime, kTotalPlayTime, kPlayedTo95Percent,
                                            kTenSecondPlays,  kVideoStarts,   kOutboundClicks};
  static const std::vector<Metric> pin = {kImpressions,    kOutboundClicks,    kPinClicks,
                                          kSaves,          kSaveRate,          kVideoViews,
                                          kTenSecondPlays, kPlayedTo95Percent, kTotalPlayTime,
                                          kVideoStarts,    kAveragePlayTime};
  switch (call) {
    case PinterestCall::kUserAccount:
    case PinterestCall::kTopPins:
      return account;
    case PinterestCall::kTopVideoPins:
      return video;
    case PinterestCall::kPin:
    case PinterestCall::kPins:
      break;
  }
  return pin;
}

const std::vector<Metric>& RankingsOf(PinterestCall call) {
  static const std::vector<Metric> top = {kEngagements, kImpressions, kOutboundClicks, kPinClicks,
                                          kSaves};
  static const std::vector<Metric> none;
  switch (call) {
    case PinterestCall::kTopPins:
      return top;
    case PinterestCall::kTopVideoPins:
      return MetricsOf(call);  // All that it shows.
    default:
      return none;
  }
}

}  // namespace pinmetrics
