// Against `openssl s_server`, which the build found, with certificates that are made here.

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "pinmetrics/clickhouse/curl_transport.h"

extern char** environ;  // POSIX's.

namespace pinmetrics {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

/// A process that runs openssl. Ends with the object.
class OpenSsl {
 public:
  OpenSsl(std::vector<std::string> arguments, int input, int output) {
    arguments.insert(arguments.begin(), "openssl");
    std::vector<char*> texts;
    for (std::string& argument : arguments) texts.push_back(argument.data());
    texts.push_back(nullptr);
    posix_spawn_file_actions_t files;
    posix_spawn_file_actions_init(&files);
    if (input >= 0) posix_spawn_file_actions_adddup2(&files, input, STDIN_FILENO);
    if (output >= 0) posix_spawn_file_actions_adddup2(&files, output, STDOUT_FILENO);
    posix_spawn_file_actions_addopen(&files, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    EXPECT_EQ(posix_spawn(&process_, PINMETRICS_OPENSSL, &files, nullptr, texts.data(), environ),
              0);
    posix_spawn_file_actions_destroy(&files);
  }
  ~OpenSsl() {
    if (process_ == 0) return;
    ::kill(process_, SIGKILL);
    Wait();
  }
  OpenSsl(const OpenSsl&) = delete;
  OpenSsl& operator=(const OpenSsl&) = delete;

  bool Wait() {
    int status = 1;
    ::waitpid(std::exchange(process_, 0), &status, 0);
    return status == 0;
  }

 private:
  ::pid_t process_ = 0;
};

/// A certificate that signs itself, and its key, as files in PEM.
struct Certificate {
  std::string file;
  std::string key;

  Certificate(const std::string& name, const std::string& host) {
    const std::string path = testing::TempDir() + "tls_" + std::to_string(::getpid()) + name;
    file = path + ".pem";
    key = path + ".key";
    EXPECT_TRUE(
        OpenSsl({"req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
                 "-nodes", "-days", "2", "-subj", "/CN=" + name, "-addext",
                 "subjectAltName=" + host, "-keyout", key, "-out", file},
                -1, -1)
            .Wait());
  }
  ~Certificate() {
    ::unlink(file.c_str());
    ::unlink(key.c_str());
  }
};

/// A port on which nobody listens at this moment.
int FreePort() {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  auto* const any = reinterpret_cast<sockaddr*>(&address);
  ::socklen_t size = sizeof(address);
  const int bound = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  EXPECT_EQ(::bind(bound, any, size), 0);
  EXPECT_EQ(::getsockname(bound, any, &size), 0);
  ::close(bound);
  return ntohs(address.sin_port);
}

/// Speaks TLS on 127.0.0.1, and answers each request with "1\n".
class TlsServer {
 public:
  explicit TlsServer(const Certificate& own, const std::vector<std::string>& options = {})
      : address_("127.0.0.1:" + std::to_string(FreePort())),
        server_(std::in_place, Arguments(own, options), Pipe(to_)[0], Pipe(from_)[1]) {
    ::close(to_[0]);
    ::close(from_[1]);
    answering_ = std::thread([this] { Answer(); });
  }
  ~TlsServer() {
    server_.reset();
    answering_.join();
    ::close(to_[1]);
    ::close(from_[0]);
  }

  const std::string& name() const { return address_; }
  std::string url() const { return "https://" + address_; }

  /// Asks once the server listens, which takes it a moment.
  static absl::StatusOr<std::string> Ask(CurlOptions options) {
    const absl::StatusOr<Transport> transport = CurlTransport(std::move(options));
    if (!transport.ok()) return transport.status();
    absl::StatusOr<std::string> answer = absl::UnavailableError("not asked");
    for (int tries = 0; tries < 200; ++tries) {
      answer = (*transport)({.sql = "SELECT 1", .timeout = absl::Seconds(20)});
      const bool listens =
          answer.ok() || answer.status().message().find("refused") == absl::string_view::npos;
      if (listens) break;
      absl::SleepFor(absl::Milliseconds(50));
    }
    return answer;
  }

