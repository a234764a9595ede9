#ifndef PINMETRICS_BENCHMARKS_PEERS_MEASURE_H_
#define PINMETRICS_BENCHMARKS_PEERS_MEASURE_H_

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <ctime>
#include <vector>

namespace pinmetrics::peers {

/// Milliseconds by the wall clock.
template <typename Work>
double WallMs(Work work) {
  const auto begin = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin)
      .count();
}

/// Milliseconds of processor time, of all threads of the process together.
template <typename Work>
double CpuMs(Work work) {
  const auto now = [] {
    timespec time;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_nsec) / 1e6;
  };
  const double begin = now();
  work();
  return now() - begin;
}

/// The median over `runs` of the wall-clock milliseconds of one call. A run repeats the call until
/// it has lasted `min_run_ms`. One call before the first run warms up.
template <typename Work>
double MedianMs(int runs, double min_run_ms, Work work) {
  int repeats = std::max(1, static_cast<int>(min_run_ms / std::max(WallMs(work), 1e-4)));
  std::vector<double> times;
  while (times.size() < static_cast<std::size_t>(runs)) {
    const double ms = WallMs([&] {
      for (int i = 0; i < repeats; ++i) work();
    });
    // The first call was slower than the others: this run does not count.
    if (ms < min_run_ms / 2 && times.empty()) {
      repeats *= 2;
      continue;
    }
    times.push_back(ms / repeats);
  }
  std::nth_element(times.begin(), times.begin() + runs / 2, times.end());
  return times[static_cast<std::size_t>(runs) / 2];
}

}  // namespace pinmetrics::peers

#endif  // PINMETRICS_BENCHMARKS_PEERS_MEASURE_H_
