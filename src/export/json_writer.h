#ifndef PINMETRICS_SRC_EXPORT_JSON_WRITER_H_
#define PINMETRICS_SRC_EXPORT_JSON_WRITER_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "export/number.h"
#include "export/utf8.h"

namespace pinmetrics {

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
    AppendQuoted(name);
    out_ += ": ";
    after_key_ = true;
  }

  void String(std::string_view text) {
    Separate();
    AppendQuoted(text);
  }
  /// A finite number.
  void Number(double value) { Literal(FormatNumber(value)); }
  /// A finite number that readers are to take as real: with a point or an exponent even if whole.
  void Real(double value) {
    std::string text = FormatNumber(value);
    if (text.find_first_of(".e") == std::string::npos) text += ".0";
    Literal(text);
  }
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

  void AppendQuoted(std::string_view text) {
    out_ += '"';
    while (!text.empty()) {
      const Utf8Piece piece = FirstUtf8Piece(text);
      if (!piece.valid) {
        out_ += kReplacementCharacter;
      } else if (piece.bytes == 1) {
        AppendAscii(text.front());
      } else {
        out_ += text.substr(0, piece.bytes);
      }
      text.remove_prefix(piece.bytes);
    }
    out_ += '"';
  }

  void AppendAscii(char c) {
    switch (c) {
      case '"':
        out_ += "\\\"";
        return;
      case '\\':
        out_ += "\\\\";
        return;
      case '\b':
        out_ += "\\b";
        return;
      case '\f':
        out_ += "\\f";
        return;
      case '\n':
        out_ += "\\n";
        return;
      case '\r':
        out_ += "\\r";
        return;
      case '\t':
        out_ += "\\t";
        return;
      default:
        break;
    }
    const auto code = static_cast<unsigned char>(c);
    if (code >= 0x20) {
      out_ += c;
      return;
    }
    constexpr std::string_view kHexDigits = "0123456789abcdef";
    out_ += "\\u00";
    out_ += kHexDigits[code >> 4];
    out_ += kHexDigits[code & 0xF];
  }

  std::string& out_;
  std::vector<Container> open_;
  bool after_key_ = false;
};

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_EXPORT_JSON_WRITER_H_
