#ifndef PINMETRICS_BENCHMARKS_DURABLE_GROUP_COMMIT_H_
#define PINMETRICS_BENCHMARKS_DURABLE_GROUP_COMMIT_H_

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

/// What batches are made safe with without a store: as little as can be.

namespace pinmetrics::durable_benchmark {

/// One of those who wait writes for all of them; those who come meanwhile are the next group.
class GroupCommit {
 public:
  using Batches = std::vector<std::span<const std::byte>>;
  /// Makes batches safe, or returns false.
  using Commit = std::function<bool(const Batches& batches)>;

  explicit GroupCommit(Commit commit) : commit_(std::move(commit)) {}

  /// Returns once the batch is safe, or false.
  bool Add(std::span<const std::byte> batch);

 private:
  struct Waiting {
    std::span<const std::byte> batch;
    bool done = false;
    bool ok = false;
  };

  const Commit commit_;
  std::mutex mutex_;
  std::condition_variable turn_ended_;
  bool busy_ = false;
  std::vector<Waiting*> waiting_;
};

/// A way to make batches safe.
class CommitPeer {
 public:
  CommitPeer() = default;
  CommitPeer(const CommitPeer&) = delete;
  CommitPeer& operator=(const CommitPeer&) = delete;
  virtual ~CommitPeer() = default;

  /// From any thread.
  virtual bool Add(std::span<const std::byte> batch) = 0;
  /// How many bytes of batches a reader finds after all is closed. Nothing if it fails.
  virtual std::optional<std::uint64_t> CloseAndCount() = 0;
};

/// Files of 64 MiB in `folder`, with room made for them when they are made: one write and one
/// fdatasync for each group. Null if the disk will not.
std::unique_ptr<CommitPeer> MakeBareFile(const std::string& folder);

/// A SQLite table of batches with its log written ahead and synchronous=FULL: one transaction for
/// each group.
std::unique_ptr<CommitPeer> MakeSqlite(const std::string& folder);

}  // namespace pinmetrics::durable_benchmark

#endif  // PINMETRICS_BENCHMARKS_DURABLE_GROUP_COMMIT_H_
