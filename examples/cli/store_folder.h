#ifndef PINMETRICS_EXAMPLES_CLI_STORE_FOLDER_H_
#define PINMETRICS_EXAMPLES_CLI_STORE_FOLDER_H_

#include <memory>

#include "absl/status/statusor.h"
#include "examples/cli/console.h"
#include "examples/cli/options.h"
#include "pinmetrics/durable/store_directory.h"
#include "pinmetrics/store/store.h"

namespace pinmetrics::cli {

/// Opens the folder that the options name, and says on the console if something was found that the
/// end of another process left. Errors as `StoreDirectory::Open`, and NotFound or
/// FailedPrecondition if it is none that `load` made.
absl::StatusOr<std::unique_ptr<StoreDirectory>> OpenFolder(const Options& options,
                                                           Console& console);

/// The same, and changes nothing in it: others may read it meanwhile.
absl::StatusOr<std::unique_ptr<StoreDirectory>> OpenFolderToRead(const Options& options,
                                                                 Console& console);

/// The same as `OpenFolder`, and makes it if it is not there or empty.
absl::StatusOr<std::unique_ptr<StoreDirectory>> OpenOrMakeFolder(const Options& options,
                                                                 Console& console);

/// The store of the account that the options name. InvalidArgument if they name another zone than
/// it has; NotFound, with the accounts that are there, if it is not.
absl::StatusOr<Store> OpenAccount(StoreDirectory& directory, const Options& options);

/// The same, and makes it, in the options' zone, if it is not there.
absl::StatusOr<Store> OpenOrMakeAccount(StoreDirectory& directory, const Options& options);

}  // namespace pinmetrics::cli

#endif  // PINMETRICS_EXAMPLES_CLI_STORE_FOLDER_H_
