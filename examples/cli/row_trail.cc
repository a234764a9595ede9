#include "examples/cli/row_trail.h"

#include <utility>

namespace pinmetrics::cli {

PassBytes RowTrail::Observer() {
  return [this](std::string_view text, std::string_view line_end) { Pass(text, line_end); };
}

void RowTrail::Pass(std::string_view text, std::string_view line_end) {
  if (!text.empty()) {
    if (has_line_end_) StartRow(line_end.empty());
    key_.Add(text);
    if (keeps_text_) text_ += text;
    has_line_end_ = false;
  }
  if (!line_end.empty()) {
    line_ends_ += line_end;
    has_line_end_ = true;
  }
}

// A row that comes in pieces is taken for the last one until it ends, which costs a key and no
// more.
void RowTrail::StartRow(bool is_last) {
  if (is_last) key_before_ = Key();
  if (header_.empty()) header_ = std::move(text_);
  text_.clear();
  key_.Add(line_ends_);
  line_ends_.clear();
}

}  // namespace pinmetrics::cli
