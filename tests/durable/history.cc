#include "tests/durable/history.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <memory>
#include <string_view>

#include "absl/status/statusor.h"
#include "tests/store/random_account.h"

namespace pinmetrics {
namespace {

// What a host process tells. What follows a complaint is its text.
constexpr char kOpened = 'o';
constexpr char kDone = 'd';
constexpr char kComplaint = 'c';

/// False once nobody listens.
bool Tell(int pipe, std::string_view text) {
  while (!text.empty()) {
    const ssize_t put = write(pipe, text.data(), text.size());
    if (put < 0) return false;
    text.remove_prefix(static_cast<std::size_t>(put));
  }
  return true;
}

absl::Status Live(const std::string& folder, const DirectoryOptions& options,
                  const std::vector<Step>& script, std::size_t first, int pipe) {
  absl::StatusOr<std::unique_ptr<StoreDirectory>> directory = StoreDirectory::Open(folder, options);
  if (!directory.ok()) return directory.status();
  absl::StatusOr<Stores> stores = OpenStores(**directory);
  if (!stores.ok()) return stores.status();
  Tell(pipe, {&kOpened, 1});
  for (std::size_t i = first; i < script.size(); ++i) {
    if (absl::Status status = Do(script[i], *stores, directory->get()); !status.ok()) {
      return status;
    }
    Tell(pipe, {&kDone, 1});
  }
  return absl::OkStatus();
}

}  // namespace

History::History(std::uint64_t seed, std::size_t steps) {
  Dice dice(seed);
  script_ = MakeScript(dice, steps);
  Stores plain = MakeStores();
  described_.push_back(DescribeAt(plain, 0));
  for (std::size_t i = 0; i < script_.size(); ++i) {
    // Stores in memory take every step of a script.
    if (!Do(script_[i], plain, nullptr).ok()) std::abort();
    described_.push_back(DescribeAt(plain, i + 1));
  }
}

std::string History::DescribeAt(const Stores& stores, std::size_t steps) const {
  return Describe(stores, script_[steps == 0 ? 0 : steps - 1].now);
}

bool History::IsAfter(const Stores& stores, std::size_t steps) const {
  return DescribeAt(stores, steps) == described_[steps];
}

std::optional<std::size_t> History::StepsDone(const Stores& stores, std::size_t least,
                                              std::size_t most) const {
  for (std::size_t steps = least; steps <= most && steps < described_.size(); ++steps) {
    if (IsAfter(stores, steps)) return steps;
  }
  return std::nullopt;
}

std::string History::Difference(const Stores& stores, std::size_t steps) const {
  return "after " + std::to_string(steps) + " steps there is\n" + DescribeAt(stores, steps) +
         "\nexpected\n" + described_[steps];
}

HostProcess::HostProcess(const std::string& folder, const DirectoryOptions& options,
                         const std::vector<Step>& script, std::size_t first)
    : acknowledged_(first) {
  std::array<int, 2> ends = {-1, -1};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) std::abort();
  process_ = fork();
  if (process_ == 0) {
    close(ends[0]);
    const absl::Status status = Live(folder, options, script, first, ends[1]);
    if (!status.ok()) Tell(ends[1], kComplaint + status.ToString());
    _exit(status.ok() ? EXIT_SUCCESS : EXIT_FAILURE);
  }
  close(ends[1]);
  if (process_ < 0) std::abort();
  pipe_ = ends[0];
}

HostProcess::~HostProcess() {
  if (process_ >= 0) Kill();
  close(pipe_);
}

void HostProcess::Take(const char* bytes, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    if (!complaint_.empty()) {
      complaint_ += bytes[i];
    } else if (bytes[i] == kOpened) {
      opened_ = true;
    } else if (bytes[i] == kDone) {
      ++acknowledged_;
    } else {
      complaint_ = "the process says: ";
    }
  }
}

void HostProcess::ReadAcknowledgements() {
  std::array<char, 4096> bytes{};
  fcntl(pipe_, F_SETFL, O_NONBLOCK);
  ssize_t got = 0;
  while ((got = read(pipe_, bytes.data(), bytes.size())) > 0) {
    Take(bytes.data(), static_cast<std::size_t>(got));
  }
  fcntl(pipe_, F_SETFL, 0);
}

void HostProcess::Kill() {
  kill(process_, SIGKILL);
  Wait();
}

void HostProcess::Wait() {
  std::array<char, 4096> bytes{};
  ssize_t got = 0;
  while ((got = read(pipe_, bytes.data(), bytes.size())) > 0 || (got < 0 && errno == EINTR)) {
    if (got > 0) Take(bytes.data(), static_cast<std::size_t>(got));
  }
  while (waitpid(process_, &status_, 0) < 0 && errno == EINTR) {
  }
  process_ = -1;
}

bool HostProcess::was_killed() const { return WIFSIGNALED(status_); }

}  // namespace pinmetrics
