#include "tests/docs/document.h"

#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <optional>
#include <string_view>
#include <utility>

namespace pinmetrics {
namespace {

std::string PathOf(const std::string& path) { return PINMETRICS_SOURCE_DIR "/" + path; }

/// Where a part's text begins and how long it is, if the document has the part.
std::optional<std::pair<std::size_t, std::size_t>> FindPart(const std::string& name,
                                                            const std::string& document) {
  const std::string begin_mark = "<!-- begin " + name + " -->\n";
  const std::size_t mark = document.find(begin_mark);
  if (mark == std::string::npos) return std::nullopt;
  const std::size_t begin = mark + begin_mark.size();
  const std::size_t end = document.find("<!-- end " + name + " -->\n", begin);
  if (end == std::string::npos) return std::nullopt;
  return std::pair(begin, end - begin);
}

std::size_t CountOf(std::string_view word, std::string_view text) {
  std::size_t count = 0;
  for (std::size_t at = text.find(word); at != std::string_view::npos;
       at = text.find(word, at + 1)) {
    ++count;
  }
  return count;
}

}  // namespace

std::string ReadProjectFile(const std::string& path) {
  std::ifstream in(PathOf(path), std::ios::binary);
  EXPECT_TRUE(in) << path << " cannot be read";
  return std::string(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
}

void ExpectParts(const std::string& path, const DocumentParts& parts) {
  const bool updates = std::getenv("PINMETRICS_UPDATE_DOCS") != nullptr;
  std::string document = ReadProjectFile(path);
  EXPECT_EQ(CountOf("<!-- begin ", document), parts.size()) << path << " has parts nobody makes";
  for (const auto& [name, text] : parts) {
    const auto part = FindPart(name, document);
    if (!part) {
      ADD_FAILURE() << path << " has no part " << name;
    } else if (updates) {
      document.replace(part->first, part->second, text);
    } else {
      EXPECT_EQ(document.substr(part->first, part->second), text)
          << path << ", part " << name << ": PINMETRICS_UPDATE_DOCS=1 rewrites it";
    }
  }
  if (updates) std::ofstream(PathOf(path), std::ios::binary) << document;
}

std::string CodeBlock(const std::string& language, const std::string& text) {
  return "```" + language + "\n" + text + "```\n";
}

std::string OutputOf(const std::string& command) {
  std::FILE* const pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) {
    ADD_FAILURE() << command << " cannot be run";
    return "";
  }
  std::string output;
  std::array<char, 4096> buffer;
  while (const std::size_t size = std::fread(buffer.data(), 1, buffer.size(), pipe)) {
    output.append(buffer.data(), size);
  }
  EXPECT_EQ(pclose(pipe), 0) << command;
  std::erase(output, '\r');
  return output;
}

}  // namespace pinmetrics
