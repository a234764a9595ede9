#include "pinmetrics/clickhouse/curl_transport.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <cstddef>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "tests/clickhouse_curl/loopback_server.h"

namespace pinmetrics {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

/// The transport of options that can be.
Transport MakeTransport(CurlOptions options) {
  absl::StatusOr<Transport> transport = CurlTransport(std::move(options));
  EXPECT_TRUE(transport.ok()) << transport.status();
  return *std::move(transport);
}

absl::StatusOr<std::string> Ask(const LoopbackServer& server) {
  return MakeTransport({.url = server.url()})({.sql = "SELECT 1"});
}

/// What asking a server that always answers alike ends with.
absl::Status FailureWith(HttpAnswer answer) {
  const LoopbackServer server([&](const HttpRequest&) { return answer; });
  absl::Status status = Ask(server).status();
  EXPECT_THAT(std::string(status.message()), StartsWith(server.name() + ": "));
  return status;
}

std::string MessageOf(const absl::Status& status) { return std::string(status.message()); }

TEST(CurlTransport, SendsAStatementAsTheBodyAndSettingsInTheUrl) {
  HttpRequest seen;
  const LoopbackServer server([&](const HttpRequest& request) {
    seen = request;
    return Answered("200 OK", "1\n");
  });
  const absl::StatusOr<std::string> answer = MakeTransport({.url = server.url()})(
      {.sql = "SELECT 1", .settings = {{"max_threads", "2"}, {"cluster", "a&b c"}}});
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(*answer, "1\n");
  EXPECT_THAT(seen.head, StartsWith("POST /?max_threads=2&cluster=a%26b%20c HTTP/1.1\r\n"));
  EXPECT_THAT(seen.head, Not(HasSubstr("Authorization")));
  EXPECT_THAT(seen.head, Not(HasSubstr("Expect")));
  EXPECT_EQ(seen.body, "SELECT 1");
}

TEST(CurlTransport, SendsRowsAsTheBodyAndTheirStatementInTheUrl) {
  HttpRequest seen;
  const LoopbackServer server([&](const HttpRequest& request) {
    seen = request;
    return Answered("200 OK", "");
  });
  // More than what a client asks about before it sends it.
  std::string rows(3 << 20, '\0');
  rows[1] = '\xff';
  const absl::StatusOr<std::string> answer = MakeTransport({.url = server.url() + "/base"})(
      {.sql = "INSERT INTO t FORMAT RowBinary", .rows = rows});
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(*answer, "");
  EXPECT_THAT(seen.head,
              StartsWith("POST /base?query=INSERT%20INTO%20t%20FORMAT%20RowBinary HTTP"));
  EXPECT_EQ(seen.body, rows);
}

TEST(CurlTransport, SendsUserAndPassword) {
  HttpRequest seen;
  const LoopbackServer server([&](const HttpRequest& request) {
    seen = request;
    return Answered("200 OK", "1\n");
  });
  const Transport transport =
      MakeTransport({.url = server.url(), .user = "reader", .password = "open sesame"});
  ASSERT_TRUE(transport({.sql = "SELECT 1"}).ok());
  EXPECT_THAT(seen.head, HasSubstr("\r\nAuthorization: Basic cmVhZGVyOm9wZW4gc2VzYW1l\r\n"));
}

TEST(CurlTransport, GivesBackAnyBytes) {
  std::string body(1 << 20, '\0');
  for (std::size_t i = 0; i < body.size(); ++i) body[i] = static_cast<char>(i * i >> 8);
  const LoopbackServer server([&](const HttpRequest&) { return Answered("200 OK", body); });
  EXPECT_EQ(Ask(server).value_or(""), body);
}

TEST(CurlTransport, ReadsAnAnswerInPieces) {
  const LoopbackServer server([&](const HttpRequest&) {
    return HttpAnswer{
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"};
  });
  EXPECT_EQ(Ask(server).value_or(""), "abcde");
}

TEST(CurlTransport, UsesAConnectionAgain) {
  const LoopbackServer server([](const HttpRequest&) { return Answered("200 OK", "1\n"); });
  const Transport transport = MakeTransport({.url = server.url()});
  const Transport copy = transport;
  for (int i = 0; i < 5; ++i) {
    EXPECT_TRUE(transport({.sql = "SELECT 1"}).ok());
    EXPECT_TRUE(copy({.sql = "SELECT 1"}).ok());
  }
  EXPECT_EQ(server.connections(), 1);
}

TEST(CurlTransport, GoesOnAfterTheServerClosedAConnection) {
  const LoopbackServer server([](const HttpRequest&) {
    HttpAnswer answer = Answered("200 OK", "1\n");
    answer.closes = true;
    return answer;
  });
  const Transport transport = MakeTransport({.url = server.url()});
  for (int i = 0; i < 3; ++i) EXPECT_EQ(transport({.sql = "SELECT 1"}).value_or(""), "1\n");
}

TEST(CurlTransport, ServesManyThreads) {
  const LoopbackServer server(
      [](const HttpRequest& request) { return Answered("200 OK", request.body); });
  const Transport transport = MakeTransport({.url = server.url()});
  constexpr int kThreads = 8;
  std::vector<std::thread> threads;
  std::atomic<int> right = 0;
  for (int thread = 0; thread < kThreads; ++thread) {
    threads.emplace_back([&, thread] {
      for (int i = 0; i < 50; ++i) {
        const std::string sql = "SELECT " + std::to_string(thread * 1000 + i);
        if (transport({.sql = sql}).value_or("") == sql) ++right;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(right, kThreads * 50);
  EXPECT_LE(server.connections(), kThreads);
}

TEST(CurlTransport, NamesAServerThatIsNotThere) {
  const std::string url = UrlOfNobody();
  const absl::Status status = MakeTransport({.url = url})({.sql = "SELECT 1"}).status();
  EXPECT_TRUE(absl::IsUnavailable(status)) << status;
  EXPECT_EQ(MessageOf(status),
            url.substr(7) + ": the server cannot be reached: Connection refused");
}

TEST(CurlTransport, NamesAHostThatIsNotThere) {
  // A name that never is one (RFC 6761): the resolver answers by itself.
  const absl::Status status =
      MakeTransport({.url = "http://clickhouse.invalid:8123"})({.sql = "SELECT 1"}).status();
  EXPECT_TRUE(absl::IsUnavailable(status)) << status;
  EXPECT_THAT(MessageOf(status), StartsWith("clickhouse.invalid:8123: "));
}

TEST(CurlTransport, EndsAfterTheTimeout) {
  const LoopbackServer server(
      [](const HttpRequest&) { return HttpAnswer{.bytes = "", .hangs = true}; });
  const absl::Status status =
      MakeTransport({.url = server.url()})({.sql = "SELECT 1", .timeout = absl::Milliseconds(50)})
          .status();
  EXPECT_TRUE(absl::IsDeadlineExceeded(status)) << status;
  EXPECT_EQ(MessageOf(status),
            server.name() + ": no whole answer in 50ms, of which connecting may take 10s");
}

TEST(CurlTransport, EndsAfterTheTimeoutInMidAnswer) {
  const LoopbackServer server([](const HttpRequest&) {
    return HttpAnswer{.bytes = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc", .hangs = true};
  });
  const absl::Status status =
      MakeTransport({.url = server.url()})({.sql = "SELECT 1", .timeout = absl::Milliseconds(50)})
          .status();
  EXPECT_TRUE(absl::IsDeadlineExceeded(status)) << status;
}

TEST(CurlTransport, AsksNobodyWithoutTime) {
  const LoopbackServer server([](const HttpRequest&) { return Answered("200 OK", ""); });
  const absl::Status status =
      MakeTransport({.url = server.url()})({.sql = "SELECT 1", .timeout = {}}).status();
  EXPECT_TRUE(absl::IsDeadlineExceeded(status)) << status;
  EXPECT_EQ(server.connections(), 0);
}

TEST(CurlTransport, CanBeCalledOff) {
  const LoopbackServer server(
      [](const HttpRequest&) { return HttpAnswer{.bytes = "", .hangs = true}; });
  std::atomic<int> asked = 0;
  const Transport transport =
      MakeTransport({.url = server.url(), .cancelled = [&] { return ++asked > 1; }});
  const absl::Status status = transport({.sql = "SELECT 1"}).status();
  EXPECT_TRUE(absl::IsCancelled(status)) << status;
  EXPECT_EQ(MessageOf(status), server.name() + ": the request was called off");
}

TEST(CurlTransport, RefusesACutAnswer) {
  const absl::Status status =
      FailureWith({.bytes = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc", .closes = true});
  EXPECT_TRUE(absl::IsUnavailable(status)) << status;
  EXPECT_THAT(MessageOf(status), HasSubstr("the answer was cut after 3 bytes"));
}

TEST(CurlTransport, RefusesACutAnswerInPieces) {
  for (const std::string_view bytes : {"3\r\nabc\r\n", "3\r\nab", "3\r\nabc\r\n2\r\nde\r\n"}) {
    const absl::Status status = FailureWith(
        {.bytes = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + std::string(bytes),
         .closes = true});
    EXPECT_TRUE(absl::IsUnavailable(status)) << status;
    EXPECT_THAT(MessageOf(status), HasSubstr("the answer was cut"));
  }
}

TEST(CurlTransport, RefusesAnAnswerThatMayBeCut) {
  const absl::Status status = FailureWith({.bytes = "HTTP/1.1 200 OK\r\n\r\nabc", .closes = true});
  EXPECT_TRUE(absl::IsFailedPrecondition(status)) << status;
  EXPECT_THAT(MessageOf(status), HasSubstr("does not say how long it is"));
}

TEST(CurlTransport, RefusesAConnectionThatIsClosedWithoutAnAnswer) {
  const absl::Status status = FailureWith({.bytes = "", .closes = true});
  EXPECT_TRUE(absl::IsUnavailable(status)) << status;
}

TEST(CurlTransport, RefusesGarbage) {
  const absl::Status status = FailureWith({.bytes = "\x15\x03\x01 no HTTP", .closes = true});
  EXPECT_TRUE(absl::IsUnavailable(status)) << status;
}

TEST(CurlTransport, RefusesAnAnswerThatIsTooLong) {
  const LoopbackServer server(
      [](const HttpRequest&) { return Answered("200 OK", std::string(1001, 'a')); });
  const absl::Status status =
      MakeTransport({.url = server.url(), .most_answer_bytes = 1000})({.sql = "SELECT 1"}).status();
  EXPECT_TRUE(absl::IsResourceExhausted(status)) << status;
  EXPECT_THAT(MessageOf(status), HasSubstr("longer than 1000 bytes"));
}

TEST(CurlTransport, FollowsNoRedirection) {
  const absl::Status status = FailureWith(
      {"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n"});
  EXPECT_TRUE(absl::IsFailedPrecondition(status)) << status;
  EXPECT_THAT(MessageOf(status), HasSubstr("HTTP status 302"));
}

TEST(CurlTransport, TellsWhatTheServerSays) {
  const absl::Status status = FailureWith(Answered(
      "404 Not Found", "Code: 60, e.displayText() = DB::Exception: Table d.t doesn't exist.\n"));
  EXPECT_TRUE(absl::IsFailedPrecondition(status)) << status;
  EXPECT_THAT(MessageOf(status),
              HasSubstr(": HTTP status 404: Code: 60, e.displayText() = DB::Exception: "
                        "Table d.t doesn't exist."));
}

TEST(CurlTransport, TellsAnExceptionBehindASuccess) {
  const absl::Status status =
      FailureWith({"HTTP/1.1 200 OK\r\nX-ClickHouse-Exception-Code: 241\r\n"
                   "Content-Length: 3\r\n\r\nabc"});
  EXPECT_TRUE(absl::IsResourceExhausted(status)) << status;
  EXPECT_THAT(MessageOf(status), HasSubstr("Code: 241"));
}

TEST(CurlTransport, TellsWrongCredentialsApart) {
  for (const HttpAnswer& answer : {
           Answered("401 Unauthorized", "Code: 193, e.displayText() = Wrong password\n"),
           Answered("403 Forbidden", "Code: 516. DB::Exception: Authentication failed\n"),
           Answered("500 Internal Server Error", "Code: 192, e.displayText() = Unknown user\n"),
           Answered("516 Unknown", "Code: 516. DB::Exception: Authentication failed\n"),
       }) {
    const absl::Status status = FailureWith(answer);
    EXPECT_TRUE(absl::IsPermissionDenied(status)) << status;
  }
}

TEST(CurlTransport, TellsApartWhatTheServerHasNotEnoughOf) {
  for (const std::string_view text : {
           "Code: 241, e.displayText() = DB::Exception: Memory limit (for query) exceeded",
           "Code: 243. DB::Exception: Cannot reserve 1.00 MiB, not enough space",
       }) {
    const absl::Status status = FailureWith(Answered("500 Internal Server Error", text));
    EXPECT_TRUE(absl::IsResourceExhausted(status)) << status;
  }
}

TEST(CurlTransport, ShowsNothingThatATerminalWouldObey) {
  const absl::Status status =
      FailureWith(Answered("500 Internal Server Error", "\x1b[2J\n\xff" + std::string(5000, 'a')));
  EXPECT_THAT(MessageOf(status), HasSubstr("HTTP status 500: ?[2J ?aaa"));
  EXPECT_LT(status.message().size(), 800);
}

TEST(CurlTransport, NeverTellsThePassword) {
  const LoopbackServer server([](const HttpRequest&) {
    return Answered("500 Internal Server Error", "is it open sesame? It is: open sesame");
  });
  for (const std::string& url : {server.url(), UrlOfNobody()}) {
    const absl::Status status =
        MakeTransport({.url = url, .user = "reader", .password = "open sesame"})(
            {.sql = "SELECT 1"})
            .status();
    EXPECT_FALSE(status.ok());
    EXPECT_THAT(MessageOf(status), Not(HasSubstr("sesame")));
  }
}

TEST(CurlTransport, RefusesAUrlWithAPassword) {
  for (const std::string url :
       {"http://reader:sesame@localhost:8123", "http://sesame@localhost:8123",
        "https://:sesame@localhost", "http:reader:sesame@localhost", "reader:sesame@localhost:8123",
        "http://localhost:8123/reader:sesame@"}) {
    const absl::Status status = CurlTransport({.url = url}).status();
    EXPECT_TRUE(absl::IsInvalidArgument(status)) << url;
    EXPECT_THAT(MessageOf(status), StartsWith("url: ")) << url;
    EXPECT_THAT(MessageOf(status), HasSubstr("expected one like http://host:8123")) << url;
    EXPECT_THAT(MessageOf(status), Not(HasSubstr("sesame"))) << url;
  }
  EXPECT_EQ(MessageOf(CurlTransport({.url = "http://reader:sesame@localhost:8123"}).status()),
            "url: has a user or a password in it, expected one like http://host:8123, and these by "
            "themselves");
}

TEST(CurlTransport, RefusesAUrlThatIsNone) {
  for (const std::string url :
       {"", "localhost", "localhost:8123", "http://", "http://local host", "http://localhost:99999",
        "file:///etc/passwd", "ftp://localhost", "tcp://localhost:9000", "http://localhost/?a=1",
        "http://localhost/#a"}) {
    const absl::Status status = CurlTransport({.url = url}).status();
    EXPECT_TRUE(absl::IsInvalidArgument(status)) << url;
    EXPECT_THAT(MessageOf(status), StartsWith("url: '" + url + "' ")) << url;
    EXPECT_THAT(MessageOf(status), HasSubstr("expected one like http://host:8123")) << url;
  }
  EXPECT_FALSE(CurlTransport({.url = std::string("http://localhost\0.org", 21)}).ok());
}

TEST(CurlTransport, RefusesAPasswordWithoutAUser) {
  const absl::Status status =
      CurlTransport({.url = "http://localhost:8123", .password = "sesame"}).status();
  EXPECT_TRUE(absl::IsInvalidArgument(status));
  EXPECT_EQ(MessageOf(status), "user: is empty, expected one with the password");
}

TEST(CurlTransport, RefusesAUserThatHttpCannotSend) {
  EXPECT_TRUE(absl::IsInvalidArgument(
      CurlTransport({.url = "http://localhost:8123", .user = "a:b", .password = "c"}).status()));
}

TEST(CurlTransport, NeedsTheCertificatesThatItIsTold) {
  const LoopbackServer server([](const HttpRequest&) { return Answered("200 OK", ""); });
  const absl::Status status = MakeTransport({.url = "https://" + server.name(),
                                             .ca_file = "/nonexistent/ca.pem"})({.sql = "SELECT 1"})
                                  .status();
  EXPECT_TRUE(absl::IsUnavailable(status)) << status;
  EXPECT_THAT(MessageOf(status), StartsWith(server.name() + ": "));
  EXPECT_THAT(MessageOf(status), HasSubstr("/nonexistent/ca.pem"));
}

}  // namespace
}  // namespace pinmetrics
