#include "tests/project/layers.h"

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

namespace pinmetrics {
namespace {

namespace fs = std::filesystem;

/// What a folder may include, itself aside; null if it is in no table.
const std::set<std::string, std::less<>>* MayInclude(std::string_view folder) {
  for (const FolderEdges& edges : ProjectLayers()) {
    if (edges.folder == folder) return &edges.may_include;
  }
  return nullptr;
}

constexpr std::string_view kUmbrella = "pinmetrics.h";

/// Headers for what the library does not do: to print, or to stop the process.
const std::set<std::string, std::less<>>& RefusedHeaders() {
  static const std::set<std::string, std::less<>> headers = {
      "assert.h", "cassert", "cstdio", "iostream", "stdio.h",
  };
  return headers;
}

struct File {
  fs::path path;       // As messages name it, relative to the root.
  std::string folder;  // A layer, or a room of one; empty for the umbrella header.
  bool is_public = false;
};

struct Include {
  std::string target;
  bool quoted = false;
};

std::string_view SkipSpaces(std::string_view text) {
  return text.substr(std::min(text.find_first_not_of(" \t"), text.size()));
}

std::optional<Include> ParseInclude(std::string_view line) {
  line = SkipSpaces(line);
  if (!line.starts_with('#')) return std::nullopt;
  line = SkipSpaces(line.substr(1));
  constexpr std::string_view kKeyword = "include";
  if (!line.starts_with(kKeyword)) return std::nullopt;
  line = SkipSpaces(line.substr(kKeyword.size()));
  if (!line.starts_with('"') && !line.starts_with('<')) return std::nullopt;
  const bool quoted = line.starts_with('"');
  line.remove_prefix(1);
  return Include{.target = std::string(line.substr(0, line.find(quoted ? '"' : '>'))),
                 .quoted = quoted};
}

std::string FolderOf(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return std::string(slash == std::string_view::npos ? std::string_view() : path.substr(0, slash));
}

/// What a folder would be: a layer, or a room of one.
std::string WhatIs(std::string_view folder) {
  return folder.find('/') == std::string_view::npos ? "layer" : "room";
}

/// What is wrong with `include` in `file`; empty if nothing is.
std::string FaultOf(const File& file, const Include& include) {
  const std::string_view target = include.target;
  if (RefusedHeaders().contains(target)) {
    return "<" + include.target + "> is for what the library does not do: printing and aborting";
  }
  if (target.starts_with("boost/") && file.folder != "calendar") {
    return include.target + ": Boost stays in calendar";
  }
  if (target.starts_with("boost/") && file.is_public && file.path.filename() != "boost.h") {
    return include.target + ": the one public header that may include Boost is calendar/boost.h";
  }
  if (target.starts_with("absl/container/") && file.is_public) {
    return include.target + ": Abseil's containers stay out of public headers";
  }
  if (!include.quoted || target.starts_with("absl/") || target.starts_with("boost/")) return "";

  constexpr std::string_view kPublicPrefix = "pinmetrics/";
  const bool includes_public = target.starts_with(kPublicPrefix);
  if (file.is_public && !includes_public) {
    return include.target + ": a public header includes public headers only";
  }
  const std::string_view inner = includes_public ? target.substr(kPublicPrefix.size()) : target;
  if (inner == kUmbrella) return include.target + ": is for hosts, the library names what it needs";
  const std::string folder = FolderOf(inner);
  if (MayInclude(folder) == nullptr) return include.target + ": is in no known " + WhatIs(folder);
  if (file.folder.empty() || file.folder == folder) return "";
  if (!MayInclude(file.folder)->contains(folder)) {
    return include.target + ": " + file.folder + " may not include " + folder;
  }
  return "";
}

std::vector<fs::path> SortedFiles(const fs::path& folder) {
  std::vector<fs::path> files;
  std::error_code missing;
  for (const auto& entry : fs::recursive_directory_iterator(folder, missing)) {
    if (entry.is_regular_file()) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

void CheckFile(const fs::path& root, const File& file, std::vector<std::string>& faults) {
  std::ifstream in(root / file.path);
  std::string line;
  for (int number = 1; std::getline(in, line); ++number) {
    const std::optional<Include> include = ParseInclude(line);
    if (!include) continue;
    const std::string fault = FaultOf(file, *include);
    if (!fault.empty()) {
      faults.push_back(file.path.string() + ":" + std::to_string(number) + ": " + fault);
    }
  }
}

void CheckTree(const fs::path& root, const fs::path& tree, bool is_public,
               std::vector<std::string>& faults) {
  const std::vector<fs::path> files = SortedFiles(root / tree);
  if (files.empty()) faults.push_back(tree.string() + ": holds no files");
  for (const fs::path& path : files) {
    const std::string inner = path.lexically_relative(root / tree).generic_string();
    const File file = {
        .path = path.lexically_relative(root), .folder = FolderOf(inner), .is_public = is_public};
    const bool is_umbrella = is_public && inner == kUmbrella;
    if (!is_umbrella && MayInclude(file.folder) == nullptr) {
      faults.push_back(file.path.string() + ": is in no known " + WhatIs(file.folder));
      continue;
    }
    CheckFile(root, file, faults);
  }
}

}  // namespace

const LayerTable& ProjectLayers() {
  static const LayerTable layers = {
      {"model", {}},
      {"calendar", {}},
      {"filter", {"model"}},
      {"metrics", {"model", "filter"}},
      {"rank", {}},
      {"report", {"model", "calendar", "filter", "metrics", "rank"}},
      {"store/kernels", {}},
      {"store/block", {"model", "metrics", "store/kernels"}},
      {"store/dictionary", {"model", "store/block", "store/kernels"}},
      {"store/day",
       {"model", "calendar", "report", "store/kernels", "store/block", "store/dictionary"}},
      {"store/audience", {"store/kernels", "store/block"}},
      {"store/query",
       {"model", "calendar", "filter", "metrics", "rank", "report", "store/kernels", "store/block",
        "store/dictionary", "store/day", "store/audience"}},
      {"store",
       {"model", "calendar", "filter", "metrics", "rank", "report", "store/block",
        "store/dictionary", "store/day", "store/query"}},
      {"durable", {"model", "calendar", "store/block", "store"}},
      {"export", {"model", "calendar", "metrics", "report"}},
      {"export/arrow", {"model", "calendar", "metrics", "report", "export"}},
      {"export/html", {"model", "calendar", "metrics", "report", "export"}},
      {"export/json", {"model", "calendar", "metrics", "report", "export"}},
      {"clickhouse", {"model", "calendar", "filter", "metrics", "rank", "report"}},
  };
  return layers;
}

std::vector<std::string> FindUpwardEdges(const LayerTable& table) {
  std::vector<std::string> faults;
  std::set<std::string, std::less<>> below;
  for (const FolderEdges& edges : table) {
    for (const std::string& included : edges.may_include) {
      if (!below.contains(included)) faults.push_back(edges.folder + " -> " + included);
    }
    below.insert(edges.folder);
  }
  return faults;
}

std::vector<std::string> FindLayerFaults(const fs::path& root) {
  std::vector<std::string> faults;
  CheckTree(root, fs::path("include") / "pinmetrics", /*is_public=*/true, faults);
  CheckTree(root, "src", /*is_public=*/false, faults);
  return faults;
}

}  // namespace pinmetrics
