// What symbols.cmake must find: one call for each promise.

#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <stdexcept>

void BreakPromises(const char* text);

void BreakPromises(const char* text) {
  if (std::strtod(text, nullptr) > 1) std::puts(text);
  if (std::time(nullptr) == 0) throw std::runtime_error(text);
  std::abort();
}
