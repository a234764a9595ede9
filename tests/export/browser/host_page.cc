// host_page <folder>: a page as only a host can ask for it, with what it is held against: split by
// 40 accounts, with links to Pins, names of boards and a picture. Ends with 1 if it cannot.

#include <array>
#include <fstream>
#include <iostream>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "pinmetrics/pinmetrics.h"

namespace pm = pinmetrics;

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "host_page: expected one argument, the folder to write to\n";
    return 1;
  }
  const std::string name = std::string(argv[1]) + "/host";
  const absl::Time now = absl::FromCivil(absl::CivilHour(2026, 11, 23, 12), absl::UTCTimeZone());
  constexpr std::uint64_t kAccounts = 40;
  std::vector<pm::Pin> pins;
  std::vector<pm::Event> events;
  for (std::uint64_t i = 1; i <= kAccounts; ++i) {
    pins.push_back({.id = pm::PinId(i),
                    .board = pm::BoardId(i % 5),
                    .account = pm::AccountId(i),
                    .title = "Pin of account " + std::to_string(i)});
    for (std::uint64_t n = 0; n < 20 * i; ++n) {
      const auto action = static_cast<pm::Action>(n % 7);
      events.push_back({.time = now - absl::Hours(static_cast<std::int64_t>(1 + n * 7 % 1400)),
                        .pin = pm::PinId(i),
                        .viewer = pm::ViewerId(n + 1),
                        .action = action});
    }
  }
  const pm::Evaluation evaluation(events, pins, now);
  pm::Query query = pm::OverviewQuery(evaluation.Today(now));
  const auto overview = evaluation.RunOverview(query, now);
  query.split = pm::Dimension::kAccount;
  const auto by_account = evaluation.Run(query, now);
  if (!overview.ok() || !by_account.ok()) return 1;

  const std::vector<pm::Report> splits = {*by_account};
  const std::array<pm::BoardName, 1> boards = {{{pm::BoardId(4), "Cakes & <tea>"}}};
  // One red point.
  const std::array<pm::PinThumbnail, 1> pictures = {
      {{pm::PinId(kAccounts),
        "data:image/gif;base64,R0lGODlhAQABAIABAP8AAP///yH5BAAAAAAALAAAAAABAAEAAAICRAEAOw=="}}};
  const auto page = pm::ToHtml(*overview, {.splits = splits,
                                           .pin_address = "https://example.com/pin/{pin_id}",
                                           .board_names = boards,
                                           .thumbnails = pictures});
  if (!page.ok()) {
    std::cerr << "host_page: " << page.status() << '\n';
    return 1;
  }
  std::ofstream(name + ".html", std::ios::binary) << *page;
  std::ofstream(name + ".json", std::ios::binary) << pm::ToJson(*overview);
  std::ofstream(name + ".split.account.json", std::ios::binary) << pm::ToJson(*by_account);
  return 0;
}
