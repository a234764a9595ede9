#include "export/arrow/array.h"

#include <utility>

namespace pinmetrics {
namespace {

/// What an array's pointers point to.
struct ArrayMemory {
  ArrowArrayParts parts;
  std::vector<ArrowArray*> child_pointers;
};

void ReleaseArray(ArrowArray* array) noexcept {
  delete static_cast<ArrayMemory*>(array->private_data);
  array->release = nullptr;
}

}  // namespace

ArrowOwner<ArrowArray> MakeArray(ArrowArrayParts parts) {
  auto memory = std::make_unique<ArrayMemory>();
  memory->parts = std::move(parts);
  ArrowArrayParts& kept = memory->parts;
  for (ArrowOwner<ArrowArray>& child : kept.children) memory->child_pointers.push_back(child.get());

  ArrowArray array{};
  array.length = kept.length;
  array.null_count = kept.null_count;
  array.n_buffers = static_cast<std::int64_t>(kept.buffers.size());
  array.n_children = static_cast<std::int64_t>(kept.children.size());
  array.buffers = kept.buffers.data();
  array.children = memory->child_pointers.data();
  array.dictionary = kept.dictionary.released() ? nullptr : kept.dictionary.get();
  array.release = ReleaseArray;
  array.private_data = memory.release();
  return ArrowOwner<ArrowArray>(array);
}

}  // namespace pinmetrics
