#include "export/arrow/format.h"

namespace pinmetrics {
namespace {

std::optional<ArrowTimeUnit> ParseUnit(char c) {
  switch (c) {
    case 's':
      return ArrowTimeUnit::kSecond;
    case 'm':
      return ArrowTimeUnit::kMilli;
    case 'u':
      return ArrowTimeUnit::kMicro;
    case 'n':
      return ArrowTimeUnit::kNano;
    default:
      return std::nullopt;
  }
}

std::optional<ArrowType> ParseLetter(char letter) {
  switch (letter) {
    case 'n':
      return ArrowType{.kind = ArrowKind::kNull};
    case 'c':
      return ArrowType{.kind = ArrowKind::kInteger, .width = 1, .is_signed = true};
    case 'C':
      return ArrowType{.kind = ArrowKind::kInteger, .width = 1};
    case 's':
      return ArrowType{.kind = ArrowKind::kInteger, .width = 2, .is_signed = true};
    case 'S':
      return ArrowType{.kind = ArrowKind::kInteger, .width = 2};
    case 'i':
      return ArrowType{.kind = ArrowKind::kInteger, .width = 4, .is_signed = true};
    case 'I':
      return ArrowType{.kind = ArrowKind::kInteger, .width = 4};
    case 'l':
      return ArrowType{.kind = ArrowKind::kInteger, .width = 8, .is_signed = true};
    case 'L':
      return ArrowType{.kind = ArrowKind::kInteger, .width = 8};
    case 'f':
      return ArrowType{.kind = ArrowKind::kFloat, .width = 4};
    case 'g':
      return ArrowType{.kind = ArrowKind::kFloat, .width = 8};
    case 'u':
      return ArrowType{.kind = ArrowKind::kText, .width = 4};
    case 'U':
      return ArrowType{.kind = ArrowKind::kText, .width = 8};
    default:
      return std::nullopt;
  }
}

}  // namespace

std::optional<ArrowType> ParseArrowFormat(std::string_view format) {
  if (format.size() == 1) return ParseLetter(format[0]);
  // `tsu:Europe/Oslo`, `tDm`. A timestamp's zone is for showing it: the value is in UTC anyway.
  const bool is_timestamp = format.size() >= 4 && format.starts_with("ts") && format[3] == ':';
  const bool is_duration = format.size() == 3 && format.starts_with("tD");
  if (!is_timestamp && !is_duration) return std::nullopt;
  const std::optional<ArrowTimeUnit> unit = ParseUnit(format[2]);
  if (!unit) return std::nullopt;
  return ArrowType{.kind = is_timestamp ? ArrowKind::kTimestamp : ArrowKind::kDuration,
                   .width = 8,
                   .is_signed = true,
                   .unit = *unit};
}

}  // namespace pinmetrics
