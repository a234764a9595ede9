#include "examples/cli/ephemeral_path.h"

#include <unistd.h>

#include <array>
#include <atomic>
#include <csignal>
#include <utility>

namespace pinmetrics::cli {
namespace {

/// A signal may come between any two instructions, so only what is free of locks will do.
std::array<std::atomic<const char*>, 8> paths_to_remove;
static_assert(std::atomic<const char*>::is_always_lock_free);

extern "C" void RemoveAndEnd(int signal) {
  EphemeralPath::RemoveAll();
  // Once this returns, the signal does what it would have done.
  std::signal(signal, SIG_DFL);
  std::raise(signal);
}

void HandleSignals() {
  for (const int signal : {SIGHUP, SIGINT, SIGTERM}) {
    struct sigaction before = {};
    if (::sigaction(signal, nullptr, &before) != 0 || before.sa_handler != SIG_DFL) continue;
    struct sigaction action = {};
    action.sa_handler = RemoveAndEnd;
    ::sigaction(signal, &action, nullptr);
  }
}

}  // namespace

void EphemeralPath::RemoveAll() {
  for (const std::atomic<const char*>& path : paths_to_remove) {
    if (const char* const name = path.load()) ::unlink(name);
  }
}

EphemeralPath::EphemeralPath(std::string path)
    : path_(std::make_unique<std::string>(std::move(path))) {
  HandleSignals();
  for (std::atomic<const char*>& slot : paths_to_remove) {
    const char* free = nullptr;
    if (slot.compare_exchange_strong(free, path_->c_str())) return;
  }
}

EphemeralPath::~EphemeralPath() {
  if (!path_) return;
  ::unlink(path_->c_str());
  for (std::atomic<const char*>& slot : paths_to_remove) {
    const char* own = path_->c_str();
    if (slot.compare_exchange_strong(own, nullptr)) return;
  }
}

}  // namespace pinmetrics::cli
