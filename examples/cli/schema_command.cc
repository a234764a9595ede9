#include "examples/cli/schema_command.h"

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "examples/cli/failure.h"
#include "pinmetrics/clickhouse/schema.h"

namespace pinmetrics::cli {

ExitCode RunSchema(const Options& options, const Surroundings& surroundings, Console& console) {
  const absl::StatusOr<std::vector<std::string>> statements =
      options.upgraded_from ? ClickHouseSchemaUpgrade(options.schema, *options.upgraded_from)
                            : ClickHouseSchema(options.schema);
  if (!statements.ok()) return Fail(statements.status(), kWrongArguments, console);
  for (const std::string& statement : *statements) surroundings.out << statement << ";\n";
  surroundings.out << std::flush;
  if (surroundings.out.good()) return kDone;
  return Fail(absl::UnavailableError("standard output: cannot be written"), kFileFailed, console);
}

}  // namespace pinmetrics::cli
