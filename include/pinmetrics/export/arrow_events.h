#ifndef PINMETRICS_EXPORT_ARROW_EVENTS_H_
#define PINMETRICS_EXPORT_ARROW_EVENTS_H_

#include <cstddef>
#include <functional>
#include <span>

#include "absl/status/status.h"
#include "pinmetrics/export/arrow_abi.h"
#include "pinmetrics/model/event.h"
#include "pinmetrics/model/fault.h"

/// @file
/// Events from an Arrow stream, as databases and data frames hand them over.
///
/// A batch is a struct array with these columns, in any order; the first three are required:
///
///   time                           a timestamp of any unit (one without a zone is in UTC), or
///                                  int64: milliseconds since 1970 UTC
///   action                         a name
///   pin_id, event_id, viewer_id    any integer type
///   device, content_type, age,     a name
///   gender
///   play_time_ms, half_visible_ms  any integer type, or a duration of any unit
///   progress                       float32 or float64; a float32 counts as the shortest decimal
///                                  that reads back to it (`Progress`)
///
/// Names are those of model/dimension.h, as utf8 or large_utf8, plain or behind a dictionary.
/// String views ("vu"), which some libraries hand over unless told otherwise, are not read:
/// refused. A null is an absent value: the default of `Event`, for playbacks 0. A column of Arrow's
/// null type is all null. A playback is there if one of its three columns is, or if the action is
/// playback.

namespace pinmetrics {

/// What came of some rows, which follow one another in the stream. The spans are valid during the
/// call that gets them only.
struct ArrowEventBatch {
  /// The rows that are good: `Check` takes each of them, if now is not before the event.
  std::span<const Event> events = {};
  /// The row of each event, from 0 over the whole stream. Names the row of a later refusal:
  /// `rows[refusal.index]`.
  std::span<const std::size_t> rows = {};
  /// The rows that are not, ascending, by their place in the stream, with column and reason.
  std::span<const Refusal> refused = {};
};

/// Takes the next rows of a stream. An error stops the reading.
using ArrowEventSink = std::function<absl::Status(const ArrowEventBatch& batch)>;

/// How a stream of events is read.
struct ArrowEventOptions {
  /// Pass over columns that have other names than those above, instead of refusing the stream.
  bool ignore_unknown_columns = false;
  /// The most rows that are handed over at once, whatever the size of the stream's batches. What is
  /// held in memory is in proportion to it; 0 counts as 1.
  std::size_t batch_rows = 65'536;
};

/// Reads `stream` to its end, in order, and hands every row to `sink`: as an event or as a refusal.
/// Moves the stream in: it is released when this returns, and so is all that came out of it, each
/// once, whatever happened. `stream` must not be null.
///
/// InvalidArgument, naming the batch and the column, if the stream is released or a column is
/// missing, not known, there twice or of another type, and if an array contradicts its type or
/// itself: its lengths, offsets, counts, null pointers, nulls, text offsets, indexes into a
/// dictionary. All of a batch is looked at before any row of it is handed over. Otherwise the
/// stream's own error, of the kind its errno code says, or that of the sink. What was handed over
/// before an error stays with the sink.
///
/// The interface carries no sizes of buffers: that they are as long as lengths and offsets say, and
/// that pointers are what they are said to be, is the producer's promise and cannot be checked.
absl::Status ReadArrowEvents(ArrowArrayStream* stream, const ArrowEventSink& sink,
                             const ArrowEventOptions& options = {});

}  // namespace pinmetrics

#endif  // PINMETRICS_EXPORT_ARROW_EVENTS_H_
