#ifndef PINMETRICS_EXAMPLES_LOG_GENERATOR_LOG_CSV_H_
#define PINMETRICS_EXAMPLES_LOG_GENERATOR_LOG_CSV_H_

#include <span>
#include <string>

#include "examples/log_generator/log.h"

namespace pinmetrics::log_generator {

/// The Pin file: a header and a row for each Pin, CSV after RFC 4180 in UTF-8, lines ended by LF.
/// An empty cell means none. Titles are written as they are, formulas included: this is a host's
/// raw data, and disarming it is the business of whoever exports it to a spreadsheet.
std::string PinsCsv(std::span<const LoggedPin> pins);

/// The event file's header line.
std::string EventsCsvHeader();

/// Adds a row for each event to `csv`. Empty cells stand for viewer 0, for what is unspecified,
/// and for a playback's fields where there is none.
void AppendEventsCsv(std::span<const LoggedEvent> events, std::string& csv);

}  // namespace pinmetrics::log_generator

#endif  // PINMETRICS_EXAMPLES_LOG_GENERATOR_LOG_CSV_H_
