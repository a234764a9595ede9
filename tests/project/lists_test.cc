// Build files list their sources by hand. A file that is left out would not be installed, compiled
// or run, and nobody would notice.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

namespace pinmetrics {
namespace {

namespace fs = std::filesystem;

using ::testing::IsEmpty;
using ::testing::Not;

const fs::path& Root() {
  static const fs::path root = PINMETRICS_SOURCE_DIR;
  return root;
}

std::string Read(const fs::path& path) {
  std::ifstream in(Root() / path);
  return std::string(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
}

/// The files below `folder` whose name ends with `ending`, relative to `base`, sorted.
std::vector<std::string> FilesBelow(const fs::path& folder, std::string_view ending,
                                    const fs::path& base) {
  std::vector<std::string> files;
  for (const auto& entry : fs::recursive_directory_iterator(Root() / folder)) {
    const std::string path = entry.path().lexically_relative(Root() / base).generic_string();
    if (entry.is_regular_file() && path.ends_with(ending)) files.push_back(path);
  }
  std::sort(files.begin(), files.end());
  return files;
}

/// Those of `names` that are no word of `text`.
std::vector<std::string> Unlisted(const std::vector<std::string>& names, const std::string& text) {
  std::vector<std::string> unlisted;
  constexpr std::string_view kSeparators = " \n()\"`,;:.";
  for (const std::string& name : names) {
    bool found = false;
    for (auto at = text.find(name); at != std::string::npos && !found;
         at = text.find(name, at + 1)) {
      const auto after = at + name.size();
      found = at > 0 && kSeparators.find(text[at - 1]) != std::string_view::npos &&
              after < text.size() && kSeparators.find(text[after]) != std::string_view::npos;
    }
    if (!found) unlisted.push_back(name);
  }
  return unlisted;
}

TEST(Lists, MissNoPublicHeader) {
  const std::vector<std::string> headers = FilesBelow("include", ".h", "");
  ASSERT_THAT(headers, Not(IsEmpty()));
  EXPECT_THAT(Unlisted(headers, Read("CMakeLists.txt")), IsEmpty());
}

TEST(Lists, MissNoSource) {
  const std::vector<std::string> sources = FilesBelow("src", ".cc", "");
  ASSERT_THAT(sources, Not(IsEmpty()));
  EXPECT_THAT(Unlisted(sources, Read("CMakeLists.txt")), IsEmpty());
}

TEST(Lists, MissNoTest) {
  std::vector<std::string> tests = FilesBelow("tests", "_test.cc", "tests");
  ASSERT_THAT(tests, Not(IsEmpty()));
  std::erase_if(tests, [](const std::string& test) { return test.starts_with("project/"); });
  for (std::string& test : tests) test.resize(test.size() - std::string_view("_test.cc").size());
  EXPECT_THAT(Unlisted(tests, Read("tests/CMakeLists.txt")), IsEmpty());
}

/// What readers are told of where to look: the rooms' files, without their endings.
TEST(Lists, TellOfEveryFileThatReadersLookFor) {
  std::vector<std::string> files;
  for (const std::string_view layer : {"store", "durable", "clickhouse", "export"}) {
    for (const std::string_view ending : {".h", ".cc"}) {
      for (const std::string& file : FilesBelow(fs::path("src") / layer, ending, "src")) {
        const std::string room = fs::path(file).parent_path().generic_string();
        // Each of these rooms is told of as one.
        if (room.starts_with("export/")) continue;
        files.push_back(fs::path(file).stem().generic_string());
      }
    }
  }
  // Twins of a file for instructions of a processor.
  std::erase_if(files, [](const std::string& file) { return file.find("_avx") != file.npos; });
  ASSERT_THAT(files, Not(IsEmpty()));
  EXPECT_THAT(Unlisted(files, Read("docs/architecture.md")), IsEmpty());
}

TEST(Lists, MissNoExample) {
  std::vector<std::string> examples;
  for (const auto& entry : fs::directory_iterator(Root() / "examples")) {
    if (entry.path().extension() == ".cc") examples.push_back(entry.path().stem());
  }
  ASSERT_THAT(examples, Not(IsEmpty()));
  EXPECT_THAT(Unlisted(examples, Read("examples/CMakeLists.txt")), IsEmpty());
}

TEST(Lists, TheUmbrellaHeaderIncludesAllButOptionalComponents) {
  std::vector<std::string> headers = FilesBelow("include", ".h", "include");
  std::erase(headers, "pinmetrics/pinmetrics.h");
  std::erase(headers, "pinmetrics/calendar/boost.h");
  std::erase_if(headers, [](const std::string& header) {
    return header.starts_with("pinmetrics/durable/") ||
           header.starts_with("pinmetrics/clickhouse/");
  });
  EXPECT_THAT(Unlisted(headers, Read("include/pinmetrics/pinmetrics.h")), IsEmpty());
}

}  // namespace
}  // namespace pinmetrics
