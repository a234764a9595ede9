#ifndef PINMETRICS_TESTS_EXPORT_ARROW_SLICED_EVENTS_H_
#define PINMETRICS_TESTS_EXPORT_ARROW_SLICED_EVENTS_H_

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "pinmetrics/export/arrow_abi.h"

namespace pinmetrics {

/// A stream of events as producers slice a table: every batch has the same three whole columns, and
/// says by its offset and length which of their rows are its own. Row i is on Pin i, a millisecond
/// after the row before; the actions are behind a dictionary.
class SlicedEvents {
 public:
  SlicedEvents(std::size_t rows, std::size_t batch_rows)
      : table_(std::make_shared<Table>(rows)), batch_rows_(batch_rows) {}

  /// A new stream from the first row. Shares the columns, and may outlive this.
  ArrowArrayStream Stream() const {
    ArrowArrayStream stream{};
    stream.get_schema = [](ArrowArrayStream* self, ArrowSchema* out) {
      *out = StateOf(self).table->Schema();
      return 0;
    };
    stream.get_next = [](ArrowArrayStream* self, ArrowArray* out) {
      *out = StateOf(self).Next();
      return 0;
    };
    stream.get_last_error = [](ArrowArrayStream*) -> const char* { return nullptr; };
    stream.release = [](ArrowArrayStream* self) {
      delete static_cast<State*>(self->private_data);
      self->release = nullptr;
    };
    stream.private_data = new State{table_, batch_rows_};
    return stream;
  }

 private:
  struct Table {
    explicit Table(std::size_t rows) : times(rows), actions(rows), pins(rows) {
      for (std::size_t i = 0; i < rows; ++i) {
        times[i] = static_cast<std::int64_t>(i);
        actions[i] = static_cast<std::int32_t>(i % 2);
        pins[i] = i;
      }
      columns[0] = Array({nullptr, times.data()}, nullptr);
      columns[1] = Array({nullptr, actions.data()}, nullptr);
      columns[2] = Array({nullptr, pins.data()}, nullptr);
      names = Array({nullptr, name_ends.data(), name_text.data()}, nullptr);
      names.length = 2;
      columns[1].dictionary = &names;
      schemas[0] = Field("l", "time");
      schemas[1] = Field("i", "action");
      schemas[2] = Field("L", "pin_id");
      name_schema = Field("u", "");
      schemas[1].dictionary = &name_schema;
      for (std::size_t i = 0; i < columns.size(); ++i) {
        column_list[i] = &columns[i];
        schema_list[i] = &schemas[i];
      }
    }

    static ArrowSchema Field(const char* format, const char* name) {
      ArrowSchema schema{};
      schema.format = format;
      schema.name = name;
      // The columns belong to the table: there is nothing to do for one alone.
      schema.release = [](ArrowSchema* self) { self->release = nullptr; };
      return schema;
    }

    ArrowSchema Schema() {
      ArrowSchema schema = Field("+s", "");
      schema.n_children = static_cast<std::int64_t>(schema_list.size());
      schema.children = schema_list.data();
      return schema;
    }

    ArrowArray Array(std::vector<const void*> list, ArrowArray* dictionary) {
      buffers.push_back(std::make_unique<std::vector<const void*>>(std::move(list)));
      ArrowArray array{};
      array.length = static_cast<std::int64_t>(times.size());
      array.n_buffers = static_cast<std::int64_t>(buffers.back()->size());
      array.buffers = buffers.back()->data();
      array.dictionary = dictionary;
      array.release = [](ArrowArray* self) { self->release = nullptr; };
      return array;
    }

    std::vector<std::int64_t> times;
    std::vector<std::int32_t> actions;
    std::vector<std::uint64_t> pins;
    std::string name_text = "impressionsave";
    std::array<std::int32_t, 3> name_ends = {0, 10, 14};
    std::array<ArrowArray, 3> columns = {};
    ArrowArray names = {};
    std::array<ArrowArray*, 3> column_list = {};
    std::array<ArrowSchema, 3> schemas = {};
    ArrowSchema name_schema = {};
    std::array<ArrowSchema*, 3> schema_list = {};
    std::vector<std::unique_ptr<std::vector<const void*>>> buffers = {};
  };

  struct State {
    std::shared_ptr<Table> table;
    std::size_t batch_rows;
    std::size_t next = 0;

    ArrowArray Next() {
      const std::size_t rows = std::min(batch_rows, table->times.size() - next);
      if (rows == 0) return {};
      static constexpr std::array<const void*, 1> kNoValidity = {nullptr};
      ArrowArray batch{};
      batch.length = static_cast<std::int64_t>(rows);
      batch.offset = static_cast<std::int64_t>(next);
      batch.n_buffers = 1;
      batch.buffers = const_cast<const void**>(kNoValidity.data());
      batch.n_children = static_cast<std::int64_t>(table->column_list.size());
      batch.children = table->column_list.data();
      batch.private_data = new std::shared_ptr<Table>(table);
      batch.release = [](ArrowArray* self) {
        delete static_cast<std::shared_ptr<Table>*>(self->private_data);
        self->release = nullptr;
      };
      next += rows;
      return batch;
    }
  };

  static State& StateOf(ArrowArrayStream* stream) {
    return *static_cast<State*>(stream->private_data);
  }

  std::shared_ptr<Table> table_;
  std::size_t batch_rows_;
};

}  // namespace pinmetrics

#endif  // PINMETRICS_TESTS_EXPORT_ARROW_SLICED_EVENTS_H_
