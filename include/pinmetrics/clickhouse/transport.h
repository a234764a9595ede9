#ifndef PINMETRICS_CLICKHOUSE_TRANSPORT_H_
#define PINMETRICS_CLICKHOUSE_TRANSPORT_H_

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

/// @file
/// How a statement reaches a ClickHouse server. The library opens no socket: a host hands in a
/// `Transport`, its own or one of `pinmetrics::clickhouse_curl`.

namespace pinmetrics {

/// One statement for a server. A plain value.
struct ClickHouseRequest {
  /// The statement, with the format of its rows. Up to several MiB: a filter may name many ids.
  std::string sql = {};
  /// Settings to send with it, as name and value: over HTTP, parameters of the URL.
  std::vector<std::pair<std::string, std::string>> settings = {};
  /// The rows of an INSERT, in the statement's format; empty for all else. Over HTTP a statement
  /// with rows goes into the URL's parameter `query` and the rows are the body of the POST; without
  /// them the statement is the body.
  std::string rows = {};
  /// How long the answer may take in all, connecting included.
  absl::Duration timeout = absl::Minutes(1);
};

/// Sends a statement and returns the whole body of the answer, as it came.
///
/// Fails where there is no whole answer: Unavailable if the server cannot be reached or closes the
/// connection, DeadlineExceeded after the timeout, Cancelled if the host called it off, and for an
/// answer that is no success (over HTTP: other than 200) FailedPrecondition, PermissionDenied or
/// ResourceExhausted with the server's text. Every message begins with the server's address and
/// holds no password: `127.0.0.1:8123: Code: 60, e.displayText() = ...`. An error says nothing on
/// whether an INSERT was carried out.
///
/// An engine calls it from the threads that call the engine.
using Transport = std::function<absl::StatusOr<std::string>(const ClickHouseRequest&)>;

}  // namespace pinmetrics

#endif  // PINMETRICS_CLICKHOUSE_TRANSPORT_H_
