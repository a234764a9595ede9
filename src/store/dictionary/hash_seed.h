#ifndef PINMETRICS_SRC_STORE_DICTIONARY_HASH_SEED_H_
#define PINMETRICS_SRC_STORE_DICTIONARY_HASH_SEED_H_

#include <cstdint>
#include <exception>
#include <random>

namespace pinmetrics {

/// A seed that nobody outside the process can know, of what `draw` gives: 32 random bits a call.
/// Where that throws, as `std::random_device` does on a system that has no randomness to give, it
/// is made of addresses, which differ from process to process.
template <typename Draw>
std::uint64_t HashSeedFrom(Draw draw) {
  try {
    const std::uint64_t high = draw();
    return high << 32 | draw();
  } catch (const std::exception&) {
    static constexpr char kInProgram = 0;
    const char on_stack = 0;
    const auto of_program = reinterpret_cast<std::uintptr_t>(&kInProgram);
    const auto of_stack = reinterpret_cast<std::uintptr_t>(&on_stack);
    return (std::uint64_t{of_program} * 0x9e3779b97f4a7c15) ^ of_stack;
  }
}

inline std::uint64_t RandomHashSeed() {
  return HashSeedFrom([]() -> std::uint64_t { return std::random_device{}() & 0xffffffff; });
}

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_STORE_DICTIONARY_HASH_SEED_H_
