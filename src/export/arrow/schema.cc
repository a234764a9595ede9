#include "export/arrow/schema.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

#include "model/utf8.h"

namespace pinmetrics {
namespace {

/// What a schema's pointers point to.
struct SchemaMemory {
  std::string format;
  std::string name;
  std::string metadata;
  std::vector<ArrowOwner<ArrowSchema>> children;
  std::vector<ArrowSchema*> child_pointers;
  ArrowOwner<ArrowSchema> dictionary;
};

void ReleaseSchema(ArrowSchema* schema) noexcept {
  delete static_cast<SchemaMemory*>(schema->private_data);
  schema->release = nullptr;
}

void AppendNumber(std::size_t number, std::string& out) {
  const auto value = static_cast<std::int32_t>(number);
  out.append(reinterpret_cast<const char*>(&value), sizeof(value));
}

/// The count of pairs, then each key and value after its length: 32-bit numbers of the machine.
std::string EncodeMetadata(const ArrowMetadata& metadata) {
  std::string bytes;
  AppendNumber(metadata.size(), bytes);
  for (const auto& [key, value] : metadata) {
    for (const std::string& text : {key, ArrowText(value)}) {
      AppendNumber(text.size(), bytes);
      bytes += text;
    }
  }
  return bytes;
}

/// A name ends at its first NUL, so that is replaced too.
std::string ArrowName(std::string_view name) {
  std::string text;
  for (const char c : ArrowText(name)) {
    if (c == '\0') {
      text += kReplacementCharacter;
    } else {
      text += c;
    }
  }
  return text;
}

}  // namespace

std::string ArrowText(std::string_view text) {
  std::string whole;
  whole.reserve(text.size());
  while (!text.empty()) {
    const Utf8Piece piece = FirstUtf8Piece(text);
    whole += piece.valid ? text.substr(0, piece.bytes) : kReplacementCharacter;
    text.remove_prefix(piece.bytes);
  }
  return whole;
}

ArrowOwner<ArrowSchema> MakeSchema(const ArrowField& field) {
  auto memory = std::make_unique<SchemaMemory>();
  memory->format = field.format;
  memory->name = ArrowName(field.name);
  if (!field.metadata.empty()) memory->metadata = EncodeMetadata(field.metadata);
  memory->children.reserve(field.children.size());
  for (const ArrowField& child : field.children) {
    memory->children.push_back(MakeSchema(child));
    memory->child_pointers.push_back(memory->children.back().get());
  }
  if (field.has_dictionary) memory->dictionary = MakeSchema({.format = kArrowUtf8});

  ArrowSchema schema{};
  schema.format = memory->format.c_str();
  schema.name = memory->name.c_str();
  schema.metadata = field.metadata.empty() ? nullptr : memory->metadata.data();
  schema.flags = field.nullable ? ARROW_FLAG_NULLABLE : 0;
  schema.n_children = static_cast<std::int64_t>(memory->children.size());
  schema.children = memory->child_pointers.data();
  schema.dictionary = field.has_dictionary ? memory->dictionary.get() : nullptr;
  schema.release = ReleaseSchema;
  schema.private_data = memory.release();
  return ArrowOwner<ArrowSchema>(schema);
}

}  // namespace pinmetrics
