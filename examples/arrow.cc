// A report as an Arrow stream, the form in which DuckDB, Polars, pandas and others take tables from
// a library in the same process. The structs are read by hand here; a host hands `&stream` on.

#include <cstdint>
#include <iostream>
#include <string>
#include <vector>

#include "pinmetrics/pinmetrics.h"

namespace pm = pinmetrics;

int main() {
  const absl::Time now = absl::FromCivil(absl::CivilHour(2026, 11, 23, 12), absl::UTCTimeZone());
  const absl::Time seen = now - absl::Hours(5 * 24);
  const std::vector<pm::Pin> pins = {{.id = pm::PinId(7), .created_at = seen}};
  const std::vector<pm::Event> events = {
      {.time = seen, .pin = pm::PinId(7)},
      {.time = seen, .pin = pm::PinId(7)},
      {.time = seen, .pin = pm::PinId(7), .action = pm::Action::kSave}};
  auto report = pm::Evaluate(events, pins,
                             {.period = pm::LastDays(7, absl::CivilDay(2026, 11, 23)),
                              .metrics = {pm::kImpressions, pm::kSaveRate}},
                             now);
  if (!report.ok()) return 1;

  // The report is given up, so none of it is copied before a batch is asked for.
  ArrowArrayStream stream = pm::SeriesToArrow(*std::move(report));

  ArrowSchema schema;
  if (stream.get_schema(&stream, &schema) != 0) return 1;
  std::string header;
  for (std::int64_t i = 0; i < schema.n_children; ++i) {
    header += std::string(schema.children[i]->name) + ":" + schema.children[i]->format + " ";
  }
  schema.release(&schema);

  ArrowArray batch;
  if (stream.get_next(&stream, &batch) != 0 || batch.release == nullptr) return 1;
  const ArrowArray& impressions = *batch.children[3];
  const auto* valid = static_cast<const std::uint8_t*>(impressions.buffers[0]);
  const auto* values = static_cast<const std::int64_t*>(impressions.buffers[1]);
  std::string row;
  for (std::int64_t day = 0; day < impressions.length; ++day) {
    const bool is_null = valid != nullptr && (valid[day / 8] >> (day % 8) & 1) == 0;
    row += is_null ? "null " : std::to_string(values[day]) + " ";
  }
  batch.release(&batch);
  stream.release(&stream);

  std::cout << header << "\n" << row << "\n";
  return header == "date:tdD segment:i status:i impressions:l save_rate:g " &&
                 row == "0 2 0 0 null null null "
             ? 0
             : 1;
}
