#ifndef PINMETRICS_TESTS_EXPORT_ARROW_NODE_H_
#define PINMETRICS_TESTS_EXPORT_ARROW_NODE_H_

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "pinmetrics/export/arrow_abi.h"

/// Arrow arrays as tests make them: described first, so that every part can be spoilt, then
/// exported, each buffer in memory of exactly its size, so that a sanitizer sees the first byte
/// read beyond it.

namespace pinmetrics {

/// A column, or with children a batch: its type and its values.
struct ArrowNode {
  std::optional<std::string> format = {};  ///< Nothing: a null pointer.
  std::optional<std::string> name = {};
  std::int64_t length = 0;
  std::int64_t null_count = 0;
  std::int64_t offset = 0;
  std::vector<std::optional<std::string>> buffers = {};  ///< Nothing: a null pointer.
  std::vector<ArrowNode> children = {};
  std::vector<ArrowNode> dictionary = {};  ///< None or one.

  bool has_buffer_list = true;
  bool has_child_list = true;
  bool is_null_pointer = false;  ///< As a child.
  bool is_released = false;
  /// Said instead of the number of children.
  std::optional<std::int64_t> n_children = {};
};

/// The bytes of a value.
template <typename T>
std::string Bytes(T value) {
  std::string bytes(sizeof(T), '\0');
  std::memcpy(bytes.data(), &value, sizeof(T));
  return bytes;
}

/// Appends a value's validity to a bitmap that has `position` bits.
inline void AppendBit(bool bit, std::size_t position, std::string& bitmap) {
  if (position % 8 == 0) bitmap += '\0';
  if (bit) bitmap.back() = static_cast<char>(bitmap.back() | 1 << position % 8);
}

template <typename T>
ArrowNode FixedNode(std::string name, std::string format,
                    const std::vector<std::optional<T>>& values) {
  ArrowNode node{.format = std::move(format), .name = std::move(name)};
  std::string bitmap;
  std::string data;
  for (std::size_t i = 0; i < values.size(); ++i) {
    AppendBit(values[i].has_value(), i, bitmap);
    // Whatever a null has for a value must not matter.
    data += values[i] ? Bytes(*values[i]) : std::string(sizeof(T), '\x81');
    if (!values[i]) ++node.null_count;
  }
  node.length = static_cast<std::int64_t>(values.size());
  node.buffers = {node.null_count > 0 ? std::optional(bitmap) : std::nullopt, data};
  return node;
}

/// Offsets are of 32 bits for "u", of 64 for "U".
inline ArrowNode TextNode(std::string name, const std::vector<std::optional<std::string>>& texts,
                          std::string format = "u") {
  const bool is_large = format == "U";
  ArrowNode node{.format = std::move(format), .name = std::move(name)};
  std::string bitmap;
  std::string data;
  const auto offset = [&data, is_large] {
    return is_large ? Bytes(static_cast<std::int64_t>(data.size()))
                    : Bytes(static_cast<std::int32_t>(data.size()));
  };
  std::string offsets = offset();
  for (std::size_t i = 0; i < texts.size(); ++i) {
    AppendBit(texts[i].has_value(), i, bitmap);
    data += texts[i].value_or("");
    offsets += offset();
    if (!texts[i]) ++node.null_count;
  }
  node.length = static_cast<std::int64_t>(texts.size());
  node.buffers = {node.null_count > 0 ? std::optional(bitmap) : std::nullopt, offsets, data};
  return node;
}

/// Indexes of some integer type into `texts`.
inline ArrowNode DictionaryNode(ArrowNode indexes, ArrowNode texts) {
  indexes.dictionary = {std::move(texts)};
  return indexes;
}

inline ArrowNode BatchNode(std::vector<ArrowNode> columns) {
  ArrowNode node{.format = "+s", .name = "", .buffers = {std::nullopt}};
  node.length = columns.empty() ? 0 : columns.front().length;
  node.children = std::move(columns);
  return node;
}

/// Counts what tests give away and what comes back. Outlives it.
class ArrowLedger {
 public:
  std::size_t made() const { return kept_.size(); }
  std::size_t released() const { return released_; }
  std::size_t released_twice() const { return released_twice_; }

  ArrowSchema Schema(const ArrowNode& node) {
    Kept& kept = Keep();
    ArrowSchema schema{};
    schema.format = node.format ? Text(*node.format, kept) : nullptr;
    schema.name = node.name ? Text(*node.name, kept) : nullptr;
    schema.flags = ARROW_FLAG_NULLABLE;
    for (const ArrowNode& child : node.children) {
      kept.schemas.push_back(std::make_unique<ArrowSchema>(Schema(child)));
      kept.schema_list.push_back(child.is_null_pointer ? nullptr : kept.schemas.back().get());
    }
    if (!node.dictionary.empty()) {
      kept.schemas.push_back(std::make_unique<ArrowSchema>(Schema(node.dictionary[0])));
      schema.dictionary = kept.schemas.back().get();
    }
    schema.n_children = node.n_children.value_or(static_cast<std::int64_t>(node.children.size()));
    schema.children = node.has_child_list ? kept.schema_list.data() : nullptr;
    schema.private_data = &kept;
    schema.release = [](ArrowSchema* released) { Release(released); };
    if (node.is_released) schema.release(&schema);
    return schema;
  }

