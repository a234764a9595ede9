#ifndef PINMETRICS_TESTS_PROJECT_LAYERS_H_
#define PINMETRICS_TESTS_PROJECT_LAYERS_H_

#include <filesystem>
#include <string>
#include <vector>

namespace pinmetrics {

/// Reads every `#include` under `root`/include/pinmetrics and `root`/src and returns what breaks
/// the project's layering, as `file:line: what is wrong`, in the order of the paths. Empty when all
/// is well. A tree in which there is nothing to read is itself a fault.
std::vector<std::string> FindLayerFaults(const std::filesystem::path& root);

}  // namespace pinmetrics

#endif  // PINMETRICS_TESTS_PROJECT_LAYERS_H_
