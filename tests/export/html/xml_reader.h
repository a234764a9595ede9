#ifndef PINMETRICS_TESTS_EXPORT_HTML_XML_READER_H_
#define PINMETRICS_TESTS_EXPORT_HTML_XML_READER_H_

#include <algorithm>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace pinmetrics {

/// An element of a page, or a piece of text, which has no name.
struct XmlNode {
  std::string name = {};
  std::map<std::string, std::string, std::less<>> attributes = {};
  std::vector<XmlNode> children = {};
  std::string text = {};

  std::string Attribute(std::string_view attribute) const {
    const auto found = attributes.find(attribute);
    return found == attributes.end() ? "" : found->second;
  }

  /// All text inside, in order.
  std::string Text() const {
    std::string all = text;
    for (const XmlNode& child : children) all += child.Text();
    return all;
  }

  /// The elements inside with that name and, if asked for, class, in the page's order.
  std::vector<const XmlNode*> All(std::string_view element,
                                  std::string_view class_name = "") const {
    std::vector<const XmlNode*> found;
    for (const XmlNode& child : children) {
      if (child.name == element && (class_name.empty() || child.HasClass(class_name))) {
        found.push_back(&child);
      }
      for (const XmlNode* inner : child.All(element, class_name)) found.push_back(inner);
    }
    return found;
  }

  bool HasClass(std::string_view class_name) const {
    return (" " + Attribute("class") + " ").find(" " + std::string(class_name) + " ") !=
           std::string::npos;
  }

  /// The element inside with that id, if there is exactly one.
  const XmlNode* WithId(std::string_view id) const {
    const XmlNode* found = Attribute("id") == id ? this : nullptr;
    for (const XmlNode& child : children) {
      const XmlNode* const inner = child.WithId(id);
      if (inner == nullptr) continue;
      if (found != nullptr) return nullptr;
      found = inner;
    }
    return found;
  }
};

/// Reads a page as strictly as XML is read: what is opened is closed, attributes are quoted and
/// named once, and only the five entities that XML has stand for characters.
class XmlReader {
 public:
  /// The root element; nothing if the page is not well-formed.
  static std::optional<XmlNode> Read(std::string_view page) {
    constexpr std::string_view kDoctype = "<!DOCTYPE html>\n";
    if (!page.starts_with(kDoctype)) return std::nullopt;
    XmlReader reader(page.substr(kDoctype.size()));
    std::optional<XmlNode> root = reader.Element();
    if (!root || reader.rest_ != "\n") return std::nullopt;
    return root;
  }

 private:
  explicit XmlReader(std::string_view rest) : rest_(rest) {}

  std::optional<XmlNode> Element() {
    XmlNode node;
    if (!Take("<") || !Name(node.name)) return std::nullopt;
    while (Take(" ")) {
      std::string name;
      std::string value;
      if (!Name(name) || !Take("=\"") || !Characters('"', value) || !Take("\"")) {
        return std::nullopt;
      }
      if (!node.attributes.emplace(std::move(name), std::move(value)).second) return std::nullopt;
    }
    if (Take("/>")) return node;
    if (!Take(">")) return std::nullopt;
    while (!Take("</")) {
      if (rest_.starts_with('<')) {
        std::optional<XmlNode> child = Element();
        if (!child) return std::nullopt;
        node.children.push_back(*std::move(child));
      } else {
        XmlNode text;
        if (!Characters('<', text.text)) return std::nullopt;
        node.children.push_back(std::move(text));
      }
    }
    if (!Take(node.name) || !Take(">")) return std::nullopt;
    return node;
  }

  bool Name(std::string& name) {
    const std::size_t end = std::min(
        rest_.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-"),
        rest_.size());
    name = rest_.substr(0, end);
    rest_.remove_prefix(end);
    return !name.empty();
  }

  // Up to the mark, at least one character of it or of what stands before.
  bool Characters(char mark, std::string& characters) {
    static const std::map<std::string_view, char> kEntities = {
        {"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}, {"&#39;", '\''}};
    while (!rest_.empty() && rest_.front() != mark) {
      const auto c = static_cast<unsigned char>(rest_.front());
      if (c == '<' || (c < 0x20 && c != '\n') || c == 0x7F) return false;
      if (c != '&') {
        characters += rest_.front();
        rest_.remove_prefix(1);
        continue;
      }
      const auto entity = std::find_if(kEntities.begin(), kEntities.end(), [this](const auto& e) {
        return rest_.starts_with(e.first);
      });
      if (entity == kEntities.end()) return false;
      characters += entity->second;
      rest_.remove_prefix(entity->first.size());
    }
    return !rest_.empty();
  }

  bool Take(std::string_view text) {
    if (!rest_.starts_with(text)) return false;
    rest_.remove_prefix(text.size());
    return true;
  }

  std::string_view rest_;
};

}  // namespace pinmetrics

#endif  // PINMETRICS_TESTS_EXPORT_HTML_XML_READER_H_
