#ifndef PINMETRICS_TESTS_PROJECT_LAYERS_H_
#define PINMETRICS_TESTS_PROJECT_LAYERS_H_

#include <filesystem>
#include <functional>
#include <set>
#include <string>
#include <vector>

namespace pinmetrics {

/// A folder and those it may include, itself aside: a layer, or a room of one, which has the
/// layer's name before its own.
struct FolderEdges {
  std::string folder;
  std::set<std::string, std::less<>> may_include;
};

/// Folders from the bottom up.
using LayerTable = std::vector<FolderEdges>;

/// The layers of this project and their rooms.
const LayerTable& ProjectLayers();

/// The edges of a table that lead to no folder below theirs, as `from -> to`: up, in a circle, or
/// nowhere.
std::vector<std::string> FindUpwardEdges(const LayerTable& table);

/// Reads every `#include` under `root`/include/pinmetrics and `root`/src and returns those that are
/// no edge of `ProjectLayers`, and what else breaks the project's layering, as
/// `file:line: what is wrong`, in the order of the paths. Empty when all is well. A tree in which
/// there is nothing to read is itself a fault, and so is a file in a folder that is not in the
/// table.
std::vector<std::string> FindLayerFaults(const std::filesystem::path& root);

}  // namespace pinmetrics

#endif  // PINMETRICS_TESTS_PROJECT_LAYERS_H_
