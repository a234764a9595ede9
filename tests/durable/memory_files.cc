#include "tests/durable/memory_files.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <span>
#include <utility>

namespace pinmetrics {
namespace {

constexpr std::size_t kSectorBytes = 512;

std::string FolderOf(std::string_view path) { return std::string(path.substr(0, path.rfind('/'))); }

absl::Status Missing(const std::string& path) {
  return absl::NotFoundError("cannot open " + path + ": No such file or directory");
}

}  // namespace

class MemoryFiles::OpenFile : public File {
 public:
  OpenFile(MemoryFiles& owner, std::string path, std::shared_ptr<Data> data)
      : owner_(owner), path_(std::move(path)), data_(std::move(data)) {}

  absl::Status Read(std::uint64_t offset, std::span<std::byte> bytes) const override {
    if (absl::Status status = owner_.Ask(Call::kRead, path_); !status.ok()) return status;
    const std::lock_guard<std::mutex> lock(owner_.mutex_);
    if (offset > data_->now.size() || data_->now.size() - offset < bytes.size()) {
      return absl::OutOfRangeError(path_ + " ends at byte " + std::to_string(data_->now.size()));
    }
    std::copy_n(data_->now.begin() + static_cast<std::ptrdiff_t>(offset), bytes.size(),
                bytes.begin());
    return absl::OkStatus();
  }

  absl::Status Write(std::uint64_t offset, std::span<const std::byte> bytes) override {
    absl::Status status = owner_.Ask(Call::kWrite, path_);
    if (!status.ok()) bytes = bytes.first(bytes.size() / 2);
    Note({.offset = offset, .bytes = {bytes.begin(), bytes.end()}});
    return status;
  }

  absl::Status Allocate(std::uint64_t bytes) override {
    if (absl::Status status = owner_.Ask(Call::kAllocate, path_); !status.ok()) return status;
    Note({.resizes = true, .offset = bytes});
    return absl::OkStatus();
  }

  absl::Status Truncate(std::uint64_t bytes) override {
    if (absl::Status status = owner_.Ask(Call::kTruncate, path_); !status.ok()) return status;
    Note({.resizes = true, .offset = bytes});
    return absl::OkStatus();
  }

  absl::Status Sync() override {
    if (absl::Status status = owner_.Ask(Call::kSync, path_); !status.ok()) return status;
    const std::lock_guard<std::mutex> lock(owner_.mutex_);
    for (const Change& change : data_->unsynced) Apply(change, data_->synced);
    data_->unsynced.clear();
    ++owner_.syncs_;
    return absl::OkStatus();
  }

  absl::StatusOr<std::uint64_t> Size() const override {
    if (absl::Status status = owner_.Ask(Call::kSize, path_); !status.ok()) return status;
    const std::lock_guard<std::mutex> lock(owner_.mutex_);
    return data_->now.size();
  }

 private:
  void Note(Change change) {
    const std::lock_guard<std::mutex> lock(owner_.mutex_);
    Apply(change, data_->now);
    data_->unsynced.push_back(std::move(change));
  }

  MemoryFiles& owner_;
  const std::string path_;
  const std::shared_ptr<Data> data_;
};

class MemoryFiles::HeldLock : public FileLock {
 public:
  HeldLock(MemoryFiles& owner, std::string path) : owner_(owner), path_(std::move(path)) {}
  ~HeldLock() override {
    const std::lock_guard<std::mutex> lock(owner_.mutex_);
    if (--owner_.locked_[path_] <= 0) owner_.locked_.erase(path_);
  }