  ArrowArray Array(const ArrowNode& node) {
    Kept& kept = Keep();
    ArrowArray array{};
    array.length = node.length;
    array.null_count = node.null_count;
    array.offset = node.offset;
    for (const std::optional<std::string>& buffer : node.buffers) {
      kept.buffer_list.push_back(buffer ? Exact(*buffer, kept) : nullptr);
    }
    for (const ArrowNode& child : node.children) {
      kept.arrays.push_back(std::make_unique<ArrowArray>(Array(child)));
      kept.array_list.push_back(child.is_null_pointer ? nullptr : kept.arrays.back().get());
    }
    if (!node.dictionary.empty()) {
      kept.arrays.push_back(std::make_unique<ArrowArray>(Array(node.dictionary[0])));
      array.dictionary = kept.arrays.back().get();
    }
    array.n_buffers = static_cast<std::int64_t>(node.buffers.size());
    array.n_children = node.n_children.value_or(static_cast<std::int64_t>(node.children.size()));
    array.buffers = node.has_buffer_list ? kept.buffer_list.data() : nullptr;
    array.children = node.has_child_list ? kept.array_list.data() : nullptr;
    array.private_data = &kept;
    array.release = [](ArrowArray* released) { Release(released); };
    if (node.is_released) array.release(&array);
    return array;
  }

  /// Notes the giving away of something else, whose release calls `NoteReleased` with the number.
  std::size_t NoteMade() {
    Keep();
    return kept_.size() - 1;
  }
  void NoteReleased(std::size_t number) { Note(*kept_[number]); }

 private:
  struct Kept {
    ArrowLedger* ledger = nullptr;
    bool is_released = false;
    std::vector<std::unique_ptr<char[]>> memory = {};
    std::vector<const void*> buffer_list = {};
    std::vector<std::unique_ptr<ArrowSchema>> schemas = {};
    std::vector<ArrowSchema*> schema_list = {};
    std::vector<std::unique_ptr<ArrowArray>> arrays = {};
    std::vector<ArrowArray*> array_list = {};
  };

  Kept& Keep() {
    kept_.push_back(std::make_unique<Kept>());
    kept_.back()->ledger = this;
    return *kept_.back();
  }

  static const char* Exact(std::string_view bytes, Kept& kept) {
    kept.memory.push_back(std::make_unique<char[]>(bytes.size()));
    if (!bytes.empty()) std::memcpy(kept.memory.back().get(), bytes.data(), bytes.size());
    return kept.memory.back().get();
  }
  static const char* Text(const std::string& text, Kept& kept) {
    return Exact(std::string_view(text.c_str(), text.size() + 1), kept);
  }

  template <typename Released>
  static void Release(Released* released) {
    auto& kept = *static_cast<Kept*>(released->private_data);
    released->release = nullptr;
    for (const auto& schema : kept.schemas) {
      if (schema->release != nullptr) schema->release(schema.get());
    }
    for (const auto& array : kept.arrays) {
      if (array->release != nullptr) array->release(array.get());
    }
    kept.ledger->Note(kept);
  }

  /// What a released struct pointed to is gone at once; that it was there stays known.
  void Note(Kept& kept) {
    ++(kept.is_released ? released_twice_ : released_);
    kept.is_released = true;
    kept.memory.clear();
    kept.schemas.clear();
    kept.arrays.clear();
  }

  std::vector<std::unique_ptr<Kept>> kept_;
  std::size_t released_ = 0;
  std::size_t released_twice_ = 0;
};

/// What a stream of a test shall do.
struct ArrowScript {
  ArrowNode schema = {};
  std::vector<ArrowNode> batches = {};
  int schema_error = 0;
  int end_error = 0;  ///< Given after the last batch, in place of the end.
  std::optional<std::string> last_error = {};
  bool has_get_schema = true;
  bool has_get_next = true;
  bool has_get_last_error = true;
};

/// A stream of batches that all have the first one's schema.
inline ArrowScript ScriptOf(std::vector<ArrowNode> batches) {
  return {.schema = batches.front(), .batches = std::move(batches)};
}

/// Exports a stream. `ledger` outlives it.
inline ArrowArrayStream ExportStream(ArrowScript script, ArrowLedger& ledger) {
  struct State {
    ArrowScript script;
    ArrowLedger* ledger;
    std::size_t number;
    std::size_t next;
  };
  ArrowArrayStream stream{};
  if (script.has_get_schema) {
    stream.get_schema = [](ArrowArrayStream* of, ArrowSchema* out) {
      auto& state = *static_cast<State*>(of->private_data);
      if (state.script.schema_error != 0) return state.script.schema_error;
      *out = state.ledger->Schema(state.script.schema);
      return 0;
    };
  }
  if (script.has_get_next) {
    stream.get_next = [](ArrowArrayStream* of, ArrowArray* out) {
      auto& state = *static_cast<State*>(of->private_data);
      if (state.next == state.script.batches.size()) {
        out->release = nullptr;
        return state.script.end_error;
      }
      *out = state.ledger->Array(state.script.batches[state.next++]);
      return 0;
    };
  }
  if (script.has_get_last_error) {
    stream.get_last_error = [](ArrowArrayStream* of) {
      const auto& state = *static_cast<State*>(of->private_data);
      return state.script.last_error ? state.script.last_error->c_str() : nullptr;
    };
  }
  stream.release = [](ArrowArrayStream* of) {
    auto* const state = static_cast<State*>(of->private_data);
    state->ledger->NoteReleased(state->number);
    delete state;
    of->release = nullptr;
  };
  stream.private_data = new State{std::move(script), &ledger, ledger.NoteMade(), 0};
  return stream;
}

}  // namespace pinmetrics

#endif  // PINMETRICS_TESTS_EXPORT_ARROW_NODE_H_
