#ifndef PINMETRICS_EXAMPLES_LOG_GENERATOR_THEME_H_
#define PINMETRICS_EXAMPLES_LOG_GENERATOR_THEME_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "pinmetrics/model/dimension.h"

namespace pinmetrics::log_generator {

/// What one board of the account is about. Board 1 is the first theme, and so on.
struct Theme {
  /// How often its Pins are standard, product, idea and video, in the order of `PinFormat`.
  std::array<std::uint32_t, 4> format_weights;
  /// The month (1..12) in which people look for it most; 0 when all months are alike.
  int peak_month;
  std::array<std::string_view, 10> subjects;
  /// Each goes straight behind a subject, so it starts with a space or a comma.
  std::array<std::string_view, 8> angles;
};

/// A Pin that every account has, however few Pins are asked for, the most popular first. Their
/// titles hold what an export must take care of: a comma, quotes, letters outside ASCII, and text
/// that a spreadsheet would run as a formula.
struct Evergreen {
  std::size_t theme;
  PinFormat format;
  std::string_view title;
};

/// The boards of a shop for home decor that also shares recipes.
std::span<const Theme> Themes();

std::span<const Evergreen> Evergreens();

/// The title of the theme's Pin number `ordinal`. No two ordinals of a theme share one.
std::string TitleOf(const Theme& theme, std::uint64_t ordinal);

}  // namespace pinmetrics::log_generator

#endif  // PINMETRICS_EXAMPLES_LOG_GENERATOR_THEME_H_
