// Makes an Arrow stream of any bytes and reads events from it. Types, counts, bitmaps, offsets and
// indexes are whatever the bytes say; buffers are as long as the counts say, since a reader cannot
// know that they are not. What is delivered must be good, and everything released once.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "pinmetrics/export/arrow_events.h"
#include "pinmetrics/model/dimension.h"
#include "pinmetrics/model/event.h"
#include "tests/export/arrow/node.h"

namespace pinmetrics {
namespace {

/// The bytes, one after the other, then zeros.
class Source {
 public:
  Source(const std::uint8_t* data, std::size_t size) : data_(data), size_(size) {}

  std::uint8_t Byte() { return at_ < size_ ? data_[at_++] : std::uint8_t{0}; }

  /// One time in `n`, if the bytes are random.
  bool OneIn(int n) { return Byte() % n == n - 1; }

  /// A small number; rarely one that cannot be right.
  std::int64_t Count(std::int64_t below) {
    constexpr std::int64_t kHighest = std::numeric_limits<std::int64_t>::max();
    constexpr std::array<std::int64_t, 4> kWrong = {-1, std::numeric_limits<std::int64_t>::min(),
                                                    kHighest, kHighest - 1};
    const std::uint8_t byte = Byte();
    return byte >= 252 ? kWrong[byte - 252] : byte % below;
  }

  std::string Text(std::size_t size) {
    std::string text;
    while (text.size() < size) text += static_cast<char>(Byte());
    return text;
  }