 private:
  static std::array<int, 2>& Pipe(std::array<int, 2>& ends) {
    EXPECT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
    return ends;
  }

  std::vector<std::string> Arguments(const Certificate& own,
                                     const std::vector<std::string>& options) const {
    std::vector<std::string> arguments = {"s_server", "-quiet", "-accept", address_,
                                          "-cert",    own.file, "-key",    own.key};
    arguments.insert(arguments.end(), options.begin(), options.end());
    return arguments;
  }

  void Answer() const {
    const std::string answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n1\n";
    std::string seen;
    std::array<char, 4096> some;
    for (;;) {
      const ::ssize_t size = ::read(from_[0], some.data(), some.size());
      if (size <= 0) return;
      seen.append(some.data(), static_cast<std::size_t>(size));
      if (!seen.ends_with("SELECT 1")) continue;
      seen.clear();
      if (::write(to_[1], answer.data(), answer.size()) < 0) return;
    }
  }

  std::string address_;
  std::array<int, 2> to_{};
  std::array<int, 2> from_{};
  std::optional<OpenSsl> server_;
  std::thread answering_;
};

TEST(Tls, TakesAServerWhoseCertificateIsTrusted) {
  const Certificate own("own", "IP:127.0.0.1");
  const TlsServer server(own);
  const absl::StatusOr<std::string> answer = server.Ask({.url = server.url(), .ca_file = own.file});
  EXPECT_EQ(answer.value_or(""), "1\n") << answer.status();
}

TEST(Tls, RefusesACertificateThatIsNotTrusted) {
  const Certificate own("own", "IP:127.0.0.1");
  const Certificate other("other", "IP:127.0.0.1");
  const TlsServer server(own);
  // The system's, another, and none that is there.
  for (const std::string& trusted : {std::string(), other.file}) {
    const absl::Status status =
        server
            .Ask({.url = server.url(), .user = "a", .password = "open sesame", .ca_file = trusted})
            .status();
    EXPECT_TRUE(absl::IsUnavailable(status)) << status;
    EXPECT_THAT(std::string(status.message()),
                AllOf(StartsWith(server.name() + ": "), HasSubstr("certificate")));
  }
  const absl::Status status = server.Ask({.url = server.url(), .ca_file = "/none"}).status();
  EXPECT_FALSE(status.ok());
  EXPECT_THAT(std::string(status.message()), HasSubstr("/none"));
}

TEST(Tls, RefusesTheCertificateOfAnotherHost) {
  const Certificate own("own", "DNS:another.example");
  const TlsServer server(own);
  const absl::Status status = server.Ask({.url = server.url(), .ca_file = own.file}).status();
  EXPECT_TRUE(absl::IsUnavailable(status)) << status;
  EXPECT_THAT(std::string(status.message()),
              AllOf(StartsWith(server.name() + ": "), HasSubstr("127.0.0.1")));
}

TEST(Tls, ShowsItsOwnCertificateToAServerThatAsksForOne) {
  const Certificate own("own", "IP:127.0.0.1");
  const Certificate client("client", "DNS:client.example");
  const TlsServer server(own, {"-Verify", "1", "-verify_return_error", "-CAfile", client.file});
  const absl::Status without = server.Ask({.url = server.url(), .ca_file = own.file}).status();
  EXPECT_TRUE(absl::IsUnavailable(without)) << without;
  EXPECT_THAT(std::string(without.message()), StartsWith(server.name() + ": "));
  const absl::StatusOr<std::string> answer = server.Ask({.url = server.url(),
                                                         .ca_file = own.file,
                                                         .client_certificate = client.file,
                                                         .client_key = client.key});
  EXPECT_EQ(answer.value_or(""), "1\n") << answer.status();
}

}  // namespace
}  // namespace pinmetrics
