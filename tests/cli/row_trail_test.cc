#include "examples/cli/row_trail.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <iostream>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "examples/cli/content_key.h"
#include "examples/cli/csv_reader.h"
#include "tests/cli/csv_text.h"

namespace pinmetrics::cli {
namespace {

using ::testing::ElementsAre;

std::string KeyOf(std::string_view text) {
  ContentKey key;
  key.Add(text);
  return key.Get();
}

struct Trailed {
  std::vector<std::string> texts = {};
  std::vector<std::string> keys = {};
  std::string header = {};
  std::string key_before = {};
  bool has_line_end = false;

  friend bool operator==(const Trailed&, const Trailed&) = default;
};

Trailed Follow(ByteSource source, CsvLimits limits = {}) {
  RowTrail trail(true);
  CsvReader reader(std::move(source), limits, trail.Observer());
  Trailed trailed;
  while (true) {
    const CsvReader::Result result = reader.Next();
    if (result == CsvReader::Result::kEnd || result == CsvReader::Result::kUnreadable) break;
    trailed.texts.emplace_back(trail.text());
    trailed.keys.push_back(trail.Key());
  }
  trailed.header = trail.header();
  trailed.has_line_end = trail.has_line_end();
  if (!trailed.has_line_end) trailed.key_before = trail.key_before();
  return trailed;
}

// Folders remember them. The first is XXH3's published sum of nothing.
TEST(ContentKey, IsFrozen) {
  EXPECT_EQ(ContentKey().Get(), "maoG0wFHmNhgAcMkRo1Jfw");
  EXPECT_EQ(KeyOf("time,action,pin_id\n1,save,7"), "qE_VGyhra7U7C0aQaV903g");
}

TEST(RowTrail, KeepsRowsAsTheyStandAndTheirKeysWithoutLineEnds) {
  const Trailed trailed =
      Follow(WholeText("\xEF\xBB\xBF"
                       "a,\"b\"\r\n\r\n\"1\n\"\"\",2\n\"x,3\ny,4\n"));
  EXPECT_THAT(trailed.texts, ElementsAre("a,\"b\"", "\"1\n\"\"\",2", "\"x,3", "y,4"));
  EXPECT_EQ(trailed.header, "a,\"b\"");
  EXPECT_TRUE(trailed.has_line_end);
  EXPECT_EQ(trailed.keys[0], KeyOf("\xEF\xBB\xBF"
                                   "a,\"b\""));
  EXPECT_EQ(trailed.keys[1], KeyOf("\xEF\xBB\xBF"
                                   "a,\"b\"\r\n\r\n\"1\n\"\"\",2"));
}

TEST(RowTrail, HasTheKeysOfAFileThatEndsThereForARowWithoutALineEnd) {
  const Trailed grown = Follow(WholeText("a,b\n1,2\r\n3,4\r\n5,6\n"));
  const Trailed broken = Follow(WholeText("a,b\n1,2\r\n3,4"));
  EXPECT_FALSE(broken.has_line_end);
  EXPECT_EQ(broken.keys[2], grown.keys[2]);
  EXPECT_EQ(broken.key_before, grown.keys[1]);
  EXPECT_EQ(Follow(WholeText("a,b")).header, "a,b");
}

TEST(RowTrail, IsTheSameHoweverTheFileIsCut) {
  const std::uint64_t seed = TestSeed();
  std::cout << "PINMETRICS_TEST_SEED=" << seed << "\n";
  std::mt19937_64 dice(seed);
  for (int round = 0; round < 2000; ++round) {
    constexpr std::string_view kLetters = "aaa,,\"\"\n\n\r\n\xEF\xBB\xBF\xFF";
    std::string text;
    for (std::size_t i = dice() % 60; i > 0; --i) text += kLetters[dice() % kLetters.size()];
    const CsvLimits limits = {.row_bytes = 12, .buffer_bytes = 4};
    const Trailed pieces =
        Follow(PiecesOf(text, [&dice] { return std::size_t{1} + dice() % 5; }), limits);
    EXPECT_EQ(pieces, Follow(WholeText(text), limits)) << testing::PrintToString(text);
    // Nothing is passed twice or not at all.
    std::string passed;
    CsvReader reader(
        WholeText(text), limits,
        [&passed](std::string_view row, std::string_view end) { passed.append(row).append(end); });
    while (reader.Next() != CsvReader::Result::kEnd) {
    }
    EXPECT_EQ(passed, text) << testing::PrintToString(text);
  }
}

}  // namespace
}  // namespace pinmetrics::cli
