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
#include "examples/cli/csv_cell.h"
#include "examples/log_generator/log.h"
#include "pinmetrics/model/dimension.h"

namespace pinmetrics::log_generator {
namespace {

// An empty cell stands for what is unspecified.
template <typename E>
std::string_view CellOf(E value) {
  return value == E::kUnspecified ? std::string_view() : NameOf(value);
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
    constexpr std::int64_t kMillisecondsOfDay = 86'400'000;
    const std::int64_t day = time_ms / kMillisecondsOfDay;
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
    const auto ms = static_cast<std::uint64_t>(time_ms % kMillisecondsOfDay);
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

}  // namespace

std::string PinsCsv(std::span<const LoggedPin> pins) {
  std::string csv = "pin_id,board_id,format,created_at,source,account,product_group,saved,title\n";
  TimeWriter times;
  for (const LoggedPin& pin : pins) {
    AppendNumber(pin.id, csv);
    csv += ',';
    AppendNumber(pin.board, csv);
    csv += ',';
    csv += NameOf(pin.format);
    csv += ',';
    times.Append(pin.created_at_ms, csv);
    csv += ',';
    csv += NameOf(pin.source);
    csv += ',';
    AppendUnlessZero(pin.account, csv);
    csv += ',';
    AppendUnlessZero(pin.product_group, csv);
    csv += pin.saved ? ",true," : ",false,";
    cli::AppendCsvCell(pin.title, csv);
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
    csv += NameOf(event.action);
    csv += ',';
    AppendNumber(event.pin, csv);
    csv += ',';
    AppendUnlessZero(event.viewer, csv);
    csv += ',';
    csv += CellOf(event.device);
    csv += ',';
    csv += NameOf(event.content_type);
    csv += ',';
    csv += CellOf(event.age);
    csv += ',';
    csv += CellOf(event.gender);
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
