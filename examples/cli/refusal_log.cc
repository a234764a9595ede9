#include "examples/cli/refusal_log.h"

#include <utility>

#include "pinmetrics/model/dimension.h"
#include "pinmetrics/model/fault.h"

namespace pinmetrics::cli {

void RefusalLog::Add(std::string_view file, std::int64_t line, std::string_view column,
                     std::string_view kind, std::string_view reason) {
  ++count_;
  const bool is_of_pin = kind == NameOf(FaultKind::kUnknownPin);
  std::size_t pins_named = 0;
  for (Cause& cause : causes_) {
    if (cause.kind != kind || cause.column != column || cause.file != file) continue;
    const bool is_other_pin = is_of_pin && cause.reason != reason;
    if (!is_other_pin || cause.is_of_other_pins) {
      ++cause.rows;
      cause.has_other_pins |= is_other_pin;
      return;
    }
    ++pins_named;
  }
  if (causes_.size() == kShown) {
    has_more_causes_ = true;
    return;
  }
  causes_.push_back({.file = std::string(file),
                     .column = std::string(column),
                     .kind = std::string(kind),
                     .first_line = line,
                     .reason = std::string(reason),
                     .rows = 1,
                     .is_of_other_pins = pins_named == kPinsShown});
}

void RefusalLog::Finish() {
  if (count_ == 0) return;
  for (const Cause& cause : causes_) {
    std::string line = cause.file + ":" + std::to_string(cause.first_line) + ": " + cause.column +
                       ": " + cause.reason;
    if (cause.has_other_pins) line += ", nor are others";
    if (cause.rows > 1) line += " (" + std::to_string(cause.rows) + " rows)";
    console_.Line(line);
  }
  std::string text =
      std::to_string(count_) + (count_ == 1 ? " row was" : " rows were") + " refused";
  if (has_more_causes_) {
    text += ", the first " + std::to_string(kShown) + " causes are named above";
  }
  console_.Line(text);
}

}  // namespace pinmetrics::cli
