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

/// The schema of three columns, of which the actions are behind a dictionary.
class EventFields {
 public:
  EventFields() {
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

  ArrowSchema Schema() {
    ArrowSchema schema{};
    schema.format = "+s";
    schema.n_children = static_cast<std::int64_t>(field_list_.size());
    schema.children = field_list_.data();
    schema.release = [](ArrowSchema* self) { self->release = nullptr; };
    return schema;
  }

 private:
  static constexpr std::array<const char*, 3> kNames = {"time", "action", "pin_id"};
  static constexpr std::array<const char*, 3> kFormats = {"l", "i", "L"};

  std::array<ArrowSchema, 3> fields_ = {};
  ArrowSchema names_field_ = {};
  std::array<ArrowSchema*, 3> field_list_ = {};
};

/// A producer that fills the same memory anew for each batch once the batch before is released,
/// and other memory while it is not. The second batch has an index outside its dictionary.
class ReusedMemory {
 public:
  ArrowArrayStream Stream() {
    ArrowArrayStream stream{};
    stream.private_data = this;
    stream.get_schema = [](ArrowArrayStream* self, ArrowSchema* out) {
      *out = static_cast<ReusedMemory*>(self->private_data)->fields_.Schema();
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

  EventFields fields_;
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

/// A producer of two batches of two rows over the same memory, which has three. `change` makes the
/// second one's actions differ from the first one's.
class SharedMemory {
 public:
  explicit SharedMemory(void (*change)(ArrowArray& actions)) {
    const std::array<std::vector<const void*>*, 4> buffers = {&times_of_, &actions_of_, &pins_of_,
                                                              &names_of_};
    for (Columns& columns : batches_) {
      for (std::size_t i = 0; i < buffers.size(); ++i) {
        ArrowArray& array = columns.arrays[i];
        array.length = i == 3 ? 1 : 2;
        array.n_buffers = static_cast<std::int64_t>(buffers[i]->size());
        array.buffers = buffers[i]->data();
        array.release = [](ArrowArray* self) { self->release = nullptr; };
        if (i < columns.list.size()) columns.list[i] = &array;
      }
      columns.arrays[1].dictionary = &columns.arrays[3];
    }
    change(batches_[1].arrays[1]);
  }

  ArrowArrayStream Stream() {
    ArrowArrayStream stream{};
    stream.private_data = this;
    stream.get_schema = [](ArrowArrayStream* self, ArrowSchema* out) {
      *out = static_cast<SharedMemory*>(self->private_data)->fields_.Schema();
      return 0;
    };
    stream.get_next = [](ArrowArrayStream* self, ArrowArray* out) {
      *out = static_cast<SharedMemory*>(self->private_data)->Next();
      return 0;
    };
    stream.release = [](ArrowArrayStream* self) { self->release = nullptr; };
    return stream;
  }

 private:
  struct Columns {
    std::array<ArrowArray, 4> arrays = {};
    std::array<ArrowArray*, 3> list = {};
  };

  ArrowArray Next() {
    if (made_ == batches_.size()) return {};
    Columns& columns = batches_[made_++];
    ArrowArray batch{};
    batch.length = 2;
    batch.n_buffers = 1;
    batch.buffers = rows_of_.data();
    batch.n_children = static_cast<std::int64_t>(columns.list.size());
    batch.children = columns.list.data();
    batch.release = [](ArrowArray* self) { self->release = nullptr; };
    return batch;
  }

  EventFields fields_;
  std::array<std::int64_t, 3> times_ = {};
  std::array<std::int32_t, 3> actions_ = {0, 0, 7};
  std::array<std::uint64_t, 3> pins_ = {1, 1, 1};
  std::array<std::int32_t, 2> ends_ = {0, 4};
  std::string text_ = "save";
  std::vector<const void*> rows_of_ = {nullptr};
  std::vector<const void*> times_of_ = {nullptr, times_.data()};
  std::vector<const void*> actions_of_ = {nullptr, actions_.data()};
  std::vector<const void*> pins_of_ = {nullptr, pins_.data()};
  std::vector<const void*> names_of_ = {nullptr, ends_.data(), text_.data()};
  std::array<Columns, 2> batches_ = {};
  std::size_t made_ = 0;
};

TEST(ArrowSlices, WhatMemoryHasBesideTheBatchBeforeIsLookedAt) {
  SharedMemory same([](ArrowArray&) {});
  ReadEvents read = ReadAll(same.Stream());
  ASSERT_TRUE(read.status.ok()) << read.status;
  EXPECT_THAT(read.events, SizeIs(4));

  struct Change {
    void (*change)(ArrowArray& actions);
    const char* reason;
  };
  const std::vector<Change> changes = {
      {[](ArrowArray& actions) { actions.offset = 1; },
       "the index of value 1, 7, is outside the dictionary, which has 1 values"},
      {[](ArrowArray& actions) { actions.length = 3; },
       "the index of value 2, 7, is outside the dictionary, which has 1 values"},
      {[](ArrowArray& actions) { actions.null_count = 1; },
       "the null_count is 1, but the validity bitmap a null pointer"},
      {[](ArrowArray& actions) { actions.dictionary->length = 0; },
       "the index of value 0, 0, is outside the dictionary, which has 0 values"},
  };
  for (const Change& change : changes) {
    SharedMemory producer(change.change);
    read = ReadAll(producer.Stream());
    EXPECT_EQ(std::string(read.status.message()),
              std::string("batch 1: column action: ") + change.reason);
    EXPECT_THAT(read.events, SizeIs(2));
  }
}

}  // namespace
}  // namespace pinmetrics
