#ifndef PINMETRICS_EXAMPLES_CLI_INSTANT_TEXT_H_
#define PINMETRICS_EXAMPLES_CLI_INSTANT_TEXT_H_

#include <optional>
#include <string_view>

#include "absl/time/time.h"

namespace pinmetrics::cli {

/// What is read below, as a message says it.
inline constexpr std::string_view kRfc3339Expected =
    "an RFC 3339 time such as 2026-11-01T08:30:00Z";
inline constexpr std::string_view kInstantExpected =
    "an RFC 3339 time such as 2026-11-01T08:30:00Z, or milliseconds since 1970";

/// Reads an instant of RFC 3339, such as `2026-11-01T08:30:00.25+01:00`: a year of four digits, a
/// day and a time of day that exist, a fraction of any length, of which nanoseconds are kept, and
/// `Z` or an offset. Nothing for any other text. A leap second, `23:59:60` in UTC, can be on 30
/// June and 31 December only, and counts as the last nanosecond before it.
///
/// Logs are mostly times, so this does without the calendar's general case.
std::optional<absl::Time> ParseRfc3339(std::string_view text);

/// Reads either that or a whole number: milliseconds since 1970 UTC.
std::optional<absl::Time> ParseInstant(std::string_view text);

}  // namespace pinmetrics::cli

#endif  // PINMETRICS_EXAMPLES_CLI_INSTANT_TEXT_H_
