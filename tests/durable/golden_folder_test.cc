#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "durable/pack.h"
#include "durable/record.h"
#include "pinmetrics/durable/store_directory.h"
#include "pinmetrics/metrics/catalogue.h"
#include "tests/durable/edit_catalogue.h"
#include "tests/durable/memory_files.h"
#include "tests/durable/segment_version.h"
#include "tests/store/sample_events.h"

/// Folders that were made once, one of each version: what was kept opens ever after.

namespace pinmetrics {
namespace {

namespace fs = std::filesystem;

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr AccountKey kOther = 0xffffffffffffffff;

constexpr const char* kVersions[] = {"1_0", "1_1"};
constexpr const char* kNewestVersion = "1_1";

fs::path Golden(const std::string& version) {
  return fs::path(PINMETRICS_SOURCE_DIR) / "tests" / "durable" / "golden" / ("version_" + version);
}

/// True when the newest folder is to be made: after the format got a new version, never else.
bool WritesFolder() { return std::getenv("PINMETRICS_WRITE_FOLDER") != nullptr; }

DirectoryOptions GoldenOptions(FileSystem& files) {
  return {.segment_bytes = 4096, .files = &files};
}

/// A day that is sealed, days that are not, and an account that was never sealed.
void MakeGolden() {
  MemoryFiles files;
  {
    auto directory = StoreDirectory::Open("/kept", GoldenOptions(files));
    ASSERT_TRUE(directory.ok()) << directory.status();
    absl::StatusOr<Store> store = (*directory)->OpenStore(1);
    ASSERT_TRUE(store.ok()) << store.status();
    Pin pin = SamplePin(1);
    pin.created_at += absl::Nanoseconds(1) / 4;
    pin.title = "Krüge";
    ASSERT_TRUE(store->PutPin(pin).ok());
    ASSERT_EQ(store->Append(Impressions(1, 40), HourOf(kDay, 20), "sealed").taken, 40u);
    ASSERT_TRUE(store->Withdraw(EventId(3)).ok());
    ASSERT_EQ(store->Seal(FinalTime(kDay)).days_sealed, 1u);
    pin.format = PinFormat::kVideo;
    ASSERT_TRUE(store->PutPin(pin).ok());
    ASSERT_EQ(store->Append(Impressions(51, 4, kDay + 2), HourOf(kDay + 2, 20), "live").taken, 4u);
    ASSERT_TRUE(store->Withdraw(EventId(52)).ok());

    StoreOptions options;
    ASSERT_TRUE(absl::LoadTimeZone("Europe/Berlin", &options.reporting.time_zone));
    options.reporting.business_created = kDay - 3;
    options.late_events = LateEvents::kAccept;
    absl::StatusOr<Store> other = (*directory)->OpenStore(kOther, options);
    ASSERT_TRUE(other.ok()) << other.status();
    ASSERT_TRUE(other
                    ->PutPin({.id = PinId(1),
                              .board = BoardId(9),
                              .format = PinFormat::kVideo,
                              .created_at = HourOf(kDay, 0),
                              .account = AccountId(5),
                              .product_group = ProductGroupId(6),
                              .saved = true})
                    .ok());
    Event playback = Impression(7, kDay + 2);
    playback.action = Action::kPlayback;
    playback.playback = Playback{.play_time = absl::Milliseconds(12'500),
                                 .half_visible = absl::Seconds(11),
                                 .progress = 0.97};
    ASSERT_EQ(other->Append({{playback, Impression(8, kDay + 2)}}, HourOf(kDay + 2, 20)).taken, 2u);
  }
  const fs::path golden = Golden(kNewestVersion);
  fs::remove_all(golden);
  for (const std::string& path : files.Paths()) {
    const fs::path to = golden / path.substr(std::string("/kept/").size());
    fs::create_directories(to.parent_path());
    const std::vector<std::byte> bytes = files.Contents(path);
    std::ofstream(to, std::ios::binary)
        .write(reinterpret_cast<const char*>(bytes.data()), std::ssize(bytes));
  }
}

class GoldenFolder : public testing::TestWithParam<const char*> {
 protected:
  static void SetUpTestSuite() {
    if (WritesFolder()) MakeGolden();
  }

  GoldenFolder() {
    for (const char* folder : {"/kept", "/kept/log", "/kept/blocks"}) {
      EXPECT_TRUE(files_.MakeFolder(folder).ok());
    }
    const fs::path golden = Golden(GetParam());
    for (const auto& entry : fs::recursive_directory_iterator(golden)) {
      if (!entry.is_regular_file()) continue;
      std::ifstream in(entry.path(), std::ios::binary);
      const std::string text((std::istreambuf_iterator<char>(in)), {});
      const std::span<const std::byte> bytes = std::as_bytes(std::span(text));
      files_.SetContents("/kept/" + entry.path().lexically_relative(golden).generic_string(),
                         {bytes.begin(), bytes.end()});
    }
  }

  absl::StatusOr<std::unique_ptr<StoreDirectory>> Open() {
    return StoreDirectory::Open("/kept", GoldenOptions(files_));
  }

  std::map<std::string, std::vector<std::byte>> AllBytes() const {
    std::map<std::string, std::vector<std::byte>> all;
    for (const std::string& path : files_.Paths()) all[path] = files_.Contents(path);
    return all;
  }

  /// Of a day that is final.
  static std::optional<double> Value(const Store& store, absl::CivilDay day, const Metric& metric) {
    Query query = QueryOn(day);
    query.real_time = false;
    return Total(store.TakeSnapshot(), query, metric, HourOf(kDay + 6, 0));
  }

  static void ExpectItsFigures(StoreDirectory& directory) {
    EXPECT_THAT(directory.Accounts(), ElementsAre(1, kOther));
    const absl::StatusOr<Store> store = directory.OpenKeptStore(1);
    ASSERT_TRUE(store.ok()) << store.status();
    EXPECT_EQ(Value(*store, kDay, kImpressions), 39);
    EXPECT_EQ(Value(*store, kDay, kTotalAudience), 39);
    EXPECT_EQ(Value(*store, kDay + 2, kImpressions), 3);
    const absl::StatusOr<Store> other = directory.OpenKeptStore(kOther);
    ASSERT_TRUE(other.ok()) << other.status();
    EXPECT_EQ(other->reporting().time_zone.name(), "Europe/Berlin");
    EXPECT_EQ(other->reporting().business_created, kDay - 3);
    EXPECT_EQ(Value(*other, kDay + 2, kImpressions), 1);
    EXPECT_EQ(Value(*other, kDay + 2, kVideoViews), 1);
    EXPECT_EQ(Value(*other, kDay + 2, kAveragePlayTime), 12.5);
  }

  MemoryFiles files_;
};

TEST_P(GoldenFolder, HasItsFigures) {
  const auto directory = Open();
  ASSERT_TRUE(directory.ok()) << directory.status();
  EXPECT_EQ((*directory)->recovery().torn_bytes, 0u);
  ExpectItsFigures(**directory);
  const absl::StatusOr<Verification> verified = (*directory)->Verify();
  ASSERT_TRUE(verified.ok());
  EXPECT_THAT(verified->damage, IsEmpty());
  EXPECT_EQ(verified->blocks, 1u);
}

TEST_P(GoldenFolder, GoesOnFromThere) {
  {
    const auto directory = Open();
    ASSERT_TRUE(directory.ok()) << directory.status();
    absl::StatusOr<Store> store = (*directory)->OpenKeptStore(1);
    ASSERT_TRUE(store.ok());
    EXPECT_TRUE(store->Append({}, HourOf(kDay + 3, 0), "sealed").repeated_batch);
    EXPECT_TRUE(store->Append({}, HourOf(kDay + 3, 0), "live").repeated_batch);
    EXPECT_EQ(store->Append(Impressions(61, 5, kDay + 2), HourOf(kDay + 3, 0)).taken, 5u);
    const SealAllResult sealed = (*directory)->SealAll(FinalTime(kDay + 2));
    EXPECT_TRUE(sealed.status.ok()) << sealed.status;
    EXPECT_EQ(sealed.events_sealed, 3 + 5 + 2u);
  }
  const auto directory = Open();
  ASSERT_TRUE(directory.ok()) << directory.status();
  const absl::StatusOr<Store> store = (*directory)->OpenKeptStore(1);
  ASSERT_TRUE(store.ok());
  EXPECT_EQ(Value(*store, kDay, kImpressions), 39);
  EXPECT_EQ(Value(*store, kDay + 2, kImpressions), 8);
}

TEST_P(GoldenFolder, FromThereOnTellsAnOlderCatalogue) {
  const std::vector<std::byte> before = files_.Contents("/kept/catalog.db");
  {
    const auto directory = Open();
    ASSERT_TRUE(directory.ok()) << directory.status();
    ASSERT_TRUE((*directory)->SealAll(FinalTime(kDay + 2)).status.ok());
  }
  files_.SetContents("/kept/catalog.db", before);
  const absl::Status status = Open().status();
  EXPECT_TRUE(absl::IsDataLoss(status)) << status;
  EXPECT_THAT(status.message(), HasSubstr("the catalogue is older than the log"));
}

TEST_P(GoldenFolder, OfANewerMajorVersionIsNotTouched) {
  ASSERT_GT(EditCatalogue(files_, "/kept/catalog.db", "UPDATE directory SET major = 2"), 0);
  const auto before = AllBytes();
  EXPECT_EQ(Open().status(),
            absl::FailedPreconditionError("/kept/catalog.db: the folder is of version 2." +
                                          std::string(1, GetParam()[2]) +
                                          ", which is newer than this release's 1.1"));
  EXPECT_EQ(AllBytes(), before);
}

TEST_P(GoldenFolder, WithALogOfANewerVersionIsNotTouched) {
  for (const std::string& path : files_.Paths()) {
    if (!path.starts_with("/kept/log/")) continue;
    std::vector<std::byte> bytes = files_.Contents(path);
    SetSegmentVersion(bytes, 2);
    files_.SetContents(path, bytes);
  }
  const auto before = AllBytes();
  const absl::Status status = Open().status();
  EXPECT_TRUE(absl::IsFailedPrecondition(status)) << status;
  EXPECT_THAT(status.message(), AllOf(HasSubstr("/kept/log/"), HasSubstr("version 2")));
  EXPECT_EQ(AllBytes(), before);
}

INSTANTIATE_TEST_SUITE_P(Version, GoldenFolder, testing::ValuesIn(kVersions),
                         [](const auto& version) { return std::string(version.param); });

// What files have is not what the compiler happens to count.
TEST(FrozenNumbers, OfRecordsAndParts) {
  EXPECT_EQ(static_cast<int>(RecordKind::kAccount), 1);
  EXPECT_EQ(static_cast<int>(RecordKind::kPin), 2);
  EXPECT_EQ(static_cast<int>(RecordKind::kEvents), 3);
  EXPECT_EQ(static_cast<int>(RecordKind::kWithdrawals), 4);
  EXPECT_EQ(static_cast<int>(PartKind::kBlock), 1);
  EXPECT_EQ(static_cast<int>(PartKind::kViewers), 2);
  EXPECT_EQ(static_cast<int>(PartKind::kPins), 3);
  EXPECT_EQ(static_cast<int>(LateEvents::kRefuse), 0);
  EXPECT_EQ(static_cast<int>(LateEvents::kAccept), 1);
  EXPECT_EQ(static_cast<int>(PinFormat::kStandard), 0);
  EXPECT_EQ(static_cast<int>(PinFormat::kProduct), 1);
  EXPECT_EQ(static_cast<int>(PinFormat::kIdea), 2);
  EXPECT_EQ(static_cast<int>(PinFormat::kVideo), 3);
  EXPECT_EQ(static_cast<int>(PinSource::kYourPins), 0);
  EXPECT_EQ(static_cast<int>(PinSource::kOtherPins), 1);
}

}  // namespace
}  // namespace pinmetrics
