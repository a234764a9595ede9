#ifndef PINMETRICS_SRC_DURABLE_BYTES_H_
#define PINMETRICS_SRC_DURABLE_BYTES_H_

#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// Numbers and text as bytes, the least significant first.

namespace pinmetrics {

class ByteWriter {
 public:
  template <std::integral T>
  void Put(T value) {
    const std::size_t at = bytes_.size();
    bytes_.resize(at + sizeof(T));
    std::memcpy(bytes_.data() + at, &value, sizeof(T));
  }
  void PutBytes(std::span<const std::byte> bytes) {
    bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
  }
  /// With its length in 32 bits before it.
  void PutText(std::string_view text) {
    Put(static_cast<std::uint32_t>(text.size()));
    PutBytes(std::as_bytes(std::span(text)));
  }
  /// Replaces a number that was put at `offset`.
  template <std::integral T>
  void Set(std::size_t offset, T value) {
    std::memcpy(bytes_.data() + offset, &value, sizeof(T));
  }
  /// Zeros up to a multiple of `alignment`.
  void Align(std::size_t alignment) {
    bytes_.resize((bytes_.size() + alignment - 1) / alignment * alignment);
  }
  void Reserve(std::size_t bytes) { bytes_.reserve(bytes); }

  std::size_t size() const { return bytes_.size(); }
  std::span<const std::byte> bytes() const { return bytes_; }
  std::vector<std::byte> Take() { return std::move(bytes_); }

 private:
  std::vector<std::byte> bytes_;
};

/// Reads what a `ByteWriter` wrote. Past the end everything is 0 or empty, and `ok` false.
class ByteReader {
 public:
  explicit ByteReader(std::span<const std::byte> bytes) : bytes_(bytes) {}

  template <std::integral T>
  T Get() {
    T value = 0;
    const std::span<const std::byte> bytes = GetBytes(sizeof(T));
    if (!bytes.empty()) std::memcpy(&value, bytes.data(), sizeof(T));
    return value;
  }
  std::span<const std::byte> GetBytes(std::size_t count) {
    if (count > bytes_.size()) {
      ok_ = false;
      bytes_ = {};
      return {};
    }
    const std::span<const std::byte> bytes = bytes_.first(count);
    bytes_ = bytes_.subspan(count);
    return bytes;
  }
  std::string GetText() {
    const std::span<const std::byte> bytes = GetBytes(Get<std::uint32_t>());
    std::string text(bytes.size(), '\0');
    if (!bytes.empty()) std::memcpy(text.data(), bytes.data(), bytes.size());
    return text;
  }

  bool ok() const { return ok_; }
  /// True if all was read, and nothing more.
  bool done() const { return ok_ && bytes_.empty(); }
  std::size_t left() const { return bytes_.size(); }

 private:
  std::span<const std::byte> bytes_;
  bool ok_ = true;
};

static_assert(std::endian::native == std::endian::little);

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_DURABLE_BYTES_H_
