#include "examples/log_generator/log_csv.h"

#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>

#include "absl/time/civil_time.h"
#include "examples/log_generator/log.h"

namespace pinmetrics::log_generator {
namespace {

// In the order of the enums; an empty name is an empty cell.
constexpr std::array<std::string_view, 4> kFormatNames = {"standard", "product", "idea", "video"};
constexpr std::array<std::string_view, 8> kActionNames = {
    "impression",     "pin_click",        "outbound_click", "save",
    "carousel_swipe", "collection_click", "idea_swipe",     "playback"};
constexpr std::array<std::string_view, 4> kDeviceNames = {"mobile", "tablet", "desktop", ""};
constexpr std::array<std::string_view, 3> kContentTypeNames = {"organic", "paid", "earned"};
constexpr std::array<std::string_view, 8> kAgeNames = {"18-24", "25-34", "35-44", "45-49",
                                                       "50-54", "55-64", "65+",   ""};
constexpr std::array<std::string_view, 3> kGenderNames = {"female", "male", ""};

template <std::size_t kCount, typename Enum>
std::string_view NameOf(const std::array<std::string_view, kCount>& names, Enum value) {
  return names[static_cast<std::size_t>(value)];
}

void AppendNumber(std::uint64_t number, std::string& text) {
  std::array<char, std::numeric_limits<std::uint64_t>::digits10 + 1> digits;
  const std::to_chars_result end =
      std::to_chars(digits.data(), digits.data() + digits.size(), number);
  text.append(digits.data(), end.ptr);
}

void AppendUnlessZero(std::uint64_t number, std::string& text) {
  if (number != 0) AppendNumber(number, text);
}

// `number` in exactly `width` digits, from the right.
void AppendDigits(std::uint64_t number, std::size_t width, std::string& text) {
  text.append(width, '0');
  for (std::size_t n = 1; n <= width; ++n) {
    text[text.size() - n] = static_cast<char>('0' + number % 10);
    number /= 10;
  }
}

// Thousandths as a decimal without trailing zeros: 1000 is 1, 450 is 0.45.
void AppendThousandths(std::uint32_t thousandths, std::string& text) {
  AppendNumber(thousandths / 1'000, text);
  if (thousandths % 1'000 == 0) return;
  text += '.';
  AppendDigits(thousandths % 1'000, 3, text);
  text.erase(text.find_last_not_of('0') + 1);
}

// Writes times after RFC 3339 in UTC. Keeps the date of the last one: rows come in order of time,
// and the calendar would be half the work of a row.
class TimeWriter {
 public:
  void Append(std::int64_t time_ms, std::string& text) {
    constexpr std::int64_t kDayMs = 86'400'000;
    const std::int64_t day = time_ms / kDayMs;
    if (day != day_) {
      const absl::CivilDay date = absl::CivilDay(1970, 1, 1) + day;
      date_.clear();
      AppendDigits(static_cast<std::uint64_t>(date.year()), 4, date_);
      date_ += '-';
      AppendDigits(static_cast<std::uint64_t>(date.month()), 2, date_);
      date_ += '-';
      AppendDigits(static_cast<std::uint64_t>(date.day()), 2, date_);
      date_ += 'T';
      day_ = day;
    }
    const auto ms = static_cast<std::uint64_t>(time_ms % kDayMs);
    text += date_;
    AppendDigits(ms / 3'600'000, 2, text);
    text += ':';
    AppendDigits(ms / 60'000 % 60, 2, text);
    text += ':';
    AppendDigits(ms / 1'000 % 60, 2, text);
    if (ms % 1'000 != 0) {
      text += '.';
      AppendDigits(ms % 1'000, 3, text);
    }
    text += 'Z';
  }

 private:
  std::int64_t day_ = -1;
  std::string date_;
};

void AppendQuotedIfNeeded(std::string_view cell, std::string& text) {
  if (cell.find_first_of(",\"\r\n") == std::string_view::npos) {
    text += cell;
    return;
  }
  text += '"';
  for (const char c : cell) {
    if (c == '"') text += '"';
    text += c;
  }
  text += '"';
}

}  // namespace

std::string PinsCsv(std::span<const LoggedPin> pins) {
  std::string csv = "pin_id,board_id,format,created_at,source,account,product_group,saved,title\n";
  TimeWriter times;
  for (const LoggedPin& pin : pins) {
    AppendNumber(pin.id, csv);
    csv += ',';
    AppendNumber(pin.board, csv);
    csv += ',';
    csv += NameOf(kFormatNames, pin.format);
    csv += ',';
    times.Append(pin.created_at_ms, csv);
    csv += pin.by_others ? ",other_pins," : ",your_pins,";
    AppendUnlessZero(pin.account, csv);
    csv += ',';
    AppendUnlessZero(pin.product_group, csv);
    csv += pin.saved ? ",true," : ",false,";
    AppendQuotedIfNeeded(pin.title, csv);
    csv += '\n';
  }
  return csv;
}

std::string EventsCsvHeader() {
  return "event_id,time,action,pin_id,viewer_id,device,content_type,age,gender,"
         "play_time_ms,half_visible_ms,progress\n";
}

void AppendEventsCsv(std::span<const LoggedEvent> events, std::string& csv) {
  TimeWriter times;
  for (const LoggedEvent& event : events) {
    AppendNumber(event.id, csv);
    csv += ',';
    times.Append(event.time_ms, csv);
    csv += ',';
    csv += NameOf(kActionNames, event.action);
    csv += ',';
    AppendNumber(event.pin, csv);
    csv += ',';
    AppendUnlessZero(event.viewer, csv);
    csv += ',';
    csv += NameOf(kDeviceNames, event.device);
    csv += ',';
    csv += NameOf(kContentTypeNames, event.content_type);
    csv += ',';
    csv += NameOf(kAgeNames, event.age);
    csv += ',';
    csv += NameOf(kGenderNames, event.gender);
    csv += ',';
    if (event.action == Action::kPlayback) {
      AppendNumber(event.play_time_ms, csv);
      csv += ',';
      AppendNumber(event.half_visible_ms, csv);
      csv += ',';
      AppendThousandths(event.progress_thousandths, csv);
    } else {
      csv += ",,";
    }
    csv += '\n';
  }
}

}  // namespace pinmetrics::log_generator
