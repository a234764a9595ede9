#include "export/html/writer.h"

#include <algorithm>
#include <cstdint>

#include "export/html/words.h"
#include "model/utf8.h"

namespace pinmetrics {
namespace {

bool IsSpace(std::uint32_t code) {
  return code == '\t' || code == '\n' || code == '\r' || code == 0x2028 || code == 0x2029;
}

bool IsRefused(std::uint32_t code) {
  const bool is_control = code < 0x20 || (code >= 0x7F && code < 0xA0);
  // Embeddings, overrides and isolates. The marks U+200E and U+200F turn nothing around.
  const bool is_direction =
      (code >= 0x202A && code <= 0x202E) || (code >= 0x2066 && code <= 0x2069);
  const bool is_noncharacter = (code & 0xFFFE) == 0xFFFE || (code >= 0xFDD0 && code <= 0xFDEF);
  return is_control || is_direction || is_noncharacter;
}

}  // namespace

void AppendHtmlText(std::string_view text, std::string& out) {
  while (!text.empty()) {
    const Utf8Piece piece = FirstUtf8Piece(text);
    const std::string_view bytes = text.substr(0, piece.bytes);
    text.remove_prefix(piece.bytes);
    if (!piece.valid) {
      out += kReplacementCharacter;
      continue;
    }
    switch (const std::uint32_t code = CodePointOf(bytes)) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += IsSpace(code) ? " " : IsRefused(code) ? kReplacementCharacter : bytes;
    }
  }
}

void AppendCssString(std::string_view text, std::string& out) {
  out += '"';
  while (!text.empty()) {
    const Utf8Piece piece = FirstUtf8Piece(text);
    const std::string_view bytes = text.substr(0, piece.bytes);
    text.remove_prefix(piece.bytes);
    const std::uint32_t code = piece.valid ? CodePointOf(bytes) : 0;
    const bool is_special = std::string_view("\"\\<>&'").find(bytes) != std::string_view::npos;
    if (IsSpace(code)) {
      out += ' ';
    } else if (!piece.valid || IsRefused(code)) {
      out += kReplacementCharacter;
    } else if (is_special) {
      // The space ends the number.
      constexpr std::string_view kDigits = "0123456789abcdef";
      out += {'\\', kDigits[code / 16], kDigits[code % 16], ' '};
    } else {
      out += bytes;
    }
  }
  out += '"';
}

HtmlWriter& HtmlWriter::Sentence(std::string_view pattern,
                                 std::initializer_list<SentencePart> parts) {
  while (!pattern.empty()) {
    const std::size_t length = NameLength(pattern);
    const auto part = std::find_if(parts.begin(), parts.end(), [&](const SentencePart& one) {
      return length > 2 && one.name == pattern.substr(1, length - 2);
    });
    if (part != parts.end()) {
      part->write();
      pattern.remove_prefix(length);
      continue;
    }
    const std::size_t plain = std::min(pattern.find('{', 1), pattern.size());
    Text(pattern.substr(0, plain));
    pattern.remove_prefix(plain);
  }
  return *this;
}

std::string Shortened(std::string_view text, std::size_t most) {
  std::size_t end = 0;
  for (std::size_t characters = 0; end < text.size(); ++characters) {
    if (characters == most) return std::string(text.substr(0, end)) + "\u2026";
    end += FirstUtf8Piece(text.substr(end)).bytes;
  }
  return std::string(text);
}

}  // namespace pinmetrics
