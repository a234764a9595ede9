#include "examples/cli/failure.h"

#include "absl/strings/str_cat.h"

namespace pinmetrics::cli {

ExitCode ExitCodeOf(const absl::Status& status) {
  return absl::IsInvalidArgument(status) || absl::IsOutOfRange(status) ? kWrongArguments
                                                                       : ExitCodeOfFolder(status);
}

ExitCode ExitCodeOfFolder(const absl::Status& status) {
  return absl::IsDataLoss(status) ? kDamaged : kFileFailed;
}

ExitCode ExitCodeOfServer(const absl::Status& /*status*/) { return kFileFailed; }

ExitCode Fail(const absl::Status& status, ExitCode exit_code, Console& console) {
  console.Line(absl::StrCat("pinmetrics: ", status.message()));
  return exit_code;
}

}  // namespace pinmetrics::cli
