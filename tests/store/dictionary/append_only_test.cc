#include "store/dictionary/append_only.h"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "gtest/gtest.h"

namespace pinmetrics {
namespace {

using Numbers = AppendOnly<std::uint64_t>;

std::uint64_t NumberAt(std::uint32_t index) { return index * std::uint64_t{0x9e3779b97f4a7c15}; }

void ExpectFirst(const Numbers::View& view, std::uint32_t count) {
  ASSERT_EQ(view.size(), count);
  for (std::uint32_t i = 0; i < count; ++i) ASSERT_EQ(view[i], NumberAt(i));
  std::uint32_t next = 0;
  view.ForEach([&](std::uint32_t index, std::uint64_t number) {
    ASSERT_EQ(index, next);
    ASSERT_EQ(number, NumberAt(index));
    ++next;
  });
  ASSERT_EQ(next, count);
}

TEST(AppendOnly, EmptyListTakesNoMemory) {
  const Numbers numbers;
  EXPECT_EQ(numbers.size(), 0u);
  EXPECT_EQ(numbers.bytes(), 0u);
  ExpectFirst(numbers.view(), 0);
  ExpectFirst(Numbers::View(), 0);
}

TEST(AppendOnly, ViewIsExtendedToALaterOne) {
  Numbers numbers;
  Numbers::View every;
  Numbers::View some;
  for (std::uint32_t i = 0; i < 1'000; ++i) {
    numbers.Append(NumberAt(i));
    every.ExtendTo(numbers.view());
    if (i % 97 == 0) {
      ExpectFirst(some, i == 0 ? 0 : i - 96);
      some.ExtendTo(numbers.view());
      ExpectFirst(some, i + 1);
    }
    ASSERT_EQ(every.size(), i + 1);
    ASSERT_EQ(every[i], NumberAt(i));
  }
  ExpectFirst(every, 1'000);
}

TEST(AppendOnly, KeepsWhatWasAppendedAcrossPartBounds) {
  Numbers numbers;
  // The first parts have 16, 32, 64, ... elements.
  for (std::uint32_t i = 0; i < 16 * 63 + 1; ++i) {
    numbers.Append(NumberAt(i));
    ASSERT_EQ(numbers.size(), i + 1);
    ASSERT_EQ(numbers[i], NumberAt(i));
    ASSERT_EQ(numbers[i / 2], NumberAt(i / 2));
  }
  ExpectFirst(numbers.view(), 16 * 63 + 1);
}

TEST(AppendOnly, ViewsStayAsTheyWere) {
  Numbers numbers;
  std::vector<Numbers::View> views;
  for (std::uint32_t i = 0; i < 500; ++i) {
    views.push_back(numbers.view());
    numbers.Append(NumberAt(i));
  }
  for (std::uint32_t i = 0; i < 500; ++i) ExpectFirst(views[i], i);
}

TEST(AppendOnly, ViewsOutliveTheList) {
  Numbers::View view;
  {
    Numbers numbers;
    for (std::uint32_t i = 0; i < 100; ++i) numbers.Append(NumberAt(i));
    view = numbers.view();
  }
  ExpectFirst(view, 100);
}

TEST(AppendOnly, ElementsNeverMove) {
  AppendOnly<std::string> texts;
  texts.Append("the first");
  const std::string* first = &texts[0];
  const AppendOnly<std::string>::View view = texts.view();
  for (int i = 0; i < 10'000; ++i) texts.Append(std::to_string(i));
  EXPECT_EQ(&texts[0], first);
  EXPECT_EQ(&view[0], first);
  EXPECT_EQ(*first, "the first");
  EXPECT_EQ(texts[10'000], "9999");
}

TEST(AppendOnly, TakesElementsThatOnlyMove) {
  AppendOnly<std::unique_ptr<int>> pointers;
  for (int i = 0; i < 40; ++i) pointers.Append(std::make_unique<int>(i));
  EXPECT_EQ(*pointers[39], 39);
}

TEST(AppendOnly, MemoryIsAtMostTwiceTheElementsAndAPart) {
  Numbers numbers;
  for (std::uint32_t i = 0; i < 5'000; ++i) {
    const std::size_t announced = numbers.bytes() + numbers.Growth();
    numbers.Append(i);
    ASSERT_EQ(numbers.bytes(), announced);
    ASSERT_GE(numbers.bytes(), numbers.size() * sizeof(std::uint64_t));
    ASSERT_LE(numbers.bytes(), (2 * std::size_t{numbers.size()} + 16) * sizeof(std::uint64_t));
  }
}

// For a thread sanitizer: views are taken under the lock and read without it.
TEST(AppendOnly, ViewsAreReadWhileMoreIsAppended) {
  Numbers numbers;
  std::mutex mutex;
  std::atomic<bool> done = false;
  std::vector<std::thread> readers;
  for (int reader = 0; reader < 3; ++reader) {
    readers.emplace_back([&] {
      bool last = false;
      while (!last) {
        last = done;
        std::unique_lock lock(mutex);
        const Numbers::View view = numbers.view();
        lock.unlock();
        ExpectFirst(view, view.size());
      }
    });
  }
  for (std::uint32_t i = 0; i < 20'000; ++i) {
    const std::lock_guard lock(mutex);
    numbers.Append(NumberAt(i));
  }
  done = true;
  for (std::thread& reader : readers) reader.join();
  ExpectFirst(numbers.view(), 20'000);
}

}  // namespace
}  // namespace pinmetrics
