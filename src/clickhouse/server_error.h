#ifndef PINMETRICS_SRC_CLICKHOUSE_SERVER_ERROR_H_
#define PINMETRICS_SRC_CLICKHOUSE_SERVER_ERROR_H_

#include <string>
#include <string_view>

#include "absl/status/status.h"

namespace pinmetrics {

/// The number of the exception that a ClickHouse server tells of, "Code: 60, e.displayText() = ..."
/// or "Code: 60. DB::Exception: ..."; 0 if the text begins otherwise.
int ExceptionCode(std::string_view text);

/// The beginning of a server's text, as one line of printable ASCII that a message can hold.
std::string Printable(std::string_view text);

/// What an answer with an HTTP status other than 200 says: PermissionDenied for credentials and
/// rights, ResourceExhausted for what the server has not enough of, else FailedPrecondition.
/// `server` begins the message.
absl::Status ServerError(std::string_view server, long http_status, std::string_view text);

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_CLICKHOUSE_SERVER_ERROR_H_
