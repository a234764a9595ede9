#ifndef PINMETRICS_BENCHMARKS_PEERS_MEASURE_H_
#define PINMETRICS_BENCHMARKS_PEERS_MEASURE_H_

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <ctime>
#include <vector>

namespace pinmetrics::peers {

/// How long a run of a question lasts at least: ten calls or more on our side.
inline constexpr double kMinRunMs = 200;

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

/// Of each piece of work the median over `runs` of the wall-clock milliseconds of one call. A run
/// repeats the call until it has lasted `kMinRunMs`, once at least. The pieces take turns, run by
/// run: a machine that is slow for a while is slow for all of them. One call of each before the
/// first run warms up.
template <typename... Work>
std::array<double, sizeof...(Work)> MediansMs(int runs, Work... work) {
  const auto run_ms = [](auto& piece) {
    double ms = 0;
    int calls = 0;
    // Twice as many calls each time: looking at the clock takes as long as some of them.
    for (int next = 1; calls == 0 || ms < kMinRunMs; next = calls) {
      ms += WallMs([&] {
        for (int i = 0; i < next; ++i) piece();
      });
      calls += next;
    }
    return ms / calls;
  };
  (work(), ...);
  std::array<std::vector<double>, sizeof...(Work)> times;
  for (int run = 0; run < runs; ++run) {
    std::size_t piece = 0;
    (times[piece++].push_back(run_ms(work)), ...);
  }
  std::array<double, sizeof...(Work)> medians;
  for (std::size_t piece = 0; piece < medians.size(); ++piece) {
    std::vector<double>& of_piece = times[piece];
    std::nth_element(of_piece.begin(), of_piece.begin() + runs / 2, of_piece.end());
    medians[piece] = of_piece[static_cast<std::size_t>(runs) / 2];
  }
  return medians;
}

}  // namespace pinmetrics::peers

#endif  // PINMETRICS_BENCHMARKS_PEERS_MEASURE_H_
