#include "tests/clickhouse_curl/loopback_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstddef>
#include <cstdlib>
#include <iostream>
#include <optional>
#include <utility>

namespace pinmetrics {
namespace {

struct Listener {
  int socket;
  int port;
};

/// A socket of a port that the system chooses.
Listener Bind() {
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (socket < 0 || bind(socket, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
      getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    std::cerr << "no socket on 127.0.0.1\n";
    std::abort();
  }
  return {socket, ntohs(address.sin_port)};
}

/// The number behind `Content-Length:`, or 0.
std::size_t LengthOf(const std::string& head) {
  constexpr std::string_view kName = "Content-Length: ";
  const std::size_t at = head.find(kName);
  return at == std::string::npos ? 0 : std::strtoul(&head[at + kName.size()], nullptr, 10);
}

/// The next request of a connection, of which some bytes may be `pending`; nothing at its end.
std::optional<HttpRequest> ReadRequest(int connection, std::string& pending) {
  constexpr std::string_view kEnd = "\r\n\r\n";
  while (true) {
    if (const std::size_t end = pending.find(kEnd); end != std::string::npos) {
      const std::size_t body = end + kEnd.size();
      const std::size_t size = LengthOf(pending.substr(0, end));
      if (pending.size() >= body + size) {
        HttpRequest request = {pending.substr(0, end + 2), pending.substr(body, size)};
        pending.erase(0, body + size);
        return request;
      }
    }
    char bytes[4096];
    const ssize_t got = recv(connection, bytes, sizeof(bytes), 0);
    if (got <= 0) return std::nullopt;
    pending.append(bytes, static_cast<std::size_t>(got));
  }
}

void Send(int connection, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = send(connection, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

}  // namespace

LoopbackServer::LoopbackServer(Handler handler) : handler_(std::move(handler)) {
  const Listener listener = Bind();
  listener_ = listener.socket;
  port_ = listener.port;
  listen(listener_, 100);
  acceptor_ = std::thread([this] { Accept(); });
}

LoopbackServer::~LoopbackServer() {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    ends_ = true;
    for (const int connection : connections_) shutdown(connection, SHUT_RDWR);
  }
  shutdown(listener_, SHUT_RDWR);
  acceptor_.join();
  for (std::thread& thread : threads_) thread.join();
  for (const int connection : connections_) close(connection);
  close(listener_);
}

std::size_t LoopbackServer::connections() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return connections_.size();
}

void LoopbackServer::Accept() {
  while (true) {
    const int connection = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (connection < 0) return;
    const std::lock_guard<std::mutex> lock(mutex_);
    connections_.push_back(connection);
    if (ends_) return;
    threads_.emplace_back([this, connection] { Serve(connection); });
  }
}

void LoopbackServer::Serve(int connection) const {
  std::string pending;
  while (const std::optional<HttpRequest> request = ReadRequest(connection, pending)) {
    const HttpAnswer answer = handler_(*request);
    Send(connection, answer.bytes);
    if (answer.closes) {
      shutdown(connection, SHUT_RDWR);
      return;
    }
    if (answer.hangs) {
      char byte;
      while (recv(connection, &byte, 1, 0) > 0) {
      }
      return;
    }
  }
}

std::string UrlOfNobody() {
  // Bound and not listening: nobody else gets the port, and connecting is refused.
  static const Listener listener = Bind();
  return "http://127.0.0.1:" + std::to_string(listener.port);
}

}  // namespace pinmetrics
