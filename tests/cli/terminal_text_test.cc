#include "examples/cli/terminal_text.h"

#include <gtest/gtest.h>

#include <string>

namespace pinmetrics::cli {
namespace {

TEST(TerminalText, CountsTheColumnsThatATextTakes) {
  EXPECT_EQ(DisplayWidth(""), 0U);
  EXPECT_EQ(DisplayWidth("bread"), 5U);
  EXPECT_EQ(DisplayWidth("cr\u00E8me"), 5U);
  EXPECT_EQ(DisplayWidth("cre\u0300me"), 5U);
  EXPECT_EQ(DisplayWidth("\u30D1\u30F3"), 4U);
  EXPECT_EQ(DisplayWidth("\U0001F35E!"), 3U);
  EXPECT_EQ(DisplayWidth("\u2588\u2013\u2026"), 3U);
  EXPECT_EQ(DisplayWidth("\u05E9\u05B8\u05DC\u05D5\u05B9\u05DD"), 4U);  // Points of Hebrew.
  EXPECT_EQ(DisplayWidth("\u0E01\u0E34\u0E19"), 2U);  // A vowel of Thai above its consonant.
  EXPECT_EQ(DisplayWidth("\u0BA4\u0BCD"), 1U);        // A virama of Tamil.
}

TEST(TerminalText, NeutralisesWhatSteersATerminal) {
  EXPECT_EQ(Neutralised("cr\u00E8me \U0001F35E"), "cr\u00E8me \U0001F35E");
  EXPECT_EQ(Neutralised("\x1b[2Jgone"), "\uFFFD[2Jgone");
  EXPECT_EQ(Neutralised("a\nb\tc\r\x7F"), "a\uFFFDb\uFFFDc\uFFFD\uFFFD");
  EXPECT_EQ(Neutralised("\u009B31m"), "\uFFFD31m");
  EXPECT_EQ(Neutralised("\u202Egnp.exe"), "\uFFFDgnp.exe");
  EXPECT_EQ(Neutralised("half \xE2\x82"), "half \uFFFD\uFFFD");
}

TEST(TerminalText, CutsBetweenCharacters) {
  EXPECT_EQ(CutToWidth("bread", 5), "bread");
  EXPECT_EQ(CutToWidth("bread", 4), "bre\u2026");
  EXPECT_EQ(CutToWidth("bread", 0), "");
  EXPECT_EQ(CutToWidth("\u30D1\u30F3\u30D1\u30F3", 4), "\u30D1\u2026");
  EXPECT_EQ(CutToWidth("cre\u0300me br\u00FBl\u00E9e", 5), "cre\u0300m\u2026");
}

TEST(TerminalText, QuotesNoMoreThanALine) {
  EXPECT_EQ(Quoted("a\nb"), "'a\uFFFDb'");
  EXPECT_LE(DisplayWidth(Quoted(std::string(1'000'000, 'x'))), 62U);
}

}  // namespace
}  // namespace pinmetrics::cli
