#ifndef PINMETRICS_EXAMPLES_CLI_EPHEMERAL_PATH_H_
#define PINMETRICS_EXAMPLES_CLI_EPHEMERAL_PATH_H_

#include <cstddef>
#include <memory>
#include <string>

namespace pinmetrics::cli {

/// The name of a file that goes with this object, and also if SIGHUP, SIGINT or SIGTERM end the
/// process meanwhile (unless the process has a handler of its own for them, or ignores them). No
/// other signal, and of the ninth name at a time nothing but its end. Moves; not safe from several
/// threads.
class EphemeralPath {
 public:
  /// Whatever has the name is removed later, so nothing else may have it.
  explicit EphemeralPath(std::string path);
  EphemeralPath(EphemeralPath&& other) noexcept = default;
  EphemeralPath& operator=(EphemeralPath&& other) = delete;
  ~EphemeralPath();

  /// Removes the files of all these objects, before a process ends without destroying them. Calls
  /// nothing that takes memory or locks.
  static void RemoveAll();

  const char* c_str() const { return path_->c_str(); }

 private:
  /// Stays where it is when the object moves: the signals' handler looks there.
  std::unique_ptr<std::string> path_;
};

}  // namespace pinmetrics::cli

#endif  // PINMETRICS_EXAMPLES_CLI_EPHEMERAL_PATH_H_
