#include "pinmetrics/store/snapshot.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "pinmetrics/calendar/date_range.h"
#include "pinmetrics/report/query.h"
#include "pinmetrics/report/report.h"
#include "pinmetrics/store/store.h"
#include "tests/store/same_answer.h"
#include "tests/store/sample_events.h"

namespace pinmetrics {
namespace {

/// Everything that a snapshot answers about a few days.
struct Answers {
  explicit Answers(const Snapshot& snapshot) {
    const absl::Time now = HourOf(kDay + 1, 12);
    const Query live = {.period = LastDays(4, kDay + 1), .include_saved = true, .real_time = true};
    const Query final_days = {.period = LastDays(8, kDay + 1), .split = Dimension::kDevice};
    for (const absl::Time when : {now, now + absl::Hours(96)}) {
      reports.push_back(snapshot.Run(live, when));
      reports.push_back(snapshot.Run(final_days, when));
      lists.push_back(snapshot.TopPins(live, {}, when));
      lists.push_back(snapshot.TopBoards(live, {}, when));
      overviews.push_back(snapshot.RunOverview(when));
    }
  }

  std::vector<absl::StatusOr<Report>> reports;
  std::vector<absl::StatusOr<TopList>> lists;
  std::vector<absl::StatusOr<Overview>> overviews;
};

void ExpectUnchanged(const Snapshot& snapshot, const Answers& before, const std::string& after) {
  const Answers now(snapshot);
  for (std::size_t i = 0; i < before.reports.size(); ++i) {
    ExpectSame(now.reports[i], before.reports[i], after);
  }
  for (std::size_t i = 0; i < before.lists.size(); ++i) {
    ExpectSame(now.lists[i], before.lists[i], after);
  }
  for (std::size_t i = 0; i < before.overviews.size(); ++i) {
    ExpectSame(now.overviews[i], before.overviews[i], after);
  }
}

TEST(SnapshotImmutability, NothingThatHappensToTheStoreChangesAnAnswer) {
  const absl::Time now = HourOf(kDay + 1, 12);
  auto store = std::make_unique<Store>();
  ASSERT_TRUE(store->PutPin(SamplePin(1)).ok());
  store->Append(Impressions(1, 100, kDay), now);
  store->Append(Impressions(101, 50, kDay - 1), now);
  store->Append(Impressions(151, 20, kDay - 5), now);
  store->Seal(now);
  const Snapshot snapshot = store->TakeSnapshot();
  const Answers before(snapshot);

  store->Append(Impressions(1'001, 1'000, kDay), now);
  ExpectUnchanged(snapshot, before, "append");
  ASSERT_TRUE(store->Withdraw(EventId(1)).ok());
  ASSERT_TRUE(store->Withdraw(EventId(101)).ok());
  ExpectUnchanged(snapshot, before, "withdrawal");
  Pin changed = SamplePin(1);
  changed.title = "changed";
  changed.board = BoardId(99);
  ASSERT_TRUE(store->PutPin(changed).ok());
  for (std::uint64_t id = 2; id < 100; ++id) ASSERT_TRUE(store->PutPin(SamplePin(id)).ok());
  ExpectUnchanged(snapshot, before, "Pins");
  store->Append(Impressions(2'101, 10, kDay), now);
  // A newer snapshot shares what it can with the older one.
  const Answers newer(store->TakeSnapshot());
  ExpectUnchanged(snapshot, before, "newer snapshot");
  store->Seal(FinalTime(kDay + 1));
  ExpectUnchanged(snapshot, before, "sealing");
  ExpectUnchanged(store->TakeSnapshot(), newer, "sealing, of what it sealed");
  store->Seal(HourOf(absl::CivilDay(2028, 12, 1), 0));
  ExpectUnchanged(snapshot, before, "retention");
  const Snapshot copy = snapshot;
  store.reset();
  ExpectUnchanged(copy, before, "the end of the store");
}

}  // namespace
}  // namespace pinmetrics
