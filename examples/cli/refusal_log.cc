#include "examples/cli/refusal_log.h"

namespace pinmetrics::cli {

void RefusalLog::Add(std::string_view file, std::int64_t line, std::string_view column,
                     std::string_view reason) {
  if (++count_ > kShown) return;
  std::string text(file);
  text += ":" + std::to_string(line) + ": ";
  text += column;
  text += ": ";
  text += reason;
  console_.Line(text);
}

void RefusalLog::Finish() {
  if (count_ == 0) return;
  std::string text =
      std::to_string(count_) + (count_ == 1 ? " row was" : " rows were") + " refused";
  if (count_ > kShown) {
    text += ", of which the first " + std::to_string(kShown) + " are named above";
  }
  console_.Line(text);
}

}  // namespace pinmetrics::cli
