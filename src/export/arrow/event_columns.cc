#include "export/arrow/event_columns.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "calendar/quote.h"
#include "export/arrow/format.h"
#include "model/absl_text.h"

namespace pinmetrics {
namespace {

/// The types that a column can have, and how a message lists them.
struct Accepted {
  bool (*accepts)(const ArrowType& type);
  std::string_view expected;
};

Accepted AcceptedBy(std::size_t column) {
  switch (column) {
    case event_column::kTime:
      return {[](const ArrowType& type) {
                return type.kind == ArrowKind::kTimestamp ||
                       (type.kind == ArrowKind::kInteger && type.is_signed && type.width == 8);
              },
              "a timestamp, or int64 milliseconds since 1970 UTC"};
    case event_column::kPin:
    case event_column::kEvent:
    case event_column::kViewer:
      return {[](const ArrowType& type) { return type.kind == ArrowKind::kInteger; },
              "an integer type"};
    case event_column::kPlayTime:
    case event_column::kHalfVisible:
      return {[](const ArrowType& type) {
                return type.kind == ArrowKind::kInteger || type.kind == ArrowKind::kDuration;
              },
              "an integer type, for milliseconds, or a duration"};
    case event_column::kProgress:
      return {[](const ArrowType& type) { return type.kind == ArrowKind::kFloat; },
              "float32 or float64"};
    default:
      return {[](const ArrowType& type) { return type.kind == ArrowKind::kText; },
              "utf8 or large_utf8, plain or behind a dictionary with integer indexes"};
  }
}

std::string Quoted(const char* format) {
  if (format == nullptr) return "a null pointer";
  // Polars and newer versions of others hand these over unless told otherwise.
  return Quote(format) +
         (std::string_view(format) == "vu" ? ", a string view, which is not read" : "");
}

absl::Status ColumnError(std::string_view name, std::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat("column ", ToAbsl(name), ": ", ToAbsl(what)));
}

std::string KnownColumns() {
  std::string known;
  for (const std::string_view name : event_column::kNames) {
    if (!known.empty()) known += ", ";
    known += name;
  }
  return known;
}

/// The type of `column`, whose schema has these parts.
absl::StatusOr<ArrowColumnType> ColumnType(std::size_t column, const ArrowSchema& schema) {
  const std::string_view name = event_column::kNames[column];
  const Accepted accepted = AcceptedBy(column);
  const auto wrong = [&](const std::string& type) {
    return ColumnError(name, type + ", expected " + std::string(accepted.expected));
  };
  if (schema.format == nullptr) return wrong("its format is a null pointer");
  if (schema.n_children != 0) {
    return wrong("has " + std::to_string(schema.n_children) + " children");
  }
  const std::optional<ArrowType> type = ParseArrowFormat(schema.format);
  if (schema.dictionary != nullptr) {
    const ArrowSchema& dictionary = *schema.dictionary;
    if (dictionary.release == nullptr) return wrong("the schema of its dictionary is released");
    if (!type || type->kind != ArrowKind::kInteger) {
      return wrong("has dictionary indexes of the type " + Quoted(schema.format));
    }
    const std::optional<ArrowType> values =
        dictionary.format == nullptr ? std::nullopt : ParseArrowFormat(dictionary.format);
    if (!values || values->kind != ArrowKind::kText || !accepted.accepts(*values) ||
        dictionary.dictionary != nullptr || dictionary.n_children != 0) {
      return wrong("has a dictionary of the type " + Quoted(dictionary.format));
    }
    return ArrowColumnType{.values = *type, .dictionary = values};
  }
  const bool is_optional = column >= event_column::kRequired;
  const bool fits =
      type && (accepted.accepts(*type) || (is_optional && type->kind == ArrowKind::kNull));
  if (!fits) return wrong("its type is " + Quoted(schema.format));
  return ArrowColumnType{.values = *type};
}

}  // namespace

absl::StatusOr<EventColumns> FindEventColumns(const ArrowSchema& schema, bool ignore_unknown) {
  if (schema.format == nullptr || std::string_view(schema.format) != "+s") {
    return absl::InvalidArgumentError(
        absl::StrCat("the stream's type is ", Quoted(schema.format),
                     ", expected \"+s\", a struct with a child for each column"));
  }
  if (schema.n_children < 0 || (schema.n_children > 0 && schema.children == nullptr)) {
    return absl::InvalidArgumentError(
        absl::StrCat("the schema has ", schema.n_children,
                     " children without a list of them, expected one for each column"));
  }
  EventColumns found{.children = schema.n_children};
  for (std::int64_t child = 0; child < schema.n_children; ++child) {
    const ArrowSchema* const field = schema.children[child];
    if (field == nullptr) {
      return absl::InvalidArgumentError(
          absl::StrCat("the schema's child ", child, " is a null pointer, expected a column"));
    }
    if (field->release == nullptr) {
      return absl::InvalidArgumentError(
          absl::StrCat("the schema's child ", child, " is released, expected a column"));
    }
    const std::string_view name =
        field->name == nullptr ? std::string_view() : std::string_view(field->name);
    const auto* const known =
        std::find(event_column::kNames.begin(), event_column::kNames.end(), name);
    if (known == event_column::kNames.end()) {
      if (ignore_unknown) continue;
      return ColumnError(Quote(name), "is not known, expected one of " + KnownColumns());
    }
    const auto column = static_cast<std::size_t>(known - event_column::kNames.begin());
    if (found.columns[column]) return ColumnError(name, "is there twice, expected one");
    absl::StatusOr<ArrowColumnType> type = ColumnType(column, *field);
    if (!type.ok()) return type.status();
    found.columns[column] = {.child = child, .type = *type};
  }
  for (std::size_t column = 0; column < event_column::kRequired; ++column) {
    if (found.columns[column]) continue;
    return ColumnError(event_column::kNames[column],
                       "is missing, expected " + std::string(AcceptedBy(column).expected));
  }
  return found;
}

}  // namespace pinmetrics
