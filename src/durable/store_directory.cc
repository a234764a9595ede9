#include "pinmetrics/durable/store_directory.h"

#include <utility>

#include "durable/directory_core.h"

namespace pinmetrics {

StoreDirectory::StoreDirectory(std::shared_ptr<DirectoryCore> core) : core_(std::move(core)) {}
StoreDirectory::~StoreDirectory() = default;

absl::StatusOr<std::unique_ptr<StoreDirectory>> StoreDirectory::Open(const std::string& path,
                                                                     DirectoryOptions options) {
  auto core = std::make_shared<DirectoryCore>(path, options);
  if (absl::Status status = core->Open(); !status.ok()) return status;
  return std::unique_ptr<StoreDirectory>(new StoreDirectory(std::move(core)));
}

absl::StatusOr<Store> StoreDirectory::OpenStore(AccountKey account, StoreOptions options) {
  absl::StatusOr<KeptStore> store = core_->OpenStore(account, std::move(options));
  if (!store.ok()) return store.status();
  return store->Handle();
}

absl::StatusOr<Store> StoreDirectory::OpenKeptStore(AccountKey account) {
  absl::StatusOr<KeptStore> store = core_->OpenStore(account, std::nullopt);
  if (!store.ok()) return store.status();
  return store->Handle();
}

std::vector<AccountKey> StoreDirectory::Accounts() const { return core_->Accounts(); }
SealAllResult StoreDirectory::SealAll(absl::Time now) { return core_->SealAll(now); }
absl::Status StoreDirectory::Flush() { return core_->Flush(); }
absl::StatusOr<Verification> StoreDirectory::Verify() { return core_->Verify(); }
absl::Status StoreDirectory::CopyTo(const std::string& path) { return core_->CopyTo(path); }

absl::Status StoreDirectory::EraseAccount(AccountKey account) {
  return core_->EraseAccount(account);
}

absl::Status StoreDirectory::ForgetViewer(AccountKey account, ViewerId viewer) {
  return core_->ForgetViewer(account, viewer);
}

absl::Status StoreDirectory::DropDays(AccountKey account, DateRange days) {
  return core_->DropDays(account, days);
}

absl::Status StoreDirectory::RestoreDays(AccountKey account, DateRange days,
                                         const std::string& from_copy) {
  return core_->RestoreDays(account, days, from_copy);
}

const Recovery& StoreDirectory::recovery() const { return core_->recovery(); }
DirectoryStats StoreDirectory::Stats() const { return core_->Stats(); }

}  // namespace pinmetrics
