#include "examples/cli/event_ids.h"

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "examples/cli/terminal_text.h"

namespace pinmetrics::cli {
namespace {

constexpr std::string_view kColumn = "event_id";

/// No event has the id 0, which is how a log says that one has none.
bool ParseId(std::string_view text, std::uint64_t& id) {
  const char* const end = text.data() + text.size();
  const std::from_chars_result read = std::from_chars(text.data(), end, id);
  return read.ec == std::errc() && read.ptr == end && id != 0;
}

}  // namespace

absl::Status ReadEventIds(std::string_view file, ByteSource source, RefusalLog& log,
                          const TakeIds& take, CsvLimits limits) {
  constexpr std::size_t kAtOnce = std::size_t{1} << 16;
  CsvReader reader(std::move(source), limits);
  std::vector<EventId> ids;
  while (true) {
    switch (reader.Next()) {
      case CsvReader::Result::kRow: {
        std::uint64_t id = 0;
        if (reader.cells().size() > 1) {
          log.Add(file, reader.line(), kColumn, "cells",
                  absl::StrCat("the line has ", reader.cells().size(),
                               " cells, expected one id a line"));
        } else if (!ParseId(reader.cells()[0], id)) {
          log.Add(file, reader.line(), kColumn, "unreadable",
                  Quoted(reader.cells()[0]) +
                      " is not the id of an event, a whole number of 1..2^64-1");
        } else {
          ids.emplace_back(id);
        }
        break;
      }
      case CsvReader::Result::kFault:
        log.Add(file, reader.line(), kColumn, reader.fault().reason, reader.fault().reason);
        break;
      case CsvReader::Result::kEnd:
        return take(ids);
      case CsvReader::Result::kUnreadable:
        return reader.status();
    }
    if (ids.size() < kAtOnce) continue;
    if (absl::Status status = take(ids); !status.ok()) return status;
    ids.clear();
  }
}

}  // namespace pinmetrics::cli
