#ifndef PINMETRICS_TESTS_EXPORT_RECORDED_SINK_H_
#define PINMETRICS_TESTS_EXPORT_RECORDED_SINK_H_

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "pinmetrics/export/sink.h"

namespace pinmetrics {

/// Keeps what an exporter hands over. Outlives its sinks.
class RecordedSink {
 public:
  /// Fails on that call, from 1, and on every one after it; 0: never.
  explicit RecordedSink(std::size_t fails_at = 0) : fails_at_(fails_at) {}

  static absl::Status Error() { return absl::ResourceExhaustedError("full"); }

  Sink sink() {
    return [this](std::string_view bytes) {
      ++calls_;
      if (fails_at_ != 0 && calls_ >= fails_at_) return Error();
      largest_ = std::max(largest_, bytes.size());
      text_ += bytes;
      return absl::OkStatus();
    };
  }

  /// What was taken.
  const std::string& text() const { return text_; }
  std::size_t largest() const { return largest_; }
  std::size_t calls() const { return calls_; }

 private:
  std::size_t fails_at_;
  std::size_t calls_ = 0;
  std::size_t largest_ = 0;
  std::string text_;
};

}  // namespace pinmetrics

#endif  // PINMETRICS_TESTS_EXPORT_RECORDED_SINK_H_
