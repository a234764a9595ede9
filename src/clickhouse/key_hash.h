#ifndef PINMETRICS_SRC_CLICKHOUSE_KEY_HASH_H_
#define PINMETRICS_SRC_CLICKHOUSE_KEY_HASH_H_

#include <cstdint>
#include <string_view>

/// How keys and names become numbers of the tables, which hold them: frozen.

namespace pinmetrics {

/// The identity of an event without an id: made of its batch's key and its index there, so that the
/// batch sent again has the same.
std::uint64_t IdentityOf(std::string_view batch_key, std::uint64_t index);

/// A batch key in the tables. 128 bits, since another batch under an equal number would be lost.
struct BatchKey {
  std::uint64_t high = 0;
  std::uint64_t low = 0;

  friend bool operator==(const BatchKey&, const BatchKey&) = default;
};
BatchKey BatchKeyOf(std::string_view key);

/// How a reporting zone is told from another.
std::uint64_t ZoneNumber(std::string_view name);

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_CLICKHOUSE_KEY_HASH_H_
