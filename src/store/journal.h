#ifndef PINMETRICS_SRC_STORE_JOURNAL_H_
#define PINMETRICS_SRC_STORE_JOURNAL_H_

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "pinmetrics/model/id.h"
#include "pinmetrics/model/pin.h"
#include "store/block/write_block.h"
#include "store/day/store_state.h"
#include "store/dictionary/pin_table.h"

/// What a store and whoever keeps it beyond the process tell each other.

namespace pinmetrics {

/// An event as a store takes it: checked, on its day, with its Pin's version. Taking it again needs
/// neither a clock nor a time zone.
struct KeptEvent {
  absl::CivilDay day;
  EventId id = {};
  ViewerId viewer = {};
  std::uint32_t pin = 0;  ///< The number of the Pin's version.
  std::uint32_t play_ms = 0;
  std::uint16_t code = 0;  ///< As in `event_code`.

  friend bool operator==(const KeptEvent&, const KeptEvent&) = default;
};

/// A batch of events that was taken, or what of it was. The key may be empty.
struct KeptBatch {
  std::span<const KeptEvent> events;
  std::string_view key;
  absl::Time now;
};

/// An event that was taken back, with its day.
struct KeptWithdrawal {
  absl::CivilDay day;
  EventId id = {};

  friend bool operator==(const KeptWithdrawal&, const KeptWithdrawal&) = default;
};

/// What a copy of a store has of days that are not sealed there.
struct KeptPast {
  std::span<const Pin> pins;  ///< All versions, by their numbers in the copy.
  std::span<const KeptBatch> batches;
  std::span<const KeptWithdrawal> withdrawals;
};

/// A store that takes nothing and seals nothing, while its sealed days are replaced.
struct StoreAtRest {
  std::set<absl::CivilDay> live_days;  ///< Those with events that are not sealed.
  /// Takes what a copy has, also of days that are damaged, and hands it to the journal. Once at
  /// most. Nobody sees it before the sealed days were replaced; if they are not, the store forgets
  /// it, whereas the journal has it.
  std::function<absl::Status(const KeptPast& past)> take_back;
};

/// How long a store remembers the key of a batch.
inline constexpr absl::Duration kBatchKeysKept = absl::Hours(24 * 30);

using BatchKeys = std::map<std::string, absl::Time, std::less<>>;

/// Sealed days as they were left.
struct KeptDays {
  std::vector<std::shared_ptr<const PackedBlock>> blocks = {};  ///< By day.
  DamagedDays damaged = {};
};

/// Ids of viewers, by number from `first` on.
struct ViewerRun {
  std::uint32_t first = 1;
  std::vector<std::uint64_t> ids = {};
};

/// A store as it was left, without the days that are not sealed.
struct KeptContents {
  std::vector<Pin> pins = {};           ///< All versions, by number.
  std::vector<ViewerRun> viewers = {};  ///< Ascending.
  std::uint32_t next_viewer = 1;        ///< The first number that was never given.
  std::size_t days_dropped = 0;         ///< As `SealedRound::days_dropped`.
  KeptDays days = {};
  absl::CivilDay sealed_through = absl::CivilDay::min();
  BatchKeys batch_keys = {};
};

class Journal;

/// What one sealing changes.
struct SealedRound {
  Journal* journal = nullptr;  ///< The store's.
  /// The days that were packed, ascending.
  std::vector<std::pair<absl::CivilDay, std::shared_ptr<const PackedBlock>>> blocks;
  /// Earlier days are gone.
  absl::CivilDay first_retained;
  absl::CivilDay sealed_through;
  /// False if the store's memory limit left days for another round.
  bool is_last = true;
  PinTable::View pins;  ///< All that the blocks know of.
  /// Those not kept yet, in one run; or with `has_all_viewers` all that occur in days that are not
  /// past retention: the others are forgotten.
  std::vector<ViewerRun> viewers;
  bool has_all_viewers = false;
  std::uint32_t next_viewer = 1;
  std::size_t days_dropped = 0;  ///< Since viewers were last forgotten.
  absl::Time keys_kept_from;     ///< Batch keys of before are forgotten.
  std::uint64_t through = 0;     ///< The last record when the days were closed.
};

/// Keeps what a store takes. The store calls it with what it is about to show, from one thread at a
/// time for writing and one for sealing, and shows nothing unless the answer is OK.
class Journal {
 public:
  Journal() = default;
  Journal(const Journal&) = delete;
  Journal& operator=(const Journal&) = delete;
  virtual ~Journal() = default;

  /// Versions of Pins, numbered from `first` on: all of them or none. They are safe once `Sync` was
  /// called.
  virtual absl::Status KeepPins(std::uint32_t first, std::span<const Pin> pins) = 0;
  virtual absl::Status Sync() = 0;

  // What these take is safe when they return.

  /// Batches, none of them empty: all of them or none. Keys are kept with them.
  virtual absl::Status KeepEvents(std::span<const KeptBatch> batches) = 0;
  virtual absl::Status KeepWithdrawals(std::span<const KeptWithdrawal> withdrawals) = 0;

  /// The last record that was kept of any store. Called while the store takes nothing.
  virtual std::uint64_t last_record() const = 0;

  /// `SealedRound::next_viewer` of the sealing before. Called by the one who seals.
  virtual absl::StatusOr<std::uint32_t> next_viewer() const = 0;
  virtual absl::Status KeepRound(const SealedRound& round) = 0;
  /// The blocks of a round that was kept, where they are held from now on; none if they stay as
  /// they are.
  virtual std::vector<std::shared_ptr<const PackedBlock>> BlocksAsKept(
      const SealedRound& round) = 0;
};

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_STORE_JOURNAL_H_
