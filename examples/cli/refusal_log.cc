#include "examples/cli/refusal_log.h"

#include <algorithm>
#include <utility>

namespace pinmetrics::cli {

void RefusalLog::Add(std::string_view file, std::int64_t line, std::string_view column,
                     std::string_view reason) {
  ++count_;
  std::string text(column);
  text.append(": ").append(reason);
  const auto known = std::find_if(causes_.begin(), causes_.end(), [&](const Cause& cause) {
    return cause.text == text && cause.file == file;
  });
  if (known != causes_.end()) {
    ++known->rows;
  } else if (causes_.size() < kShown) {
    causes_.push_back({std::string(file), line, std::move(text), 1});
  } else {
    has_more_causes_ = true;
  }
}

void RefusalLog::Finish() {
  if (count_ == 0) return;
  for (const Cause& cause : causes_) {
    std::string line = cause.file + ":" + std::to_string(cause.first_line) + ": " + cause.text;
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
