// README.md and docs/guide.md show programs and what they print. Both are held against the real
// ones. PINMETRICS_UPDATE_DOCS=1 in the environment rewrites them.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "tests/docs/document.h"

namespace pinmetrics {
namespace {

namespace fs = std::filesystem;

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

/// An empty folder for the files of one test.
class Scratch {
 public:
  Scratch() : path_(fs::path(testing::TempDir()) / ("readme_test." + std::to_string(getpid()))) {
    fs::create_directories(path_);
  }
  ~Scratch() { fs::remove_all(path_); }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

/// As `./dev demo` does it, in a terminal of 80 columns.
std::string DemoOutput(const fs::path& scratch) {
  const std::string in_scratch = "cd '" + scratch.string() + "' && ";
  const std::string now = " --now 2026-11-23T12:00:00Z";
  OutputOf(in_scratch + "'" PINMETRICS_LOG_GENERATOR "' --events 100000 --seed 1" + now +
           " --pins-out pins.csv --events-out events.csv");
  return OutputOf(in_scratch +
                  "COLUMNS=80 '" PINMETRICS_TOOL "' overview --pins pins.csv --events events.csv" +
                  now);
}

constexpr std::string_view kPinsCsv =
    "pin_id,board_id,format,created_at,title\n"
    "7,1,video,2026-11-01T08:30:00+01:00,How to throw a mug\n"
    "8,1,standard,2026-11-02T09:00:00+01:00,Glazes\n";

constexpr std::string_view kEventsCsv =
    "time,action,pin_id,viewer_id,device,play_time_ms,half_visible_ms,progress\n"
    "2026-11-18T20:15:00+01:00,impression,7,501,mobile,,,\n"
    "2026-11-18T20:15:02+01:00,playback,7,501,mobile,12500,11000,0.97\n"
    "2026-11-18T20:16:00+01:00,save,7,501,mobile,,,\n"
    "2026-11-19T07:40:00+01:00,impression,8,502,desktop,,,\n";

constexpr std::string_view kOwnLogOptions =
    "report --pins pins.csv --events events.csv --now 2026-11-23T12:00:00Z --period "
    "2026-11-18..2026-11-19 --time-zone Europe/Oslo --metrics "
    "impressions,save_rate,average_play_time --format csv";

std::string OwnLogOutput(const fs::path& scratch) {
  std::ofstream(scratch / "pins.csv", std::ios::binary) << kPinsCsv;
  std::ofstream(scratch / "events.csv", std::ios::binary) << kEventsCsv;
  return OutputOf("cd '" + scratch.string() + "' && '" PINMETRICS_TOOL "' " +
                  std::string(kOwnLogOptions));
}

std::vector<std::string> LinesOf(const std::string& text) {
  std::istringstream in(text);
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

/// The lines of a document's blocks of code in `language`, without empty ones.
std::vector<std::string> CodeIn(const std::string& language, const std::string& document) {
  std::vector<std::string> code;
  bool in_block = false;
  for (const std::string& line : LinesOf(document)) {
    if (line.starts_with("```")) {
      in_block = line == "```" + language;
    } else if (in_block && !line.empty()) {
      code.push_back(line);
    }
  }
  return code;
}

/// The document without its blocks of code.
std::string ProseIn(const std::string& document) {
  std::string prose;
  bool in_block = false;
  for (const std::string& line : LinesOf(document)) {
    if (line.starts_with("```")) {
      in_block = !in_block;
    } else if (!in_block) {
      prose += line + "\n";
    }
  }
  return prose;
}

TEST(Readme, ShowsProgramsAndWhatTheyPrint) {
  ExpectParts("README.md",
              {{"quickstart", CodeBlock("cpp", ReadProjectFile("examples/quickstart.cc"))},
               {"quickstart output", CodeBlock("text", OutputOf("'" PINMETRICS_QUICKSTART "'"))}});
}

TEST(Readme, FitsOnAFewScreens) { EXPECT_LE(LinesOf(ReadProjectFile("README.md")).size(), 170); }

TEST(Guide, ShowsWhatTheToolPrints) {
  const Scratch scratch;
  ExpectParts("docs/guide.md", {{"demo", CodeBlock("text", DemoOutput(scratch.path()))},
                                {"pins", CodeBlock("text", std::string(kPinsCsv))},
                                {"events", CodeBlock("text", std::string(kEventsCsv))},
                                {"own log", CodeBlock("text", OwnLogOutput(scratch.path()))}});
}

TEST(Guide, AsksTheToolAsItsSampleWasMade) {
  std::string asked;
  for (const std::string& line : CodeIn("sh", ReadProjectFile("docs/guide.md"))) {
    asked += line.ends_with("\\") ? line.substr(0, line.size() - 1) : line + "\n";
  }
  std::string::size_type spaces;
  while ((spaces = asked.find("  ")) != std::string::npos) asked.erase(spaces, 1);
  EXPECT_THAT(asked, HasSubstr("bin/pinmetrics " + std::string(kOwnLogOptions) + "\n"));
}

TEST(Readme, LinksAsTheConsumerProjectsDo) {
  std::vector<std::string> known;
  for (const char* const consumer : {"find_package", "add_subdirectory"}) {
    for (const std::string& line : LinesOf(ReadProjectFile(std::string("tests/project/consumers/") +
                                                           consumer + "/CMakeLists.txt"))) {
      known.push_back(line);
    }
  }
  const std::vector<std::string> shown = CodeIn("cmake", ReadProjectFile("README.md"));
  ASSERT_THAT(shown, Not(IsEmpty()));
  for (const std::string& line : shown) EXPECT_THAT(known, Contains(line));
}

TEST(Readme, NamesEveryExample) {
  const std::string readme = ReadProjectFile("README.md");
  for (const auto& entry : fs::directory_iterator(fs::path(PINMETRICS_SOURCE_DIR) / "examples")) {
    if (entry.path().extension() != ".cc") continue;
    const std::string name = entry.path().filename().string();
    EXPECT_NE(readme.find("(examples/" + name + ")"), std::string::npos) << name;
  }
}

TEST(Readme, LinksToFilesThatExist) {
  const fs::path root = PINMETRICS_SOURCE_DIR;
  std::vector<fs::path> documents = {"README.md", "CHANGELOG.md"};
  for (const auto& entry : fs::directory_iterator(root / "docs")) {
    if (entry.path().extension() == ".md") documents.push_back("docs" / entry.path().filename());
  }
  ASSERT_THAT(documents, Contains(fs::path("docs/guide.md")));
  for (const fs::path& document : documents) {
    const std::string text = ProseIn(ReadProjectFile(document.string()));
    for (auto at = text.find("]("); at != std::string::npos; at = text.find("](", at + 1)) {
      const std::string link = text.substr(at + 2, text.find(')', at) - at - 2);
      if (link.starts_with("http")) continue;
      const std::string file = link.substr(0, link.find('#'));
      EXPECT_TRUE(fs::exists(root / document.parent_path() / file)) << document << ": " << link;
    }
  }
}

TEST(Readme, NamesCommandsThatDevHas) {
  const std::string dev = ReadProjectFile("dev");
  const std::string readme = ReadProjectFile("README.md") + ReadProjectFile("docs/exports.md") +
                             ReadProjectFile("docs/guide.md") +
                             ReadProjectFile("docs/performance.md");
  constexpr std::string_view kDev = "./dev ";
  for (auto at = readme.find(kDev); at != std::string::npos; at = readme.find(kDev, at + 1)) {
    const auto begin = at + kDev.size();
    const auto end = readme.find_first_not_of("abcdefghijklmnopqrstuvwxyz-", begin);
    const std::string command = readme.substr(begin, end - begin);
    EXPECT_NE(dev.find("\n  " + command + " "), std::string::npos) << "no command " << command;
  }
}

}  // namespace
}  // namespace pinmetrics
