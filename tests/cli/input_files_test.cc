#include "examples/cli/input_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <cstddef>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "examples/cli/console.h"
#include "pinmetrics/calendar/reporting_calendar.h"

namespace pinmetrics::cli {
namespace {

namespace fs = std::filesystem;

using ::testing::AllOf;
using ::testing::Each;
using ::testing::Gt;
using ::testing::Le;
using ::testing::SizeIs;

/// An account that keeps what it gets and answers as it is told.
class FakeAccount final : public Account {
 public:
  absl::Status PutPins(const std::vector<Pin>& pins) override {
    pin_count = pins.size();
    return put_pins;
  }

  absl::StatusOr<std::vector<Refusal>> Append(std::span<const Event> batch) override {
    if (!append.ok()) return append;
    std::vector<Refusal> refused;
    for (std::size_t i = 0; i < batch.size(); ++i) {
      if (batch[i].action != Action::kSave) continue;
      refused.push_back({i, {FaultKind::kSealedDay, "time", "is of a sealed day"}});
    }
    events.insert(events.end(), batch.begin(), batch.end());
    batches.push_back(batch.size());
    return refused;
  }

  absl::StatusOr<Answer> Ask() override { return absl::UnimplementedError("is not asked"); }

  absl::Status put_pins;
  absl::Status append;
  std::size_t pin_count = 0;
  std::vector<Event> events;
  std::vector<std::size_t> batches;
};

class InputFilesTest : public ::testing::Test {
 protected:
  InputFilesTest() {
    std::string name = (fs::temp_directory_path() / "pinmetrics-inputs-XXXXXX").string();
    folder_ = ::mkdtemp(name.data());
    options_.pins =
        Write("pins.csv", "pin_id,board_id,format,created_at\n7,1,video,0\n8,1,video,0\n");
    options_.now = absl::FromUnixSeconds(1'795'435'200);
  }
  ~InputFilesTest() override { fs::remove_all(folder_); }

  std::string Write(std::string_view name, std::string_view text) const {
    std::ofstream(folder_ / name, std::ios::binary) << text;
    return (folder_ / name).string();
  }

  absl::Status Load(std::string_view events) {
    options_.events = Write("events.csv", events);
    absl::StatusOr<InputFiles> inputs = InputFiles::Open(options_, console_);
    if (!inputs.ok()) return inputs.status();
    return inputs->Load(account_, log_, notes_);
  }

  fs::path folder_;
  Options options_;
  std::ostringstream stream_;
  Console console_{stream_, false};
  RefusalLog log_{console_};
  PeriodNotes notes_{ReportingCalendar(), LastDays(1, absl::CivilDay(2026, 11, 23)),
                     absl::FromUnixSeconds(1'795'435'200)};
  FakeAccount account_;
};

TEST_F(InputFilesTest, HandOnAllEventsInOrderByBatchesOfBoundedSize) {
  constexpr std::int64_t kEvents = 100'000;
  std::string csv = "time,action,pin_id\n";
  for (std::int64_t i = 0; i < kEvents; ++i) csv += std::to_string(i) + ",impression,7\n";
  EXPECT_TRUE(Load(csv).ok());
  EXPECT_EQ(account_.pin_count, 2U);
  ASSERT_THAT(account_.events, SizeIs(kEvents));
  for (std::int64_t i = 0; i < kEvents; ++i) {
    ASSERT_EQ(account_.events[static_cast<std::size_t>(i)].time, absl::FromUnixMillis(i));
  }
  EXPECT_THAT(account_.batches, AllOf(SizeIs(Gt(5U)), Each(Le(20'000U))));
  EXPECT_EQ(log_.count(), 0);
  EXPECT_THAT(notes_.Lines(), SizeIs(4));
}

TEST_F(InputFilesTest, NameTheRowsThatTheAccountRefuses) {
  std::string csv = "time,action,pin_id\n1,impression,7\n\n1,save,7\n1,save,9\n1,save,8\n";
  EXPECT_TRUE(Load(csv).ok());
  log_.Finish();
  const std::string file = options_.events;
  EXPECT_EQ(stream_.str(), file + ":5: pin_id: 9 is not a known Pin\n" + file +
                               ":4: time: is of a sealed day (2 rows)\n3 rows were refused\n");
}

TEST_F(InputFilesTest, EndWithTheErrorOfTheAccount) {
  const std::string csv = "time,action,pin_id\n1,save,7\n";
  account_.append = absl::ResourceExhaustedError("4294967296 events of a day are too many");
  EXPECT_EQ(Load(csv), account_.append);
  account_.put_pins = absl::ResourceExhaustedError("4294967296 Pins are too many");
  EXPECT_EQ(Load(csv), account_.put_pins);
}

TEST_F(InputFilesTest, KnowTheirOwnFiles) {
  EXPECT_TRUE(Load("time,action,pin_id\n").ok());
  const absl::StatusOr<InputFiles> inputs = InputFiles::Open(options_, console_);
  ASSERT_TRUE(inputs.ok());
  EXPECT_TRUE(inputs->HaveOneAt(options_.pins));
  EXPECT_TRUE(inputs->HaveOneAt(options_.events));
  EXPECT_FALSE(inputs->HaveOneAt((folder_ / "other.csv").string()));
}

}  // namespace
}  // namespace pinmetrics::cli