 private:
  const std::uint8_t* data_;
  std::size_t size_;
  std::size_t at_ = 0;
};

/// How many values the buffers of an array with these counts must have. None if the counts alone
/// are reason enough to refuse it.
std::size_t ValuesOf(const ArrowNode& node) {
  constexpr std::int64_t kMost = 1000;
  const bool is_small =
      node.length >= 0 && node.length < kMost && node.offset >= 0 && node.offset < kMost;
  return is_small ? static_cast<std::size_t>(node.length + node.offset) : 0;
}

std::size_t WidthOf(std::string_view format) {
  if (format.empty()) return 8;
  if (format.size() > 1) return 8;
  if (format == "c" || format == "C") return 1;
  if (format == "s" || format == "S") return 2;
  return format == "i" || format == "I" || format == "f" ? 4 : 8;
}

std::optional<std::string> Bitmap(Source& source, std::size_t values) {
  if (source.OneIn(2)) return std::nullopt;
  return source.Text((values + 7) / 8);
}

void FillTexts(Source& source, ArrowNode& node) {
  constexpr std::array<std::string_view, 6> kTexts = {"playback", "save", "impression",
                                                      "mobile",   "65+",  ""};
  const std::size_t values = ValuesOf(node);
  const bool is_large = node.format == "U";
  std::string offsets;
  std::string text;
  // The text is as long as the highest offset, however the offsets come.
  const auto add = [&](std::int64_t offset) {
    offsets += is_large ? Bytes(offset) : Bytes(static_cast<std::int32_t>(offset));
    if (offset > static_cast<std::int64_t>(text.size())) {
      text.resize(static_cast<std::size_t>(offset), 'x');
    }
  };
  const bool is_wild = source.OneIn(8);
  add(is_wild ? static_cast<std::int8_t>(source.Byte()) : 0);
  for (std::size_t i = 0; i < values; ++i) {
    if (is_wild) {
      add(static_cast<std::int8_t>(source.Byte()));
    } else {
      text += kTexts[source.Byte() % kTexts.size()];
      add(static_cast<std::int64_t>(text.size()));
    }
  }
  node.buffers = {Bitmap(source, values), offsets, text};
}

ArrowNode Texts(Source& source) {
  ArrowNode node{.format = source.OneIn(2) ? "U" : "u", .name = ""};
  node.length = source.Count(8);
  node.offset = source.OneIn(4) ? source.Count(4) : 0;
  node.null_count = source.OneIn(4) ? source.Count(4) : -1;
  FillTexts(source, node);
  return node;
}

/// Of the types that a column can have, mostly.
std::string FormatOf(Source& source, std::string_view column) {
  constexpr std::array<std::string_view, 26> kAny = {
      "n",    "c",    "C",       "s",    "S",   "i",   "I",   "l",   "L",   "f", "g",  "u",     "U",
      "tss:", "tsm:", "tsu:UTC", "tsn:", "tDs", "tDm", "tDu", "tDn", "tdD", "z", "+l", "d:3,2", ""};
  const auto one_of = [&source](auto formats) {
    return std::string(formats[source.Byte() % formats.size()]);
  };
  if (source.OneIn(8)) return one_of(kAny);
  if (column == "time") return one_of(std::array<std::string_view, 4>{"l", "tss:", "tsm:", "tsn:"});
  if (column.ends_with("_id")) {
    return one_of(std::array<std::string_view, 5>{"L", "l", "i", "S", "c"});
  }
  if (column.ends_with("_ms")) return one_of(std::array<std::string_view, 4>{"L", "s", "tDu", "n"});
  if (column == "progress") return one_of(std::array<std::string_view, 2>{"g", "f"});
  return one_of(std::array<std::string_view, 3>{"u", "U", "C"});
}

ArrowNode Column(Source& source, std::string_view name, std::int64_t rows) {
  ArrowNode node{.format = FormatOf(source, name), .name = std::string(name)};
  node.length = source.OneIn(16) ? source.Count(24) : rows;
  node.offset = source.OneIn(8) ? source.Count(8) : 0;
  node.null_count = source.OneIn(4) ? source.Count(8) : -1;
  const std::size_t values = ValuesOf(node);
  if (node.format == "u" || node.format == "U") {
    FillTexts(source, node);
  } else if (node.format != "n") {
    node.buffers = {Bitmap(source, values), source.Text(values * WidthOf(*node.format))};
    const bool is_name = node.format == "C";
    if (is_name || source.OneIn(16)) node.dictionary = {Texts(source)};
  }
  switch (source.Byte()) {
    case 255:
      node.buffers.emplace_back();
      break;
    case 254:
      node.buffers.clear();
      break;
    case 253:
      node.has_buffer_list = false;
      break;
    case 252:
      node.is_null_pointer = true;
      break;
    case 251:
      node.is_released = true;
      break;
    case 250:
      if (!node.buffers.empty()) node.buffers.back().reset();
      break;
    case 249:
      node.dictionary.clear();
      break;
    case 248:
      node.children = {ArrowNode{.format = "n", .name = ""}};
      break;
    default:
      break;
  }
  return node;
}

ArrowNode Batch(Source& source) {
  constexpr std::array<std::string_view, 13> kColumns = {
      "time", "action", "pin_id",       "event_id",        "viewer_id", "device", "content_type",
      "age",  "gender", "play_time_ms", "half_visible_ms", "progress",  "unknown"};
  ArrowNode node{.format = "+s", .name = ""};
  node.length = source.OneIn(32) ? source.Count(24) : source.Byte() % 20;
  node.offset = source.OneIn(8) ? source.Count(4) : 0;
  node.null_count = source.OneIn(16) ? source.Count(4) : 0;
  const std::size_t rows = ValuesOf(node);
  node.buffers = {source.OneIn(8) ? Bitmap(source, rows) : std::nullopt};
  const std::size_t columns = 3 + source.Byte() % 11;
  for (std::size_t i = 0; i < columns; ++i) {
    const std::size_t column = source.OneIn(32) ? source.Byte() % kColumns.size() : i;
    node.children.push_back(Column(source, kColumns[std::min(column, kColumns.size() - 1)],
                                   static_cast<std::int64_t>(rows)));
  }
  return node;
}

bool HaveOneType(const ArrowNode& a, const ArrowNode& b) {
  return a.name == b.name && a.format == b.format &&
         std::equal(a.dictionary.begin(), a.dictionary.end(), b.dictionary.begin(),
                    b.dictionary.end(), HaveOneType);
}

void Expect(bool holds) {
  if (!holds) std::abort();
}

}  // namespace
}  // namespace pinmetrics

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using pinmetrics::Expect;
  pinmetrics::Source source(data, size);
  pinmetrics::ArrowScript script;
  const bool ignores_unknown = source.OneIn(2);
  script.end_error = source.OneIn(16) ? source.Byte() : 0;
  script.batches.push_back(pinmetrics::Batch(source));
  script.schema = script.batches[0];
  // A second batch of another make: its types are those of the first if it is lucky.
  if (source.OneIn(4)) {
    pinmetrics::ArrowNode second = pinmetrics::Batch(source);
    const bool is_sound =
        std::equal(second.children.begin(), second.children.end(), script.schema.children.begin(),
                   script.schema.children.end(), pinmetrics::HaveOneType);
    if (is_sound) script.batches.push_back(std::move(second));
  }
  // The flags are for arrays here: with the schema's own the reading would seldom get that far.
  for (pinmetrics::ArrowNode& child : script.schema.children) {
    child.is_null_pointer = child.is_released = false;
  }

  pinmetrics::ArrowLedger ledger;
  ArrowArrayStream stream = pinmetrics::ExportStream(std::move(script), ledger);
  std::size_t next_row = 0;
  const auto sink = [&next_row](const pinmetrics::ArrowEventBatch& batch) {
    Expect(batch.events.size() == batch.rows.size());
    Expect(batch.events.size() + batch.refused.size() <= 7);
    std::size_t event = 0;
    std::size_t refusal = 0;
    while (event < batch.events.size() || refusal < batch.refused.size()) {
      if (event < batch.rows.size() && batch.rows[event] == next_row) {
        Expect(!Check(batch.events[event++], absl::InfiniteFuture()));
      } else {
        Expect(refusal < batch.refused.size());
        Expect(batch.refused[refusal++].index == next_row);
      }
      ++next_row;
    }
    return absl::OkStatus();
  };
  (void)pinmetrics::ReadArrowEvents(&stream, sink,
                                    {.ignore_unknown_columns = ignores_unknown, .batch_rows = 7});
  Expect(stream.release == nullptr);
  Expect(ledger.released() == ledger.made() && ledger.released_twice() == 0);
  return 0;
}
