#ifndef PINMETRICS_EXAMPLES_CLI_INPUTS_H_
#define PINMETRICS_EXAMPLES_CLI_INPUTS_H_

#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "examples/cli/csv_reader.h"
#include "examples/cli/refusal_log.h"
#include "pinmetrics/model/event.h"
#include "pinmetrics/model/fault.h"
#include "pinmetrics/model/pin.h"

/// The tool's two inputs. Both hand on what is in order and refuse, to a log, every row that is
/// not, with the column and the reason. Errors: InvalidArgument if the header does not do, after
/// the log was told why; otherwise that of the source.

namespace pinmetrics::cli {

/// Reads Pins: `pin_id,board_id,format,created_at`, optionally `source`, `account`,
/// `product_group`, `saved`, `title`. Of two rows with one `pin_id` the second is refused.
absl::Status ReadPins(std::string_view file, ByteSource source, RefusalLog& log,
                      std::vector<Pin>& pins, CsvLimits limits = {});

/// Where an event of a file comes from.
struct EventOrigin {
  std::int64_t line = 0;
  /// Whether its time is a number, not a text of RFC 3339.
  bool time_is_number = false;
};

/// Takes the next event of a file. An error ends the reading.
using TakeEvent = std::function<absl::Status(const Event& event, const EventOrigin& origin)>;

/// Reads events on `pins`, valid at `now`: `time,action,pin_id`, optionally `event_id`,
/// `viewer_id`, `device`, `content_type`, `age`, `gender`, `play_time_ms`, `half_visible_ms`,
/// `progress`. A playback without one of the last three has 0 there. In memory that does not depend
/// on their number. Errors: those above, and that of `take`.
absl::Status ReadEvents(std::string_view file, ByteSource source, const std::vector<Pin>& pins,
                        absl::Time now, RefusalLog& log, const TakeEvent& take,
                        CsvLimits limits = {});

/// Takes the next row of a file of events: its event, or null if it was refused. An error ends the
/// reading.
using TakeRow = std::function<absl::Status(const Event* event, const EventOrigin& origin)>;

/// The same, row by row and on Pins that may be known or not; `pass` as for `CsvReader`.
absl::Status ReadEventRows(std::string_view file, ByteSource source, absl::Time now,
                           RefusalLog& log, const TakeRow& take, CsvLimits limits = {},
                           PassBytes pass = {});

/// Refuses an event that `ReadEvents` handed on.
void RefuseEvent(std::string_view file, const EventOrigin& origin, const Fault& fault,
                 RefusalLog& log);

}  // namespace pinmetrics::cli

#endif  // PINMETRICS_EXAMPLES_CLI_INPUTS_H_
