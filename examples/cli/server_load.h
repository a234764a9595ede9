#ifndef PINMETRICS_EXAMPLES_CLI_SERVER_LOAD_H_
#define PINMETRICS_EXAMPLES_CLI_SERVER_LOAD_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "examples/cli/csv_reader.h"
#include "examples/cli/inputs.h"
#include "examples/cli/refusal_log.h"
#include "examples/cli/row_trail.h"
#include "pinmetrics/clickhouse/engine.h"
#include "pinmetrics/model/event.h"

namespace pinmetrics::cli {

/// How a file of events is appended to a server's tables.
struct ServerLoadOptions {
  std::string file;  ///< As messages call it.
  absl::Time now;
  std::size_t batch_rows = 10'000;
  /// Is told how many rows of the file are taken, after each batch; may be empty. An error ends the
  /// load.
  std::function<absl::Status(std::int64_t rows)> acknowledge = {};
};

/// Appends a file of events batch by batch. An event without an id is named by the file's content
/// up to its row, so a load that is started again, with other batches and of a file that has grown
/// too, counts every row once: it sends all of them, and the server finds what it has.
class ServerLoad {
 public:
  /// `server` and `log` outlive it.
  ServerLoad(ServerLoadOptions options, const ClickHouseEngine& server, RefusalLog& log);

  /// Reads all of the file, once. Errors as `ReadEvents`, and those of the server and of
  /// `acknowledge`.
  absl::Status Run(ByteSource source, CsvLimits limits = {});

 private:
  absl::Status Take(const Event* event, const EventOrigin& origin);
  absl::Status Append();

  ServerLoadOptions options_;
  const ClickHouseEngine& server_;
  RefusalLog& log_;
  RowTrail trail_;
  std::int64_t row_ = 0;
  // Of the open batch.
  std::size_t rows_ = 0;  ///< Also those without an event, which were refused.
  std::vector<Event> events_;
  std::vector<EventOrigin> origins_;
  std::vector<std::string> keys_;  ///< Of each event; empty for one with an id.
};

}  // namespace pinmetrics::cli

#endif  // PINMETRICS_EXAMPLES_CLI_SERVER_LOAD_H_
