#ifndef PINMETRICS_SRC_MODEL_UTF8_H_
#define PINMETRICS_SRC_MODEL_UTF8_H_

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace pinmetrics {

/// U+FFFD, which stands where text is broken.
inline constexpr std::string_view kReplacementCharacter = "\xEF\xBF\xBD";

/// The beginning of a text: one character, or bytes that no character begins with.
struct Utf8Piece {
  std::size_t bytes = 0;
  bool valid = false;
};

/// The first piece of `text`, which is not empty. Broken pieces are the maximal subparts of the
/// Unicode standard (section 3.9), one U+FFFD for each, as browsers and ICU replace them.
inline Utf8Piece FirstUtf8Piece(std::string_view text) {
  const auto byte = [text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(0);
  if (lead < 0x80) return {1, true};
  if (lead < 0xC2 || lead > 0xF4) return {1, false};
  const std::size_t bytes = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  // The second byte's range leaves out overlong forms, surrogates and what is past U+10FFFF.
  unsigned char low = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
  unsigned char high = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
  for (std::size_t i = 1; i < bytes; ++i) {
    if (i == text.size() || byte(i) < low || byte(i) > high) return {i, false};
    low = 0x80;
    high = 0xBF;
  }
  return {bytes, true};
}

/// The code point of a valid piece.
inline std::uint32_t CodePointOf(std::string_view piece) {
  const auto lead = static_cast<unsigned char>(piece.front());
  if (piece.size() == 1) return lead;
  std::uint32_t code = lead & (0x7FU >> piece.size());
  for (const char c : piece.substr(1)) code = (code << 6) | (static_cast<unsigned char>(c) & 0x3FU);
  return code;
}

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_MODEL_UTF8_H_
