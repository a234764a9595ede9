// The overview as a page for people, written to a file through a sink. Beside the overview it shows
// the same question split by device.

#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "pinmetrics/pinmetrics.h"

namespace pm = pinmetrics;

int main() {
  const absl::Time now = absl::FromCivil(absl::CivilHour(2026, 11, 23, 12), absl::UTCTimeZone());
  const absl::Time seen = now - absl::Hours(5 * 24);
  const std::vector<pm::Pin> pins = {
      {.id = pm::PinId(7), .created_at = seen, .title = "Mugs & <bowls>"}};
  std::vector<pm::Event> events(1200, {.time = seen, .pin = pm::PinId(7)});
  events.push_back({.time = seen, .pin = pm::PinId(7), .action = pm::Action::kSave});

  const pm::Evaluation evaluation(events, pins, now);
  pm::Query query = pm::OverviewQuery(evaluation.Today(now));
  const auto overview = evaluation.RunOverview(query, now);
  query.split = pm::Dimension::kDevice;
  const auto by_device = evaluation.Run(query, now);
  if (!overview.ok() || !by_device.ok()) return 1;

  const std::string name = "overview_page.html";
  std::ofstream file(name, std::ios::binary);
  const pm::Sink sink = [&file](std::string_view bytes) {
    file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    return file ? absl::OkStatus() : absl::UnavailableError("the page cannot be written");
  };
  const std::vector<pm::Report> splits = {*by_device};
  const absl::Status written =
      pm::WriteHtml(*overview, {.account = "Ada's pottery", .splits = splits}, sink);
  file.close();
  if (!written.ok()) return 1;

  std::ifstream in(name, std::ios::binary);
  const std::string page{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  std::cout << name << ": " << page.size() << " bytes\n";
  const auto shows = [&page](const char* text) { return page.find(text) != std::string::npos; };
  return shows("Ada&#39;s pottery") && shows("Mugs &amp; &lt;bowls&gt;") && shows("1,200") &&
                 shows("By device")
             ? 0
             : 1;
}
