#include "export/arrow/table_stream.h"

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <memory>
#include <utility>

#include "export/arrow/array.h"

namespace pinmetrics {
namespace {

/// A stream's state.
struct TableStream {
  ArrowTable table;
  std::size_t batch_rows = 1;
  std::size_t next_row = 0;
  const char* last_error = nullptr;

  ArrowOwner<ArrowSchema> Schema() const {
    ArrowField root{.format = kArrowStruct, .metadata = table.metadata};
    for (const ArrowColumn& column : table.columns) root.children.push_back(column.field);
    return MakeSchema(root);
  }

  /// The next batch; a released array after the last.
  ArrowOwner<ArrowArray> Next() {
    const std::size_t count = std::min(batch_rows, table.rows - next_row);
    if (count == 0) return {};
    ArrowArrayParts batch{.length = static_cast<std::int64_t>(count), .buffers = {nullptr}};
    for (const ArrowColumn& column : table.columns) {
      batch.children.push_back(column.rows(next_row, count));
    }
    ArrowOwner<ArrowArray> array = MakeArray(std::move(batch));
    next_row += count;
    return array;
  }
};

TableStream& StateOf(ArrowArrayStream* stream) {
  return *static_cast<TableStream*>(stream->private_data);
}

/// Puts what `make` returns into `*out`. All that can fail is an allocation, and an exception must
/// not pass through a C interface.
template <typename T, typename Make>
int Answer(TableStream& state, T* out, Make make) noexcept {
  try {
    *out = make().Take();
    state.last_error = nullptr;
    return 0;
  } catch (...) {
    state.last_error = "out of memory";
    return ENOMEM;
  }
}

int GetSchema(ArrowArrayStream* stream, ArrowSchema* out) noexcept {
  TableStream& state = StateOf(stream);
  return Answer(state, out, [&state] { return state.Schema(); });
}

int GetNext(ArrowArrayStream* stream, ArrowArray* out) noexcept {
  TableStream& state = StateOf(stream);
  return Answer(state, out, [&state] { return state.Next(); });
}

const char* GetLastError(ArrowArrayStream* stream) noexcept { return StateOf(stream).last_error; }

void ReleaseStream(ArrowArrayStream* stream) noexcept {
  delete static_cast<TableStream*>(stream->private_data);
  stream->release = nullptr;
}

}  // namespace

ArrowArrayStream MakeStream(ArrowTable table, std::size_t batch_rows) {
  auto state = std::make_unique<TableStream>();
  state->table = std::move(table);
  state->batch_rows = std::max<std::size_t>(batch_rows, 1);

  ArrowArrayStream stream{};
  stream.get_schema = GetSchema;
  stream.get_next = GetNext;
  stream.get_last_error = GetLastError;
  stream.release = ReleaseStream;
  stream.private_data = state.release();
  return stream;
}

}  // namespace pinmetrics
