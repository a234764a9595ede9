#include "examples/cli/store_folder.h"

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <string>
#include <system_error>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace pinmetrics::cli {
namespace {

namespace fs = std::filesystem;

/// A folder that is made by being opened for reading would hide that its name is mistyped.
absl::Status CheckIsThere(const std::string& name) {
  std::error_code error;
  const fs::file_status status = fs::status(name, error);
  if (status.type() == fs::file_type::not_found) {
    return absl::NotFoundError(
        absl::StrCat(name, ": there is no such folder, expected one that load made"));
  }
  if (error) {
    return absl::UnavailableError(absl::StrCat(name, ": cannot be read: ", error.message()));
  }
  if (status.type() != fs::file_type::directory) {
    return absl::FailedPreconditionError(
        absl::StrCat(name, ": is no folder, expected one that load made"));
  }
  // Any of them, so that a folder that lost one is not taken for another's.
  for (const char* const part : {"catalog.db", "log", "blocks"}) {
    if (fs::exists(fs::path(name) / part, error) || error) return absl::OkStatus();
  }
  return absl::FailedPreconditionError(
      absl::StrCat(name, ": keeps no log, expected a folder that load made"));
}

std::string AccountsOf(const StoreDirectory& directory) {
  constexpr std::size_t kNamed = 10;
  const std::vector<AccountKey> accounts = directory.Accounts();
  if (accounts.empty()) return "none yet: load makes them";
  std::string list;
  for (std::size_t i = 0; i < std::min(kNamed, accounts.size()); ++i) {
    absl::StrAppend(&list, i == 0 ? "" : ", ", accounts[i]);
  }
  if (accounts.size() > kNamed) absl::StrAppend(&list, " and ", accounts.size() - kNamed, " more");
  return list;
}

absl::StatusOr<std::unique_ptr<StoreDirectory>> OpenAndTell(const std::string& name,
                                                            const DirectoryOptions& options,
                                                            Console& console) {
  absl::StatusOr<std::unique_ptr<StoreDirectory>> directory = StoreDirectory::Open(name, options);
  if (!directory.ok()) return directory;
  const Recovery& recovery = (*directory)->recovery();
  if (recovery.torn_bytes > 0) {
    console.Line(absl::StrCat(
        "pinmetrics: ", name, ": its log ended with ", recovery.torn_bytes,
        " bytes of a write that was not finished, and so was not acknowledged; they ",
        options.read_only ? "do not count"
                          : absl::StrCat("were cut, and are kept in ", recovery.torn_file)));
  }
  return directory;
}

}  // namespace

absl::StatusOr<std::unique_ptr<StoreDirectory>> OpenFolder(const Options& options,
                                                           Console& console) {
  if (absl::Status status = CheckIsThere(options.store); !status.ok()) return status;
  return OpenOrMakeFolder(options, console);
}

absl::StatusOr<std::unique_ptr<StoreDirectory>> OpenFolderToRead(const Options& options,
                                                                 Console& console) {
  if (absl::Status status = CheckIsThere(options.store); !status.ok()) return status;
  return OpenAndTell(options.store, {.read_only = true}, console);
}

absl::StatusOr<std::unique_ptr<StoreDirectory>> OpenOrMakeFolder(const Options& options,
                                                                 Console& console) {
  return OpenAndTell(options.store, {.durability = options.durability}, console);
}

absl::StatusOr<Store> OpenAccount(StoreDirectory& directory, const Options& options) {
  const AccountKey account = options.account_or_default();
  absl::StatusOr<Store> store = directory.OpenKeptStore(account);
  if (absl::IsNotFound(store.status())) {
    return absl::NotFoundError(
        absl::StrCat(options.store, ": account ", account,
                     " is not there, expected one that is: ", AccountsOf(directory)));
  }
  if (!store.ok() || !options.names_time_zone) return store;
  const std::string kept = store->reporting().time_zone.name();
  const std::string asked = options.reporting.time_zone.name();
  if (kept != asked) {
    return absl::InvalidArgumentError(
        absl::StrCat("--time-zone: ", asked, " is not the zone that account ", account, " of ",
                     options.store, " was made with, expected ", kept, " or none"));
  }
  return store;
}

absl::StatusOr<Store> OpenOrMakeAccount(StoreDirectory& directory, const Options& options) {
  const std::vector<AccountKey> accounts = directory.Accounts();
  if (std::binary_search(accounts.begin(), accounts.end(), options.account_or_default())) {
    return OpenAccount(directory, options);
  }
  return directory.OpenStore(options.account_or_default(), {.reporting = options.reporting});
}

}  // namespace pinmetrics::cli
