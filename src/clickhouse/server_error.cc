#include "clickhouse/server_error.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>

#include "absl/strings/str_cat.h"
#include "model/absl_text.h"

namespace pinmetrics {
namespace {

constexpr std::size_t kMostTextBytes = 600;

// The server's numbers, from its src/Common/ErrorCodes.cpp.

/// Unknown user, wrong password, password required; address or database not allowed; access denied;
/// authentication failed.
constexpr std::array kDenied = {192, 193, 194, 195, 291, 497, 516};
/// Too many rows, queries, parts or bytes; quota; memory; disk.
constexpr std::array kExhausted = {158, 201, 202, 241, 243, 252, 307, 396};

template <std::size_t N>
bool Contains(const std::array<int, N>& codes, int code) {
  return std::find(codes.begin(), codes.end(), code) != codes.end();
}

}  // namespace

int ExceptionCode(std::string_view text) {
  constexpr std::string_view kStart = "Code: ";
  if (!text.starts_with(kStart)) return 0;
  text.remove_prefix(kStart.size());
  int code = 0;
  std::from_chars(text.data(), text.data() + text.size(), code);
  return code;
}

std::string Printable(std::string_view text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.remove_suffix(1);
  std::string line(text.substr(0, kMostTextBytes));
  for (char& letter : line) {
    if (letter == '\n' || letter == '\r' || letter == '\t') letter = ' ';
    if (letter < ' ' || letter > '~') letter = '?';
  }
  if (text.size() > kMostTextBytes) line += " ...";
  return line;
}

absl::Status ServerError(std::string_view server, long http_status, std::string_view text) {
  const std::string message =
      absl::StrCat(ToAbsl(server), ": HTTP status ", http_status, ": ",
                   text.empty() ? std::string("the answer is empty") : Printable(text));
  const int code = ExceptionCode(text);
  if (http_status == 401 || http_status == 403 || Contains(kDenied, code)) {
    return absl::PermissionDeniedError(message);
  }
  if (http_status == 429 || http_status == 507 || Contains(kExhausted, code)) {
    return absl::ResourceExhaustedError(message);
  }
  return absl::FailedPreconditionError(message);
}

}  // namespace pinmetrics
