#ifndef PINMETRICS_SRC_DURABLE_PARENT_FOLDER_H_
#define PINMETRICS_SRC_DURABLE_PARENT_FOLDER_H_

#include <string>
#include <string_view>

namespace pinmetrics {

/// The folder that has the file or folder at `path`.
inline std::string ParentFolder(std::string_view path) {
  while (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
  const std::size_t slash = path.rfind('/');
  if (slash == std::string_view::npos) return ".";
  return std::string(path.substr(0, slash == 0 ? 1 : slash));
}

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_DURABLE_PARENT_FOLDER_H_
