#ifndef PINMETRICS_SRC_EXPORT_JSON_WRITER_H_
#define PINMETRICS_SRC_EXPORT_JSON_WRITER_H_

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "export/number.h"
#include "model/utf8.h"

namespace pinmetrics {

/// Appends text as JSON has it, in quotes.
inline void AppendQuoted(std::string_view text, std::string& out);

/// The name of a member, as JSON has it.
class JsonKey {
 public:
  explicit JsonKey(std::string_view name) {
    AppendQuoted(name, text_);
    text_ += ": ";
  }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

/// Appends one JSON value to a string, part by part, after RFC 8259. The caller opens and closes
/// objects and arrays in pairs, and names each member of an object before its value.
class JsonWriter {
 public:
  /// Whether the parts of an object or array follow on one line, or stand on a line each.
  enum class Layout { kLine, kLines };

  explicit JsonWriter(std::string& out) : out_(out) {}

  void BeginObject(Layout layout = Layout::kLine) { Begin('{', '}', layout); }
  void EndObject() { End(); }
  void BeginArray(Layout layout = Layout::kLine) { Begin('[', ']', layout); }
  void EndArray() { End(); }

  void Key(std::string_view name) {
    Separate();
    AppendQuoted(name, out_);
    out_ += ": ";
    after_key_ = true;
  }
  /// A key that comes on many lines, made once.
  void Key(const JsonKey& key);

  void String(std::string_view text) {
    Separate();
    AppendQuoted(text, out_);
  }
  /// A finite number.
  void Number(double value) {
    Separate();
    AppendNumber(value, out_);
  }
  /// A finite number that readers are to take as real: with a point or an exponent even if whole.
  void Real(double value) {
    Separate();
    const std::size_t begin = out_.size();
    AppendNumber(value, out_);
    if (out_.find_first_of(".e", begin) == std::string::npos) out_ += ".0";
  }
  void Whole(std::integral auto value) { Literal(std::to_string(value)); }
  void Bool(bool value) { Literal(value ? "true" : "false"); }
  void Null() { Literal("null"); }

 private:
  struct Container {
    char close;
    Layout layout;
    bool empty = true;
  };

  void Begin(char open, char close, Layout layout) {
    Separate();
    out_ += open;
    open_.push_back({close, layout});
  }

  void End() {
    const Container ended = open_.back();
    open_.pop_back();
    if (ended.layout == Layout::kLines && !ended.empty) AppendNewLine();
    out_ += ended.close;
  }

  void Literal(std::string_view text) {
    Separate();
    out_ += text;
  }

  // What stands between the part before, if any, and the one to come.
  void Separate() {
    if (after_key_) {
      after_key_ = false;
      return;
    }
    if (open_.empty()) return;
    Container& container = open_.back();
    const bool on_own_line = container.layout == Layout::kLines;
    if (!container.empty) out_ += on_own_line ? "," : ", ";
    if (on_own_line) AppendNewLine();
    container.empty = false;
  }

  void AppendNewLine() {
    constexpr std::size_t kIndent = 2;
    out_ += '\n';
    out_.append(kIndent * open_.size(), ' ');
  }

  std::string& out_;
  std::vector<Container> open_;
  bool after_key_ = false;
};

/// A member that is text.
inline void WriteText(std::string_view key, std::string_view text, JsonWriter& json) {
  json.Key(key);
  json.String(text);
}

// ---- implementation ----

namespace json_internal {

/// How many of the first characters of `text` stand in JSON as they are, in ASCII.
inline std::size_t CountPlain(std::string_view text) {
  const auto* const end = std::find_if(text.begin(), text.end(), [](char c) {
    const auto code = static_cast<unsigned char>(c);
    return code < 0x20 || code >= 0x80 || c == '"' || c == '\\';
  });
  return static_cast<std::size_t>(end - text.begin());
}

inline void AppendEscaped(char c, std::string& out) {
  switch (c) {
    case '"':
      out += "\\\"";
      return;
    case '\\':
      out += "\\\\";
      return;
    case '\b':
      out += "\\b";
      return;
    case '\f':
      out += "\\f";
      return;
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    default:
      break;
  }
  const auto code = static_cast<unsigned char>(c);
  constexpr std::string_view kHexDigits = "0123456789abcdef";
  out += "\\u00";
  out += kHexDigits[code >> 4];
  out += kHexDigits[code & 0xF];
}

}  // namespace json_internal

inline void AppendQuoted(std::string_view text, std::string& out) {
  out += '"';
  while (true) {
    const std::size_t plain = json_internal::CountPlain(text);
    out += text.substr(0, plain);
    text.remove_prefix(plain);
    if (text.empty()) break;
    const Utf8Piece piece = FirstUtf8Piece(text);
    if (!piece.valid) {
      out += kReplacementCharacter;
    } else if (piece.bytes == 1) {
      json_internal::AppendEscaped(text.front(), out);
    } else {
      out += text.substr(0, piece.bytes);
    }
    text.remove_prefix(piece.bytes);
  }
  out += '"';
}

inline void JsonWriter::Key(const JsonKey& key) {
  Separate();
  out_ += key.text();
  after_key_ = true;
}

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_EXPORT_JSON_WRITER_H_
