#include "tests/durable/script.h"

#include <algorithm>
#include <utility>

#include "absl/status/statusor.h"
#include "pinmetrics/calendar/date_range.h"
#include "pinmetrics/export/csv.h"
#include "pinmetrics/metrics/catalogue.h"
#include "pinmetrics/report/query.h"
#include "pinmetrics/report/report.h"

namespace pinmetrics {
namespace {

constexpr absl::CivilDay kFirstDay(2026, 3, 1);
/// Ids from here on are of viewers who come once.
constexpr std::uint64_t kOnce = 0x1122334455667700;

template <typename... Visitors>
struct Overloaded : Visitors... {
  using Visitors::operator()...;
};
template <typename... Visitors>
Overloaded(Visitors...) -> Overloaded<Visitors...>;

}  // namespace

DateRange DaysToAsk(absl::Time now) {
  const absl::CivilDay today = absl::ToCivilDay(now, absl::UTCTimeZone());
  // 18 months back; shorter months end sooner.
  const absl::CivilMonth month = absl::CivilMonth(today) - 18;
  const absl::CivilDay retained =
      std::min(absl::CivilDay(month) + (today.day() - 1), absl::CivilDay(month + 1) - 1);
  return {std::max(kFirstDay - 5, retained), std::min(kFirstDay + 14, today)};
}

std::vector<Step> MakeScript(Dice& dice, std::size_t steps) {
  AccountTraits traits;
  traits.time_zone = absl::UTCTimeZone();
  traits.first_day = kFirstDay;
  traits.days = 30;
  traits.pins = 5;
  traits.boards = 2;
  traits.viewers = 12;
  RandomAccount account(traits, dice);
  std::vector<Step> script;
  for (const AccountKey key : kScriptAccounts) {
    for (const PinId id : account.pin_ids()) {
      script.push_back({.account = key,
                        .now = absl::FromCivil(kFirstDay, absl::UTCTimeZone()),
                        .call = Step::Put{account.AnyPin(id)}});
    }
  }
  std::size_t keys = 0;
  std::vector<std::pair<AccountKey, ViewerId>> once;  // Who has come once.
  while (script.size() < steps) {
    // Days go by evenly.
    const auto day = kFirstDay + static_cast<std::int64_t>(script.size() * 12 / steps);
    Step step{.account = kScriptAccounts[dice.Below(2)],
              .now = absl::FromCivil(day, absl::UTCTimeZone()) + absl::Hours(20),
              .call = Step::Seal()};
    const std::size_t kind = dice.Below(100);
    if (kind < 55) {
      Step::Append append{.events = {}, .key = "batch " + std::to_string(keys++)};
      const std::size_t count = 1 + dice.Below(dice.Percent(10) ? 200 : 12);
      for (std::size_t i = 0; i < count; ++i) {
        append.events.push_back(account.AnyEvent(day - dice.Between(0, 4), step.now));
      }
      if (dice.Percent(30)) {
        append.events.front().viewer = ViewerId(kOnce + keys);
        once.emplace_back(step.account, append.events.front().viewer);
      }
      step.call = std::move(append);
    } else if (kind < 70) {
      step.call = Step::Put{account.AnyPin(dice.OneOf(account.pin_ids()))};
    } else if (kind < 80 && !account.event_ids().empty()) {
      Step::Withdraw withdraw;
      for (std::size_t i = 0; i < 1 + dice.Below(6); ++i) {
        withdraw.ids.push_back(dice.OneOf(account.event_ids()));
      }
      step.call = std::move(withdraw);
    } else if (kind < 88) {
      step.call = Step::SealAll();
    } else if (kind < 94 && !once.empty()) {
      step.account = once.back().first;
      step.call = Step::Forget{once.back().second};
      once.pop_back();
    }
    script.push_back(std::move(step));
  }
  // The oldest days fall out of retention one after the other.
  for (std::int64_t days = 540; days < 552; days += 4) {
    script.push_back({.account = kScriptAccounts[0],
                      .now = absl::FromCivil(kFirstDay + days, absl::UTCTimeZone()),
                      .call = Step::SealAll()});
  }
  return script;
}

StoreOptions ScriptOptions() {
  return {.reporting = {.time_zone = absl::UTCTimeZone(), .business_created = kFirstDay - 10}};
}

Stores MakeStores() {
  Stores stores;
  for (const AccountKey key : kScriptAccounts) stores.emplace(key, Store(ScriptOptions()));
  return stores;
}

absl::StatusOr<Stores> OpenStores(StoreDirectory& directory) {
  Stores stores;
  for (const AccountKey key : kScriptAccounts) {
    absl::StatusOr<Store> store = directory.OpenStore(key, ScriptOptions());
    if (!store.ok()) return store.status();
    stores.emplace(key, *std::move(store));
  }
  return stores;
}

absl::Status Do(const Step& step, Stores& stores, StoreDirectory* directory) {
  Store& store = stores.at(step.account);
  return std::visit(
      Overloaded{
          [&](const Step::Put& put) { return store.PutPin(put.pin); },
          [&](const Step::Append& append) {
            return store.Append(append.events, step.now, append.key).status;
          },
          [&](const Step::Withdraw& withdraw) { return store.Withdraw(withdraw.ids).status; },
          [&](const Step::Seal&) { return store.Seal(step.now).status; },
          [&](const Step::SealAll&) {
            if (directory != nullptr) return directory->SealAll(step.now).status;
            absl::Status status;
            for (auto& [key, each] : stores) status.Update(each.Seal(step.now).status);
            return status;
          },
          [&](const Step::Forget& forget) {
            if (directory == nullptr) return absl::OkStatus();
            absl::Status status = directory->ForgetViewer(step.account, forget.viewer);
            // Refused with its event, or forgotten before.
            return absl::IsNotFound(status) ? absl::OkStatus() : status;
          }},
      step.call);
}

std::string Describe(const Stores& stores, absl::Time now) {
  std::string text;
  for (const auto& [key, store] : stores) {
    const Snapshot snapshot = store.TakeSnapshot();
    const auto add = [&text](const auto& answer) {
      text += answer.ok() ? ToCsv(*answer) : answer.status().ToString() + "\n";
    };
    Query query{.period = DaysToAsk(now), .include_saved = true};
    text += "account " + std::to_string(key) + "\n";
    query.split = Dimension::kDevice;
    add(snapshot.Run(query, now));
    query.split.reset();
    query.real_time = true;
    add(snapshot.Run(query, now));
    add(snapshot.TopPins(query, {.limit = 100}, now));
    query.real_time = false;
    add(snapshot.TopPins(query, {.limit = 100}, now));
  }
  return text;
}

}  // namespace pinmetrics
