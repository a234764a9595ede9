#ifndef PINMETRICS_EXAMPLES_CLI_ANSWER_OUTPUT_H_
#define PINMETRICS_EXAMPLES_CLI_ANSWER_OUTPUT_H_

#include <cstddef>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "examples/cli/answer.h"
#include "examples/cli/options.h"
#include "pinmetrics/export/sink.h"

namespace pinmetrics::cli {

/// Writes the answer in the format that the options name; tables for people are at most `width`
/// columns wide. InvalidArgument, before anything is written, if the format cannot carry the
/// answer; otherwise the sink's error.
absl::Status WriteAnswer(const Answer& answer, const Options& options, std::size_t width,
                         const Sink& sink);

/// What describes the answer's CSV. InvalidArgument if that has several tables.
absl::StatusOr<std::string> DescribeAnswer(const Answer& answer, const Options& options);

}  // namespace pinmetrics::cli

#endif  // PINMETRICS_EXAMPLES_CLI_ANSWER_OUTPUT_H_
