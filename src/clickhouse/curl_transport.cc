#include "pinmetrics/clickhouse/curl_transport.h"

#include <curl/curl.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <memory>
#include <mutex>
#include <new>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/string_view.h"
#include "clickhouse/server_error.h"

namespace pinmetrics {
namespace {

struct FreeHandle {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};
struct FreeUrl {
  void operator()(CURLU* url) const { curl_url_cleanup(url); }
};
struct FreeHeaders {
  void operator()(curl_slist* headers) const { curl_slist_free_all(headers); }
};
using Handle = std::unique_ptr<CURL, FreeHandle>;
using Url = std::unique_ptr<CURLU, FreeUrl>;
using Headers = std::unique_ptr<curl_slist, FreeHeaders>;

/// libcurl wants this once, before all else.
CURLcode StartCurl() {
  static const CURLcode started = curl_global_init(CURL_GLOBAL_DEFAULT);
  return started;
}

/// A part of a URL; empty if it has none.
std::string Part(CURLU* url, CURLUPart part, unsigned flags = 0) {
  char* text = nullptr;
  if (curl_url_get(url, part, &text, flags) != CURLUE_OK) return "";
  std::string copy(text);
  curl_free(text);
  return copy;
}

/// Appends `?name=value`, or `&name=value`, with what a URL cannot hold escaped.
void AppendParameter(std::string_view name, std::string_view value, std::string& url) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  url += url.find('?') != std::string::npos ? '&' : '?';
  url.append(name) += '=';
  for (const char letter : value) {
    if (absl::ascii_isalnum(static_cast<unsigned char>(letter)) || letter == '_' || letter == '-') {
      url += letter;
    } else {
      const auto byte = static_cast<unsigned char>(letter);
      url += '%';
      url += kDigits[byte >> 4];
      url += kDigits[byte & 15];
    }
  }
}

/// libcurl's milliseconds, of which 0 are none.
long Milliseconds(absl::Duration duration) {
  const std::int64_t most = std::numeric_limits<std::int32_t>::max();
  return static_cast<long>(std::clamp(absl::ToInt64Milliseconds(duration), std::int64_t{1}, most));
}

/// An answer as it comes in.
struct Answer {
  std::string body = {};
  std::size_t most_bytes = 0;
  bool is_too_long = false;
  bool is_out_of_memory = false;
  /// Whether it says where it ends, so that it cannot be cut unnoticed.
  bool has_end = false;
  /// The number of an exception that the server names beside a status of 200.
  std::string exception = {};
};

std::size_t TakeBody(char* bytes, std::size_t /*one*/, std::size_t size, void* to) {
  Answer& answer = *static_cast<Answer*>(to);
  if (size > answer.most_bytes - answer.body.size()) {
    answer.is_too_long = true;
    return 0;
  }
  // Nothing may be thrown through libcurl.
  try {
    answer.body.append(bytes, size);
  } catch (const std::bad_alloc&) {
    answer.is_out_of_memory = true;
    return 0;
  }
  return size;
}

/// absl::StripAsciiWhitespace() calls what may throw.
absl::string_view WithoutSpacesAround(absl::string_view text) {
  const auto is_space = [](char c) { return absl::ascii_isspace(static_cast<unsigned char>(c)); };
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

std::size_t TakeHeader(char* bytes, std::size_t /*one*/, std::size_t size, void* to) {
  Answer& answer = *static_cast<Answer*>(to);
  const absl::string_view line = WithoutSpacesAround(absl::string_view(bytes, size));
  constexpr absl::string_view kException = "X-ClickHouse-Exception-Code:";
  if (absl::StartsWithIgnoreCase(line, "HTTP/")) {
    answer.has_end = false;
  } else if (absl::StartsWithIgnoreCase(line, "Content-Length:") ||
             (absl::StartsWithIgnoreCase(line, "Transfer-Encoding:") &&
              absl::EndsWithIgnoreCase(line, "chunked"))) {
    answer.has_end = true;
  } else if (absl::StartsWithIgnoreCase(line, kException)) {
    absl::string_view code = line;
    code.remove_prefix(kException.size());
    code = WithoutSpacesAround(code);
    // A number, so short that it takes no memory beside the string itself.
    answer.exception.assign(code.data(), std::min<std::size_t>(code.size(), 10));
  }
  return size;
}

int AskCancelled(void* cancelled, curl_off_t /*due*/, curl_off_t /*here*/, curl_off_t /*to_send*/,
                 curl_off_t /*sent*/) {
  return (*static_cast<const std::function<bool()>*>(cancelled))() ? 1 : 0;
}

/// A server, and connections to it that nobody uses at the moment.
class Server {
 public:
  Server(CurlOptions options, std::string name, Headers headers)
      : options_(std::move(options)), name_(std::move(name)), headers_(std::move(headers)) {}

  absl::StatusOr<std::string> Send(const ClickHouseRequest& request) {
    if (request.timeout <= absl::ZeroDuration()) {
      return absl::DeadlineExceededError(
          absl::StrCat(name_, ": not asked, the time given is ", AsText(request.timeout)));
    }
    Handle handle = Take();
    if (!handle) return absl::ResourceExhaustedError(absl::StrCat(name_, ": ", kNoMemory));
    Answer answer = {.most_bytes = options_.most_answer_bytes};
    std::array<char, CURL_ERROR_SIZE> cause = {};
    const CURLcode set = Prepare(request, answer, cause.data(), handle.get());
    if (set != CURLE_OK) {
      return absl::FailedPreconditionError(
          absl::StrCat(name_, ": the request was refused by libcurl: ", curl_easy_strerror(set)));
    }
    const CURLcode done = curl_easy_perform(handle.get());
    if (done == CURLE_COULDNT_CONNECT) return NotReached(handle.get());
    if (done != CURLE_OK) return Failure(done, cause.data(), request, answer);
    long http_status = 0;
    curl_easy_getinfo(handle.get(), CURLINFO_RESPONSE_CODE, &http_status);
    Keep(std::move(handle));
    if (http_status != 200) return ServerError(name_, http_status, WithoutPassword(answer.body));
    if (!answer.exception.empty()) {
      return ServerError(name_, http_status,
                         absl::StrCat("Code: ", answer.exception, " in the answer's header"));
    }
    if (!answer.has_end) {
      return absl::FailedPreconditionError(absl::StrCat(
          name_, ": the answer does not say how long it is, expected a ClickHouse server"));
    }
    return std::move(answer.body);
  }

 private:
  static constexpr char kNoMemory[] = "memory ran out";

  static std::string AsText(absl::Duration duration) { return absl::FormatDuration(duration); }

  Handle Take() {
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      if (!idle_.empty()) {
        Handle handle = std::move(idle_.back());
        idle_.pop_back();
        return handle;
      }
    }
    return Handle(curl_easy_init());
  }

  void Keep(Handle handle) {
    // All but the connection, so that nothing of this request is left.
    curl_easy_reset(handle.get());
    const std::lock_guard<std::mutex> lock(mutex_);
    idle_.push_back(std::move(handle));
  }

  /// The first that libcurl does not take, or OK.
  CURLcode Prepare(const ClickHouseRequest& request, Answer& answer, char* cause,
                   CURL* handle) const {
    std::string url = options_.url;
    for (const auto& [name, value] : request.settings) AppendParameter(name, value, url);
    if (!request.rows.empty()) AppendParameter("query", request.sql, url);
    const std::string& body = request.rows.empty() ? request.sql : request.rows;

    CURLcode result = CURLE_OK;
    const auto set = [&](CURLoption option, auto value) {
      if (result == CURLE_OK) result = curl_easy_setopt(handle, option, value);
    };
    const auto set_text = [&](CURLoption option, const std::string& value) {
      if (!value.empty()) set(option, value.c_str());
    };
    set(CURLOPT_URL, url.c_str());
    set(CURLOPT_PROTOCOLS_STR, "http,https");
    // Where a body ends is told there by each of its pieces.
    set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
    set(CURLOPT_HTTPHEADER, headers_.get());
    set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
    set(CURLOPT_POSTFIELDS, body.c_str());
    if (!options_.user.empty()) {
      set(CURLOPT_HTTPAUTH, static_cast<long>(CURLAUTH_BASIC));
      set(CURLOPT_USERNAME, options_.user.c_str());
      set(CURLOPT_PASSWORD, options_.password.c_str());
    }
    set_text(CURLOPT_CAINFO, options_.ca_file);
    set_text(CURLOPT_SSLCERT, options_.client_certificate);
    set_text(CURLOPT_SSLKEY, options_.client_key);
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_TIMEOUT_MS, Milliseconds(request.timeout));
    set(CURLOPT_CONNECTTIMEOUT_MS, Milliseconds(options_.connect_timeout));
    set(CURLOPT_ERRORBUFFER, cause);
    set(CURLOPT_WRITEFUNCTION, &TakeBody);
    set(CURLOPT_WRITEDATA, static_cast<void*>(&answer));
    set(CURLOPT_HEADERFUNCTION, &TakeHeader);
    set(CURLOPT_HEADERDATA, static_cast<void*>(&answer));
    if (options_.cancelled) {
      set(CURLOPT_NOPROGRESS, 0L);
      set(CURLOPT_XFERINFOFUNCTION, &AskCancelled);
      set(CURLOPT_XFERINFODATA, static_cast<const void*>(&options_.cancelled));
    }
    return result;
  }

