#include "benchmarks/peers/check.h"

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <span>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "benchmarks/peers/sql.h"
#include "pinmetrics/model/fault.h"

namespace pinmetrics::peers {
namespace {

constexpr absl::CivilDay kEpoch(1970, 1, 1);
constexpr std::size_t kCodeColumns = 8;
constexpr std::size_t kSummaryColumns = 2 + Tally::kCounters;

void AddCounts(const std::array<std::int64_t, Tally::kCounters>& counts, Facts& facts) {
  facts.tally.Merge(Tally(counts));
}

absl::Status AddCodeRow(std::span<const std::int64_t> row, Facts& facts) {
  const std::int64_t code = row[2];
  std::array<std::int64_t, Tally::kCounters> counts{};
  if (code >= 0 && code < kPlaybackSums) {
    counts[static_cast<std::size_t>(code)] = row[3];
    std::copy(row.begin() + 4, row.end(), counts.begin() + Tally::kVideoViews);
    AddCounts(counts, facts);
  } else if (code == kPlaybackSums) {
    std::copy(row.begin() + 4, row.end(), counts.begin() + Tally::kVideoViews);
    AddCounts(counts, facts);
  } else if (code == kAudiences) {
    facts.total_audience = row[3];
    facts.engaged_audience = row[4];
  } else if (code == kMonthlyAudiences) {
    if (!facts.month) facts.month = MonthlyFacts{};
    facts.month->total_audience = row[3];
    facts.month->engaged_audience = row[4];
  } else {
    return absl::InternalError(absl::StrCat("a row has the code ", code));
  }
  return absl::OkStatus();
}

std::string Show(const std::optional<double>& value) {
  return value ? model_internal::FormatShortest(*value) : "none";
}

absl::Status CompareFigures(const std::string& where, const std::vector<Metric>& metrics,
                            const Figures& ours, const Figures& theirs) {
  if (ours.size() != theirs.size()) {
    return absl::InternalError(
        absl::StrCat(where, ": ", ours.size(), " figures, DuckDB: ", theirs.size()));
  }
  for (std::size_t i = 0; i < ours.size(); ++i) {
    if (ours[i] == theirs[i]) continue;
    return absl::InternalError(absl::StrCat(where, ": ", metrics[i].name(), " is ", Show(ours[i]),
                                            ", DuckDB: ", Show(theirs[i])));
  }
  return absl::OkStatus();
}

std::uint64_t SegmentNumber(const std::optional<Attribute>& segment) {
  return segment ? segment->number() : 0;
}

Facts FactsAt(const Slices& slices, std::int64_t day, std::uint64_t segment) {
  const auto found = slices.find({day, segment});
  return found == slices.end() ? Facts() : found->second;
}

}  // namespace

Figures FiguresOf(const std::vector<Metric>& metrics, const Facts& facts) {
  Figures figures;
  for (const Metric& metric : metrics) figures.push_back(metric.Value(facts));
  return figures;
}

absl::StatusOr<Slices> ReadSlices(const std::vector<Table>& tables) {
  Slices slices;
  for (const Table& table : tables) {
    for (std::size_t i = 0; i < table.rows(); ++i) {
      const std::span<const std::int64_t> row = table.row(i);
      Facts& facts = slices[{row[0], static_cast<std::uint64_t>(row[1])}];
      if (table.columns == kSummaryColumns) {
        std::array<std::int64_t, Tally::kCounters> counts;
        std::copy(row.begin() + 2, row.end(), counts.begin());
        AddCounts(counts, facts);
      } else if (table.columns == kCodeColumns) {
        absl::Status status = AddCodeRow(row, facts);
        if (!status.ok()) return status;
      } else {
        return absl::InternalError(absl::StrCat("a table has ", table.columns, " columns"));
      }
    }
  }
  return slices;
}

void SumDays(Slices& slices) {
  std::map<std::uint64_t, Tally> sums;
  for (const auto& [key, facts] : slices) {
    if (key.first != kWholePeriod) sums[key.second].Merge(facts.tally);
  }
  for (const auto& [segment, tally] : sums) slices[{kWholePeriod, segment}].tally.Merge(tally);
}

absl::Status CheckTotals(const Report& report, const Slices& slices) {
  std::set<std::uint64_t> segments;
  for (const TotalRow& total : report.totals) {
    const std::uint64_t segment = SegmentNumber(total.segment);
    segments.insert(segment);
    absl::Status status = CompareFigures(
        absl::StrCat("total of ", SegmentText(report.query, total.segment)), report.query.metrics,
        total.figures, FiguresOf(report.query.metrics, FactsAt(slices, kWholePeriod, segment)));
    if (!status.ok()) return status;
  }
  for (const auto& [key, facts] : slices) {
    if (segments.contains(key.second)) continue;
    return absl::InternalError(absl::StrCat("no total of segment ", key.second));
  }
  return absl::OkStatus();
}

absl::Status CheckDays(const Report& report, const Slices& slices) {
  const std::size_t expected =
      static_cast<std::size_t>(report.query.period.days()) * report.totals.size();
  if (report.days.size() != expected) {
    return absl::InternalError(
        absl::StrCat(report.days.size(), " rows of days, expected ", expected));
  }
  for (const DayRow& row : report.days) {
    absl::Status status = CompareFigures(
        absl::StrCat(ToString(row.day), " of ", SegmentText(report.query, row.segment)),
        report.query.metrics, row.figures,
        FiguresOf(report.query.metrics,
                  FactsAt(slices, row.day - kEpoch, SegmentNumber(row.segment))));
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::Status CheckTopList(const TopList& list, const Slices& slices) {
  std::vector<std::pair<std::int64_t, std::uint64_t>> ranks;
  for (const auto& [key, facts] : slices) {
    ranks.emplace_back(-facts.tally[Tally::kImpressions], key.second);
  }
  std::sort(ranks.begin(), ranks.end());
  if (ranks.size() != list.rows.size()) {
    return absl::InternalError(
        absl::StrCat(list.rows.size(), " rows in the list, DuckDB: ", ranks.size()));
  }
  for (std::size_t i = 0; i < ranks.size(); ++i) {
    const std::uint64_t id = ranks[i].second;
    if (list.rows[i].number() != id) {
      return absl::InternalError(
          absl::StrCat("rank ", i + 1, " is ", list.rows[i].number(), ", DuckDB: ", id));
    }
    absl::Status status =
        CompareFigures(absl::StrCat("rank ", i + 1), list.query.metrics, list.rows[i].figures,
                       FiguresOf(list.query.metrics, FactsAt(slices, kWholePeriod, id)));
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::Status CheckChange(const std::vector<Metric>& metrics, const TotalRow& total,
                         const Figures& before) {
  Figures expected;
  for (std::size_t i = 0; i < before.size(); ++i) {
    const std::optional<double>& now = total.figures[i];
    expected.push_back(now && before[i] && *before[i] != 0
                           ? std::optional((*now - *before[i]) / *before[i])
                           : std::nullopt);
  }
  return CompareFigures("change", metrics, total.change, expected);
}

}  // namespace pinmetrics::peers
