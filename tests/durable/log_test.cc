#include "durable/log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <iostream>
#include <memory>
#include <random>
#include <span>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "tests/durable/memory_files.h"
#include "tests/durable/segment_version.h"
#include "tests/store/random_account.h"

namespace pinmetrics {
namespace {

using ::testing::ElementsAre;
using ::testing::SizeIs;

constexpr Uuid kLogUuid = {0x1234, 0x5678};
constexpr std::uint64_t kLogSegmentBytes = 1024;
constexpr std::size_t kSegmentHead = 64;
constexpr std::size_t kFrameHead = 56;
constexpr std::size_t kRecordHead = 64;
const std::string kFirst = "/log/000000000001.log";

/// A record as it was written, by itself.
struct Kept {
  std::uint64_t account = 0;
  std::uint64_t sequence = 0;
  std::uint64_t origin = 0;
  std::vector<std::byte> body = {};
  LogPlace place = {};

  friend bool operator==(const Kept& a, const Kept& b) {
    return a.account == b.account && a.sequence == b.sequence && a.origin == b.origin &&
           a.body == b.body;
  }
};

std::vector<std::byte> Body(std::size_t bytes, unsigned fill) {
  return std::vector<std::byte>(bytes, static_cast<std::byte>(fill));
}

class LogTest : public testing::Test {
 protected:
  LogTest() { Make(files_); }

  static void Make(MemoryFiles& files) {
    ASSERT_TRUE(files.MakeFolder("/log").ok());
    ASSERT_TRUE(Log::Make(files, "/log", kLogUuid, {.segment_bytes = kLogSegmentBytes}).ok());
  }

  /// Reads what `files` have; what is kept of it is in `read_`.
  absl::StatusOr<std::unique_ptr<Log>> Open(MemoryFiles& files, bool syncs = true,
                                            std::uint32_t first_segment = 1) {
    read_.clear();
    scan_ = {};
    return Log::Open(
        files, "/log", kLogUuid, {.first_segment = first_segment},
        {.segment_bytes = kLogSegmentBytes, .syncs = syncs},
        [this](const LogRecord& record) {
          read_.push_back({record.subject.account,
                           record.sequence,
                           record.origin,
                           {record.body.begin(), record.body.end()},
                           record.place});
          return absl::OkStatus();
        },
        scan_);
  }
  absl::Status OpenStatus(MemoryFiles& files) { return Open(files).status(); }

  Kept Append(Log& log, std::vector<std::byte> body, std::uint64_t account = 1, bool sync = true) {
    const NewRecord record{.subject = {.account = account}, .body = body};
    const absl::StatusOr<std::vector<Log::Written>> written = log.Append({&record, 1}, sync);
    EXPECT_TRUE(written.ok()) << written.status();
    if (!written.ok()) return {};
    const Log::Written& only = written->front();
    return {account, only.sequence, only.sequence, std::move(body), only.place};
  }