  absl::Status NotReached(CURL* handle) const {
    long error = 0;
    curl_easy_getinfo(handle, CURLINFO_OS_ERRNO, &error);
    const std::string why =
        error == 0 ? "" : ": " + std::generic_category().message(static_cast<int>(error));
    return absl::UnavailableError(absl::StrCat(name_, ": the server cannot be reached", why));
  }

  /// Why there is no whole answer. `cause` may be empty.
  absl::Status Failure(CURLcode code, const char* cause, const ClickHouseRequest& request,
                       const Answer& answer) const {
    if (answer.is_too_long) {
      return absl::ResourceExhaustedError(absl::StrCat(name_, ": the answer is longer than ",
                                                       answer.most_bytes,
                                                       " bytes, the most that is taken"));
    }
    switch (code) {
      case CURLE_OUT_OF_MEMORY:
        return absl::ResourceExhaustedError(absl::StrCat(name_, ": ", kNoMemory));
      case CURLE_WRITE_ERROR:
        return absl::ResourceExhaustedError(
            absl::StrCat(name_, ": ", kNoMemory, " for the answer"));
      case CURLE_OPERATION_TIMEDOUT:
        return absl::DeadlineExceededError(
            absl::StrCat(name_, ": no whole answer in ", AsText(request.timeout),
                         ", of which connecting may take ", AsText(options_.connect_timeout)));
      case CURLE_ABORTED_BY_CALLBACK:
        return absl::CancelledError(absl::StrCat(name_, ": the request was called off"));
      case CURLE_PARTIAL_FILE:
      case CURLE_RECV_ERROR:
        return absl::UnavailableError(
            absl::StrCat(name_, ": the answer was cut after ", answer.body.size(), " bytes of it"));
      default:
        return absl::UnavailableError(
            absl::StrCat(name_, ": ", *cause == 0 ? curl_easy_strerror(code) : cause));
    }
  }

