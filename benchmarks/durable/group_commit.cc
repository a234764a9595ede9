#include "benchmarks/durable/group_commit.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include <algorithm>

namespace pinmetrics::durable_benchmark {

bool GroupCommit::Add(std::span<const std::byte> batch) {
  Waiting self{.batch = batch};
  std::unique_lock<std::mutex> lock(mutex_);
  waiting_.push_back(&self);
  while (!self.done) {
    turn_ended_.wait(lock, [&] { return self.done || !busy_; });
    if (self.done) break;
    busy_ = true;
    const std::vector<Waiting*> group = std::exchange(waiting_, {});
    lock.unlock();
    Batches batches;
    for (const Waiting* waiting : group) batches.push_back(waiting->batch);
    const bool ok = commit_(batches);
    lock.lock();
    for (Waiting* waiting : group) {
      waiting->ok = ok;
      waiting->done = true;
    }
    busy_ = false;
    turn_ended_.notify_all();
  }
  return self.ok;
}

namespace {

class BareFile : public CommitPeer {
 public:
  explicit BareFile(std::string folder)
      : folder_(std::move(folder)),
        group_([this](const GroupCommit::Batches& batches) { return Write(batches); }) {}
  ~BareFile() override { Close(); }

  bool StartFile() {
    Close();
    constexpr mode_t kPermissions = 0644;
    paths_.push_back(folder_ + "/bare-" + std::to_string(paths_.size()));
    file_ = open(paths_.back().c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, kPermissions);
    end_ = 0;
    return file_ >= 0 && posix_fallocate(file_, 0, kBytes) == 0 && fsync(file_) == 0;
  }

  bool Add(std::span<const std::byte> batch) override { return group_.Add(batch); }

  std::optional<std::uint64_t> CloseAndCount() override {
    Close();
    // The bytes of a batch are never zero.
    std::uint64_t count = 0;
    std::vector<char> bytes(kBytes);
    for (const std::string& path : paths_) {
      const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
      ssize_t got = 0;
      while (file >= 0 && (got = read(file, bytes.data(), bytes.size())) > 0) {
        count += static_cast<std::uint64_t>(
            std::count_if(bytes.data(), bytes.data() + got, [](char byte) { return byte != 0; }));
      }
      if (file < 0 || got < 0) return std::nullopt;
      close(file);
    }
    return count;
  }

 private:
  static constexpr off_t kBytes = off_t{64} << 20;

  void Close() {
    if (file_ >= 0) close(file_);
    file_ = -1;
  }

  bool Write(const GroupCommit::Batches& batches) {
    bytes_.clear();
    for (const std::span<const std::byte> batch : batches) {
      bytes_.insert(bytes_.end(), batch.begin(), batch.end());
    }
    const auto size = static_cast<off_t>(bytes_.size());
    if (end_ + size > kBytes && !StartFile()) return false;
    if (pwrite(file_, bytes_.data(), bytes_.size(), end_) != size) return false;
    end_ += size;
    return fdatasync(file_) == 0;
  }

  const std::string folder_;
  GroupCommit group_;
  std::vector<std::string> paths_;
  int file_ = -1;
  off_t end_ = 0;
  std::vector<std::byte> bytes_;
};

class Sqlite : public CommitPeer {
 public:
  Sqlite() : group_([this](const GroupCommit::Batches& batches) { return Insert(batches); }) {}
  ~Sqlite() override {
    sqlite3_finalize(insert_);
    sqlite3_close(database_);
  }

  bool Open(const std::string& path) {
    return sqlite3_open(path.c_str(), &database_) == SQLITE_OK &&
           Execute(
               "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
               "CREATE TABLE batches(id INTEGER PRIMARY KEY, events BLOB NOT NULL);") &&
           sqlite3_prepare_v2(database_, "INSERT INTO batches(events) VALUES(?)", -1, &insert_,
                              nullptr) == SQLITE_OK;
  }

  bool Add(std::span<const std::byte> batch) override { return group_.Add(batch); }

  std::optional<std::uint64_t> CloseAndCount() override {
    sqlite3_stmt* sum = nullptr;
    std::optional<std::uint64_t> count;
    if (sqlite3_prepare_v2(database_, "SELECT sum(length(events)) FROM batches", -1, &sum,
                           nullptr) == SQLITE_OK &&
        sqlite3_step(sum) == SQLITE_ROW) {
      count = static_cast<std::uint64_t>(sqlite3_column_int64(sum, 0));
    }
    sqlite3_finalize(sum);
    return count;
  }

 private:
  bool Execute(const char* sql) {
    return sqlite3_exec(database_, sql, nullptr, nullptr, nullptr) == SQLITE_OK;
  }

  bool Insert(const GroupCommit::Batches& batches) {
    if (!Execute("BEGIN")) return false;
    for (const std::span<const std::byte> batch : batches) {
      sqlite3_bind_blob64(insert_, 1, batch.data(), batch.size(), SQLITE_STATIC);
      const bool done = sqlite3_step(insert_) == SQLITE_DONE;
      if (sqlite3_reset(insert_) != SQLITE_OK || !done) return false;
    }
    return Execute("COMMIT");
  }

  GroupCommit group_;
  sqlite3* database_ = nullptr;
  sqlite3_stmt* insert_ = nullptr;
};

}  // namespace

std::unique_ptr<CommitPeer> MakeBareFile(const std::string& folder) {
  auto file = std::make_unique<BareFile>(folder);
  if (!file->StartFile()) return nullptr;
  return file;
}

std::unique_ptr<CommitPeer> MakeSqlite(const std::string& folder) {
  auto sqlite = std::make_unique<Sqlite>();
  if (!sqlite->Open(folder + "/batches.db")) return nullptr;
  return sqlite;
}

}  // namespace pinmetrics::durable_benchmark
