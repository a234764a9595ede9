#ifndef PINMETRICS_EXAMPLES_CLI_CONTENT_KEY_H_
#define PINMETRICS_EXAMPLES_CLI_CONTENT_KEY_H_

#include <memory>
#include <string>
#include <string_view>

namespace pinmetrics::cli {

/// Names what was read of a file so far by its bytes, as XXH3 sums them up in 128 bits. Frozen: a
/// folder remembers keys that an earlier release made. Not safe from several threads.
class ContentKey {
 public:
  ContentKey();
  ContentKey(ContentKey&&) = delete;
  ~ContentKey();

  /// What comes next. How it is cut makes no difference.
  void Add(std::string_view bytes);

  /// The key of all that was added, 22 letters.
  std::string Get() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace pinmetrics::cli

#endif  // PINMETRICS_EXAMPLES_CLI_CONTENT_KEY_H_
