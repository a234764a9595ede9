#include "examples/cli/csv_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "tests/cli/csv_text.h"

namespace pinmetrics::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

using Cells = std::vector<std::string>;

std::vector<ReadRow> Read(std::string_view text, CsvLimits limits = {}) {
  return ReadAll(WholeText(text), limits);
}

ReadRow Row(std::int64_t line, Cells cells) { return {line, std::move(cells)}; }

TEST(CsvReader, SplitsLinesAtCommas) {
  EXPECT_THAT(Read("a,b\n1,\n,2\n"),
              ElementsAre(Row(1, {"a", "b"}), Row(2, {"1", ""}), Row(3, {"", "2"})));
}

TEST(CsvReader, TakesEitherLineEndAndNoneAtTheEnd) {
  EXPECT_THAT(Read("a,b\r\n1,2\n3,4"),
              ElementsAre(Row(1, {"a", "b"}), Row(2, {"1", "2"}), Row(3, {"3", "4"})));
  EXPECT_THAT(Read("\"a\"\r\n\"b\"\r"), ElementsAre(Row(1, {"a"}), Row(2, {"b"})));
  EXPECT_THAT(Read("\"a\",b\r\n"), ElementsAre(Row(1, {"a", "b"})));
}

TEST(CsvReader, DropsAByteOrderMarkInFrontOnly) {
  EXPECT_THAT(Read("\xEF\xBB\xBF"
                   "a\n\xEF\xBB\xBF"
                   "b\n"),
              ElementsAre(Row(1, {"a"}), Row(2, {"\xEF\xBB\xBF"
                                                 "b"})));
  EXPECT_THAT(Read("\xEF\xBB\xBF"), IsEmpty());
}

TEST(CsvReader, UnquotesCells) {
  EXPECT_THAT(Read("\"a,b\",\"say \"\"hi\"\"\",\"\",x\n"),
              ElementsAre(Row(1, {"a,b", "say \"hi\"", "", "x"})));
}

TEST(CsvReader, CountsTheLinesInsideQuotes) {
  EXPECT_THAT(Read("\"one\ntwo\r\nthree\",x\nnext,y\n"),
              ElementsAre(Row(1, {"one\ntwo\r\nthree", "x"}), Row(4, {"next", "y"})));
}

TEST(CsvReader, PassesOverEmptyLinesButCountsThem) {
  EXPECT_THAT(Read("\n\r\na\n\nb\n\n"), ElementsAre(Row(3, {"a"}), Row(5, {"b"})));
  EXPECT_THAT(Read("\"\"\n"), ElementsAre(Row(1, {""})));
  EXPECT_THAT(Read(""), IsEmpty());
}

TEST(CsvReader, LosesOneRowToAQuoteThatIsNotClosed) {
  EXPECT_THAT(Read("a,b\nx,\"open\n1,2\n3,4\n"),
              ElementsAre(Row(1, {"a", "b"}),
                          ReadRow{2, {}, {1, "opens a quote that is not closed before the end"}},
                          Row(3, {"1", "2"}), Row(4, {"3", "4"})));
  EXPECT_THAT(Read("\""), SizeIs(1));
}

TEST(CsvReader, RefusesQuotesWhereTheyMeanNothing) {
  EXPECT_THAT(Read("a,b\"c\nd,e\n"),
              ElementsAre(ReadRow{1,
                                  {},
                                  {1,
                                   "has a quote inside an unquoted cell, expected the cell in "
                                   "quotes and quotes in it doubled"}},
                          Row(2, {"d", "e"})));
  EXPECT_THAT(Read("\"a\"b,c\nd,e\n"),
              ElementsAre(ReadRow{1,
                                  {},
                                  {0,
                                   "has text behind its closing quote, expected a comma or the "
                                   "line's end"}},
                          Row(2, {"d", "e"})));
  EXPECT_THAT(Read("\"a\"\rb\n"), SizeIs(1));
}

