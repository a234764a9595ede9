#ifndef PINMETRICS_TESTS_EXPORT_ARROW_TABLE_READER_H_
#define PINMETRICS_TESTS_EXPORT_ARROW_TABLE_READER_H_

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "pinmetrics/export/arrow_abi.h"

/// Reads the types that pinmetrics exports, written from Arrow's specification and not from the
/// exporter.

namespace pinmetrics {

/// A value; without one, null.
using ArrowCell = std::variant<std::monostate, std::int64_t, std::uint64_t, double, std::string>;
using ArrowPairs = std::map<std::string, std::string>;

struct ArrowReadColumn {
  std::string name = {};
  std::string format = {};
  std::string dictionary_format = {};
  bool nullable = false;
  ArrowPairs metadata = {};
  std::vector<ArrowCell> cells = {};
};

struct ArrowReadTable {
  ArrowPairs metadata = {};
  std::vector<ArrowReadColumn> columns = {};
  std::vector<std::int64_t> batch_rows = {};
  /// What is not as the specification says; empty if all is.
  std::string fault = {};
};

class ArrowTableReader {
 public:
  /// Reads the stream to its end and releases it.
  static ArrowReadTable Read(ArrowArrayStream stream) {
    ArrowTableReader reader;
    reader.ReadAll(stream);
    stream.release(&stream);
    return reader.table_;
  }

 private:
  void Expect(bool holds, const std::string& what) {
    if (!holds && table_.fault.empty()) table_.fault = what;
  }

  template <typename T>
  static T Load(const void* from, std::int64_t index) {
    T value;
    std::memcpy(&value, static_cast<const char*>(from) + index * std::int64_t{sizeof(T)},
                sizeof(T));
    return value;
  }

  static ArrowPairs ReadPairs(const char* at) {
    ArrowPairs pairs;
    if (at == nullptr) return pairs;
    const auto number = [&at] {
      const auto value = Load<std::int32_t>(at, 0);
      at += sizeof(value);
      return value;
    };
    const auto text = [&at, &number] {
      const std::int32_t size = number();
      std::string value(at, static_cast<std::size_t>(size));
      at += size;
      return value;
    };
    for (std::int32_t left = number(); left > 0; --left) {
      const std::string key = text();
      pairs[key] = text();
    }
    return pairs;
  }

  void ReadAll(ArrowArrayStream& stream) {
    ArrowSchema schema{};
    Expect(stream.get_schema(&stream, &schema) == 0, "get_schema failed");
    Expect(std::string_view(schema.format) == "+s", "the table is no struct");
    table_.metadata = ReadPairs(schema.metadata);
    for (std::int64_t i = 0; i < schema.n_children; ++i) {
      const ArrowSchema& child = *schema.children[i];
      Expect(child.release != nullptr, "a column's schema is released");
      table_.columns.push_back(
          {.name = child.name,
           .format = child.format,
           .dictionary_format = child.dictionary == nullptr ? "" : child.dictionary->format,
           .nullable = (child.flags & ARROW_FLAG_NULLABLE) != 0,
           .metadata = ReadPairs(child.metadata)});
    }
    schema.release(&schema);
    Expect(schema.release == nullptr, "the schema stays unreleased");
    while (true) {
      ArrowArray batch{};
      Expect(stream.get_next(&stream, &batch) == 0, "get_next failed");
      if (batch.release == nullptr) break;
      ReadBatch(batch);
      batch.release(&batch);
      Expect(batch.release == nullptr, "the batch stays unreleased");
    }
  }

  void ReadBatch(const ArrowArray& batch) {
    table_.batch_rows.push_back(batch.length);
    Expect(batch.n_buffers == 1 && batch.buffers[0] == nullptr, "a batch has nulls");
    Expect(batch.null_count == 0 && batch.offset == 0, "a batch has nulls or an offset");
    Expect(batch.n_children == std::int64_t(table_.columns.size()), "columns are missing");
    for (std::size_t i = 0; i < table_.columns.size(); ++i) {
      const ArrowArray& array = *batch.children[i];
      ArrowReadColumn& column = table_.columns[i];
      Expect(array.release != nullptr, "a column is released");
      Expect(array.length == batch.length, "a column has another length");
      Expect((array.dictionary == nullptr) == column.dictionary_format.empty(),
             "the schema tells of another dictionary");
      std::int64_t nulls = 0;
      for (std::int64_t row = 0; row < array.length; ++row) {
        column.cells.push_back(Cell(array, column.format, row));
        if (column.cells.back().index() == 0) ++nulls;
        if (array.dictionary == nullptr) continue;
        const std::int64_t index = std::get<std::int64_t>(column.cells.back());
        Expect(index >= 0 && index < array.dictionary->length, "an index is out of range");
        column.cells.back() = Cell(*array.dictionary, column.dictionary_format, index);
      }
      Expect(nulls == array.null_count, "the null_count is wrong");
      Expect(nulls == 0 || column.nullable, "nulls in a column without");
    }
  }

  ArrowCell Cell(const ArrowArray& array, const std::string& format, std::int64_t row) {
    const std::int64_t at = array.offset + row;
    const auto* const validity = static_cast<const std::uint8_t*>(array.buffers[0]);
    if (validity != nullptr && (validity[at / 8] >> (at % 8) & 1) == 0) return {};
    const void* const values = array.buffers[1];
    if (format == "tdD" || format == "i") return std::int64_t{Load<std::int32_t>(values, at)};
    if (format == "b") {
      return std::int64_t{Load<std::uint8_t>(values, at / 8) >> (at % 8) & 1};
    }
    if (format == "l") return Load<std::int64_t>(values, at);
    if (format == "L") return Load<std::uint64_t>(values, at);
    if (format == "g") return Load<double>(values, at);
    if (format == "u") return Text<std::int32_t>(array, at);
    if (format == "U") return Text<std::int64_t>(array, at);
    Expect(false, "unexpected format " + format);
    return {};
  }

  template <typename Offset>
  static std::string Text(const ArrowArray& array, std::int64_t at) {
    const auto begin = Load<Offset>(array.buffers[1], at);
    const auto end = Load<Offset>(array.buffers[1], at + 1);
    return std::string(static_cast<const char*>(array.buffers[2]) + begin,
                       static_cast<std::size_t>(end - begin));
  }

  ArrowReadTable table_;
};

}  // namespace pinmetrics

#endif  // PINMETRICS_TESTS_EXPORT_ARROW_TABLE_READER_H_
