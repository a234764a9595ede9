#ifndef PINMETRICS_EXAMPLES_CLI_EVENT_LOAD_H_
#define PINMETRICS_EXAMPLES_CLI_EVENT_LOAD_H_

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "examples/cli/csv_reader.h"
#include "examples/cli/inputs.h"
#include "examples/cli/refusal_log.h"
#include "examples/cli/refused_events.h"
#include "examples/cli/row_trail.h"
#include "pinmetrics/model/event.h"
#include "pinmetrics/store/store.h"

namespace pinmetrics::cli {

/// How a file of events is taken into a store.
struct EventLoadOptions {
  std::string file;  ///< As messages call it.
  absl::Time now;
  std::int64_t batch_rows = 10'000;
  /// Whether the store may have taken a beginning of the file before.
  bool may_repeat = true;
  /// Gets the rows that are refused; may be null.
  RefusedEvents* refused = nullptr;
  /// Is told how many rows of the file are safe, after each batch; may be empty. An error ends the
  /// load.
  std::function<absl::Status(std::int64_t rows)> acknowledge = {};
};

/// Takes a file of events into a store, batch by batch, each under a key that is made of the file's
/// content up to the batch's end. So the longest beginning that the store has can be found row by
/// row, whatever its batches were: it ends where a key is known. A batch also ends with each
/// 100 000th row of the file, so nothing beyond that needs to be looked at to know. And a last row
/// without a line end is a batch of its own: when the file grows it may turn out not to have been
/// whole. In one pass, and in memory that does not depend on the file's size.
class EventLoad {
 public:
  /// `store` and `log` outlive it.
  EventLoad(EventLoadOptions options, Store& store, RefusalLog& log);

  /// Reads all of the file, once. Errors as `ReadEvents`, and those of the store, of the file of
  /// refused rows and of `acknowledge`: what was acknowledged is kept none the less.
  absl::Status Run(ByteSource source, CsvLimits limits = {});

  /// How many rows at the front were taken before.
  std::int64_t rows_skipped() const { return rows_skipped_; }

 private:
  /// Rows of which the events are taken together.
  struct Batch {
    std::int64_t rows = 0;  ///< Also those without an event, which were refused.
    std::int64_t last_row = 0;
    std::string key = {};
    std::vector<Event> events = {};
    std::vector<EventOrigin> origins = {};
    std::vector<std::string> texts = {};  ///< Of events, if refused rows are written.
  };

  absl::Status Take(const Event* event, const EventOrigin& origin);
  void EndBatch(std::string key, std::int64_t last_row);
  bool WasTaken(const std::string& key);
  absl::Status Append();
  absl::Status AppendBatch(const Batch& batch);

  EventLoadOptions options_;
  Store& store_;
  RefusalLog& log_;
  RowTrail trail_;
  std::int64_t row_ = 0;
  std::int64_t rows_skipped_ = 0;
  std::int64_t rows_acknowledged_ = 0;
  std::vector<Batch> pending_;
  Batch open_;
};

}  // namespace pinmetrics::cli

#endif  // PINMETRICS_EXAMPLES_CLI_EVENT_LOAD_H_
