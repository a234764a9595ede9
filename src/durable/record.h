#ifndef PINMETRICS_SRC_DURABLE_RECORD_H_
#define PINMETRICS_SRC_DURABLE_RECORD_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "pinmetrics/model/pin.h"
#include "pinmetrics/store/store.h"
#include "store/journal.h"

/// What records of the log and parts of packs say, as bytes. The layout is in
/// docs/durable-format.md.

namespace pinmetrics {

enum class RecordKind : std::uint8_t {
  kAccount = 1,      ///< An account came to be.
  kPin = 2,          ///< A version of a Pin.
  kEvents = 3,       ///< A batch of events.
  kWithdrawals = 4,  ///< Events that were taken back.
};

/// An account as it was made, which it stays.
struct AccountSettings {
  std::string time_zone;
  std::optional<absl::CivilDay> business_created;
  LateEvents late_events = LateEvents::kRefuse;

  friend bool operator==(const AccountSettings&, const AccountSettings&) = default;
};

struct PinRecord {
  std::uint32_t version = 0;
  Pin pin;
};

struct EventsRecord {
  std::string batch_key;
  absl::Time now;
  std::vector<KeptEvent> events;
};

/// The key of a batch, if it has one, and when it came.
struct BatchKeyRecord {
  std::string batch_key;
  absl::Time now;
};

std::vector<std::byte> Encode(const AccountSettings& settings);
std::vector<std::byte> Encode(std::uint32_t version, const Pin& pin);
std::vector<std::byte> Encode(std::span<const KeptEvent> events, std::string_view batch_key,
                              absl::Time now);
std::vector<std::byte> Encode(std::span<const KeptWithdrawal> withdrawals);

std::vector<std::byte> EncodeViewers(std::span<const ViewerRun> runs);

// DataLoss if the bytes are none.
absl::StatusOr<AccountSettings> DecodeAccount(std::span<const std::byte> bytes);
absl::StatusOr<PinRecord> DecodePin(std::span<const std::byte> bytes);
absl::StatusOr<EventsRecord> DecodeEvents(std::span<const std::byte> bytes);
/// Of a batch of events alone its key.
absl::StatusOr<BatchKeyRecord> DecodeBatchKey(std::span<const std::byte> bytes);
absl::StatusOr<std::vector<KeptWithdrawal>> DecodeWithdrawals(std::span<const std::byte> bytes);
absl::StatusOr<std::vector<ViewerRun>> DecodeViewers(std::span<const std::byte> bytes);

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_DURABLE_RECORD_H_
