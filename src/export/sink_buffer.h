#ifndef PINMETRICS_SRC_EXPORT_SINK_BUFFER_H_
#define PINMETRICS_SRC_EXPORT_SINK_BUFFER_H_

#include <cstddef>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "pinmetrics/export/sink.h"

namespace pinmetrics {

/// Text on its way to a sink. A writer appends to `text()` and calls `Drain` between rows.
class SinkBuffer {
 public:
  /// `sink` must outlive the buffer.
  explicit SinkBuffer(const Sink& sink) : sink_(sink) {
    if (!sink) status_ = absl::InvalidArgumentError("the sink is empty, expected a function");
  }

  std::string& text() { return text_; }

  /// Hands over what has gathered, if that is worth a call. False once the sink has failed: what is
  /// appended from then on goes nowhere, so a writer may stop.
  bool Drain() {
    constexpr std::size_t kWorthACall = std::size_t{1} << 16;
    if (text_.size() >= kWorthACall) HandOver();
    return status_.ok();
  }

  /// Hands over the rest. The sink's error, if it had one.
  absl::Status Finish() {
    if (!text_.empty()) HandOver();
    return status_;
  }

 private:
  void HandOver() {
    if (status_.ok()) status_ = sink_(text_);
    text_.clear();
  }

  const Sink& sink_;
  std::string text_;
  absl::Status status_ = absl::OkStatus();
};

/// What `write`, given a sink, hands to it.
template <typename Write>
std::string Collect(Write write) {
  std::string text;
  const Sink append = [&text](std::string_view bytes) {
    text += bytes;
    return absl::OkStatus();
  };
  write(append).IgnoreError();
  return text;
}

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_EXPORT_SINK_BUFFER_H_
