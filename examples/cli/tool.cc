#include "examples/cli/tool.h"

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "examples/cli/console.h"
#include "examples/cli/folder_commands.h"
#include "examples/cli/load_command.h"
#include "examples/cli/options.h"
#include "examples/cli/report_command.h"
#include "examples/cli/schema_command.h"

namespace pinmetrics::cli {
namespace {

ExitCode Run(const Options& options, const Surroundings& surroundings, Console& console) {
  switch (options.command) {
    case Command::kLoad:
      return RunLoad(options, surroundings, console);
    case Command::kWithdraw:
      return RunWithdraw(options, surroundings, console);
    case Command::kSeal:
      return RunSeal(options, surroundings, console);
    case Command::kVerify:
      return RunVerify(options, surroundings, console);
    case Command::kSchema:
      return RunSchema(options, surroundings, console);
    case Command::kCopy:
      break;
    default:
      return RunReport(options, surroundings, console);
  }
  return RunCopy(options, surroundings, console);
}

}  // namespace

ExitCode RunTool(std::span<const std::string_view> arguments, const Surroundings& surroundings) {
  if (AsksForHelp(arguments)) {
    surroundings.out << HelpText() << std::flush;
    return surroundings.out.good() ? kDone : kFileFailed;
  }
  Console console(surroundings.err, surroundings.shows_progress);
  const absl::StatusOr<Options> options = ParseOptions(arguments, surroundings.clock);
  if (options.ok()) return Run(*options, surroundings, console);
  console.Line(absl::StrCat("pinmetrics: ", options.status().message()));
  console.Line("Try pinmetrics --help.");
  return kWrongArguments;
}

}  // namespace pinmetrics::cli
