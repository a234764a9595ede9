#ifndef PINMETRICS_TESTS_CLICKHOUSE_CURL_LOOPBACK_SERVER_H_
#define PINMETRICS_TESTS_CLICKHOUSE_CURL_LOOPBACK_SERVER_H_

#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace pinmetrics {

/// What a client sent.
struct HttpRequest {
  std::string head;  ///< The request's line and its headers, each with its line end.
  std::string body;
};

/// Bytes to send back as they are, and whether the connection goes on.
struct HttpAnswer {
  std::string bytes;
  bool closes = false;
  /// The connection stays and is silent until the server ends.
  bool hangs = false;
};

/// An answer as ClickHouse gives it.
inline HttpAnswer Answered(std::string_view status, std::string_view body) {
  return {"HTTP/1.1 " + std::string(status) + "\r\nContent-Length: " + std::to_string(body.size()) +
          "\r\n\r\n" + std::string(body)};
}

/// A server on 127.0.0.1 that answers each request with what a function makes of it, called from a
/// thread of each connection. Ends with the object.
class LoopbackServer {
 public:
  using Handler = std::function<HttpAnswer(const HttpRequest&)>;

  explicit LoopbackServer(Handler handler);
  ~LoopbackServer();
  LoopbackServer(const LoopbackServer&) = delete;
  LoopbackServer& operator=(const LoopbackServer&) = delete;

  /// "127.0.0.1:40123".
  std::string name() const { return "127.0.0.1:" + std::to_string(port_); }
  std::string url() const { return "http://" + name(); }
  /// How many connections there were.
  std::size_t connections() const;

 private:
  void Accept();
  void Serve(int connection) const;

  const Handler handler_;
  int listener_ = -1;
  int port_ = 0;
  mutable std::mutex mutex_;
  bool ends_ = false;
  std::vector<int> connections_;
  std::vector<std::thread> threads_;
  std::thread acceptor_;
};

/// The URL of a port on which nobody listens.
std::string UrlOfNobody();

}  // namespace pinmetrics

#endif  // PINMETRICS_TESTS_CLICKHOUSE_CURL_LOOPBACK_SERVER_H_
