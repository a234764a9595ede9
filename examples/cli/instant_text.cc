#include "examples/cli/instant_text.h"

#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <system_error>

#include "absl/time/civil_time.h"
#include "pinmetrics/calendar/date_range.h"

namespace pinmetrics::cli {
namespace {

constexpr std::int64_t kDaySeconds = 24 * 60 * 60;

constexpr bool IsDigit(char c) { return c >= '0' && c <= '9'; }

/// Takes what it expects from the front of a text. After one failure nothing it gave counts.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  bool ok() const { return ok_; }
  bool AtEnd() const { return at_ == text_.size(); }

  /// A number of exactly `digits` digits within bounds.
  std::int64_t Number(std::size_t digits, std::int64_t low, std::int64_t high) {
    if (text_.size() - at_ < digits) return Fail();
    std::int64_t number = 0;
    for (const std::size_t end = at_ + digits; at_ < end; ++at_) {
      if (!IsDigit(text_[at_])) return Fail();
      number = 10 * number + (text_[at_] - '0');
    }
    return number < low || number > high ? Fail() : number;
  }

  /// The next character, if it is one of the two.
  bool Take(char either, char other) {
    if (AtEnd() || (text_[at_] != either && text_[at_] != other)) return false;
    ++at_;
    return true;
  }

  void Expect(char either, char other) { ok_ = Take(either, other) && ok_; }
  void Expect(char c) { Expect(c, c); }

  /// At least one digit, as the nanoseconds of a fraction.
  std::int64_t Nanoseconds() {
    std::int64_t nanoseconds = 0;
    std::int64_t unit = 100'000'000;
    if (AtEnd() || !IsDigit(text_[at_])) return Fail();
    for (; !AtEnd() && IsDigit(text_[at_]); ++at_, unit /= 10) {
      nanoseconds += (text_[at_] - '0') * unit;
    }
    return nanoseconds;
  }

 private:
  std::int64_t Fail() {
    ok_ = false;
    return 0;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  bool ok_ = true;
};

constexpr bool IsLeapYear(std::int64_t year) {
  return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

constexpr std::int64_t DaysInMonth(std::int64_t year, std::int64_t month) {
  constexpr std::array<std::int64_t, 12> kDays = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return month == 2 && IsLeapYear(year) ? 29 : kDays[static_cast<std::size_t>(month - 1)];
}

/// Days from 1970-01-01 to a date of the years 0..9999. Years are counted from March, so that the
/// leap day comes last and the months before it always begin on the same days: (153 m + 2) / 5.
constexpr std::int64_t DaysFromCivil(std::int64_t year, std::int64_t month, std::int64_t day) {
  // 400 more years keep January and February of the year 0 positive.
  const std::int64_t march_year = year + 400 - (month <= 2 ? 1 : 0);
  const std::int64_t march_month = (month + 9) % 12;
  const std::int64_t day_of_year = (153 * march_month + 2) / 5 + day - 1;
  const std::int64_t leap_days = march_year / 4 - march_year / 100 + march_year / 400;
  constexpr std::int64_t kDaysTo1970 = 865'565;
  return 365 * march_year + leap_days + day_of_year - kDaysTo1970;
}
static_assert(DaysFromCivil(1970, 1, 1) == 0);
static_assert(DaysFromCivil(2000, 3, 1) == 11'017);

/// Whether a leap second can be the one before.
bool CanFollowLeapSecond(std::int64_t unix_seconds) {
  return unix_seconds % kDaySeconds == 0 &&
         pinmetrics::CanFollowLeapSecond(absl::CivilDay(1970, 1, 1) + unix_seconds / kDaySeconds);
}

}  // namespace

std::optional<absl::Time> ParseRfc3339(std::string_view text) {
  Scanner scan(text);
  const std::int64_t year = scan.Number(4, 0, 9999);
  scan.Expect('-');
  const std::int64_t month = scan.Number(2, 1, 12);
  scan.Expect('-');
  const std::int64_t day = scan.Number(2, 1, 31);
  scan.Expect('T', 't');
  const std::int64_t hour = scan.Number(2, 0, 23);
  scan.Expect(':');
  const std::int64_t minute = scan.Number(2, 0, 59);
  scan.Expect(':');
  const std::int64_t second = scan.Number(2, 0, 60);
  const std::int64_t nanoseconds = scan.Take('.', '.') ? scan.Nanoseconds() : 0;
  std::int64_t offset = 0;
  if (!scan.Take('Z', 'z')) {
    const bool west = scan.Take('-', '-');
    if (!west) scan.Expect('+');
    offset = scan.Number(2, 0, 23) * 3600;
    scan.Expect(':');
    offset += scan.Number(2, 0, 59) * 60;
    if (west) offset = -offset;
  }
  if (!scan.ok() || !scan.AtEnd() || day > DaysInMonth(year, month)) return std::nullopt;

  const std::int64_t unix_seconds =
      DaysFromCivil(year, month, day) * kDaySeconds + hour * 3600 + minute * 60 + second - offset;
  if (second < 60) return absl::FromUnixSeconds(unix_seconds) + absl::Nanoseconds(nanoseconds);
  // A leap second counts as the last instant before it.
  if (!CanFollowLeapSecond(unix_seconds)) return std::nullopt;
  return absl::FromUnixSeconds(unix_seconds) - absl::Nanoseconds(1);
}

std::optional<absl::Time> ParseInstant(std::string_view text) {
  // The shortest RFC 3339 time has 20 characters and a dash after the year.
  if (text.size() >= 20 && text[4] == '-') return ParseRfc3339(text);
  std::int64_t milliseconds = 0;
  const char* const end = text.data() + text.size();
  const std::from_chars_result read = std::from_chars(text.data(), end, milliseconds);
  if (read.ec != std::errc() || read.ptr != end) return std::nullopt;
  return absl::FromUnixMillis(milliseconds);
}

}  // namespace pinmetrics::cli