TEST(CsvReader, RefusesNulBytesAndWhatIsNotUtf8) {
  EXPECT_THAT(
      Read(std::string_view("a,b\0c\nd,e\n", 10)),
      ElementsAre(ReadRow{1, {}, {1, "has a NUL byte, expected text"}}, Row(2, {"d", "e"})));
  // A Latin-1 letter, an overlong form, a surrogate, a value past U+10FFFF, half a character.
  for (const std::string_view text :
       {"caf\xE9", "\xC0\xAF", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xE2\x82"}) {
    EXPECT_THAT(Read("a," + std::string(text) + "\nd,e\n"),
                ElementsAre(ReadRow{1, {}, {1, "is not UTF-8"}}, Row(2, {"d", "e"})));
  }
  EXPECT_THAT(Read("caf\u00E9,\u20AC,\U0001F600\n"),
              ElementsAre(Row(1, {"caf\u00E9", "\u20AC", "\U0001F600"})));
}

TEST(CsvReader, RefusesRowsThatAreTooLong) {
  const CsvLimits limits = {.row_bytes = 5, .buffer_bytes = 4};
  EXPECT_THAT(
      Read("12345\n123456\n1,2\n", limits),
      ElementsAre(Row(1, {"12345"}), ReadRow{2, {}, {std::nullopt, "is longer than 5 bytes"}},
                  Row(3, {"1", "2"})));
  EXPECT_THAT(
      Read("12345\r\n1234567890\r\n", limits),
      ElementsAre(Row(1, {"12345"}), ReadRow{2, {}, {std::nullopt, "is longer than 5 bytes"}}));
  EXPECT_THAT(Read("\"12\n345\"\nx\n", limits),
              ElementsAre(ReadRow{1, {}, {0, "opens a quote that is not closed within 5 bytes"}},
                          ReadRow{2,
                                  {},
                                  {0,
                                   "has a quote inside an unquoted cell, expected the cell in "
                                   "quotes and quotes in it doubled"}},
                          Row(3, {"x"})));
}

TEST(CsvReader, HoldsNoMoreOfALongLineThanItsLimit) {
  // 100 MB that never exist at once: what the reader may ask for is seen here.
  constexpr std::size_t kBytes = 100'000'000;
  std::size_t given = 0;
  std::size_t largest_request = 0;
  const std::string_view tail = "\n1,2\n";
  const auto source = [&](std::span<char> buffer) -> absl::StatusOr<std::size_t> {
    largest_request = std::max(largest_request, buffer.size());
    if (given >= kBytes + tail.size()) return 0;
    if (given >= kBytes) {
      buffer[0] = tail[given++ - kBytes];
      return 1;
    }
    const std::size_t count = std::min(buffer.size(), kBytes - given);
    std::fill_n(buffer.begin(), count, 'x');
    given += count;
    return count;
  };
  EXPECT_THAT(ReadAll(source),
              ElementsAre(ReadRow{1, {}, {std::nullopt, "is longer than 1048576 bytes"}},
                          Row(2, {"1", "2"})));
  EXPECT_LE(largest_request, CsvLimits().row_bytes + 2);
}

TEST(CsvReader, GivesTheErrorOfItsSource) {
  bool first = true;
  CsvReader reader(
      [&first](std::span<char> buffer) -> absl::StatusOr<std::size_t> {
        if (!first) return absl::UnavailableError("log.csv: cannot be read");
        first = false;
        buffer[0] = 'a';
        buffer[1] = '\n';
        return 2;
      },
      {.buffer_bytes = 4});
  EXPECT_EQ(reader.Next(), CsvReader::Result::kUnreadable);
  EXPECT_THAT(std::string(reader.status().message()), HasSubstr("log.csv"));
}

/// Random text in which everything that matters to a reader is likely.
std::string RandomText(std::mt19937_64& random, std::size_t most) {
  constexpr std::string_view kPieces[] = {"a", "b", ",", "\"", "\n", "\r", "\r\n", "\u00E9", "12"};
  std::string text;
  for (std::size_t n = random() % (most + 1); n > 0; --n) {
    text += kPieces[random() % std::size(kPieces)];
  }
  return text;
}

std::string Written(const std::vector<Cells>& rows, std::mt19937_64& random) {
  std::string text = random() % 4 == 0 ? "\xEF\xBB\xBF" : "";
  for (const Cells& row : rows) {
    bool first = true;
    for (const std::string& cell : row) {
      if (!first) text += ',';
      first = false;
      const bool quoted = cell.find_first_of(",\"\r\n") != std::string::npos ||
                          (row.size() == 1 && cell.empty()) || random() % 4 == 0;
      if (!quoted) {
        text += cell;
        continue;
      }
      text += '"';
      for (const char c : cell) text.append(c == '"' ? 2 : 1, c);
      text += '"';
    }
    text += random() % 2 == 0 ? "\n" : "\r\n";
  }
  return text;
}

TEST(CsvReader, ReadsBackWhatWasWrittenHoweverItIsCut) {
  const std::uint64_t seed = TestSeed();
  SCOPED_TRACE("PINMETRICS_TEST_SEED=" + std::to_string(seed));
  std::mt19937_64 random(seed);
  for (int round = 0; round < 2000; ++round) {
    std::vector<Cells> rows(random() % 8);
    for (Cells& row : rows) {
      row.resize(1 + random() % 4);
      for (std::string& cell : row) cell = RandomText(random, 6);
    }
    const std::string text = Written(rows, random);
    const std::size_t most = 1 + random() % 40;
    const CsvLimits limits = {.buffer_bytes = 4 + random() % 60};
    std::vector<Cells> read;
    for (ReadRow& row : ReadAll(PiecesOf(text, [&] { return 1 + random() % most; }), limits)) {
      EXPECT_EQ(row.fault, CsvFault());
      read.push_back(std::move(row.cells));
    }
    ASSERT_EQ(read, rows) << "round " << round << ": " << text;
  }
}

TEST(CsvReader, MakesTheSameOfAnyTextHoweverItIsCut) {
  const std::uint64_t seed = TestSeed();
  SCOPED_TRACE("PINMETRICS_TEST_SEED=" + std::to_string(seed));
  std::mt19937_64 random(seed);
  for (int round = 0; round < 5000; ++round) {
    const std::string text = RandomText(random, 60);
    const std::size_t row_bytes = 1 + random() % 30;
    const std::vector<ReadRow> whole = Read(text, {.row_bytes = row_bytes});
    const CsvLimits limits = {.row_bytes = row_bytes, .buffer_bytes = 4 + random() % 20};
    const std::size_t most = 1 + random() % 10;
    ASSERT_EQ(ReadAll(PiecesOf(text, [&] { return 1 + random() % most; }), limits), whole)
        << "round " << round << ": " << text;
  }
}

}  // namespace
}  // namespace pinmetrics::cli
