#ifndef PINMETRICS_SRC_STORE_SHARED_TURNS_H_
#define PINMETRICS_SRC_STORE_SHARED_TURNS_H_

#include <condition_variable>
#include <exception>
#include <functional>
#include <mutex>
#include <span>
#include <utility>
#include <vector>

namespace pinmetrics {

/// Lets threads do together what each would wait for by itself: while one is at work, those who
/// come wait, and the next to work does the work of all who wait.
class SharedTurns {
 public:
  /// What one thread wants done.
  struct Turn {
    bool is_done = false;
    std::exception_ptr error = nullptr;
  };

  /// Returns once `turn` is done, by this thread or another one. `work` does what some turns want,
  /// in their order; of several it may do nothing and return false, and gets each by itself then,
  /// with which it may throw: that is thrown to who wants it.
  void Take(Turn& turn, const std::function<bool(std::span<Turn* const> turns)>& work) {
    std::vector<Turn*> group;
    {
      std::unique_lock<std::mutex> lock(mutex_);
      waiting_.push_back(&turn);
      ended_.wait(lock, [&] { return turn.is_done || !is_busy_; });
      if (!turn.is_done) {
        is_busy_ = true;
        group.swap(waiting_);
      }
    }
    if (!group.empty()) {
      if (group.size() == 1 || !work(group)) {
        for (Turn*& one : group) WorkAlone(one, work);
      }
      const std::lock_guard<std::mutex> lock(mutex_);
      for (Turn* const one : group) one->is_done = true;
      is_busy_ = false;
      ended_.notify_all();
    }
    if (turn.error) std::rethrow_exception(turn.error);
  }

 private:
  static void WorkAlone(Turn*& one, const std::function<bool(std::span<Turn* const> turns)>& work) {
    try {
      work({&one, 1});
    } catch (...) {
      one->error = std::current_exception();
    }
  }

  std::mutex mutex_;
  std::condition_variable ended_;
  std::vector<Turn*> waiting_;
  bool is_busy_ = false;
};

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_STORE_SHARED_TURNS_H_
