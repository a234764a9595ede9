#include "pinmetrics/report/pinterest_request.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/time/time.h"
#include "calendar/quote.h"
#include "model/absl_text.h"
#include "pinmetrics/calendar/date_range.h"
#include "pinmetrics/filter/filter.h"
#include "pinmetrics/model/fault.h"
#include "report/pinterest_call.h"
#include "report/pinterest_names.h"

namespace pinmetrics {
namespace {

/// Parameters as they are read, before what they mean together is known.
struct Draft {
  PinterestCall call;
  PinterestRequest request = {};
  absl::CivilDay start = {};
  absl::CivilDay end = {};
};

absl::Status Wrong(std::string_view name, std::string_view what) {
  return absl::InvalidArgumentError(std::string(name) + ": " + std::string(what));
}

bool IsSame(std::string_view a, std::string_view b) {
  return absl::EqualsIgnoreCase(ToAbsl(a), ToAbsl(b));
}

/// A value of an enum and what it stands for.
template <typename T>
struct Choice {
  std::string name;
  T value;
};

template <typename T>
absl::Status ParseChoice(std::string_view name, std::string_view text,
                         const std::vector<Choice<T>>& choices, T& value) {
  std::string known;
  for (const Choice<T>& choice : choices) {
    if (IsSame(choice.name, text)) {
      value = choice.value;
      return absl::OkStatus();
    }
    known += (known.empty() ? "" : ", ") + choice.name;
  }
  return Wrong(name, Quote(text) + " is not known, expected one of " + known);
}

// ---- one reader for each parameter: what it asks for goes to the draft ----

/// True for what may stand behind `day` in a date-time: a time of day, with or without a zone. The
/// second 60 can be a leap second only.
bool IsTimeOfDay(absl::CivilDay day, std::string_view text) {
  if (text.empty() || text.front() < '0' || text.front() > '9') return false;
  constexpr std::array<std::string_view, 4> kForms = {"%H:%M:%E*S%Ez", "%H:%M:%E*S", "%H:%M%Ez",
                                                      "%H:%M"};
  absl::Time time;  // As if on 1970-01-01.
  const bool is_read = std::any_of(kForms.begin(), kForms.end(), [&](std::string_view form) {
    return absl::ParseTime(ToAbsl(form), ToAbsl(text), &time, nullptr);
  });
  if (!is_read || text.find(":60") == std::string_view::npos) return is_read;
  // Read as the second after.
  const absl::CivilSecond after = absl::ToCivilSecond(time, absl::UTCTimeZone());
  return after == absl::CivilSecond(absl::CivilDay(after)) &&
         CanFollowLeapSecond(day + (absl::CivilDay(after) - absl::CivilDay(1970, 1, 1)));
}

absl::Status ParseDate(std::string_view name, std::string_view text, absl::CivilDay& day) {
  constexpr std::size_t kDateSize = 10;
  constexpr std::string_view kSeparators = "Tt ";
  absl::StatusOr<absl::CivilDay> parsed = ParseDay(text);
  if (text.size() > kDateSize && kSeparators.find(text[kDateSize]) != std::string_view::npos) {
    const absl::StatusOr<absl::CivilDay> date = ParseDay(text.substr(0, kDateSize));
    if (date.ok() && IsTimeOfDay(*date, text.substr(kDateSize + 1))) parsed = date;
  }
  if (!parsed.ok()) return Wrong(name, ToStd(parsed.status().message()));
  day = *parsed;
  return absl::OkStatus();
}

absl::Status ParseStartDate(std::string_view name, std::string_view value, Draft& draft) {
  return ParseDate(name, value, draft.start);
}

absl::Status ParseEndDate(std::string_view name, std::string_view value, Draft& draft) {
  absl::Status status = ParseDate(name, value, draft.end);
  if (status.ok() && draft.end < draft.start) {
    status = Wrong(name, ToString(draft.end) + " is before start_date, " + ToString(draft.start) +
                             ", expected that day or later");
  }
  return status;
}

absl::Status ParseCondition(std::string_view name, std::string_view value,
                            const std::vector<Choice<Filter>>& choices, Draft& draft) {
  Filter filter;
  absl::Status status = ParseChoice(name, value, choices, filter);
  draft.request.query.filter = std::move(draft.request.query.filter) && filter;
  return status;
}

// Which values of our dimensions the API's enums stand for.

template <typename E>
Choice<Filter> Named(E value) {
  return {PinterestName(DimensionOf<E>::kValue, value), Is(value)};
}

absl::Status ParseFromClaimedContent(std::string_view name, std::string_view value, Draft& draft) {
  static const std::vector<Choice<Filter>> choices = {
      Named(Claimed::kNo), Named(Claimed::kYes), {"BOTH", Filter()}};
  return ParseCondition(name, value, choices, draft);
}

absl::Status ParsePinFormat(std::string_view name, std::string_view value, Draft& draft) {
  static const Filter organic = Is(Promotion::kOrganic);
  static const Filter promoted = Is(Promotion::kPaidAndEarned);
  static const std::vector<Choice<Filter>> choices = {
      {"ALL", Filter()},
      {"ORGANIC_IMAGE", Is(PinFormat::kStandard) && organic},
      {"ORGANIC_PRODUCT", Is(PinFormat::kProduct) && organic},
      {"ORGANIC_VIDEO", Is(PinFormat::kVideo) && organic},
      {"ADS_STANDARD", Is(PinFormat::kStandard) && promoted},
      {"ADS_PRODUCT", Is(PinFormat::kProduct) && promoted},
      {"ADS_VIDEO", Is(PinFormat::kVideo) && promoted},
      {"ADS_IDEA", Is(PinFormat::kIdea) && promoted}};
  return ParseCondition(name, value, choices, draft);
}

absl::Status ParseAppTypes(std::string_view name, std::string_view value, Draft& draft) {
  static const std::vector<Choice<Filter>> choices = {
      {"ALL", Filter()}, Named(Device::kMobile), Named(Device::kTablet), Named(Device::kDesktop)};
  return ParseCondition(name, value, choices, draft);
}

absl::Status ParseContentType(std::string_view name, std::string_view value, Draft& draft) {
  static const std::vector<Choice<Filter>> choices = {
      {"ALL", Filter()}, Named(Promotion::kPaidAndEarned), Named(Promotion::kOrganic)};
  return ParseCondition(name, value, choices, draft);
}

absl::Status ParseSource(std::string_view name, std::string_view value, Draft& draft) {
  static const std::vector<Choice<Filter>> choices = {
      {"ALL", Filter()}, Named(PinSource::kYourPins), Named(PinSource::kOtherPins)};
  return ParseCondition(name, value, choices, draft);
}

absl::Status ParseSplitField(std::string_view name, std::string_view value, Draft& draft) {
  using Split = std::optional<Dimension>;
  std::vector<Choice<Split>> choices = {{"NO_SPLIT", std::nullopt},
                                        {"APP_TYPE", Dimension::kDevice}};
  if (draft.call == PinterestCall::kUserAccount) {
    choices.push_back({"OWNED_CONTENT", Dimension::kClaimed});
    choices.push_back({"SOURCE", Dimension::kSource});
    choices.push_back({"PIN_FORMAT", Dimension::kFormat});
  }
  return ParseChoice(name, value, choices, draft.request.query.split);
}

std::vector<Choice<std::optional<Metric>>> ByPinterestName(const std::vector<Metric>& metrics) {
  std::vector<Choice<std::optional<Metric>>> choices;
  choices.reserve(metrics.size());
  for (const Metric& metric : metrics) {
    choices.push_back({metric.description().pinterest_name, metric});
  }
  return choices;
}

absl::Status ParseMetricType(std::string_view name, std::string_view value, Draft& draft) {
  constexpr std::array<std::string_view, 4> kNotRecorded = {"TOTAL_COMMENTS", "TOTAL_REACTIONS",
                                                            "USER_FOLLOW", "PROFILE_VISIT"};
  std::optional<Metric> metric;
  absl::Status status = ParseChoice(name, value, ByPinterestName(MetricsOf(draft.call)), metric);
  if (!status.ok()) {
    const bool of_pins = draft.call == PinterestCall::kPin || draft.call == PinterestCall::kPins;
    const auto same = [value](std::string_view other) { return IsSame(other, value); };
    if (of_pins && std::any_of(kNotRecorded.begin(), kNotRecorded.end(), same)) {
      return Wrong(name, Quote(value) +
                             " is not supported, no event is one of these: comments, "
                             "reactions, follows and visits of the profile");
    }
    return status;
  }
  std::vector<Metric>& metrics = draft.request.query.metrics;
  if (std::find(metrics.begin(), metrics.end(), *metric) != metrics.end()) {
    return Wrong(name, Quote(value) + " is there twice, expected once");
  }
  metrics.push_back(*std::move(metric));
  return absl::OkStatus();
}

absl::Status ParseSortBy(std::string_view name, std::string_view value, Draft& draft) {
  std::optional<Metric> metric;
  absl::Status status = ParseChoice(name, value, ByPinterestName(RankingsOf(draft.call)), metric);
  if (status.ok()) draft.request.ranking.by = *std::move(metric);
  return status;
}

/// The number in decimal digits, if there is nothing else in `text`.
template <typename Number>
std::optional<Number> ParseNumber(std::string_view text) {
  Number number = 0;
  const char* const end = text.data() + text.size();
  const std::from_chars_result read = std::from_chars(text.data(), end, number);
  if (read.ec != std::errc() || read.ptr != end) return std::nullopt;
  return number;
}

absl::Status ParseNumOfPins(std::string_view name, std::string_view value, Draft& draft) {
  constexpr std::size_t kMost = 50;
  const std::optional<std::size_t> number = ParseNumber<std::size_t>(value);
  if (!number || *number < 1 || *number > kMost) {
    return Wrong(name, Quote(value) + " is not a whole number of 1.." + std::to_string(kMost));
  }
  draft.request.ranking.limit = *number;
  return absl::OkStatus();
}

absl::Status ParseCreatedInLastDays(std::string_view name, std::string_view value, Draft& draft) {
  constexpr std::int64_t kOnly = 30;
  const std::optional<std::int64_t> number = ParseNumber<std::int64_t>(value);
  if (number != kOnly) {
    return Wrong(name, Quote(value) + " is not supported, expected " + std::to_string(kOnly));
  }
  draft.request.ranking.created_in_last_days = kOnly;
  return absl::OkStatus();
}

absl::Status ParsePinId(std::string_view name, std::string_view value, Draft& draft) {
  constexpr std::size_t kMost = 100;
  const std::optional<std::uint64_t> number = ParseNumber<std::uint64_t>(value);
  if (!number) {
    return Wrong(name, Quote(value) + " is not the id of a Pin, expected a number up to 2^64-1");
  }
  std::vector<PinId>& pins = draft.request.pins;
  if (std::find(pins.begin(), pins.end(), PinId(*number)) != pins.end()) {
    return Wrong(name, Quote(value) + " is there twice, expected once");
  }
  if (pins.size() == kMost) {
    return Wrong(name, "there are more than " + std::to_string(kMost) + ", expected at most these");
  }
  pins.emplace_back(*number);
  return absl::OkStatus();
}

absl::Status RefuseAdAccount(std::string_view name, std::string_view value, Draft&) {
  return Wrong(name, Quote(value) +
                         " is not supported, expected none: the host says which account "
                         "is asked");
}

using Parse = absl::Status (*)(std::string_view name, std::string_view value, Draft& draft);

/// Reads each item of a list that is separated by commas.
template <Parse kParseItem>
absl::Status ParseList(std::string_view name, std::string_view value, Draft& draft) {
  while (true) {
    const std::size_t comma = std::min(value.find(','), value.size());
    absl::Status status = kParseItem(name, value.substr(0, comma), draft);
    if (!status.ok() || comma == value.size()) return status;
    value.remove_prefix(comma + 1);
  }
}

// ---- the parameters of each call ----

/// A set of calls, a bit for each.
using Calls = unsigned;

constexpr Calls Of(PinterestCall call) { return 1U << static_cast<unsigned>(call); }

constexpr Calls kOnTopLists = Of(PinterestCall::kTopPins) | Of(PinterestCall::kTopVideoPins);
constexpr Calls kOnAccount = Of(PinterestCall::kUserAccount) | kOnTopLists;
constexpr Calls kOnPins = Of(PinterestCall::kPin) | Of(PinterestCall::kPins);
constexpr Calls kOnAll = kOnAccount | kOnPins;
constexpr Calls kNowhere = 0;

struct KnownParameter {
  std::string_view name;
  Parse parse;
  Calls calls;        ///< That have it.
  Calls required_by;  ///< That need it.
  bool repeats = false;
};

/// In the order in which they are read, so that a filter does not depend on the order they come in.
constexpr std::array<KnownParameter, 15> kParameters = {{
    {"pin_id", ParsePinId, Of(PinterestCall::kPin), Of(PinterestCall::kPin)},
    {"pin_ids", ParseList<ParsePinId>, Of(PinterestCall::kPins), Of(PinterestCall::kPins), true},
    {"start_date", ParseStartDate, kOnAll, kOnAll},
    {"end_date", ParseEndDate, kOnAll, kOnAll},
    {"sort_by", ParseSortBy, kOnTopLists, kOnTopLists},
    {"from_claimed_content", ParseFromClaimedContent, kOnAccount, kNowhere},
    {"pin_format", ParsePinFormat, kOnAccount, kNowhere},
    {"app_types", ParseAppTypes, kOnAll, kNowhere},
    {"content_type", ParseContentType, kOnAccount, kNowhere},
    {"source", ParseSource, kOnAccount, kNowhere},
    {"metric_types", ParseList<ParseMetricType>, kOnAll, kOnPins},
    {"split_field", ParseSplitField, Of(PinterestCall::kUserAccount) | Of(PinterestCall::kPin),
     kNowhere},
    {"num_of_pins", ParseNumOfPins, kOnTopLists, kNowhere},
    {"created_in_last_n_days", ParseCreatedInLastDays, kOnTopLists, kNowhere},
    {"ad_account_id", RefuseAdAccount, kOnAll, kNowhere},
}};

absl::Status CheckIsKnown(PinterestCall call, std::string_view name) {
  std::string known;
  for (const KnownParameter& parameter : kParameters) {
    if ((parameter.calls & Of(call)) == 0) continue;
    if (parameter.name == name) return absl::OkStatus();
    known.append(known.empty() ? "" : ", ").append(parameter.name);
  }
  return Wrong(Quote(name),
               "is no parameter of " + std::string(NameOf(call)) + ", expected one of " + known);
}

absl::Status Read(const KnownParameter& parameter, std::span<const PinterestParameter> given,
                  Draft& draft) {
  bool is_given = false;
  for (const PinterestParameter& candidate : given) {
    if (candidate.name != parameter.name) continue;
    if (is_given && !parameter.repeats) {
      return Wrong(parameter.name, "is given twice, expected once");
    }
    is_given = true;
    absl::Status status = parameter.parse(parameter.name, candidate.value, draft);
    if (!status.ok()) return status;
  }
  if (is_given || (parameter.required_by & Of(draft.call)) == 0) return absl::OkStatus();
  return Wrong(parameter.name,
               "is missing, " + std::string(NameOf(draft.call)) + " cannot do without");
}

PinterestRequest Finish(Draft draft) {
  PinterestRequest& request = draft.request;
  Query& query = request.query;
  query.period = DateRange::Inclusive(draft.start, draft.end);
  if (query.metrics.empty()) query.metrics = MetricsOf(draft.call);
  if (draft.call == PinterestCall::kTopVideoPins) {
    query.filter = std::move(query.filter) && Is(PinFormat::kVideo);
  }
  if (!request.pins.empty()) {
    query.filter = std::move(query.filter) && IsAnyOf(std::span<const PinId>(request.pins));
    query.include_saved = true;
  }
  return std::move(draft.request);
}

}  // namespace

absl::StatusOr<PinterestRequest> ParsePinterestRequest(
    PinterestCall call, std::span<const PinterestParameter> parameters) {
  if (const std::optional<Fault> fault = CheckEnum("call", call)) {
    return absl::InvalidArgumentError(fault->ToString());
  }
  for (const PinterestParameter& parameter : parameters) {
    absl::Status status = CheckIsKnown(call, parameter.name);
    if (!status.ok()) return status;
  }
  Draft draft{.call = call};
  for (const KnownParameter& parameter : kParameters) {
    absl::Status status = Read(parameter, parameters, draft);
    if (!status.ok()) return status;
  }
  return Finish(std::move(draft));
}

Query QueryAbout(const PinterestRequest& request, PinId pin) {
  Query query = request.query;
  query.filter = std::move(query.filter) && Is(pin);
  return query;
}

}  // namespace pinmetrics
