#include "examples/cli/server.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "examples/cli/files.h"
#include "pinmetrics/clickhouse/curl_transport.h"
#include "pinmetrics/clickhouse/transport.h"

namespace pinmetrics::cli {
namespace {

constexpr std::size_t kMostPasswordBytes = 4096;

/// The first line of a file.
absl::StatusOr<std::string> ReadPassword(const std::string& name) {
  absl::StatusOr<InputFile> file = InputFile::Open(name);
  if (!file.ok()) return file.status();
  std::string text;
  std::array<char, kMostPasswordBytes> bytes;
  while (text.find('\n') == std::string::npos) {
    const absl::StatusOr<std::size_t> read = file->Read(bytes);
    if (!read.ok()) return read.status();
    if (*read == 0) break;
    text.append(bytes.data(), *read);
    if (text.size() > kMostPasswordBytes) {
      return absl::FailedPreconditionError(
          absl::StrCat(name, ": its first line is too long for a password"));
    }
  }
  text.resize(std::min(text.find('\n'), text.size()));
  if (text.ends_with('\r')) text.pop_back();
  if (text.empty()) {
    return absl::FailedPreconditionError(
        absl::StrCat(name, ": its first line is empty, expected a password"));
  }
  return text;
}

/// NotFound if the server knows no such cluster. Names are checked when options are read: letters,
/// digits and `_`.
absl::Status CheckCluster(const Transport& transport, const std::string& cluster,
                          const std::string& server) {
  const absl::StatusOr<std::string> shards = transport(
      {.sql = absl::StrCat("SELECT count() FROM system.clusters WHERE cluster = '", cluster, "'")});
  if (!shards.ok()) return shards.status();
  if (*shards != "0\n") return absl::OkStatus();
  return absl::NotFoundError(absl::StrCat(server, ": knows no cluster ", cluster,
                                          ", expected one of the server's remote_servers"));
}

}  // namespace

absl::StatusOr<ClickHouseEngine> ConnectToServer(const Options& options,
                                                 const Surroundings& surroundings) {
  CurlOptions curl = {
      .url = options.server, .user = options.user, .password = surroundings.password};
  if (!options.password_file.empty()) {
    absl::StatusOr<std::string> password = ReadPassword(options.password_file);
    if (!password.ok()) return password.status();
    curl.password = *std::move(password);
  }
  // The server's name for whoever gives none.
  if (curl.user.empty() && !curl.password.empty()) curl.user = "default";
  const absl::StatusOr<Transport> transport = CurlTransport(std::move(curl));
  if (!transport.ok()) {
    return absl::Status(transport.status().code(),
                        absl::StrCat("--server: ", transport.status().message()));
  }
  // As the transport names it.
  const std::string name = options.server.substr(options.server.find("//") + 2);
  if (!options.schema.cluster.empty()) {
    absl::Status status = CheckCluster(*transport, options.schema.cluster, name);
    if (!status.ok()) return status;
  }
  return ClickHouseEngine::Connect(*transport, {.reporting = options.reporting,
                                                .account = options.account_or_default(),
                                                .database = options.schema.database,
                                                .server = name});
}

}  // namespace pinmetrics::cli
