#ifndef PINMETRICS_EXAMPLES_CLI_SERVER_H_
#define PINMETRICS_EXAMPLES_CLI_SERVER_H_

#include "absl/status/statusor.h"
#include "examples/cli/options.h"
#include "examples/cli/surroundings.h"
#include "pinmetrics/clickhouse/engine.h"

namespace pinmetrics::cli {

/// The account that the options name in the tables of their ClickHouse server, asked with the
/// password of their file, else that of the surroundings. Errors: those of the file, of the URL, of
/// the server and of the way there; NotFound if the server knows no cluster of the name that the
/// options give.
absl::StatusOr<ClickHouseEngine> ConnectToServer(const Options& options,
                                                 const Surroundings& surroundings);

}  // namespace pinmetrics::cli

#endif  // PINMETRICS_EXAMPLES_CLI_SERVER_H_
