#ifndef PINMETRICS_SRC_STORE_BLOCK_BLOCK_BYTES_H_
#define PINMETRICS_SRC_STORE_BLOCK_BLOCK_BYTES_H_

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <utility>

namespace pinmetrics {

/// Bytes of a fixed number, at an address where a block may start: its own, or of a mapped file.
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

  /// What `mapped` points to and keeps, for reading alone.
  BlockBytes(std::shared_ptr<const std::byte> mapped, std::size_t size)
      : mapped_(std::move(mapped)), size_(size) {}

  /// To be filled; none of what is mapped.
  std::span<std::byte> own_bytes() { return {bytes_.get(), heap_bytes()}; }
  std::span<const std::byte> bytes() const {
    return {mapped_ ? mapped_.get() : bytes_.get(), size_};
  }
  /// Of the process's memory. What is mapped the system takes back as it needs.
  std::size_t heap_bytes() const { return mapped_ ? 0 : size_; }

 private:
  static_assert(__STDCPP_DEFAULT_NEW_ALIGNMENT__ >= alignof(std::uint64_t));

  std::unique_ptr<std::byte[]> bytes_;
  std::shared_ptr<const std::byte> mapped_;
  std::size_t size_ = 0;
};

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_STORE_BLOCK_BLOCK_BYTES_H_
