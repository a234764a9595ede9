#ifndef PINMETRICS_TESTS_DURABLE_HISTORY_H_
#define PINMETRICS_TESTS_DURABLE_HISTORY_H_

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "pinmetrics/durable/store_directory.h"
#include "tests/durable/script.h"

/// Scripts that other processes do, which end in the middle of it.

namespace pinmetrics {

/// A script, and what stores in memory show after each of its steps.
class History {
 public:
  History(std::uint64_t seed, std::size_t steps);

  const std::vector<Step>& script() const { return script_; }
  /// The first number of steps from `least` to `most` after which stores are as these. Nothing if
  /// there is none.
  std::optional<std::size_t> StepsDone(const Stores& stores, std::size_t least,
                                       std::size_t most) const;
  /// True if stores are as they must be after so many steps.
  bool IsAfter(const Stores& stores, std::size_t steps) const;
  /// How they are and how they must be, in words.
  std::string Difference(const Stores& stores, std::size_t steps) const;

 private:
  std::string DescribeAt(const Stores& stores, std::size_t steps) const;

  std::vector<Step> script_;
  std::vector<std::string> described_;  ///< After so many steps.
};

/// A process that opens a folder and does steps of a script, the first of which may have been done
/// before. It tells what it has done, byte by byte, as its callers would know.
class HostProcess {
 public:
  /// Starts it. `options.files` is used in that process.
  HostProcess(const std::string& folder, const DirectoryOptions& options,
              const std::vector<Step>& script, std::size_t first);
  ~HostProcess();
  HostProcess(const HostProcess&) = delete;
  HostProcess& operator=(const HostProcess&) = delete;

  /// What it has acknowledged up to now. Waits for nothing.
  void ReadAcknowledgements();
  /// Ends it by SIGKILL, or waits until it has ended by itself; and reads what it had to say.
  void Kill();
  void Wait();

  bool opened() const { return opened_; }
  /// How many steps of the script are acknowledged, those before the first included.
  std::size_t acknowledged() const { return acknowledged_; }
  /// True if it was killed, by whomever.
  bool was_killed() const;
  /// What it had to complain of; empty if nothing.
  const std::string& complaint() const { return complaint_; }

 private:
  void Take(const char* bytes, std::size_t count);

  pid_t process_ = -1;
  int pipe_ = -1;
  int status_ = 0;
  bool opened_ = false;
  std::size_t acknowledged_ = 0;
  std::string complaint_;
};

}  // namespace pinmetrics

#endif  // PINMETRICS_TESTS_DURABLE_HISTORY_H_
