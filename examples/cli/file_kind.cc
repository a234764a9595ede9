#include "examples/cli/file_kind.h"

#include <array>

namespace pinmetrics::cli {
namespace {

struct Kind {
  std::string_view begin;
  std::string_view name;
};

constexpr std::string_view kUtf16 = "like UTF-16";

constexpr std::array<Kind, 7> kKinds = {{{"\x1F\x8B", "compressed (gzip)"},
                                         {"\x28\xB5\x2F\xFD", "compressed (zstd)"},
                                         {"PK\x03\x04", "compressed (zip)"},
                                         {"BZh", "compressed (bzip2)"},
                                         {"\xFD"
                                          "7zX",
                                          "compressed (xz)"},
                                         {"\xFF\xFE", kUtf16},
                                         {"\xFE\xFF", kUtf16}}};

}  // namespace

std::optional<std::string_view> OtherKindOfFile(std::string_view first_bytes) {
  for (const Kind& kind : kKinds) {
    if (first_bytes.starts_with(kind.begin)) return kind.name;
  }
  // Without a byte-order mark: two ASCII characters, of which every other byte is 0.
  if (first_bytes.size() < 4) return std::nullopt;
  const auto is_nul = [first_bytes](std::size_t i) { return first_bytes[i] == '\0'; };
  if (is_nul(0) != is_nul(1) && is_nul(0) == is_nul(2) && is_nul(1) == is_nul(3)) return kUtf16;
  return std::nullopt;
}

}  // namespace pinmetrics::cli
