#ifndef PINMETRICS_SRC_STORE_BLOCK_BLOCK_BYTES_H_
#define PINMETRICS_SRC_STORE_BLOCK_BLOCK_BYTES_H_

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>

namespace pinmetrics {

/// Owns bytes of a fixed number, at an address where a block may start.
class BlockBytes {
 public:
  BlockBytes() = default;
  /// Of any values.
  explicit BlockBytes(std::size_t size)
      : bytes_(std::make_unique_for_overwrite<std::byte[]>(size)), size_(size) {}

  static BlockBytes CopyOf(std::span<const std::byte> bytes) {
    BlockBytes copy(bytes.size());
    if (!bytes.empty()) std::memcpy(copy.bytes_.get(), bytes.data(), bytes.size());
    return copy;
  }

  std::span<std::byte> bytes() { return {bytes_.get(), size_}; }
  std::span<const std::byte> bytes() const { return {bytes_.get(), size_}; }

 private:
  static_assert(__STDCPP_DEFAULT_NEW_ALIGNMENT__ >= alignof(std::uint64_t));

  std::unique_ptr<std::byte[]> bytes_;
  std::size_t size_ = 0;
};

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_STORE_BLOCK_BLOCK_BYTES_H_
