#include "pinmetrics/filter/filter_text.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "pinmetrics/filter/filter.h"
#include "tests/filter/random_filter.h"
#include "tests/model/random_event.h"

namespace pinmetrics {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

const Filter kOnMobile = Is(Device::kMobile);
const Filter kYoung = Is(Age::k18To24);
const Filter kVideos = Is(PinFormat::kVideo);

/// The filter that the text says. One that does not parse fails the test.
Filter Parse(std::string_view text) {
  const absl::StatusOr<Filter> filter = ParseFilter(text);
  EXPECT_TRUE(filter.ok()) << "'" << text << "': " << filter.status().ToString();
  return filter.ok() ? *filter : !Filter();
}

std::string Error(std::string_view text) {
  const absl::StatusOr<Filter> filter = ParseFilter(text);
  if (filter.ok()) return "none, it parses";
  EXPECT_EQ(filter.status().code(), absl::StatusCode::kInvalidArgument);
  return std::string(filter.status().message());
}

std::string Times(std::size_t count, std::string_view text) {
  std::string all;
  for (std::size_t i = 0; i < count; ++i) all += text;
  return all;
}

TEST(FilterText, ReadsTheExampleOfTheSpec) {
  const Filter filter = Is(Device::kMobile, Device::kTablet) && !Is(Age::k18To24) &&
                        (Is(PinSource::kYourPins) || Is(PinFormat::kVideo));
  const std::string text = "device:mobile,tablet -age:18-24 (source:your_pins or format:video)";
  EXPECT_EQ(Parse(text), filter);
  EXPECT_EQ(ToString(filter), text);
}

TEST(FilterText, ReadsEveryValueOfEveryDimension) {
  EXPECT_EQ(Parse("content_type:organic,paid,earned"),
            Is(ContentType::kOrganic, ContentType::kPaid, ContentType::kEarned));
  EXPECT_EQ(Parse("device:mobile,tablet,desktop,unspecified"),
            Is(Device::kMobile, Device::kTablet, Device::kDesktop, Device::kUnspecified));
  EXPECT_EQ(Parse("age:18-24,25-34,35-44,45-49,50-54,55-64,65+,unspecified"),
            Is(Age::k18To24, Age::k25To34, Age::k35To44, Age::k45To49, Age::k50To54, Age::k55To64,
               Age::k65Plus, Age::kUnspecified));
  EXPECT_EQ(Parse("gender:female,male,unspecified"),
            Is(Gender::kFemale, Gender::kMale, Gender::kUnspecified));
  EXPECT_EQ(Parse("source:your_pins,other_pins"), Is(PinSource::kYourPins, PinSource::kOtherPins));
  EXPECT_EQ(Parse("format:standard,product,idea,video"),
            Is(PinFormat::kStandard, PinFormat::kProduct, PinFormat::kIdea, PinFormat::kVideo));
  EXPECT_EQ(Parse("account:0,7,none"), Is(AccountId(0), AccountId(7), kNoAccount));
  EXPECT_EQ(Parse("product_group:none,18446744073709551615"),
            Is(kNoProductGroup, ProductGroupId(18446744073709551615u)));
  EXPECT_EQ(Parse("board:1"), Is(BoardId(1)));
  EXPECT_EQ(Parse("pin:18446744073709551615"), Is(PinId(18446744073709551615u)));
}

TEST(FilterText, NoneIsOneOfTheValues) {
  EXPECT_EQ(Parse("account:none"), Is(kNoAccount));
  EXPECT_EQ(ToString(Is(kNoAccount)), "account:none");
  EXPECT_EQ(ToString(Is(kNoAccount, AccountId(7))), "account:7,none");
}

TEST(FilterText, PaidAndEarnedIsShortForBoth) {
  const Filter both = Is(ContentType::kPaid, ContentType::kEarned);
  EXPECT_EQ(Parse("content_type:paid_and_earned"), both);
  EXPECT_EQ(Parse("content_type:earned,paid_and_earned,paid"), both);
  EXPECT_EQ(Parse("-content_type:paid_and_earned"), !both);
  EXPECT_EQ(ToString(both), "content_type:paid,earned");
}

TEST(FilterText, ReadsWhatFollowsFromAccountAndContentType) {
  EXPECT_EQ(Parse("claimed:yes"), Is(Claimed::kYes));
  EXPECT_EQ(Parse("claimed:no"), Is(Claimed::kNo));
  EXPECT_EQ(Parse("promotion:organic"), Is(Promotion::kOrganic));
  EXPECT_EQ(Parse("promotion:paid_and_earned"), Is(Promotion::kPaidAndEarned));
  EXPECT_EQ(ToString(Is(Claimed::kNo, Claimed::kYes) && !Is(Promotion::kPaidAndEarned)),
            "claimed:yes,no -promotion:paid_and_earned");
}

TEST(FilterText, TheEmptyTextPassesEverything) {
  EXPECT_EQ(Parse(""), Filter());
  EXPECT_EQ(Parse(" \t\r\n "), Filter());
  EXPECT_EQ(Parse("()"), Filter());
  EXPECT_EQ(Parse("( )"), Filter());
  EXPECT_EQ(Parse("() device:mobile"), kOnMobile);
  EXPECT_EQ(Parse("() or device:mobile"), Filter());
  EXPECT_EQ(ToString(Filter()), "");
}

TEST(FilterText, TheFilterThatPassesNothingHasAText) {
  EXPECT_EQ(ToString(!Filter()), "-()");
  EXPECT_EQ(Parse("-()"), !Filter());
  EXPECT_EQ(Parse("not ()"), !Filter());
  EXPECT_EQ(Parse("device:mobile -()"), !Filter());
  EXPECT_EQ(Parse("--()"), Filter());
}

TEST(FilterText, SideBySideAndTheWordMeanAnd) {
  EXPECT_EQ(Parse("device:mobile age:18-24"), kOnMobile && kYoung);
  EXPECT_EQ(Parse("device:mobile and age:18-24"), kOnMobile && kYoung);
  EXPECT_EQ(Parse("device:mobile(age:18-24)"), kOnMobile && kYoung);
  EXPECT_EQ(Parse("(device:mobile)age:18-24"), kOnMobile && kYoung);
  EXPECT_EQ(Parse("device:mobile and -age:18-24"), kOnMobile && !kYoung);
}

TEST(FilterText, MinusAndTheWordNegateWhatFollows) {
  EXPECT_EQ(Parse("-device:mobile"), !kOnMobile);
  EXPECT_EQ(Parse("- device:mobile"), !kOnMobile);
  EXPECT_EQ(Parse("not device:mobile"), !kOnMobile);
  EXPECT_EQ(Parse("not(device:mobile)"), !kOnMobile);
  EXPECT_EQ(Parse("not not device:mobile"), kOnMobile);
  EXPECT_EQ(Parse("-not -device:mobile"), !kOnMobile);
  EXPECT_EQ(Parse("-device:mobile age:18-24"), !kOnMobile && kYoung);
  EXPECT_EQ(Parse("-(device:mobile age:18-24)"), !(kOnMobile && kYoung));
  EXPECT_EQ(Parse("-device:mobile or age:18-24"), !kOnMobile || kYoung);
}

TEST(FilterText, AndBindsTighterThanOr) {
  EXPECT_EQ(Parse("device:mobile age:18-24 or format:video"), (kOnMobile && kYoung) || kVideos);
  EXPECT_EQ(Parse("device:mobile or age:18-24 format:video"), kOnMobile || (kYoung && kVideos));
  EXPECT_EQ(Parse("device:mobile (age:18-24 or format:video)"), kOnMobile && (kYoung || kVideos));
}

TEST(FilterText, AnyWhitespaceSeparates) {
  const Filter filter = kOnMobile && (kYoung || kVideos);
  EXPECT_EQ(Parse("  device:mobile\t(\nage:18-24\r\nor\tformat:video )  "), filter);
  EXPECT_EQ(Parse("device:mobile and(age:18-24 or(format:video))"), filter);
}

TEST(FilterText, PrintsParenthesesOnlyWhereTheyAreNeeded) {
  EXPECT_EQ(ToString((kOnMobile && kYoung) || kVideos), "device:mobile age:18-24 or format:video");
  EXPECT_EQ(ToString((kOnMobile || kYoung) && kVideos),
            "(device:mobile or age:18-24) format:video");
  EXPECT_EQ(ToString(!(kOnMobile || kYoung) && !kVideos),
            "-(device:mobile or age:18-24) -format:video");
  EXPECT_EQ(ToString(!(kOnMobile && kYoung)), "-(device:mobile age:18-24)");
  EXPECT_EQ(ToString(!(!kOnMobile && !kYoung) || kVideos),
            "-(-device:mobile -age:18-24) or format:video");
}

TEST(FilterText, EveryFilterReadsBackEqual) {
  const std::uint64_t seed = TestSeed();
  SCOPED_TRACE("PINMETRICS_TEST_SEED=" + std::to_string(seed));
  RandomModel random(seed);
  int past_the_limits = 0;
  for (int i = 0; i < 5'000; ++i) {
    const Filter filter = RandomFilter(random, random.Below(6)).filter;
    const std::string text = ToString(filter);
    if (text.size() > kMaxFilterTextBytes) {
      ++past_the_limits;
      continue;
    }
    const absl::StatusOr<Filter> read = ParseFilter(text);
    ASSERT_TRUE(read.ok()) << text << "\n" << read.status();
    ASSERT_EQ(*read, filter) << text;
    ASSERT_EQ(ToString(*read), text);
  }
  EXPECT_LT(past_the_limits, 500);
}

TEST(FilterText, SaysWhereATextIsWrongAndWhatWouldBeRight) {
  const std::string condition =
      "a condition on one of content_type, device, age, gender, source, format, account, "
      "product_group, board, pin, claimed, promotion, 'not' or '('";
  const std::string device = "a value of device: mobile, tablet, desktop, unspecified";
  const struct {
    std::string_view text;
    int column;
    std::string found;
    std::string expected;
  } cases[] = {
      // Where a condition should begin.
      {"mobile", 1, "'mobile'", condition},
      {"Device:mobile", 1, "'Device'", condition},
      {"  dvice:mobile", 3, "'dvice'", condition},
      {":mobile", 1, "':'", condition},
      {",", 1, "','", condition},
      {")", 1, "')'", condition},
      {"or", 1, "'or'", condition},
      {"and device:mobile", 1, "'and'", condition},
      {"device:mobile or", 17, "the end", condition},
      {"device:mobile or or age:18-24", 18, "'or'", condition},
      {"device:mobile and", 18, "the end", condition},
      {"device:mobile and and age:18-24", 19, "'and'", condition},
      {"device:mobile and or age:18-24", 19, "'or'", condition},
      {"device:mobile OR age:18-24", 15, "'OR'", condition},
      {"-", 2, "the end", condition},
      {"not", 4, "the end", condition},
      {"- )", 3, "')'", condition},
      {"not-device:mobile", 1, "'not-device'", condition},
      {"not:mobile", 1, "'not'", condition},
      {"or:mobile", 1, "'or'", condition},
      {"(", 2, "the end", condition},
      {"(or device:mobile)", 2, "'or'", condition},
      {"device:mobile &&age:18-24", 15, "'&&age'", condition},
      // After a dimension's name.
      {"device", 7, "the end", "':' and values of device"},
      {"device mobile", 7, "' '", "':' and values of device"},
      {"device(mobile)", 7, "'('", "':' and values of device"},
      {"account :none", 8, "' '", "':' and values of account"},
      // Values.
      {"device:", 8, "the end", device},
      {"device: mobile", 8, "' '", device},
      {"device:phone", 8, "'phone'", device},
      {"device:Mobile", 8, "'Mobile'", device},
      {"device:mobile,", 15, "the end", device},
      {"device:mobile, tablet", 15, "' '", device},
      {"device:,mobile", 8, "','", device},
      {"device:mobile-age:18-24", 8, "'mobile-age'", device},
      {"device:none", 8, "'none'", device},
      {"device:paid_and_earned", 8, "'paid_and_earned'", device},
      {"age:18-24,17", 11, "'17'",
       "a value of age: 18-24, 25-34, 35-44, 45-49, 50-54, 55-64, 65+, unspecified"},
      {"claimed:true", 9, "'true'", "a value of claimed: yes, no"},
      {"promotion:paid", 11, "'paid'", "a value of promotion: organic, paid_and_earned"},
      {"age:male", 5, "'male'",
       "a value of age: 18-24, 25-34, 35-44, 45-49, 50-54, 55-64, 65+, unspecified"},
      {"board:none", 7, "'none'", "the id of board, a number up to 2^64-1"},
      {"board:-1", 7, "'-1'", "the id of board, a number up to 2^64-1"},
      {"board:+1", 7, "'+1'", "the id of board, a number up to 2^64-1"},
      {"board:1.5", 7, "'1.5'", "the id of board, a number up to 2^64-1"},
      {"pin:18446744073709551616", 5, "'18446744073709551616'",
       "the id of pin, a number up to 2^64-1"},
      {"account:x", 9, "'x'", "the id of account, a number up to 2^64-1, or none"},
      {"product_group:", 15, "the end", "the id of product_group, a number up to 2^64-1, or none"},
      // After a condition.
      {"device:mobile:tablet", 14, "':'", "a space, ',', '(' or ')'"},
      {"device:mobile)", 14, "')'", "a condition, 'or' or the end"},
      {"device:mobile ) age:18-24", 15, "')'", "a condition, 'or' or the end"},
      {"())", 3, "')'", "a condition, 'or' or the end"},
      {"(device:mobile", 15, "the end", "a condition, 'or' or ')'"},
      {"((device:mobile) or age:18-24", 30, "the end", "a condition, 'or' or ')'"},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(Error(c.text), "filter: column " + std::to_string(c.column) + ": " + c.found +
                                 ", expected " + c.expected)
        << "'" << c.text << "'";
  }
}

TEST(FilterText, CountsColumnsInBytes) {
  EXPECT_THAT(Error("device:m\u00f6bile"), StartsWith("filter: column 8: 'm\u00f6bile'"));
  EXPECT_THAT(Error("(device:mobile \u00f6:1)"), StartsWith("filter: column 16: '\u00f6'"));
}

TEST(FilterText, QuotesNoMoreThanTheStartOfALongWord) {
  const std::string error = Error(Times(10'000, "x"));
  EXPECT_THAT(error, StartsWith("filter: column 1: '" + Times(40, "x") + "', expected"));
  EXPECT_LT(error.size(), 300u);
}

TEST(FilterText, ControlCharactersAreWrongBytesAndStayOutOfMessages) {
  using std::string_literals::operator""s;
  EXPECT_THAT(Error("\0"s), StartsWith("filter: column 1: '?', expected a condition"));
  EXPECT_THAT(Error("device:mobile\0"s), StartsWith("filter: column 8: 'mobile?', expected"));
  EXPECT_THAT(Error("device:mobile \0 age:18-24"s), StartsWith("filter: column 15: '?'"));
  EXPECT_THAT(Error("dev\x7fice:mobile"), StartsWith("filter: column 1: 'dev?ice'"));
  EXPECT_THAT(Error("\x1b[31mX"), StartsWith("filter: column 1: '?[31mX', expected"));
}

TEST(FilterText, TakesSixteenKibibytes) {
  std::string text = "device:mobile";
  text.resize(kMaxFilterTextBytes, ' ');
  EXPECT_EQ(Parse(text), kOnMobile);
  EXPECT_EQ(Error(text + " "), "filter: 16385 bytes of text, expected at most 16384");
  EXPECT_EQ(Error(Times(1'000'000, "(")), "filter: 1000000 bytes of text, expected at most 16384");
}

TEST(FilterText, TakesSixtyFourLevelsOfParenthesesAndNots) {
  const std::string limit = "expected at most 64 levels of parentheses and nots";
  EXPECT_EQ(Parse(Times(64, "(") + "device:mobile" + Times(64, ")")), kOnMobile);
  EXPECT_EQ(Error(Times(65, "(") + "device:mobile" + Times(65, ")")),
            "filter: column 65: '(', " + limit);
  EXPECT_EQ(Parse(Times(64, "-") + "device:mobile"), kOnMobile);
  EXPECT_EQ(Parse(Times(63, "not ") + "device:mobile"), !kOnMobile);
  EXPECT_EQ(Error(Times(65, "not ") + "device:mobile"), "filter: column 257: 'not', " + limit);
  EXPECT_EQ(Parse(Times(32, "-(") + "device:mobile" + Times(32, ")")), kOnMobile);
  EXPECT_EQ(Error(Times(32, "-(") + "-device:mobile" + Times(32, ")")),
            "filter: column 65: '-device', " + limit);
  EXPECT_THAT(Error(Times(kMaxFilterTextBytes, "(")), HasSubstr(limit));
  EXPECT_THAT(Error(Times(kMaxFilterTextBytes, "-")), HasSubstr(limit));
}

TEST(FilterText, TheLimitOfNestingIsOfLevelsNotOfCount) {
  EXPECT_EQ(Parse(Times(1'000, "(device:mobile)")).nodes().back().count, 1'000u);
  EXPECT_EQ(Parse(Times(1'000, "-age:18-24 ")).nodes().back().count, 1'000u);
}

/// Levels of ands and ors in turn, each but the innermost with parentheses when it is printed.
Filter Deep(int levels) {
  Filter filter = kOnMobile;
  for (int i = 0; i < levels; ++i) {
    filter = i % 2 == 0 ? std::move(filter) || kYoung : std::move(filter) && kVideos;
  }
  return filter;
}

TEST(FilterText, PrintsMoreLevelsThanItReads) {
  EXPECT_EQ(Parse(ToString(Deep(128))), Deep(128));
  EXPECT_THAT(Error(ToString(Deep(130))), HasSubstr("at most 64 levels"));
  EXPECT_THAT(Error(ToString(Deep(10'000))), HasSubstr("expected at most 16384"));
}

TEST(FilterText, PrintsOneHundredThousandLevels) {
  const std::string text = ToString(Deep(100'000));
  EXPECT_EQ(text.size(), std::string_view("device:mobile").size() +
                             50'000 * (std::string_view(" or age:18-24").size() +
                                       std::string_view("() format:video").size()));
  EXPECT_THAT(text, StartsWith("((((("));
}

TEST(FilterText, ReadsBackWhateverTextItTakes) {
  const std::uint64_t seed = TestSeed();
  SCOPED_TRACE("PINMETRICS_TEST_SEED=" + std::to_string(seed));
  RandomModel random(seed);
  const std::vector<std::string> words = {"device:mobile",
                                          "age:18-24,65+",
                                          "account:none,7",
                                          "content_type:paid_and_earned",
                                          "pin:1",
                                          "-",
                                          "not ",
                                          "(",
                                          ")",
                                          " or ",
                                          " and ",
                                          " ",
                                          ",",
                                          ":",
                                          "\t",
                                          "()"};
  int taken = 0;
  for (int i = 0; i < 100'000; ++i) {
    std::string text;
    for (std::size_t count = random.Below(12); count > 0; --count) {
      text += words[random.Below(words.size())];
    }
    const absl::StatusOr<Filter> filter = ParseFilter(text);
    if (!filter.ok()) {
      ASSERT_THAT(std::string(filter.status().message()), StartsWith("filter: column ")) << text;
      continue;
    }
    ++taken;
    const absl::StatusOr<Filter> again = ParseFilter(ToString(*filter));
    ASSERT_TRUE(again.ok()) << text << "\n" << ToString(*filter);
    ASSERT_EQ(*again, *filter) << text;
  }
  EXPECT_GT(taken, 1'000);
}

}  // namespace
}  // namespace pinmetrics