 private:
  MemoryFiles& owner_;
  const std::string path_;
};

void MemoryFiles::Apply(const Change& change, std::vector<std::byte>& bytes) {
  if (change.resizes) {
    bytes.resize(change.offset);
    return;
  }
  bytes.resize(std::max<std::size_t>(bytes.size(), change.offset + change.bytes.size()));
  std::copy(change.bytes.begin(), change.bytes.end(),
            bytes.begin() + static_cast<std::ptrdiff_t>(change.offset));
}

absl::Status MemoryFiles::Ask(Call call, const std::string& path) const {
  return hook_ ? hook_(call, path) : absl::OkStatus();
}

void MemoryFiles::NoteEntries(const std::string& path) {
  const std::string folder = FolderOf(path);
  Entries entries;
  for (const auto& [name, data] : now_) {
    if (FolderOf(name) == folder) entries.emplace(name, data);
  }
  folders_[folder].push_back(std::move(entries));
}

std::unique_ptr<MemoryFiles> MemoryFiles::Copy() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  auto copy = std::make_unique<MemoryFiles>();
  std::map<const Data*, std::shared_ptr<Data>> copied;
  const auto copies = [&copied](const Entries& entries) {
    Entries copies;
    for (const auto& [path, data] : entries) {
      std::shared_ptr<Data>& one = copied[data.get()];
      if (!one) one = std::make_shared<Data>(*data);
      copies.emplace(path, one);
    }
    return copies;
  };
  copy->now_ = copies(now_);
  for (const auto& [folder, states] : folders_) {
    for (const Entries& state : states) copy->folders_[folder].push_back(copies(state));
  }
  return copy;
}

std::unique_ptr<MemoryFiles> MemoryFiles::CutPower(std::mt19937_64& random, unsigned kept) const {
  const std::lock_guard<std::mutex> lock(mutex_);
  auto after = std::make_unique<MemoryFiles>();
  const auto chance = [&](unsigned of_256) { return random() % 256 < of_256; };
  std::map<const Data*, std::shared_ptr<Data>> survived;
  const auto survive = [&](const Data& data) {
    std::shared_ptr<Data>& result = survived[&data];
    if (result) return result;
    std::vector<std::byte> bytes = data.synced;
    for (const Change& change : data.unsynced) {
      if (change.resizes) {
        if (chance(kept)) Apply(change, bytes);
        continue;
      }
      for (std::size_t begin = 0; begin < change.bytes.size();) {
        const std::uint64_t offset = change.offset + begin;
        const std::size_t end =
            std::min(change.bytes.size(), begin + kSectorBytes - offset % kSectorBytes);
        std::vector<std::byte> sector(change.bytes.begin() + static_cast<std::ptrdiff_t>(begin),
                                      change.bytes.begin() + static_cast<std::ptrdiff_t>(end));
        begin = end;
        if (!chance(kept)) {
          if (chance(128)) continue;
          for (std::byte& byte : sector) byte = static_cast<std::byte>(random());
        }
        Apply({.offset = offset, .bytes = std::move(sector)}, bytes);
      }
    }
    result = std::make_shared<Data>(Data{bytes, bytes, {}});
    return result;
  };
  for (const auto& [folder, states] : folders_) {
    // The changes of a folder come to the disk in their order.
    std::size_t state = 0;
    while (state + 1 < states.size() && chance(kept)) ++state;
    for (const auto& [path, data] : states[state]) after->now_.emplace(path, survive(*data));
    after->folders_[folder] = {};
    after->NoteEntries(folder + "/");
  }
  return after;
}

std::vector<std::string> MemoryFiles::Paths() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  std::vector<std::string> paths;
  for (const auto& [path, data] : now_) paths.push_back(path);
  return paths;
}

std::vector<std::byte> MemoryFiles::Contents(const std::string& path) const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return now_.at(path)->now;
}

bool MemoryFiles::Contain(std::uint64_t number) const {
  std::array<std::byte, sizeof(number)> wanted;
  std::memcpy(wanted.data(), &number, sizeof(number));
  const std::lock_guard<std::mutex> lock(mutex_);
  return std::any_of(now_.begin(), now_.end(), [&](const auto& file) {
    const std::vector<std::byte>& bytes = file.second->now;
    return std::search(bytes.begin(), bytes.end(), wanted.begin(), wanted.end()) != bytes.end();
  });
}

void MemoryFiles::SetContents(const std::string& path, std::vector<std::byte> bytes) {
  const std::lock_guard<std::mutex> lock(mutex_);
  now_[path] = std::make_shared<Data>(Data{bytes, bytes, {}});
  folders_[FolderOf(path)].clear();
  NoteEntries(path);
}