  /// What a server says, should it repeat the password.
  std::string WithoutPassword(const std::string& text) const {
    if (options_.password.empty()) return text;
    return absl::StrReplaceAll(text, {{options_.password, "***"}});
  }

  const CurlOptions options_;
  const std::string name_;  ///< Host and port, for messages.
  const Headers headers_;
  std::mutex mutex_;
  std::vector<Handle> idle_;
};

/// What a message can show of a URL: all of it, unless there may be a password in it.
std::string Shown(const std::string& url) {
  return absl::StrContains(url, '@') ? "the URL (not shown, it has an @)"
                                     : absl::StrCat("'", Printable(url), "'");
}

/// Host and port of a URL that can be used.
absl::StatusOr<std::string> ServerName(const std::string& text) {
  constexpr char kExpected[] = ", expected one like http://host:8123";
  const Url url(curl_url());
  if (!url) return absl::ResourceExhaustedError("url: memory ran out");
  const CURLUcode parsed = curl_url_set(url.get(), CURLUPART_URL, text.c_str(), 0);
  if (parsed != CURLUE_OK || text.find('\0') != std::string::npos) {
    return absl::InvalidArgumentError(absl::StrCat(
        "url: ", Shown(text), " is no URL that can be asked",
        parsed == CURLUE_OK ? "" : absl::StrCat(" (", curl_url_strerror(parsed), ")"), kExpected));
  }
  if (!Part(url.get(), CURLUPART_USER).empty() || !Part(url.get(), CURLUPART_PASSWORD).empty() ||
      absl::StrContains(text, '@')) {
    return absl::InvalidArgumentError(
        "url: has a user or a password in it, expected one like http://host:8123, and these by "
        "themselves");
  }
  const std::string scheme = Part(url.get(), CURLUPART_SCHEME);
  if (scheme != "http" && scheme != "https") {
    return absl::InvalidArgumentError(
        absl::StrCat("url: ", Shown(text), " is neither http nor https", kExpected));
  }
  if (absl::StrContains(text, '?') || absl::StrContains(text, '#')) {
    return absl::InvalidArgumentError(
        absl::StrCat("url: ", Shown(text), " has parameters or a fragment", kExpected));
  }
  return absl::StrCat(Part(url.get(), CURLUPART_HOST), ":",
                      Part(url.get(), CURLUPART_PORT, CURLU_DEFAULT_PORT));
}

}  // namespace

absl::StatusOr<Transport> CurlTransport(CurlOptions options) {
  if (const CURLcode started = StartCurl(); started != CURLE_OK) {
    return absl::FailedPreconditionError(
        absl::StrCat("libcurl does not start: ", curl_easy_strerror(started)));
  }
  absl::StatusOr<std::string> name = ServerName(options.url);
  if (!name.ok()) return name.status();
  if (options.user.empty() && !options.password.empty()) {
    return absl::InvalidArgumentError("user: is empty, expected one with the password");
  }
  if (absl::StrContains(options.user, ':')) {
    return absl::InvalidArgumentError("user: has a colon, which HTTP cannot send");
  }
  // Without the second, a body of a megabyte waits for an answer that ClickHouse does not give.
  Headers headers(curl_slist_append(nullptr, "Content-Type: application/octet-stream"));
  if (!headers || curl_slist_append(headers.get(), "Expect:") == nullptr) {
    return absl::ResourceExhaustedError(absl::StrCat(*name, ": memory ran out"));
  }
  auto server = std::make_shared<Server>(std::move(options), *std::move(name), std::move(headers));
  return Transport([server](const ClickHouseRequest& request) { return server->Send(request); });
}

}  // namespace pinmetrics
