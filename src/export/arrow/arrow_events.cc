#include "pinmetrics/export/arrow_events.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "export/arrow/event_columns.h"
#include "export/arrow/event_rows.h"
#include "export/arrow/owner.h"

namespace pinmetrics {
namespace {

/// A stream whose batches are read to the end.
class EventStream {
 public:
  explicit EventStream(ArrowArrayStream& stream)
      : stream_(ArrowOwner<ArrowArrayStream>::MovedFrom(stream)) {}

  absl::Status Check() const {
    if (stream_.released()) {
      return absl::InvalidArgumentError("the stream is released, expected one to read");
    }
    if (stream_->get_schema == nullptr || stream_->get_next == nullptr) {
      return absl::InvalidArgumentError(
          "the stream's get_schema or get_next is a null pointer, expected functions");
    }
    return absl::OkStatus();
  }

  absl::StatusOr<EventColumns> ReadColumns(bool ignore_unknown) {
    ArrowSchema made = {};
    const int code = stream_->get_schema(stream_.get(), &made);
    if (code != 0) return Failure("schema", code);
    const ArrowOwner<ArrowSchema> schema(made);
    if (schema.released()) {
      return absl::InvalidArgumentError("the stream's schema is released, expected one");
    }
    return FindEventColumns(*schema, ignore_unknown);
  }

  /// The next batch; a released one at the end.
  absl::StatusOr<ArrowOwner<ArrowArray>> Next() {
    ArrowArray made = {};
    const int code = stream_->get_next(stream_.get(), &made);
    if (code != 0) return Failure("batch", code);
    return ArrowOwner<ArrowArray>(made);
  }

 private:
  /// What is made along with an error belongs to nobody: it is not looked at.
  absl::Status Failure(const char* what, int code) {
    const char* const text =
        stream_->get_last_error == nullptr ? nullptr : stream_->get_last_error(stream_.get());
    return absl::Status(
        absl::ErrnoToStatusCode(code),
        absl::StrCat("the stream's ", what, ": code ", code, text == nullptr ? "" : ", ",
                     text == nullptr ? "" : text, ", expected 0"));
  }

  ArrowOwner<ArrowArrayStream> stream_;
};

/// Hands over rows in pieces.
class EventPieces {
 public:
  EventPieces(const ArrowEventSink& sink, std::size_t piece_rows)
      : sink_(sink), piece_rows_(std::max<std::size_t>(piece_rows, 1)) {}

  absl::Status HandOver(const EventRows& batch) {
    for (std::int64_t row = 0; row < batch.size(); ++row) {
      Event event;
      if (std::optional<Fault> fault = batch.Read(row, event)) {
        refused_.push_back({.index = next_row_, .fault = *std::move(fault)});
      } else {
        events_.push_back(event);
        rows_.push_back(next_row_);
      }
      ++next_row_;
      if (events_.size() + refused_.size() < piece_rows_) continue;
      if (absl::Status status = Flush(); !status.ok()) return status;
    }
    return Flush();
  }

 private:
  absl::Status Flush() {
    if (events_.empty() && refused_.empty()) return absl::OkStatus();
    absl::Status status = sink_({.events = events_, .rows = rows_, .refused = refused_});
    events_.clear();
    rows_.clear();
    refused_.clear();
    return status;
  }

  const ArrowEventSink& sink_;
  std::size_t piece_rows_;
  std::size_t next_row_ = 0;
  std::vector<Event> events_;
  std::vector<std::size_t> rows_;
  std::vector<Refusal> refused_;
};

}  // namespace

absl::Status ReadArrowEvents(ArrowArrayStream* stream, const ArrowEventSink& sink,
                             const ArrowEventOptions& options) {
  EventStream events(*stream);
  if (absl::Status status = events.Check(); !status.ok()) return status;
  if (!sink) return absl::InvalidArgumentError("the sink is empty, expected a function");
  const absl::StatusOr<EventColumns> columns = events.ReadColumns(options.ignore_unknown_columns);
  if (!columns.ok()) return columns.status();
  EventPieces pieces(sink, options.batch_rows);
  ArrowOwner<ArrowArray> before;
  for (std::size_t index = 0;; ++index) {
    absl::StatusOr<ArrowOwner<ArrowArray>> batch = events.Next();
    if (!batch.ok()) return batch.status();
    if (batch->released()) return absl::OkStatus();
    const absl::StatusOr<EventRows> rows =
        EventRows::Open(**batch, *columns, before.released() ? nullptr : before.get());
    if (!rows.ok()) {
      return absl::InvalidArgumentError(
          absl::StrCat("batch ", index, ": ", rows.status().message()));
    }
    if (absl::Status status = pieces.HandOver(*rows); !status.ok()) return status;
    before = *std::move(batch);
  }
}

}  // namespace pinmetrics