  MemoryFiles files_;
  std::vector<Kept> read_;
  LogScan scan_;
};

TEST_F(LogTest, HasWhatWasWrittenInItsOrder) {
  const std::uint64_t seed = TestSeed();
  std::cout << "PINMETRICS_TEST_SEED=" << seed << "\n";
  Dice dice(seed);
  std::vector<Kept> written;
  for (int round = 0; round < 4; ++round) {
    absl::StatusOr<std::unique_ptr<Log>> log = Open(files_);
    ASSERT_TRUE(log.ok()) << log.status();
    EXPECT_EQ(read_, written);
    for (int i = 0; i < 50; ++i) {
      written.push_back(
          Append(**log, Body(dice.Below(400), static_cast<unsigned>(i)), dice.Below(3)));
    }
    EXPECT_EQ(written.back().sequence, written.size());
    EXPECT_EQ((*log)->last_sequence(), written.size());
    EXPECT_GT((*log)->last_segment(), 5u);
  }
  absl::StatusOr<std::unique_ptr<Log>> log = Open(files_);
  ASSERT_TRUE(log.ok());
  EXPECT_EQ(read_, written);
  // Each is also where it was said to be.
  std::vector<LogPlace> places;
  for (const Kept& kept : written) places.push_back(kept.place);
  std::size_t at = 0;
  ASSERT_TRUE((*log)
                  ->ReadAt(places,
                           [&](const LogRecord& record) {
                             EXPECT_EQ(record.sequence, written[at].sequence);
                             EXPECT_TRUE(std::ranges::equal(record.body, written[at].body));
                             ++at;
                             return absl::OkStatus();
                           })
                  .ok());
  EXPECT_EQ(at, written.size());
}

TEST_F(LogTest, TakesARecordThatIsLargerThanASegment) {
  std::vector<Kept> written;
  {
    absl::StatusOr<std::unique_ptr<Log>> log = Open(files_);
    ASSERT_TRUE(log.ok());
    for (const std::size_t bytes : {10u, 5000u, 5001u, 20u, 900u}) {
      written.push_back(Append(**log, Body(bytes, 7)));
    }
  }
  ASSERT_TRUE(OpenStatus(files_).ok());
  EXPECT_EQ(read_, written);
  EXPECT_EQ(scan_.torn_bytes, 0u);
}

/// They are in one frame: one torn end takes all of them.
TEST_F(LogTest, TakesSeveralRecordsTogether) {
  std::unique_ptr<MemoryFiles> killed;
  std::vector<NewRecord> records;
  for (unsigned i = 0; i < 3; ++i)
    records.push_back({.subject = {.account = i}, .body = Body(9, i)});
  LogPlace last;
  {
    absl::StatusOr<std::unique_ptr<Log>> log = Open(files_);
    ASSERT_TRUE(log.ok());
    const absl::StatusOr<std::vector<Log::Written>> written = (*log)->Append(records, true);
    ASSERT_TRUE(written.ok()) << written.status();
    ASSERT_THAT(*written, SizeIs(3));
    EXPECT_EQ(written->back().sequence, 3u);
    last = written->back().place;
    killed = files_.Copy();
  }
  ASSERT_TRUE(OpenStatus(files_).ok());
  ASSERT_THAT(read_, SizeIs(3));
  for (unsigned i = 0; i < 3; ++i) EXPECT_EQ(read_[i].body, Body(9, i));
  std::vector<std::byte> bytes = killed->Contents(kFirst);
  bytes[last.offset + kRecordHead] ^= std::byte{1};
  killed->SetContents(kFirst, bytes);
  ASSERT_TRUE(OpenStatus(*killed).ok());
  EXPECT_THAT(read_, SizeIs(0));
  EXPECT_GT(scan_.torn_bytes, 0u);
}

TEST_F(LogTest, TellsAnOlderCatalogue) {
  const auto status_with = [&](std::uint64_t changes) {
    LogScan scan;
    return Log::Read(
        files_, "/log", kLogUuid, {.catalogue_changes = changes},
        [](const LogRecord&) { return absl::OkStatus(); }, scan);
  };
  constexpr std::uint64_t kChanges = 40;
  {
    const auto log = Open(files_);
    ASSERT_TRUE(log.ok()) << log.status();
    Append(**log, Body(100, 1));
    for (std::uint64_t changes = 1; changes <= kChanges; ++changes) {
      (*log)->NoteCatalogueChanges(changes);
      // At once, also where the frame is the first of a segment.
      EXPECT_EQ(
          status_with(changes - 1),
          absl::DataLossError(absl::StrCat(
              "/log: the catalogue is older than the log: it was changed ", changes - 1,
              " times, and the log was written after ", changes,
              " changes; expected the catalogue that the log was written with, or all files of one "
              "copy")));
      EXPECT_TRUE(status_with(changes).ok());
    }
    EXPECT_GT((*log)->last_segment(), 1u);
    ASSERT_TRUE((*log)->Flush().ok());
    std::mt19937_64 random(1);
    const std::unique_ptr<MemoryFiles> safe = files_.CutPower(random, /*kept=*/0);
    for (const std::string& path : files_.Paths()) {
      EXPECT_EQ(safe->Contents(path), files_.Contents(path)) << path;
    }
    // What could not be said then comes with the next frame.
    files_.SetHook([](MemoryFiles::Call call, const std::string&) {
      return call == MemoryFiles::Call::kWrite ? absl::ResourceExhaustedError("full")
                                               : absl::OkStatus();
    });
    (*log)->NoteCatalogueChanges(kChanges + 1);
    files_.SetHook(nullptr);
    EXPECT_TRUE(status_with(kChanges).ok());
    Append(**log, Body(100, 1));
    EXPECT_TRUE(absl::IsDataLoss(status_with(kChanges)));
    EXPECT_TRUE(status_with(kChanges + 1).ok());
  }
}

TEST_F(LogTest, TellsAnOlderCatalogueByFramesBehindTheEnd) {
  constexpr std::size_t kFrameHead = 56;
  std::unique_ptr<MemoryFiles> killed;
  {
    const auto log = Open(files_);
    ASSERT_TRUE(log.ok()) << log.status();
    (*log)->NoteCatalogueChanges(0x1234);
    Append(**log, Body(64, 1), 1, /*sync=*/false);
    (*log)->NoteCatalogueChanges(0x1235);
    (*log)->NoteCatalogueChanges(0x1236);
    killed = files_.Copy();
  }
  std::vector<std::byte> bytes = killed->Contents(kFirst);
  // As docs/durable-format.md has it: twice the number, in the head's sixth field.
  std::uint64_t says = 0;
  std::memcpy(&says, bytes.data() + 64 + 40, sizeof(says));
  EXPECT_EQ(says, 2u * 0x1234);
  bytes[64 + 2 * kFrameHead + 80] ^= std::byte{1};
  killed->SetContents(kFirst, bytes);
  const auto status_with = [&](std::uint64_t changes) {
    LogScan scan;
    return Log::Read(
        *killed, "/log", kLogUuid, {.catalogue_changes = changes},
        [](const LogRecord&) { return absl::OkStatus(); }, scan);
  };
  EXPECT_TRUE(absl::IsDataLoss(status_with(0x1235)));
  EXPECT_TRUE(status_with(0x1236).ok());
}

TEST_F(LogTest, RemovesWhatIsNotNeeded) {
  std::vector<Kept> written;
  std::uint32_t segment = 0;
  {
    absl::StatusOr<std::unique_ptr<Log>> log = Open(files_);
    ASSERT_TRUE(log.ok());
    Append(**log, Body(300, 1));
    const absl::StatusOr<std::uint32_t> started = (*log)->StartNewSegment();
    ASSERT_TRUE(started.ok()) << started.status();
    segment = *started;
    EXPECT_EQ(segment, 2u);
    // Nothing was written to it: it serves.
    EXPECT_EQ(*(*log)->StartNewSegment(), 2u);
    written.push_back(Append(**log, Body(300, 2)));
    ASSERT_TRUE((*log)->RemoveBefore(segment).ok());
    EXPECT_EQ((*log)->bytes(), kLogSegmentBytes);
  }
  EXPECT_THAT(files_.Paths(), ElementsAre("/log/000000000002.log"));
  ASSERT_TRUE(Open(files_, true, segment).ok());
  EXPECT_EQ(read_, written);
  EXPECT_EQ(OpenStatus(files_), absl::DataLossError(kFirst + " is missing"));
}

TEST_F(LogTest, MovesRecordsWhichKeepTheirOrigin) {
  {
    absl::StatusOr<std::unique_ptr<Log>> log = Open(files_);
    ASSERT_TRUE(log.ok());
    const Kept first = Append(**log, Body(8, 1), 5);
    const LogRecord record{
        .subject = {.account = 5}, .sequence = 1, .origin = 1, .body = first.body};
    const absl::StatusOr<Log::Written> moved = (*log)->Move(record);
    ASSERT_TRUE(moved.ok());
    EXPECT_EQ(moved->sequence, 2u);
    ASSERT_TRUE((*log)->Sync().ok());
  }
  ASSERT_TRUE(OpenStatus(files_).ok());
  ASSERT_THAT(read_, SizeIs(2));
  EXPECT_EQ(read_[1].sequence, 2u);
  EXPECT_EQ(read_[1].origin, 1u);
}

/// A disk that takes a while: those who come meanwhile wait for the next write together.
TEST_F(LogTest, WaitsForTheDiskForMany) {
  constexpr std::size_t kThreads = 8;
  constexpr std::size_t kEach = 50;
  absl::StatusOr<std::unique_ptr<Log>> log = Open(files_);
  ASSERT_TRUE(log.ok());
  files_.SetHook([](MemoryFiles::Call call, const std::string&) {
    if (call == MemoryFiles::Call::kSync) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    return absl::OkStatus();
  });
  const std::size_t syncs_before = files_.syncs();
  const std::uint32_t segments_before = (*log)->last_segment();
  std::vector<std::thread> threads;
  for (std::size_t thread = 0; thread < kThreads; ++thread) {
    threads.emplace_back([&, thread] {
      for (std::size_t i = 0; i < kEach; ++i) Append(**log, Body(16, 1), thread);
    });
  }
  for (std::thread& thread : threads) thread.join();
  // A new segment takes four: its own, its folder's, and two of the one before.
  const std::size_t syncs =
      files_.syncs() - syncs_before - 4 * ((*log)->last_segment() - segments_before);
  std::cout << kThreads * kEach << " records, " << syncs << " syncs\n";
  EXPECT_LE(syncs, kThreads * kEach / 2);
  EXPECT_GE(syncs, kEach);

  // What nobody waited for may be gone; all of these waited.
  std::mt19937_64 random(1);
  const std::unique_ptr<MemoryFiles> after = files_.CutPower(random, 0);
  ASSERT_TRUE(OpenStatus(*after).ok());
  ASSERT_THAT(read_, SizeIs(kThreads * kEach));
  std::vector<std::size_t> of_account(kThreads);
  for (const Kept& kept : read_) ++of_account[kept.account];
  EXPECT_THAT(of_account, testing::Each(kEach));
}

TEST_F(LogTest, WaitsForNobodyUnlessAsked) {
  absl::StatusOr<std::unique_ptr<Log>> log = Open(files_, /*syncs=*/false);
  ASSERT_TRUE(log.ok());
  const std::size_t syncs = files_.syncs();
  for (int i = 0; i < 5; ++i) Append(**log, Body(16, 1));
  EXPECT_EQ(files_.syncs(), syncs);
  const absl::StatusOr<LogEnd> end = (*log)->Flush();
  ASSERT_TRUE(end.ok());
  EXPECT_EQ(end->last_sequence, 5u);
  std::mt19937_64 random(1);
  const std::unique_ptr<MemoryFiles> after = files_.CutPower(random, 0);
  ASSERT_TRUE(OpenStatus(*after).ok());
  EXPECT_THAT(read_, SizeIs(5));
}

TEST_F(LogTest, CutsAnUnfinishedWriteAndKeepsItAside) {
  std::unique_ptr<MemoryFiles> killed;
  Kept last;
  {
    absl::StatusOr<std::unique_ptr<Log>> log = Open(files_);
    ASSERT_TRUE(log.ok());
    Append(**log, Body(16, 1));
    last = Append(**log, Body(100, 2));
    killed = files_.Copy();
  }
  const std::size_t frame = last.place.offset - kFrameHead;
  std::vector<std::byte> bytes = killed->Contents(kFirst);
  // All but the end of its body came to the disk.
  std::fill(bytes.begin() + last.place.offset + kRecordHead + 40, bytes.end(), std::byte{0});
  killed->SetContents(kFirst, bytes);
  {
    absl::StatusOr<std::unique_ptr<Log>> log = Open(*killed);
    ASSERT_TRUE(log.ok()) << log.status();
    EXPECT_THAT(read_, SizeIs(1));
    EXPECT_EQ(scan_.torn_bytes, kFrameHead + kRecordHead + 40);
    const std::string aside = "/log/torn-000000000001.log-" + std::to_string(frame);
    EXPECT_EQ(scan_.torn_file, aside);
    const std::vector<std::byte> torn = killed->Contents(aside);
    EXPECT_TRUE(
        std::equal(torn.begin(), torn.end(), bytes.begin() + static_cast<std::ptrdiff_t>(frame)));
    Append(**log, Body(16, 3));
    ASSERT_TRUE((*log)->RemoveAsides().ok());
    EXPECT_THAT(killed->Paths(), ElementsAre(kFirst));
  }
  ASSERT_TRUE(OpenStatus(*killed).ok());
  ASSERT_THAT(read_, SizeIs(2));
  EXPECT_EQ(read_[1].sequence, 2u);
  EXPECT_EQ(read_[1].body, Body(16, 3));
}

/// Of frames that are all right by themselves.
TEST_F(LogTest, FindsFramesThatWereSwapped) {
  constexpr std::size_t kFrame = kFrameHead + kRecordHead + 16;
  {
    absl::StatusOr<std::unique_ptr<Log>> log = Open(files_);
    ASSERT_TRUE(log.ok());
    for (unsigned i = 0; i < 5; ++i) Append(**log, Body(16, i));
  }
  const std::vector<std::byte> whole = files_.Contents(kFirst);
  for (std::size_t a = 0; a < 5; ++a) {
    for (std::size_t b = 0; b < 5; ++b) {
      if (a == b) continue;
      const auto frame = [&](std::vector<std::byte>& bytes, std::size_t index) {
        return bytes.begin() + static_cast<std::ptrdiff_t>(kSegmentHead + index * kFrame);
      };
      std::vector<std::byte> swapped = whole;
      std::swap_ranges(frame(swapped, a), frame(swapped, a + 1), frame(swapped, b));
      files_.SetContents(kFirst, swapped);
      const std::size_t first = kSegmentHead + std::min(a, b) * kFrame;
      EXPECT_EQ(OpenStatus(files_),
                absl::DataLossError(kFirst + ", byte " + std::to_string(first) +
                                    ": a frame that belongs elsewhere, expected record " +
                                    std::to_string(std::min(a, b) + 1)));
      // One that stands twice, too.
      std::vector<std::byte> twice = whole;
      std::copy(frame(twice, a), frame(twice, a + 1), frame(twice, b));
      files_.SetContents(kFirst, twice);
      EXPECT_TRUE(absl::IsDataLoss(OpenStatus(files_))) << a << " as " << b;
      EXPECT_EQ(files_.Contents(kFirst), twice);
    }
  }
}

TEST_F(LogTest, FindsSegmentsThatWereSwapped) {
  {
    absl::StatusOr<std::unique_ptr<Log>> log = Open(files_);
    ASSERT_TRUE(log.ok());
    for (unsigned i = 0; i < 9; ++i) Append(**log, Body(400, i));
  }
  const std::string second = "/log/000000000002.log";
  const std::vector<std::byte> bytes = files_.Contents(kFirst);
  files_.SetContents(kFirst, files_.Contents(second));
  files_.SetContents(second, bytes);
  EXPECT_EQ(OpenStatus(files_), absl::DataLossError(kFirst + ", byte 0: its head is damaged"));
}

TEST_F(LogTest, OfANewerVersionIsNotTouched) {
  std::vector<std::byte> bytes = files_.Contents(kFirst);
  SetSegmentVersion(bytes, 2);
  files_.SetContents(kFirst, bytes);
  EXPECT_EQ(OpenStatus(files_),
            absl::FailedPreconditionError(
                kFirst + " is of version 2, which is newer than this release's 1"));
  EXPECT_EQ(files_.Contents(kFirst), bytes);
  EXPECT_THAT(files_.Paths(), SizeIs(1));
}

TEST_F(LogTest, TakesNoRecordWhileTheDiskIsFull) {
  std::vector<Kept> written;
  {
    absl::StatusOr<std::unique_ptr<Log>> log = Open(files_);
    ASSERT_TRUE(log.ok());
    written.push_back(Append(**log, Body(16, 1)));
    files_.SetHook([](MemoryFiles::Call call, const std::string&) {
      if (call != MemoryFiles::Call::kWrite && call != MemoryFiles::Call::kAllocate) {
        return absl::OkStatus();
      }
      return absl::ResourceExhaustedError("full");
    });
    const NewRecord record{.subject = {.account = 1}, .body = Body(16, 2)};
    EXPECT_TRUE(absl::IsResourceExhausted((*log)->Append({&record, 1}, true).status()));
    files_.SetHook(nullptr);
    written.push_back(Append(**log, Body(16, 3)));
  }
  ASSERT_TRUE(OpenStatus(files_).ok());
  EXPECT_EQ(read_, written);
  EXPECT_EQ(scan_.torn_bytes, 0u);
}

}  // namespace
}  // namespace pinmetrics
