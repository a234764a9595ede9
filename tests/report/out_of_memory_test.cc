// Memory that runs out while events are evaluated: the call throws and does nothing else, and
// answers right when it is asked again.

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "pinmetrics/filter/filter.h"
#include "pinmetrics/metrics/catalogue.h"
#include "pinmetrics/report/evaluate.h"
#include "pinmetrics/report/query.h"
#include "pinmetrics/report/report.h"
#include "tests/report/dated_evaluation.h"
#include "tests/report/small_account.h"
#include "tests/store/failing_allocations.h"

namespace pinmetrics {
namespace {

SmallAccount Account() {
  SmallAccount account;
  for (Pin& pin : account.pins) {
    pin.title = "A title that is too long to be kept in place " + std::to_string(pin.id.value());
  }
  for (std::uint64_t i = 0; i < 24; ++i) {
    Event event = EventBy(1 + i % 7, "2026-11-1" + std::to_string(i % 10) + "T12:00:00Z",
                          i % 3 == 0 ? Action::kSave : Action::kImpression);
    event.pin = PinId(1 + i % 4);  // The fourth is not known.
    event.device = i % 2 == 0 ? Device::kMobile : Device::kTablet;
    account.events.push_back(event);
  }
  return account;
}

Query Everything() {
  return {.period = Days("2026-11-12..2026-11-19"),
          .filter = Is(Device::kMobile) || !Is(PinId(3)),
          .split = Dimension::kDevice,
          .comparison = Comparison::kPreviousPeriod};
}

/// `ask` is asked of an evaluation that takes its events just then.
template <typename Ask>
void ExpectRightAnswerWhicheverAllocationFails(Ask ask) {
  const SmallAccount account = Account();
  const auto expected = ask(account.Evaluated());
  ASSERT_TRUE(expected.ok()) << expected.status();
  FailEachAllocation([&](FailingAllocation& failing) {
    std::optional<decltype(ask(account.Evaluated()))> answer;
    failing([&] { answer = ask(account.Evaluated()); });
    if (!answer) answer = ask(account.Evaluated());
    ASSERT_TRUE(answer->ok()) << answer->status();
    EXPECT_EQ(**answer, *expected);
  });
}

TEST(EvaluationOutOfMemory, ReportCanBeAskedForAgain) {
  ExpectRightAnswerWhicheverAllocationFails(
      [](const DatedEvaluation& evaluation) { return evaluation.Run(Everything()); });
}

TEST(EvaluationOutOfMemory, TopListsCanBeAskedForAgain) {
  Query query = Everything();
  query.split.reset();
  query.comparison = Comparison::kNone;
  ExpectRightAnswerWhicheverAllocationFails(
      [&](const DatedEvaluation& evaluation) { return evaluation.TopPins(query, {.limit = 2}); });
  ExpectRightAnswerWhicheverAllocationFails([&](const DatedEvaluation& evaluation) {
    return evaluation.TopBoards(query, {.by = kSaveRate});
  });
}

TEST(EvaluationOutOfMemory, OverviewCanBeAskedForAgain) {
  ExpectRightAnswerWhicheverAllocationFails(
      [](const DatedEvaluation& evaluation) { return evaluation.RunOverview(); });
}

}  // namespace
}  // namespace pinmetrics
