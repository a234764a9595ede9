// Batches that share their columns, as slices of one table do.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "pinmetrics/export/arrow_events.h"
#include "tests/export/arrow/node.h"
#include "tests/export/arrow/sliced_events.h"
#include "tests/export/sample_events.h"

namespace pinmetrics {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;

TEST(ArrowSlices, EachRowOfATableIsReadOnceWhateverTheSlices) {
  constexpr std::size_t kRows = 1'000;
  for (const std::size_t batch_rows : {1U, 7U, 100U, 1'000U}) {
    const ReadEvents read = ReadAll(SlicedEvents(kRows, batch_rows).Stream());
    ASSERT_TRUE(read.status.ok()) << read.status;
    ASSERT_THAT(read.events, SizeIs(kRows));
    for (std::size_t i = 0; i < kRows; ++i) {
      const Event expected{.time = absl::FromUnixMillis(static_cast<std::int64_t>(i)),
                           .pin = PinId(i),
                           .action = i % 2 == 0 ? Action::kImpression : Action::kSave};
      ASSERT_EQ(read.events[i], expected) << i;
    }
  }
}

TEST(ArrowSlices, ABatchOfItsOwnIsLookedAtWhateverCameBefore) {
  ArrowNode broken = SampleBatch();
  const auto pins = [&broken]() -> ArrowNode& {
    for (ArrowNode& column : broken.children) {
      if (column.name == "pin_id") return column;
    }
    return broken;
  };
  pins().null_count = 1;
  const ReadEvents read = ReadAll(ScriptOf({SampleBatch(), SampleBatch(), broken}));
  EXPECT_TRUE(absl::IsInvalidArgument(read.status)) << read.status;
  EXPECT_THAT(std::string(read.status.message()), HasSubstr("batch 2: column pin_id: "));
  EXPECT_THAT(read.events, SizeIs(2 * SampleEvents().size()));
}

/// A producer that fills the same memory anew for each batch once the batch before is released,
/// and other memory while it is not. The second batch has an index outside its dictionary.
class ReusedMemory {
 public:
  ReusedMemory() {
    for (std::size_t i = 0; i < kNames.size(); ++i) {
      fields_[i].format = kFormats[i];
      fields_[i].name = kNames[i];
      fields_[i].release = [](ArrowSchema* self) { self->release = nullptr; };
      field_list_[i] = &fields_[i];
    }
    names_field_ = fields_[0];
    names_field_.format = "u";
    fields_[1].dictionary = &names_field_;
  }

  ArrowArrayStream Stream() {
    ArrowArrayStream stream{};
    stream.private_data = this;
    stream.get_schema = [](ArrowArrayStream* self, ArrowSchema* out) {
      auto& reused = *static_cast<ReusedMemory*>(self->private_data);
      *out = ArrowSchema{};
      out->format = "+s";
      out->n_children = static_cast<std::int64_t>(reused.field_list_.size());
      out->children = reused.field_list_.data();
      out->release = [](ArrowSchema* schema) { schema->release = nullptr; };
      return 0;
    };
    stream.get_next = [](ArrowArrayStream* self, ArrowArray* out) {
      *out = static_cast<ReusedMemory*>(self->private_data)->Next();
      return 0;
    };
    stream.release = [](ArrowArrayStream* self) { self->release = nullptr; };
    return stream;
  }

 private:
  static constexpr std::array<const char*, 3> kNames = {"time", "action", "pin_id"};
  static constexpr std::array<const char*, 3> kFormats = {"l", "i", "L"};

  struct Memory {
    std::array<std::int64_t, 1> time = {0};
    std::array<std::int32_t, 1> action = {0};
    std::array<std::uint64_t, 1> pin = {1};
    std::array<std::int32_t, 2> ends = {0, 4};
    std::string text = "save";
    std::array<std::array<const void*, 3>, 5> buffers = {};
    std::array<ArrowArray, 4> arrays = {};
    std::array<ArrowArray*, 3> columns = {};
    bool is_used = false;
  };

  ArrowArray Next() {
    if (made_ == 2) return {};
    Memory& memory = memories_[memories_[0].is_used ? 1 : 0];
    memory.is_used = true;
    memory.action[0] = made_ == 0 ? 0 : 1'000'000;
    ++made_;
    memory.buffers = {{{nullptr, memory.time.data()},
                       {nullptr, memory.action.data()},
                       {nullptr, memory.pin.data()},
                       {nullptr, memory.ends.data(), memory.text.data()},
                       {nullptr}}};
    for (std::size_t i = 0; i < memory.arrays.size(); ++i) {
      ArrowArray& array = memory.arrays[i];
      array = {};
      array.length = 1;
      array.n_buffers = i == 3 ? 3 : 2;
      array.buffers = memory.buffers[i].data();
      array.release = [](ArrowArray* self) { self->release = nullptr; };
      if (i < memory.columns.size()) memory.columns[i] = &array;
    }
    memory.arrays[1].dictionary = &memory.arrays[3];
    ArrowArray batch{};
    batch.length = 1;
    batch.n_buffers = 1;
    batch.buffers = memory.buffers[4].data();
    batch.n_children = static_cast<std::int64_t>(memory.columns.size());
    batch.children = memory.columns.data();
    batch.private_data = &memory;
    batch.release = [](ArrowArray* self) {
      static_cast<Memory*>(self->private_data)->is_used = false;
      self->release = nullptr;
    };
    return batch;
  }

  std::array<ArrowSchema, 3> fields_ = {};
  ArrowSchema names_field_ = {};
  std::array<ArrowSchema*, 3> field_list_ = {};
  std::array<Memory, 2> memories_ = {};
  std::size_t made_ = 0;
};

// What was looked at once is known to be sound only as long as it belongs to the reader.
TEST(ArrowSlices, MemoryThatWasGivenBackIsLookedAtAgain) {
  ReusedMemory producer;
  const ReadEvents read = ReadAll(producer.Stream());
  EXPECT_TRUE(absl::IsInvalidArgument(read.status)) << read.status;
  EXPECT_THAT(std::string(read.status.message()),
              HasSubstr("batch 1: column action: the index of value 0, 1000000, is outside"));
  EXPECT_THAT(read.events, SizeIs(1));
}

}  // namespace
}  // namespace pinmetrics
