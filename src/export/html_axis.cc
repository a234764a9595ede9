#include "export/html_axis.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "export/grouped.h"

namespace pinmetrics {
namespace {

constexpr double kLargest = 1e300;
constexpr double kSmallest = 1e-300;

// The least of 1, 2 and 5 times a power of ten that is not below `step`.
double RoundUp(double step) {
  const double power = std::pow(10, std::floor(std::log10(step)));
  for (const double factor : {1, 2, 5}) {
    // A power of ten below 1 is not exact: a step that is one already must not grow by that.
    if (factor * power >= step * (1 - 1e-9)) return factor * power;
  }
  return 10 * power;
}

// How many decimals a multiple of `step` needs.
int DecimalsOf(double step) {
  return std::clamp(-static_cast<int>(std::floor(std::log10(step) + 1e-9)), 0, 12);
}

}  // namespace

Axis MakeAxis(double least, double most, bool whole) {
  const double low = std::max(std::min(least, 0.0), -kLargest);
  const double high = std::min(std::max(most, 0.0), kLargest);
  if (high - low < kSmallest) return {};
  constexpr double kSteps = 4;
  double step = RoundUp((high - low) / kSteps);
  if (whole) step = std::max(step, 1.0);
  return {
      .low = std::floor(low / step) * step, .high = std::ceil(high / step) * step, .step = step};
}

std::vector<double> Axis::Ticks() const {
  std::vector<double> ticks;
  // Counted in steps from 0, so that 0 is a tick to the last bit.
  const double first = std::round(low / step);
  const auto steps = static_cast<int>(std::round(high / step) - first);
  for (int i = 0; i <= steps; ++i) ticks.push_back((first + i) * step);
  return ticks;
}

double Axis::HeightOf(double value) const {
  return (std::clamp(value, low, high) - low) / (high - low);
}

std::string TickText(const Axis& axis, double tick, Unit unit) {
  struct Magnitude {
    double size;
    const char* letter;
  };
  constexpr std::array<Magnitude, 3> kMagnitudes = {{{1e9, "B"}, {1e6, "M"}, {1e3, "K"}}};
  constexpr double kFirstShortened = 10'000;
  if (unit == Unit::kRatio) return Grouped(tick * 100, DecimalsOf(axis.step * 100)) + "%";
  const double largest = std::max(axis.high, -axis.low);
  if (largest >= kFirstShortened && tick != 0) {
    for (const Magnitude& magnitude : kMagnitudes) {
      if (largest < magnitude.size) continue;
      return Grouped(tick / magnitude.size, DecimalsOf(axis.step / magnitude.size)) +
             magnitude.letter;
    }
  }
  return Grouped(tick, DecimalsOf(axis.step));
}

}  // namespace pinmetrics
