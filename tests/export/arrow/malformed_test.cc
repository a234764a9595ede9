// Streams that contradict themselves, one thing at a time. Each must be refused, with the place and
// the reason, and without a byte read that is not there: run this with a sanitizer.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "tests/export/arrow/node.h"
#include "tests/export/sample_events.h"

namespace pinmetrics {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::int64_t kHuge = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t kLowest = std::numeric_limits<std::int64_t>::min();

struct Malformed {
  const char* name;
  /// What is done to a stream that is in order.
  std::function<void(ArrowScript&)> spoil;
  /// Part of the reason.
  const char* reason;
};

std::ostream& operator<<(std::ostream& out, const Malformed& malformed) {
  return out << malformed.name;
}

/// A change of a column's schema.
auto Schema(std::size_t column, std::function<void(ArrowNode&)> change) {
  return [column, change](ArrowScript& script) { change(script.schema.children[column]); };
}

/// A change of a column's first array.
auto Array(std::size_t column, std::function<void(ArrowNode&)> change) {
  return [column, change](ArrowScript& script) { change(script.batches[0].children[column]); };
}

/// A change of the first batch.
auto Batch(std::function<void(ArrowNode&)> change) {
  return [change](ArrowScript& script) { change(script.batches[0]); };
}

auto Format(std::size_t column, const char* format) {
  return Schema(column, [format](ArrowNode& node) { node.format = format; });
}

std::string Offsets(std::vector<std::int32_t> offsets) {
  std::string bytes;
  for (const std::int32_t offset : offsets) bytes += Bytes(offset);
  return bytes;
}

const std::vector<Malformed>& AllMalformed() {
  static const std::vector<Malformed> all = {
      // ---- the stream ----
      {"NoGetSchema", [](ArrowScript& s) { s.has_get_schema = false; }, "null pointer"},
      {"NoGetNext", [](ArrowScript& s) { s.has_get_next = false; }, "null pointer"},
      {"SchemaError",
       [](ArrowScript& s) {
         s.schema_error = EINVAL;
         s.last_error = "no table";
       },
       "the stream's schema: code 22, no table"},
      {"SchemaErrorWithoutText",
       [](ArrowScript& s) {
         s.schema_error = EINVAL;
         s.has_get_last_error = false;
       },
       "the stream's schema: code 22, expected 0"},
      {"SchemaErrorWithNullText", [](ArrowScript& s) { s.schema_error = EINVAL; }, "code 22"},
      {"SchemaIsReleased", [](ArrowScript& s) { s.schema.is_released = true; }, "is released"},

      // ---- the schema ----
      {"TableHasNoFormat", [](ArrowScript& s) { s.schema.format.reset(); }, "a null pointer"},
      {"TableIsNoStruct", [](ArrowScript& s) { s.schema.format = "l"; },
       "the stream's type is \"l\", expected \"+s\""},
      {"TableIsMap", [](ArrowScript& s) { s.schema.format = "+m"; }, "expected \"+s\""},
      {"SchemaHasNegativeChildren", [](ArrowScript& s) { s.schema.n_children = -1; },
       "-1 children"},
      {"SchemaHasNoChildList", [](ArrowScript& s) { s.schema.has_child_list = false; },
       "without a list"},
      {"SchemaHasNoColumns", [](ArrowScript& s) { s.schema.children.clear(); },
       "column time: is missing"},
      {"SchemaChildIsNull", Schema(2, [](ArrowNode& n) { n.is_null_pointer = true; }),
       "child 2 is a null pointer"},
      {"SchemaChildIsReleased", Schema(2, [](ArrowNode& n) { n.is_released = true; }),
       "child 2 is released"},
      {"ColumnHasNoName", Schema(kDeviceColumn, [](ArrowNode& n) { n.name.reset(); }),
       "column \"\": is not known"},
      {"ColumnIsUnknown", Schema(kDeviceColumn, [](ArrowNode& n) { n.name = "devize"; }),
       "column \"devize\": is not known, expected one of time, action"},
      {"ColumnIsThereTwice", Schema(kDeviceColumn, [](ArrowNode& n) { n.name = "age"; }),
       "column age: is there twice"},
      {"ColumnIsMissing",
       [](ArrowScript& s) { s.schema.children.erase(s.schema.children.begin()); },
       "column time: is missing, expected a timestamp"},
      {"ColumnHasNoFormat", Schema(kTimeColumn, [](ArrowNode& n) { n.format.reset(); }),
       "column time: its format is a null pointer"},
      {"ColumnIsOfStringViews", Format(kDeviceColumn, "vu"),
       "column device: its type is \"vu\", a string view, which is not read, expected utf8 or "
       "large_utf8, plain or behind a dictionary"},
      {"DictionaryIsOfStringViews",
       Schema(kActionColumn, [](ArrowNode& n) { n.dictionary[0].format = "vu"; }),
       "column action: has a dictionary of the type \"vu\", a string view, which is not read"},
      {"ColumnHasEmptyFormat", Format(kTimeColumn, ""), "its type is \"\""},
      {"TimeIsText", Format(kTimeColumn, "u"),
       "column time: its type is \"u\", expected a timestamp, or int64"},
      {"TimeIsDate", Format(kTimeColumn, "tdD"), "expected a timestamp"},
      {"TimeIsUInt64", Format(kTimeColumn, "L"), "expected a timestamp"},
      {"TimeIsInt32", Format(kTimeColumn, "i"), "expected a timestamp, or int64"},
      {"TimeIsNull", Format(kTimeColumn, "n"), "expected a timestamp"},
      {"TimeHasUnknownUnit", Format(kTimeColumn, "tsx:"), "expected a timestamp"},
      {"TimeHasNoColon", Format(kTimeColumn, "tsuUTC"), "expected a timestamp"},
      {"TimeHasCutFormat", Format(kTimeColumn, "ts"), "expected a timestamp"},
      {"ActionIsBinary",
       Schema(kActionColumn,
              [](ArrowNode& n) {
                n.dictionary.clear();
                n.format = "z";
              }),
       "column action: its type is \"z\", expected utf8"},
      {"PinIdIsDecimal", Format(kPinColumn, "d:38,0"),
       "column pin_id: its type is \"d:38,0\", expected an integer"},
      {"PinIdIsFloat", Format(kPinColumn, "g"), "expected an integer"},
      {"PlayTimeIsFloat", Format(kPlayTimeColumn, "g"), "or a duration"},
      {"ProgressIsInteger", Format(kProgressColumn, "i"), "expected float32 or float64"},
      {"ColumnHasChildren",
       Schema(kDeviceColumn, [](ArrowNode& n) { n.children = {TextNode("", {"a"})}; }),
       "column device: has 1 children"},
      {"DictionaryOfIntegers",
       Schema(kActionColumn, [](ArrowNode& n) { n.dictionary[0].format = "l"; }),
       "column action: has a dictionary of the type \"l\""},
      {"DictionaryWithoutFormat",
       Schema(kActionColumn, [](ArrowNode& n) { n.dictionary[0].format.reset(); }),
       "a dictionary of the type a null pointer"},
      {"DictionaryWithDictionary",
       Schema(kActionColumn,
              [](ArrowNode& n) { n.dictionary[0].dictionary = {TextNode("", {"a"})}; }),
       "has a dictionary"},
      {"DictionaryWithChildren",
       Schema(kActionColumn,
              [](ArrowNode& n) { n.dictionary[0].children = {TextNode("", {"a"})}; }),
       "column action: has a dictionary of the type \"u\", expected utf8"},
      {"DictionaryWithUnknownIndexes", Format(kActionColumn, "z"),
       "has dictionary indexes of the type \"z\""},
      {"DictionaryWithFloatIndexes", Format(kActionColumn, "g"),
       "has dictionary indexes of the type \"g\""},
      {"DictionarySchemaIsReleased",
       Schema(kActionColumn, [](ArrowNode& n) { n.dictionary[0].is_released = true; }),
       "the schema of its dictionary is released"},
      {"IdsBehindDictionary",
       Schema(kPinColumn, [](ArrowNode& n) { n.dictionary = {TextNode("", {"1"})}; }),
       "column pin_id: has a dictionary"},

      // ---- the batch ----
      {"BatchHasNegativeLength", Batch([](ArrowNode& n) { n.length = -1; }),
       "batch 0: the length of -1 is negative"},
      {"BatchHasNegativeOffset", Batch([](ArrowNode& n) { n.offset = -1; }),
       "the offset of -1 is negative"},
      {"BatchOverflows", Batch([](ArrowNode& n) {
         n.length = kHuge;
         n.offset = kHuge;
       }),
       "more than memory holds"},
      {"BatchIsLongerThanColumns", Batch([](ArrowNode& n) { n.length = 4; }),
       "column time: has 3 values, expected one for each of 4 rows"},
      {"BatchOffsetPassesColumns", Batch([](ArrowNode& n) { n.offset = 1; }),
       "has 3 values, expected one for each of 4 rows"},
      {"BatchHasNoBuffers", Batch([](ArrowNode& n) { n.buffers.clear(); }),
       "has 0 buffers, expected 1"},
      {"BatchHasNoBufferList", Batch([](ArrowNode& n) { n.has_buffer_list = false; }),
       "list of buffers is a null pointer"},
      {"BatchHasTooManyBuffers", Batch([](ArrowNode& n) { n.buffers.emplace_back(); }),
       "has 2 buffers, expected 1"},
      {"BatchHasFewerColumns", Batch([](ArrowNode& n) { n.children.pop_back(); }),
       "has 11 columns, expected 12"},
      {"BatchHasMoreColumns", Batch([](ArrowNode& n) { n.children.push_back(n.children[0]); }),
       "has 13 columns, expected 12"},
      {"BatchHasNegativeColumns", Batch([](ArrowNode& n) { n.n_children = -12; }),
       "has -12 columns"},
      {"BatchHasNoColumnList", Batch([](ArrowNode& n) { n.has_child_list = false; }),
       "list of columns is a null pointer"},
      {"BatchHasDictionary", Batch([](ArrowNode& n) { n.dictionary = {TextNode("", {"a"})}; }),
       "has a dictionary"},
      {"BatchHasNullRow", Batch([](ArrowNode& n) {
         n.null_count = 1;
         n.buffers[0] = "\x05";
       }),
       "1 of its rows are null"},
      {"BatchHasUncountedNullRow", Batch([](ArrowNode& n) {
         n.null_count = -1;
         n.buffers[0] = "\x05";
       }),
       "1 of its rows are null"},
      {"BatchHasNullsWithoutBitmap", Batch([](ArrowNode& n) { n.null_count = 1; }),
       "1 of its rows are null"},
      {"BatchHasTooManyNulls", Batch([](ArrowNode& n) { n.null_count = 4; }),
       "the null_count of 4 is outside -1..3"},
      {"SecondBatchIsBad", [](ArrowScript& s) { s.batches[1].length = -1; }, "batch 1: the length"},

      // ---- a column ----
      {"ColumnIsNullPointer", Array(kPinColumn, [](ArrowNode& n) { n.is_null_pointer = true; }),
       "batch 0: column pin_id: the array is a null pointer"},
      {"ColumnIsReleased", Array(kPinColumn, [](ArrowNode& n) { n.is_released = true; }),
       "column pin_id: the array is released"},
      {"ColumnHasNegativeLength", Array(kPinColumn, [](ArrowNode& n) { n.length = -3; }),
       "the length of -3 is negative"},
      {"ColumnHasLowestLength", Array(kPinColumn, [](ArrowNode& n) { n.length = kLowest; }),
       "is negative"},
      {"ColumnHasNegativeOffset", Array(kPinColumn, [](ArrowNode& n) { n.offset = -1; }),
       "the offset of -1 is negative"},
      {"ColumnIsTooShort", Array(kPinColumn, [](ArrowNode& n) { n.length = 2; }),
       "has 2 values, expected one for each of 3 rows"},
      {"ColumnOffsetOverflows", Array(kPinColumn, [](ArrowNode& n) { n.offset = kHuge - 2; }),
       "more than memory holds"},
      {"ColumnBytesOverflow", Array(kPinColumn, [](ArrowNode& n) { n.length = kHuge / 8; }),
       "more than memory holds"},
      {"ColumnHasTooFewBuffers", Array(kPinColumn, [](ArrowNode& n) { n.buffers.pop_back(); }),
       "has 1 buffers, expected 2"},
      {"ColumnHasTooManyBuffers", Array(kPinColumn, [](ArrowNode& n) { n.buffers.emplace_back(); }),
       "has 3 buffers, expected 2"},
      {"TextHasTwoBuffers", Array(kDeviceColumn, [](ArrowNode& n) { n.buffers.pop_back(); }),
       "column device: has 2 buffers, expected 3"},
      {"NullTypeHasBuffers",
       Array(kGenderColumn,
             [](ArrowNode& n) {
               n.buffers = {std::nullopt, "abc"};
             }),
       "column gender: has 2 buffers, expected 0"},
      {"ColumnHasNoBufferList", Array(kPinColumn, [](ArrowNode& n) { n.has_buffer_list = false; }),
       "list of buffers is a null pointer"},
      {"ColumnHasNoValues", Array(kPinColumn, [](ArrowNode& n) { n.buffers[1].reset(); }),
       "the buffer of values is a null pointer"},
      {"NullsWithoutBitmap", Array(kPinColumn, [](ArrowNode& n) { n.null_count = 1; }),
       "the null_count is 1, but the validity bitmap a null pointer"},
      {"NullCountBelowMinusOne", Array(kPinColumn, [](ArrowNode& n) { n.null_count = -2; }),
       "the null_count of -2 is outside -1..3"},
      {"NullCountAboveLength", Array(kPinColumn, [](ArrowNode& n) { n.null_count = 4; }),
       "the null_count of 4 is outside"},
      {"NullCountTooHigh", Array(kDeviceColumn, [](ArrowNode& n) { n.null_count = 2; }),
       "the null_count is 2, but the validity bitmap has 1 nulls"},
      {"NullCountTooLow", Array(kDeviceColumn, [](ArrowNode& n) { n.null_count = 0; }),
       "the null_count is 0, but the validity bitmap has 1 nulls"},
      {"ColumnArrayHasChildren",
       Array(kDeviceColumn, [](ArrowNode& n) { n.children = {TextNode("", {"a"})}; }),
       "has 1 children, expected none"},
      {"ColumnHasUnexpectedDictionary",
       Array(kDeviceColumn, [](ArrowNode& n) { n.dictionary = {TextNode("", {"a"})}; }),
       "has a dictionary, expected none"},

      // ---- text ----
      {"TextHasNoOffsets", Array(kDeviceColumn, [](ArrowNode& n) { n.buffers[1].reset(); }),
       "the buffer of values is a null pointer"},
      {"TextHasNoText", Array(kDeviceColumn, [](ArrowNode& n) { n.buffers[2].reset(); }),
       "the buffer of text is a null pointer, expected 12 bytes"},
      {"TextOffsetIsNegative",
       Array(kDeviceColumn,
             [](ArrowNode& n) {
               n.buffers[1] = Offsets({-1, 6, 6, 12});
             }),
       "the text offset of -1 is negative"},
      {"TextOffsetsFall",
       Array(kDeviceColumn,
             [](ArrowNode& n) {
               n.buffers[1] = Offsets({0, 6, 5, 12});
             }),
       "the text of value 1 ends at 5, before it begins at 6"},
      {"TextOffsetsFallAtANull",
       Array(kDeviceColumn,
             [](ArrowNode& n) {
               n.buffers[1] = Offsets({0, 6, -6, 12});
             }),
       "ends at -6"},
      {"LastTextOffsetFalls",
       Array(kDeviceColumn,
             [](ArrowNode& n) {
               n.buffers[1] = Offsets({0, 6, 6, 0});
             }),
       "the text of value 2 ends at 0"},
      {"LargeTextOffsetsFall",
       Array(kContentTypeColumn,
             [](ArrowNode& n) {
               n.buffers[1] = Bytes<std::int64_t>(0) + Bytes<std::int64_t>(kHuge) +
                              Bytes<std::int64_t>(kLowest) + Bytes<std::int64_t>(0);
             }),
       "the text of value 1 ends at -9223372036854775808"},

      // ---- dictionaries ----
      {"DictionaryIsMissing", Array(kActionColumn, [](ArrowNode& n) { n.dictionary.clear(); }),
       "has no dictionary"},
      {"DictionaryIsReleased",
       Array(kActionColumn, [](ArrowNode& n) { n.dictionary[0].is_released = true; }),
       "dictionary: the array is released"},
      {"IndexIsTooHigh",
       Array(kActionColumn, [](ArrowNode& n) { n.buffers[1] = std::string("\0\3\0", 3); }),
       "the index of value 1, 3, is outside the dictionary, which has 3 values"},
      {"IndexIsNegative",
       Array(kActionColumn, [](ArrowNode& n) { n.buffers[1] = std::string("\0\0\xFF", 3); }),
       "the index of value 2, -1, is outside"},
      {"IndexIsTooHighFor32Bits",
       Array(kAgeColumn,
             [](ArrowNode& n) {
               n.buffers[1] = Bytes<std::uint32_t>(0xFFFFFFFF) + Bytes<std::uint32_t>(0) +
                              Bytes<std::uint32_t>(0);
             }),
       "the index of value 0, 4294967295, is outside"},
      {"DictionaryIsEmpty", Array(kActionColumn, [](ArrowNode& n) { n.dictionary[0].length = 0; }),
       "which has 0 values"},
      {"DictionaryHasNegativeLength",
       Array(kActionColumn, [](ArrowNode& n) { n.dictionary[0].length = -1; }),
       "dictionary: the length of -1"},
      {"DictionaryHasTwoBuffers",
       Array(kActionColumn, [](ArrowNode& n) { n.dictionary[0].buffers.pop_back(); }),
       "dictionary: has 2 buffers"},
      {"DictionaryOffsetsFall",
       Array(kActionColumn,
             [](ArrowNode& n) {
               n.dictionary[0].buffers[1] = Offsets({0, 4, 3, 22});
             }),
       "dictionary: the text of value 1"},
      {"DictionaryHasNoText",
       Array(kActionColumn, [](ArrowNode& n) { n.dictionary[0].buffers[2].reset(); }),
       "dictionary: the buffer of text is a null pointer"},
      {"DictionaryHasNullsWithoutBitmap",
       Array(kActionColumn, [](ArrowNode& n) { n.dictionary[0].null_count = 1; }),
       "dictionary: the null_count is 1"},
      {"DictionaryArrayHasDictionary",
       Array(kActionColumn,
             [](ArrowNode& n) { n.dictionary[0].dictionary = {TextNode("", {"a"})}; }),
       "dictionary: has a dictionary"},
  };
  return all;
}

class ArrowMalformed : public ::testing::TestWithParam<Malformed> {};

TEST_P(ArrowMalformed, IsRefused) {
  ArrowScript script = ScriptOf({SampleBatch(), SampleBatch()});
  GetParam().spoil(script);
  ArrowLedger ledger;
  const ReadEvents read = ReadAll(ExportStream(std::move(script), ledger));
  EXPECT_EQ(read.status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(read.status.message()), HasSubstr(GetParam().reason));
  // All of a batch is looked at before any of its rows counts.
  if (std::string(GetParam().name) == "SecondBatchIsBad") {
    EXPECT_EQ(read.events, SampleEvents());
  } else {
    EXPECT_THAT(read.events, IsEmpty());
  }
  EXPECT_THAT(read.refused, IsEmpty());
  EXPECT_EQ(ledger.released(), ledger.made());
  EXPECT_EQ(ledger.released_twice(), 0U);
}

INSTANTIATE_TEST_SUITE_P(Kinds, ArrowMalformed, ::testing::ValuesIn(AllMalformed()),
                         [](const auto& param) { return std::string(param.param.name); });

TEST(ArrowEventSample, TheStreamIsInOrderBeforeItIsSpoilt) {
  const ReadEvents read = ReadAll(ScriptOf({SampleBatch(), SampleBatch()}));
  EXPECT_TRUE(read.status.ok()) << read.status;
  EXPECT_EQ(read.events.size(), 6U);
}

}  // namespace
}  // namespace pinmetrics
