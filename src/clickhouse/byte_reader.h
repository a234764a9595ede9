#ifndef PINMETRICS_SRC_CLICKHOUSE_BYTE_READER_H_
#define PINMETRICS_SRC_CLICKHOUSE_BYTE_READER_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace pinmetrics {

/// Reads bytes from the front, never past their end.
class ByteReader {
 public:
  explicit ByteReader(std::string_view bytes) : bytes_(bytes) {}

  std::size_t left() const { return bytes_.size(); }

  /// A length as LEB128; nothing if it is cut or has more than 64 bits.
  std::optional<std::uint64_t> Length() {
    std::uint64_t length = 0;
    for (unsigned shift = 0; shift < 64 && !bytes_.empty(); shift += 7) {
      const auto byte = static_cast<unsigned char>(bytes_.front());
      bytes_.remove_prefix(1);
      if (shift == 63 && byte > 1) return std::nullopt;
      length |= std::uint64_t{byte & 0x7Fu} << shift;
      if (byte < 0x80) return length;
    }
    return std::nullopt;
  }

  /// Little-endian; `width` bytes must be left.
  std::uint64_t Number(std::size_t width) {
    std::uint64_t number = 0;
    for (std::size_t i = 0; i < width; ++i) {
      number |= std::uint64_t{static_cast<unsigned char>(bytes_[i])} << (8 * i);
    }
    bytes_.remove_prefix(width);
    return number;
  }

  /// A text with its length before it; nothing if it is cut.
  std::optional<std::string> Text() {
    const std::optional<std::uint64_t> length = Length();
    return length ? Bytes(*length) : std::nullopt;
  }

  /// So many bytes; nothing if fewer are left.
  std::optional<std::string> Bytes(std::uint64_t length) {
    if (length > bytes_.size()) return std::nullopt;
    std::string bytes(bytes_.substr(0, length));
    bytes_.remove_prefix(length);
    return bytes;
  }

 private:
  std::string_view bytes_;
};

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_CLICKHOUSE_BYTE_READER_H_
