#ifndef PINMETRICS_TESTS_STORE_TRIES_H_
#define PINMETRICS_TESTS_STORE_TRIES_H_

#include <cstddef>

namespace pinmetrics {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr bool kIsSanitized = true;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
inline constexpr bool kIsSanitized = true;
#else
inline constexpr bool kIsSanitized = false;
#endif
#else
inline constexpr bool kIsSanitized = false;
#endif

/// How often a random test tries: a quarter as often under sanitizers, with which each try takes
/// several times as long. Other seeds come with each run, so nothing goes unseen for long.
constexpr std::size_t Tries(std::size_t tries) { return kIsSanitized ? (tries + 3) / 4 : tries; }

/// How far apart those are that a test takes of many, likewise.
constexpr std::size_t Stride(std::size_t stride) { return kIsSanitized ? stride * 4 : stride; }

}  // namespace pinmetrics

#endif  // PINMETRICS_TESTS_STORE_TRIES_H_