bool MemoryFiles::DamageText(const std::string& folder, std::string_view text) {
  const std::span<const std::byte> wanted = std::as_bytes(std::span(text));
  const auto damage = [&wanted](std::vector<std::byte>& bytes) {
    const auto found = std::search(bytes.begin(), bytes.end(), wanted.begin(), wanted.end());
    if (found == bytes.end()) return false;
    *found ^= std::byte{1};
    return true;
  };
  const std::lock_guard<std::mutex> lock(mutex_);
  for (const auto& [path, data] : now_) {
    if (!path.starts_with(folder + "/") || !damage(data->now)) continue;
    damage(data->synced);
    return true;
  }
  return false;
}

void MemoryFiles::Delete(const std::string& path) {
  const std::lock_guard<std::mutex> lock(mutex_);
  now_.erase(path);
  folders_[FolderOf(path)].clear();
  NoteEntries(path);
}

absl::StatusOr<std::unique_ptr<File>> MemoryFiles::Open(const std::string& path, Mode mode) {
  const Call call = mode == Mode::kCreate ? Call::kCreate : Call::kOpen;
  if (absl::Status status = Ask(call, path); !status.ok()) return status;
  const std::lock_guard<std::mutex> lock(mutex_);
  if (mode == Mode::kCreate) {
    if (now_.contains(path)) return absl::AlreadyExistsError("cannot open " + path + ": exists");
    if (!folders_.contains(FolderOf(path))) return Missing(path);
    now_[path] = std::make_shared<Data>();
    NoteEntries(path);
  }
  const auto found = now_.find(path);
  if (found == now_.end()) return Missing(path);
  return std::make_unique<OpenFile>(*this, path, found->second);
}

absl::StatusOr<std::unique_ptr<FileLock>> MemoryFiles::Lock(const std::string& path,
                                                            LockKind kind) {
  const std::lock_guard<std::mutex> lock(mutex_);
  const int readers = kind == LockKind::kToRead ? 1 : 0;
  const auto [held, is_free] = locked_.try_emplace(path, readers);
  if (!is_free && (readers == 0 || held->second == 0)) {
    return absl::FailedPreconditionError(path + " is in use by process 1");
  }
  if (!is_free) ++held->second;
  return std::make_unique<HeldLock>(*this, path);
}

absl::Status MemoryFiles::Rename(const std::string& from, const std::string& to) {
  if (absl::Status status = Ask(Call::kRename, from); !status.ok()) return status;
  const std::lock_guard<std::mutex> lock(mutex_);
  const auto found = now_.find(from);
  if (found == now_.end()) return Missing(from);
  now_[to] = found->second;
  now_.erase(from);
  NoteEntries(to);
  return absl::OkStatus();
}

absl::Status MemoryFiles::Remove(const std::string& path) {
  if (absl::Status status = Ask(Call::kRemove, path); !status.ok()) return status;
  const std::lock_guard<std::mutex> lock(mutex_);
  if (now_.erase(path) == 0) return Missing(path);
  NoteEntries(path);
  return absl::OkStatus();
}

absl::Status MemoryFiles::MakeFolder(const std::string& path) {
  if (absl::Status status = Ask(Call::kMakeFolder, path); !status.ok()) return status;
  const std::lock_guard<std::mutex> lock(mutex_);
  if (folders_.contains(path)) return absl::OkStatus();
  folders_[path] = {};
  NoteEntries(path + "/");
  return absl::OkStatus();
}

absl::StatusOr<std::vector<std::string>> MemoryFiles::List(const std::string& path) {
  if (absl::Status status = Ask(Call::kList, path); !status.ok()) return status;
  const std::lock_guard<std::mutex> lock(mutex_);
  if (!folders_.contains(path)) return Missing(path);
  std::vector<std::string> names;
  for (const auto& [name, data] : now_) {
    if (FolderOf(name) == path) names.push_back(name.substr(path.size() + 1));
  }
  for (const auto& [name, states] : folders_) {
    if (FolderOf(name) == path && name != path) names.push_back(name.substr(path.size() + 1));
  }
  std::sort(names.begin(), names.end());
  return names;
}

absl::Status MemoryFiles::SyncFolder(const std::string& path) {
  if (absl::Status status = Ask(Call::kSyncFolder, path); !status.ok()) return status;
  const std::lock_guard<std::mutex> lock(mutex_);
  folders_[path].clear();
  NoteEntries(path + "/");
  ++syncs_;
  return absl::OkStatus();
}

}  // namespace pinmetrics
