#ifndef PINMETRICS_TESTS_DURABLE_SCRIPT_H_
#define PINMETRICS_TESTS_DURABLE_SCRIPT_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "pinmetrics/calendar/date_range.h"
#include "pinmetrics/durable/store_directory.h"
#include "pinmetrics/model/event.h"
#include "pinmetrics/model/pin.h"
#include "pinmetrics/store/store.h"
#include "tests/store/random_account.h"

/// What a host does with the stores of two accounts over some weeks, drawn at random.

namespace pinmetrics {

inline constexpr AccountKey kScriptAccounts[] = {3, 0xffffffffffffffff};

/// One call, and the account whose store it is for.
struct Step {
  struct Put {
    Pin pin;
  };
  struct Append {
    std::vector<Event> events;
    std::string key;
  };
  struct Withdraw {
    std::vector<EventId> ids;
  };
  struct Seal {};
  struct SealAll {};  ///< Of both accounts.
  struct Forget {     ///< Somebody who never comes again, so that stores in memory look the same.
    ViewerId viewer;
  };

  AccountKey account = 0;
  absl::Time now;
  std::variant<Put, Append, Withdraw, Seal, SealAll, Forget> call;
};

std::vector<Step> MakeScript(Dice& dice, std::size_t steps);

/// The stores of both accounts, in memory alone or in a directory.
using Stores = std::map<AccountKey, Store>;

StoreOptions ScriptOptions();
Stores MakeStores();
absl::StatusOr<Stores> OpenStores(StoreDirectory& directory);

/// Does a step again or for the first time. `directory` is null for stores in memory.
absl::Status Do(const Step& step, Stores& stores, StoreDirectory* directory);

/// Of the days that scripts have events of, those that can be asked for at `now`.
DateRange DaysToAsk(absl::Time now);

/// All that can be seen of the stores at `now`: equal text, equal stores.
std::string Describe(const Stores& stores, absl::Time now);

}  // namespace pinmetrics

#endif  // PINMETRICS_TESTS_DURABLE_SCRIPT_H_
