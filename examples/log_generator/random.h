#ifndef PINMETRICS_EXAMPLES_LOG_GENERATOR_RANDOM_H_
#define PINMETRICS_EXAMPLES_LOG_GENERATOR_RANDOM_H_

#include <cstddef>
#include <cstdint>
#include <span>

namespace pinmetrics::log_generator {

/// A bijection of 64-bit numbers that leaves no visible pattern (the finalizer of SplitMix64, by
/// Guy Steele, Doug Lea and Christine Flood). Being a bijection it never maps two inputs to one id.
constexpr std::uint64_t Scramble(std::uint64_t value) {
  value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9U;
  value = (value ^ (value >> 27)) * 0x94d049bb133111ebU;
  return value ^ (value >> 31);
}

/// SplitMix64 and the few draws the generator needs.
///
/// The standard library's distributions give other numbers on other platforms, and so may `exp`
/// and `pow`. Everything here is integer arithmetic, so a seed means the same bytes everywhere.
/// C++ does not fix the order in which a call's arguments are evaluated: draw twice in two
/// statements, never in one call.
///
/// Not thread-safe: one `Random` per thread.
class Random {
 public:
  explicit constexpr Random(std::uint64_t seed) : state_(seed) {}

  constexpr std::uint64_t Next() {
    state_ += 0x9e3779b97f4a7c15U;
    return Scramble(state_);
  }

  /// A number from 0 to `bound` - 1; 0 if `bound` is 0. The bias is under bound / 2^64.
  constexpr std::uint64_t Below(std::uint64_t bound) { return HighProduct(Next(), bound); }

  /// A number from `first` to `last`, both included; `first` must not exceed `last`.
  constexpr std::uint64_t Between(std::uint64_t first, std::uint64_t last) {
    return first + Below(last - first + 1);
  }

  /// True `per_10000` times out of 10,000.
  constexpr bool Chance(std::uint64_t per_10000) { return Below(10'000) < per_10000; }

  /// A number from 0 to `bound` - 1 with a heavy tail: the product of three uniform draws. The
  /// lowest 1 % of the numbers get about 16 % of the draws.
  constexpr std::uint64_t SkewedBelow(std::uint64_t bound) {
    const std::uint64_t first = Next();
    const std::uint64_t second = HighProduct(first, Next());
    return HighProduct(HighProduct(second, Next()), bound);
  }

  /// An index into `weights`, each as likely as its share of their sum, which must not be 0.
  constexpr std::size_t Pick(std::span<const std::uint32_t> weights) {
    std::uint64_t sum = 0;
    for (const std::uint32_t weight : weights) sum += weight;
    std::uint64_t rest = Below(sum);
    std::size_t index = 0;
    while (rest >= weights[index]) rest -= weights[index++];
    return index;
  }

 private:
  // The upper half of the 128-bit product, in 32-bit limbs since C++ has no portable 128-bit type.
  static constexpr std::uint64_t HighProduct(std::uint64_t a, std::uint64_t b) {
    const std::uint64_t a_low = a & 0xffffffffU;
    const std::uint64_t a_high = a >> 32;
    const std::uint64_t b_low = b & 0xffffffffU;
    const std::uint64_t b_high = b >> 32;
    const std::uint64_t middle = a_high * b_low + ((a_low * b_low) >> 32);
    const std::uint64_t carry = a_low * b_high + (middle & 0xffffffffU);
    return a_high * b_high + (middle >> 32) + (carry >> 32);
  }

  std::uint64_t state_;
};

}  // namespace pinmetrics::log_generator

#endif  // PINMETRICS_EXAMPLES_LOG_GENERATOR_RANDOM_H_
