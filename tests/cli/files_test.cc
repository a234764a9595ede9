#include "examples/cli/files.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"

namespace pinmetrics::cli {
namespace {

namespace fs = std::filesystem;

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::StartsWith;
using ::testing::UnorderedElementsAre;

using Draft = OutputFile::Draft;

class FilesTest : public ::testing::Test {
 protected:
  FilesTest() {
    std::string name = (fs::temp_directory_path() / "pinmetrics-files-XXXXXX").string();
    folder_ = ::mkdtemp(name.data());
  }
  ~FilesTest() override { fs::remove_all(folder_); }

  std::string Path(std::string_view name) const { return (folder_ / name).string(); }

  void Put(std::string_view name, std::string_view text) const {
    std::ofstream(Path(name), std::ios::binary) << text;
  }

  std::string Get(std::string_view name) const {
    std::ifstream in(Path(name), std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
  }

  std::vector<std::string> Names() const {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(folder_)) {
      names.push_back(entry.path().filename().string());
    }
    return names;
  }

  fs::path folder_;
};

TEST_F(FilesTest, KnowAnOpenFileByAnyOfItsNames) {
  Put("a", "text");
  Put("b", "text");
  fs::create_symlink("a", Path("link"));
  fs::create_hard_link(Path("a"), Path("hard"));
  const absl::StatusOr<InputFile> file = InputFile::Open(Path("a"));
  ASSERT_TRUE(file.ok()) << file.status();
  for (const char* const name : {"a", "./a", "link", "hard"}) EXPECT_TRUE(file->IsAt(Path(name)));
  for (const char* const name : {"b", "c", "a/b"}) EXPECT_FALSE(file->IsAt(Path(name)));
  // Another file has the name now.
  fs::remove(Path("a"));
  Put("a", "text");
  EXPECT_FALSE(file->IsAt(Path("a")));
  EXPECT_TRUE(file->IsAt(Path("hard")));
  // A device may be read and written.
  const absl::StatusOr<InputFile> device = InputFile::Open("/dev/null");
  ASSERT_TRUE(device.ok());
  EXPECT_FALSE(device->IsAt("/dev/null"));
}

TEST_F(FilesTest, KnowWhetherTwoNamesLeadToOneFile) {
  fs::create_directory(Path("d"));
  fs::create_symlink("d/new", Path("to_new"));
  EXPECT_TRUE(LeadToOneFile(Path("new"), Path("./new")));
  EXPECT_TRUE(LeadToOneFile(Path("d/new"), Path("to_new")));
  EXPECT_TRUE(LeadToOneFile(Path("new"), Path("d/../new")));
  EXPECT_FALSE(LeadToOneFile(Path("new"), Path("d/new")));
  EXPECT_FALSE(LeadToOneFile(Path("new"), Path("newer")));
  EXPECT_FALSE(LeadToOneFile(Path("nowhere/new"), Path("nor/new")));
  Put("new", "");
  Put("other", "");
  fs::create_hard_link(Path("new"), Path("hard"));
  EXPECT_TRUE(LeadToOneFile(Path("new"), Path("hard")));
  EXPECT_FALSE(LeadToOneFile(Path("new"), Path("other")));
  EXPECT_FALSE(LeadToOneFile(Path("new"), Path("d/new")));
  EXPECT_FALSE(LeadToOneFile("/dev/null", "/dev/null"));
}

/// With either kind of draft: which of them a file system has must make no difference.
class OutputFileTest : public FilesTest, public ::testing::WithParamInterface<Draft> {};

INSTANTIATE_TEST_SUITE_P(Drafts, OutputFileTest,
                         ::testing::Values(Draft::kUnnamedIfPossible, Draft::kNamed));

TEST_P(OutputFileTest, ComesToBeWhenItIsWhole) {
  Put("o", "before");
  absl::StatusOr<OutputFile> file = OutputFile::Create(Path("o"), GetParam());
  ASSERT_TRUE(file.ok()) << file.status();
  EXPECT_TRUE(file->Write("one, ").ok());
  EXPECT_TRUE(file->Write("two").ok());
  EXPECT_EQ(Get("o"), "before");
  OutputFile moved = *std::move(file);
  EXPECT_TRUE(moved.Commit().ok());
  EXPECT_EQ(Get("o"), "one, two");
  EXPECT_THAT(Names(), UnorderedElementsAre("o"));
}

TEST_P(OutputFileTest, LeavesNothingIfItIsGivenUp) {
  Put("o", "before");
  {
    absl::StatusOr<OutputFile> file = OutputFile::Create(Path("o"), GetParam());
    ASSERT_TRUE(file.ok()) << file.status();
    EXPECT_TRUE(file->Write("half").ok());
    EXPECT_THAT(Names(), SizeIs(GetParam() == Draft::kNamed ? 2 : 1));
  }
  EXPECT_EQ(Get("o"), "before");
  EXPECT_THAT(Names(), UnorderedElementsAre("o"));
}

TEST_P(OutputFileTest, LeavesNothingIfASignalEndsTheProcess) {
  for (const int signal : {SIGHUP, SIGINT, SIGTERM}) {
    const pid_t child = ::fork();
    if (child == 0) {
      std::signal(signal, SIG_DFL);
      absl::StatusOr<OutputFile> first = OutputFile::Create(Path("o"), GetParam());
      absl::StatusOr<OutputFile> second = OutputFile::Create(Path("p"), GetParam());
      if (!first.ok() || !second.ok() || !first->Write("half").ok()) std::_Exit(1);
      ::kill(::getpid(), signal);
      std::_Exit(2);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == signal) << status;
    EXPECT_THAT(Names(), IsEmpty());
  }
}

TEST_P(OutputFileTest, IsNotInTheWayOfAnother) {
  absl::StatusOr<OutputFile> first = OutputFile::Create(Path("o"), GetParam());
  absl::StatusOr<OutputFile> second = OutputFile::Create(Path("o"), GetParam());
  ASSERT_TRUE(first.ok() && second.ok());
  EXPECT_TRUE(second->Write("second").ok());
  EXPECT_TRUE(first->Write("first").ok());
  EXPECT_TRUE(second->Commit().ok());
  EXPECT_EQ(Get("o"), "second");
  EXPECT_TRUE(first->Commit().ok());
  EXPECT_EQ(Get("o"), "first");
  EXPECT_THAT(Names(), UnorderedElementsAre("o"));
}

TEST_P(OutputFileTest, KeepsLinksAndPermissions) {
  Put("o", "before");
  fs::permissions(Path("o"), fs::perms::owner_read | fs::perms::owner_write);
  fs::create_symlink("o", Path("link"));
  fs::create_symlink("later", Path("dangling"));
  for (const char* const name : {"link", "dangling"}) {
    absl::StatusOr<OutputFile> file = OutputFile::Create(Path(name), GetParam());
    ASSERT_TRUE(file.ok()) << file.status();
    EXPECT_TRUE(file->Write(name).ok());
    EXPECT_TRUE(file->Commit().ok());
    EXPECT_TRUE(fs::is_symlink(Path(name)));
  }
  EXPECT_EQ(Get("o"), "link");
  EXPECT_EQ(Get("later"), "dangling");
  EXPECT_EQ(fs::status(Path("o")).permissions(), fs::perms::owner_read | fs::perms::owner_write);
  // A new file is for whom the process lets read its files.
  const mode_t mask = ::umask(0);
  ::umask(mask);
  EXPECT_EQ(fs::status(Path("later")).permissions(), static_cast<fs::perms>(0666 & ~mask));
}

TEST_P(OutputFileTest, IsKnownEarlyToBeImpossible) {
  Put("file", "");
  fs::create_directory(Path("folder"));
  fs::create_symlink("circle", Path("circle"));
  for (const char* const name : {"folder", "nowhere/o", "file/o", "circle"}) {
    const absl::StatusOr<OutputFile> file = OutputFile::Create(Path(name), GetParam());
    EXPECT_TRUE(absl::IsUnavailable(file.status())) << name;
    EXPECT_THAT(std::string(file.status().message()),
                StartsWith(Path(name) + ": cannot be written: "));
  }
  EXPECT_THAT(Names(), UnorderedElementsAre("file", "folder", "circle"));
}

}  // namespace
}  // namespace pinmetrics::cli
