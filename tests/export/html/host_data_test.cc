#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "pinmetrics/export/html.h"
#include "tests/export/html/xml_reader.h"
#include "tests/export/sample_reports.h"

namespace pinmetrics {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;

XmlNode PageWith(const HtmlOptions& options) {
  const absl::StatusOr<std::string> html = ToHtml(SampleOverview(), options);
  EXPECT_TRUE(html.ok()) << html.status();
  const std::optional<XmlNode> page = XmlReader::Read(html.ok() ? *html : "");
  EXPECT_TRUE(page.has_value());
  return page.value_or(XmlNode{});
}

std::string RefusalOf(const HtmlOptions& options) {
  return std::string(ToHtml(SampleOverview(), options).status().message());
}

/// The links that are no files.
std::vector<const XmlNode*> LinksOf(const XmlNode& page) {
  std::vector<const XmlNode*> links;
  for (const XmlNode* link : page.All("a")) {
    if (link->Attribute("download").empty()) links.push_back(link);
  }
  return links;
}

TEST(HostData, PinsAreLinkedByTheTemplate) {
  const XmlNode page = PageWith({.pin_address = "https://example.com/pin?a=1&id={pin_id}#top"});
  const std::vector<const XmlNode*> links = LinksOf(page);
  ASSERT_THAT(links, SizeIs(2));
  EXPECT_EQ(links[0]->Attribute("href"), "https://example.com/pin?a=1&id=18446744073709551615#top");
  EXPECT_EQ(links[0]->Attribute("rel"), "noreferrer");
  EXPECT_EQ(links[1]->Text(), "Pin 7");
  EXPECT_THAT(LinksOf(PageWith({})), SizeIs(0));
}

TEST(HostData, RefusesAddressesThatAreNone) {
  const auto refusal = [](std::string_view address) { return RefusalOf({.pin_address = address}); };
  EXPECT_EQ(refusal("http://a/{pin_id}"), "");
  EXPECT_EQ(refusal("https://a:8080/x%20y/{pin_id}.html"), "");
  for (const char* const address :
       {"javascript:alert({pin_id})", "//a/{pin_id}", "data:text/html,{pin_id}",
        "HTTPS://a/{pin_id}", " https://a/{pin_id}", "pin/{pin_id}"}) {
    EXPECT_THAT(refusal(address), HasSubstr("is no web address")) << address;
  }
  EXPECT_EQ(refusal("javascript:alert({pin_id})"),
            "pin_address: 'javascript:alert({pin_id})' is no web address, expected https:// or "
            "http:// in front");
  EXPECT_THAT(refusal("https://a/"), HasSubstr("expected {pin_id} once"));
  EXPECT_THAT(refusal("https://a/{pin_id}/{pin_id}"), HasSubstr("expected {pin_id} once"));
  EXPECT_THAT(refusal("https://{pin_id}.example.com/"), HasSubstr("has no host"));
  EXPECT_THAT(refusal("https:///{pin_id}"), HasSubstr("has no host"));
  EXPECT_THAT(refusal("https://a@b/{pin_id}"), HasSubstr("names a user"));
  for (const char* const address :
       {"https://a/\"{pin_id}", "https://a/{pin_id}\n", "https://a/<b>{pin_id}",
        "https://a\\{pin_id}/{", "https://\u00E6/{pin_id}", "https://a/{board}/{pin_id}",
        "https://a/\x7F{pin_id}"}) {
    EXPECT_THAT(refusal(address), StartsWith("pin_address: 'https://")) << address;
  }
  EXPECT_THAT(refusal("https://a/" + std::string(2000, 'x') + "{pin_id}"),
              HasSubstr("xxx...' is too long"));
}

TEST(HostData, BoardsHaveTheNamesThatAHostGives) {
  const std::array<BoardName, 2> names = {
      {{BoardId(9), "Nothing"}, {BoardId(0), "<b>Cakes & tea</b>"}}};
  const XmlNode page = PageWith({.board_names = names});
  const std::vector<const XmlNode*> tables = page.All("table", "top");
  EXPECT_EQ(tables.back()->All("tbody")[0]->All("th")[0]->Text(), "Board 0 <b>Cakes & tea</b>");
}

TEST(HostData, PicturesAreShownWhereTheyAreData) {
  const std::array<PinThumbnail, 1> pictures = {{{PinId(7), "data:image/png;base64,iVBORw0KGgo="}}};
  const XmlNode page = PageWith({.thumbnails = pictures});
  ASSERT_THAT(page.All("img"), SizeIs(1));
  EXPECT_EQ(page.All("img")[0]->Attribute("src"), "data:image/png;base64,iVBORw0KGgo=");
  EXPECT_EQ(page.All("img")[0]->attributes.count("alt"), 1U);
  EXPECT_THAT(page.All("meta")[1]->Attribute("content"), HasSubstr("; img-src data:"));
  EXPECT_THAT(PageWith({}).All("meta")[1]->Attribute("content"), Not(HasSubstr("img-src")));
}

TEST(HostData, RefusesOtherPictures) {
  const auto refusal = [](std::string_view data) {
    const std::array<PinThumbnail, 1> pictures = {{{PinId(7), data}}};
    return RefusalOf({.thumbnails = pictures});
  };
  EXPECT_EQ(refusal("data:image/webp;base64,AAAA"), "");
  EXPECT_EQ(refusal("data:image/webp;base64,A+/="), "");
  EXPECT_EQ(refusal("https://a/7.png"),
            "thumbnails[0]: of Pin 7: 'https://a/7.png', expected data:image/png;base64, or jpeg, "
            "gif, webp, avif, and base64 behind it");
  for (const char* const data :
       {"data:image/svg+xml;base64,AAAA", "data:text/html;base64,AAAA", "data:image/png,AAAA",
        "data:image/png;base64,", "data:image/png;base64,AAA", "data:image/png;base64,AAA\"",
        "data:image/png;base64,A=AA", "data:image/png;base64,A===", "data:image/png;base64,AA-_",
        "data:image/png;base64,AA A"}) {
    EXPECT_THAT(refusal(data), HasSubstr("expected data:image/png")) << data;
  }
  EXPECT_THAT(refusal("data:image/png;base64," + std::string(16384, 'A')),
              HasSubstr("bytes, expected at most 16384"));
}

}  // namespace
}  // namespace pinmetrics
