#ifndef PINMETRICS_CLICKHOUSE_CURL_TRANSPORT_H_
#define PINMETRICS_CLICKHOUSE_CURL_TRANSPORT_H_

#include <cstddef>
#include <functional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "pinmetrics/clickhouse/transport.h"

namespace pinmetrics {

/// Which server a `CurlTransport` talks to, and how.
struct CurlOptions {
  /// The server's HTTP interface, `http://host:8123` or `https://host:8443`. Without user, password
  /// and parameters. libcurl's defaults hold: port 80 or 443 where none is named, proxies as the
  /// environment names them.
  std::string url;
  /// Sent as HTTP basic authentication; empty for the server's user `default` without a password.
  std::string user = {};
  std::string password = {};  ///< Only with a user.
  /// Within the timeout of the request.
  absl::Duration connect_timeout = absl::Seconds(10);

  // Of https. The server's certificate and name are always checked.
  /// A file of certificates that are trusted, in PEM; empty for those of the system.
  std::string ca_file = {};
  std::string client_certificate = {};  ///< A file in PEM for a server that asks for one.
  std::string client_key = {};          ///< The same with its key.

  /// Answers beyond this many bytes are an error: the engine's are megabytes.
  std::size_t most_answer_bytes = std::size_t{1} << 30;
  /// If set, called at least once a second while a request is out, from the thread that sent it.
  /// Once it returns true the request ends with Cancelled.
  std::function<bool()> cancelled = {};
};

/// A `Transport` over libcurl. Connections are kept for the next request; each thread that is in a
/// request has one of its own. Copies share them. Safe from any number of threads.
///
/// InvalidArgument if the options cannot be: a URL that is none, or has a password in it. What
/// requests fail with is said at `Transport`; no message holds the password, whatever the server
/// answers.
absl::StatusOr<Transport> CurlTransport(CurlOptions options);

}  // namespace pinmetrics

#endif  // PINMETRICS_CLICKHOUSE_CURL_TRANSPORT_H_
