#include "clickhouse/answer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <string>
#include <string_view>

#include "absl/status/status.h"

namespace pinmetrics {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr std::array kWidths = {Width::k2, Width::kText, Width::k8};

/// Two rows: 258, "ab", 3 and 0, "", 2^64 - 1.
const std::string kAnswer = std::string("\x02", 1) + std::string("\x02\x01", 2) +
                            "\x02"
                            "ab" +
                            std::string("\x03\0\0\0\0\0\0\0", 8) + std::string("\0\0\0", 3) +
                            std::string(8, '\xFF');

TEST(ReadColumns, ReadsNumbersAndText) {
  const auto columns = ReadColumns(kAnswer, kWidths);
  ASSERT_TRUE(columns.ok()) << columns.status();
  EXPECT_EQ(columns->rows, 2);
  EXPECT_THAT(columns->numbers[0], ElementsAre(258, 0));
  EXPECT_THAT(columns->texts[1], ElementsAre("ab", ""));
  EXPECT_THAT(columns->numbers[2], ElementsAre(3, ~std::uint64_t{0}));
  EXPECT_EQ(ReadColumns(std::string(1, '\0'), kWidths)->rows, 0);
}

TEST(ReadColumns, RefusesAnAnswerThatWasCutAnywhere) {
  for (std::size_t length = 0; length < kAnswer.size(); ++length) {
    EXPECT_TRUE(absl::IsDataLoss(ReadColumns(kAnswer.substr(0, length), kWidths).status()))
        << length;
  }
}

TEST(ReadColumns, RefusesAnErrorsTextAnywhereAndQuotesIt) {
  const std::string text = "Code: 241, e.displayText() = DB::Exception: Memory limit exceeded\n";
  const std::string numbers = std::string(1, 20) + std::string(20 * 8, '\1');
  for (std::size_t length = 0; length <= numbers.size(); ++length) {
    const auto columns = ReadColumns(numbers.substr(0, length) + text, std::array{Width::k8});
    ASSERT_TRUE(absl::IsDataLoss(columns.status())) << length;
    EXPECT_THAT(std::string(columns.status().message()), HasSubstr("Memory limit exceeded"));
  }
}

TEST(ReadColumns, TakesNoMemoryForRowsThatCannotBe) {
  // 2^63 rows, and a length of more than 64 bits.
  EXPECT_TRUE(absl::IsDataLoss(
      ReadColumns(std::string(9, '\x80') + "\x01", std::array{Width::k1}).status()));
  EXPECT_TRUE(absl::IsDataLoss(
      ReadColumns(std::string(10, '\xFF') + "\x01", std::array{Width::k1}).status()));
}

TEST(QuoteAnswer, IsOneLineOfPlainText) {
  EXPECT_EQ(QuoteAnswer("a\x01"
                        "b\xFF"
                        "c\nd"),
            "a?b?c");
  EXPECT_EQ(QuoteAnswer(std::string(10'000, 'x')).size(), 500);
}

}  // namespace
}  // namespace pinmetrics
