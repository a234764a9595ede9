// Taking a result that is not there aborts the host. Whether the library's objects call abort is
// seen in their symbols (symbols.cmake), but not whether a look at the status comes before
// `*result`: that is read from the sources here. So is whether they use a container that is left
// broken where memory runs out.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>
#include <string>
#include <vector>

namespace pinmetrics {
namespace {

namespace fs = std::filesystem;

/// Where in `text` the result of one of `functions` is taken in the expression that made it.
std::vector<std::string> TakenUnchecked(const std::string& text,
                                        const std::set<std::string>& functions) {
  // `*Open(…)`, `*reader.Open(…)`, `*std::move(Open(…))`; `Open(…)->` and `Open(…).value()`.
  static const std::regex kTaken(
      R"(\*(?:std::move\()?(?:\w+(?:::|\.|->))*(\w+)\(|(\w+)\([^;{}]*?\)(?:->|\.value\(\)))");
  std::vector<std::string> found;
  for (auto it = std::sregex_iterator(text.begin(), text.end(), kTaken);
       it != std::sregex_iterator(); ++it) {
    const std::smatch& match = *it;
    if (functions.contains(match[1].str()) || functions.contains(match[2].str())) {
      found.push_back(match.str());
    }
  }
  return found;
}

/// Where in `text` the result that a variable holds is taken before its `ok()` was asked for, in
/// the order of the text: from the variable to the end of its function.
std::vector<std::string> TakenBeforeOk(const std::string& text,
                                       const std::set<std::string>& functions) {
  static const std::regex kVariable(
      R"(StatusOr<[^;=(){}]+>&?\s+(\w+)\s*[=;,)]|auto&?\s+(\w+)\s*=\s*(?:\w+(?:::|\.|->))*(\w+)\()");
  std::vector<std::string> found;
  for (auto it = std::sregex_iterator(text.begin(), text.end(), kVariable);
       it != std::sregex_iterator(); ++it) {
    const std::smatch& match = *it;
    const bool has_type = match[1].matched;
    if (!has_type && !functions.contains(match[3].str())) continue;
    const std::string name = match[has_type ? 1 : 2];
    const auto begin = static_cast<std::size_t>(match.position() + match.length());
    const std::string scope = text.substr(begin, text.find("\n}", begin) - begin);
    const std::regex use(R"((\*(?:std::move\()?)" + name + R"(\b(?!\.))|(\b)" + name +
                         R"((?:->|\.value\())|\b)" + name + R"(\.ok\(\))");
    std::smatch first;
    if (!std::regex_search(scope, first, use)) continue;
    if (first[1].matched || first[2].matched) found.push_back(name + ": " + first.str());
  }
  return found;
}

/// The functions that `text` declares to return a result or a status.
void AddFunctionsWithResults(const std::string& text, std::set<std::string>& functions) {
  static const std::regex kDeclared(R"(StatusOr<[\w:<>]+>\s+(?:\w+::)*(\w+)\()");
  for (auto it = std::sregex_iterator(text.begin(), text.end(), kDeclared);
       it != std::sregex_iterator(); ++it) {
    functions.insert((*it)[1].str());
  }
}

TEST(Results, TakenUncheckedAreFound) {
  const std::set<std::string> functions = {"Open"};
  EXPECT_EQ(TakenUnchecked("a = *Open(bytes());", functions).size(), 1);
  EXPECT_EQ(TakenUnchecked("a = *reader.Open(b);", functions).size(), 1);
  EXPECT_EQ(TakenUnchecked("a = *std::move(Open(b));", functions).size(), 1);
  EXPECT_EQ(TakenUnchecked("a = Open(b)->size();", functions).size(), 1);
  EXPECT_EQ(TakenUnchecked("a = Open(b, c).value();", functions).size(), 1);
  EXPECT_EQ(TakenUnchecked("a = Open(b); if (a.ok()) use(*a);", functions).size(), 0);
  EXPECT_EQ(TakenUnchecked("return *Find(b);", functions).size(), 0);
}

TEST(Results, TakenBeforeOkAreFound) {
  const std::set<std::string> functions = {"Open"};
  const auto found = [&](const std::string& body) {
    return TakenBeforeOk("void F() {\n" + body + "\n}\n", functions).size();
  };
  EXPECT_EQ(found("absl::StatusOr<int> a = G();\nuse(*a);"), 1);
  EXPECT_EQ(found("absl::StatusOr<std::vector<int>> a = G();\na->clear();"), 1);
  EXPECT_EQ(found("const absl::StatusOr<int> a = G();\nuse(a.value());\nif (!a.ok()) return;"), 1);
  EXPECT_EQ(found("auto a = reader.Open(b);\nreturn *std::move(a);"), 1);
  EXPECT_EQ(found("absl::StatusOr<int> a = G();\nif (!a.ok()) return;\nuse(*a);"), 0);
  EXPECT_EQ(found("absl::StatusOr<int> a = G();\nreturn a.ok() ? *a : 0;"), 0);
  EXPECT_EQ(found("absl::StatusOr<int> a = G();\nreturn a;"), 0);
  EXPECT_EQ(found("auto a = Close(b);\nreturn *a;"), 0);
}

/// The texts of the library's files.
std::vector<std::string> LibraryTexts() {
  std::vector<std::string> texts;
  for (const char* const folder : {"src", "include"}) {
    for (const auto& entry :
         fs::recursive_directory_iterator(fs::path(PINMETRICS_SOURCE_DIR) / folder)) {
      if (!entry.is_regular_file()) continue;
      std::ifstream in(entry.path());
      texts.emplace_back(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
    }
  }
  return texts;
}

TEST(Results, OfTheLibraryAreCheckedBeforeTheyAreTaken) {
  const std::vector<std::string> texts = LibraryTexts();
  std::set<std::string> functions;
  for (const std::string& text : texts) AddFunctionsWithResults(text, functions);
  EXPECT_THAT(functions, testing::IsSupersetOf({"OpenBlock", "ParseDay", "PlanReport", "ToCsv"}));
  for (const std::string& text : texts) {
    EXPECT_THAT(TakenUnchecked(text, functions), testing::IsEmpty());
    EXPECT_THAT(TakenBeforeOk(text, functions), testing::IsEmpty());
  }
}

// Abseil's hash tables set their size before they allocate: a failed allocation leaves one whose
// destructor frees what was never allocated.
TEST(Containers, OfTheLibraryOutliveAFailedAllocation) {
  for (const std::string& text : LibraryTexts()) {
    EXPECT_THAT(text, testing::Not(testing::HasSubstr("#include \"absl/container/flat_hash")));
    EXPECT_THAT(text, testing::Not(testing::HasSubstr("#include \"absl/container/node_hash")));
  }
}

}  // namespace
}  // namespace pinmetrics
