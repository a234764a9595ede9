#include "export/arrow/event_rows.h"

#include <limits>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "calendar/quote.h"
#include "export/arrow/format.h"
#include "model/absl_text.h"

namespace pinmetrics {
namespace {

std::optional<Fault> NullFault(std::size_t column, const std::string& expected) {
  if (column >= event_column::kRequired) return std::nullopt;
  return Fault{FaultKind::kNotAValue, event_column::kNames[column],
               "is null, expected " + expected};
}

absl::Status CheckBatch(const ArrowArray& batch, const EventColumns& columns) {
  if (absl::Status status = CheckArrowArray(batch, 1); !status.ok()) return status;
  if (batch.n_children != columns.children) {
    return absl::InvalidArgumentError(absl::StrCat("has ", batch.n_children, " columns, expected ",
                                                   columns.children, " as in the schema"));
  }
  if (batch.children == nullptr) {
    return absl::InvalidArgumentError("the list of columns is a null pointer");
  }
  if (batch.dictionary != nullptr) {
    return absl::InvalidArgumentError("has a dictionary, expected none");
  }
  const auto* const validity = static_cast<const std::uint8_t*>(batch.buffers[0]);
  const std::int64_t nulls =
      validity == nullptr ? batch.null_count : CountZeros(validity, batch.offset, batch.length);
  if (nulls > 0) {
    return absl::InvalidArgumentError(
        absl::StrCat(nulls, " of its rows are null as a whole, expected none"));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<EventRows> EventRows::Open(const ArrowArray& batch, const EventColumns& columns,
                                          const ArrowArray* before) {
  if (absl::Status status = CheckBatch(batch, columns); !status.ok()) return status;
  EventRows rows;
  rows.first_ = batch.offset;
  rows.size_ = batch.length;
  for (std::size_t i = 0; i < event_column::kCount; ++i) {
    const std::optional<EventColumn>& column = columns.columns[i];
    if (!column) continue;
    const ArrowArray* const child = batch.children[column->child];
    absl::StatusOr<ArrowView> view =
        child == nullptr
            ? absl::StatusOr<ArrowView>(absl::InvalidArgumentError("the array is a null pointer"))
            // A struct's offset counts for its children too.
            : ArrowView::Open(*child, column->type, batch.offset + batch.length,
                              before == nullptr ? nullptr : before->children[column->child]);
    if (!view.ok()) {
      return absl::InvalidArgumentError(
          absl::StrCat("column ", ToAbsl(event_column::kNames[i]), ": ", view.status().message()));
    }
    rows.views_[i] = *std::move(view);
  }
  return rows;
}

const ArrowView* EventRows::Cell(std::size_t column, std::int64_t row) const {
  const std::optional<ArrowView>& view = views_[column];
  return view && !view->IsNull(first_ + row) ? &*view : nullptr;
}

std::optional<Fault> EventRows::ReadCell(std::size_t column, std::int64_t row,
                                         absl::Time& time) const {
  const ArrowView* const cell = Cell(column, row);
  if (cell == nullptr) return NullFault(column, "an instant");
  const std::int64_t at = first_ + row;
  time = cell->type().kind == ArrowKind::kTimestamp
             ? cell->Timestamp(at)
             : absl::FromUnixMillis(static_cast<std::int64_t>(cell->Integer(at).bits));
  return std::nullopt;
}

std::optional<Fault> EventRows::ReadCell(std::size_t column, std::int64_t row,
                                         absl::Duration& time) const {
  const ArrowView* const cell = Cell(column, row);
  if (cell == nullptr) return std::nullopt;
  if (cell->type().kind == ArrowKind::kDuration) {
    time = cell->Duration(first_ + row);
    return std::nullopt;
  }
  const ArrowInteger number = cell->Integer(first_ + row);
  constexpr auto kMost = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  if (!number.negative && number.bits > kMost) {
    return Fault{
        FaultKind::kOutOfRange, event_column::kNames[column],
        std::to_string(number.bits) + "ms is longer than " + absl::FormatDuration(kMaxPlayTime)};
  }
  time = absl::Milliseconds(static_cast<std::int64_t>(number.bits));
  return std::nullopt;
}

template <NamedEnum E>
std::optional<Fault> EventRows::ReadCell(std::size_t column, std::int64_t row, E& value) const {
  const ArrowView* const cell = Cell(column, row);
  if (cell == nullptr) return NullFault(column, "one of " + model_internal::ListNames<E>());
  const std::string_view name = cell->Text(first_ + row);
  const std::optional<E> known = FromName<E>(name);
  if (!known) {
    return Fault{FaultKind::kNotAValue, event_column::kNames[column],
                 Quote(name) + " is not one of " + model_internal::ListNames<E>()};
  }
  value = *known;
  return std::nullopt;
}

template <typename Tag>
std::optional<Fault> EventRows::ReadCell(std::size_t column, std::int64_t row, Id<Tag>& id) const {
  const ArrowView* const cell = Cell(column, row);
  if (cell == nullptr) return NullFault(column, "an id");
  const ArrowInteger number = cell->Integer(first_ + row);
  if (number.negative) {
    return Fault{FaultKind::kOutOfRange, event_column::kNames[column],
                 std::to_string(static_cast<std::int64_t>(number.bits)) +
                     " is negative, expected an id of 0..2^64-1"};
  }
  id = Id<Tag>(number.bits);
  return std::nullopt;
}

std::optional<Fault> EventRows::ReadPlayback(std::int64_t row, Event& event) const {
  namespace column = event_column;
  const ArrowView* const progress = Cell(column::kProgress, row);
  const bool has_playback = Cell(column::kPlayTime, row) != nullptr ||
                            Cell(column::kHalfVisible, row) != nullptr || progress != nullptr;
  if (event.action != Action::kPlayback && !has_playback) return std::nullopt;
  Playback& playback = event.playback.emplace();
  if (progress != nullptr) {
    const double shown = progress->Float(first_ + row);
    const bool is_float32 = progress->type().width == 4;
    playback.progress = is_float32 ? Progress(static_cast<float>(shown)) : Progress(shown);
  }
  if (auto fault = ReadCell(column::kPlayTime, row, playback.play_time)) return fault;
  return ReadCell(column::kHalfVisible, row, playback.half_visible);
}

std::optional<Fault> EventRows::Read(std::int64_t row, Event& event) const {
  namespace column = event_column;
  if (auto fault = ReadCell(column::kTime, row, event.time)) return fault;
  if (auto fault = ReadCell(column::kAction, row, event.action)) return fault;
  if (auto fault = ReadCell(column::kPin, row, event.pin)) return fault;
  if (auto fault = ReadCell(column::kEvent, row, event.id)) return fault;
  if (auto fault = ReadCell(column::kViewer, row, event.viewer)) return fault;
  if (auto fault = ReadCell(column::kDevice, row, event.device)) return fault;
  if (auto fault = ReadCell(column::kContentType, row, event.content_type)) return fault;
  if (auto fault = ReadCell(column::kAge, row, event.age)) return fault;
  if (auto fault = ReadCell(column::kGender, row, event.gender)) return fault;
  if (auto fault = ReadPlayback(row, event)) return fault;
  std::optional<Fault> fault = Check(event, absl::InfiniteFuture());
  if (fault) {
    const auto is_filled = [&](std::size_t i) { return Cell(i, row) != nullptr; };
    fault->field = column::NameFor(fault->field, is_filled);
  }
  return fault;
}

}  // namespace pinmetrics
