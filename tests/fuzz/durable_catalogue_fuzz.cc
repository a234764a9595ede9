// Opens any bytes as the catalogue of a store directory. What the first byte chooses: either the
// rest says how a catalogue is changed, and then all of it must be read as it was, or refused; or
// the rest is the whole database. What is opened is read to the last row and written to.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "durable/directory_catalogue.h"
#include "tests/durable/memory_files.h"
#include "tests/fuzz/edits.h"

namespace {

namespace pm = pinmetrics;

constexpr pm::Uuid kUuid = {0x0123456789abcdef, 0xfedcba9876543210};
constexpr char kPath[] = "/kept/catalog.db";

[[noreturn]] void Fail(const std::string& what) {
  std::cerr << what << '\n';
  std::abort();
}

/// All that a catalogue says, in words.
absl::StatusOr<std::string> Describe(pm::DirectoryCatalogue& catalogue) {
  const auto& directory = catalogue.directory();
  std::string text =
      absl::StrCat(directory.uuid[0], " ", directory.uuid[1], " ", directory.branch, " ",
                   int{directory.is_copy}, " ", directory.first_segment, " ",
                   directory.known_through, " ", directory.next_pack, " ", directory.changes, "\n");
  for (const auto& [number, pack] : catalogue.packs()) {
    absl::StrAppend(&text, "pack ", number, " ", pack.bytes, " ", pack.live_bytes, "\n");
    const absl::StatusOr<std::vector<pm::PartRow>> parts = catalogue.PartsOfPack(number);
    if (!parts.ok()) return parts.status();
    absl::StrAppend(&text, parts->size(), " parts\n");
  }
  for (const auto& [account, row] : catalogue.accounts()) {
    absl::StrAppend(&text, "account ", account, " ", row.account, " ", row.settings.time_zone, " ",
                    row.through, " ", row.next_viewer, " ", row.days_dropped, " ", row.pins, " ",
                    row.sealed_through ? absl::FormatCivilTime(*row.sealed_through) : "", "\n");
    const absl::StatusOr<std::vector<pm::PartRow>> parts = catalogue.PartsOfAccount(account);
    if (!parts.ok()) return parts.status();
    for (const pm::PartRow& part : *parts) {
      absl::StrAppend(&text, static_cast<int>(part.key.kind), " ", part.key.number, " ",
                      part.place.pack, " ", part.place.offset, " ", part.place.bytes, " ",
                      part.place.checksum, " ", part.through, "\n");
    }
    const absl::StatusOr<pm::BatchKeys> keys = catalogue.KeysOfAccount(account);
    if (!keys.ok()) return keys.status();
    for (const auto& [key, time] : *keys) {
      absl::StrAppend(&text, key, " ", absl::ToUnixMillis(time), "\n");
    }
  }
  return text;
}

absl::StatusOr<std::string> Read(pm::MemoryFiles& files) {
  absl::StatusOr<std::unique_ptr<pm::DirectoryCatalogue>> catalogue =
      pm::DirectoryCatalogue::Open(files, kPath);
  if (!catalogue.ok()) return catalogue.status();
  return Describe(**catalogue);
}

/// A catalogue of two accounts.
struct Made {
  Made() {
    if (!files.MakeFolder("/kept").ok() ||
        !pm::DirectoryCatalogue::Make(files, kPath, kUuid, 5).ok()) {
      Fail("no catalogue was made");
    }
    absl::StatusOr<std::unique_ptr<pm::DirectoryCatalogue>> catalogue =
        pm::DirectoryCatalogue::Open(files, kPath);
    if (!catalogue.ok()) Fail(catalogue.status().ToString());
    pm::DirectoryCatalogue::Change change;
    for (const std::uint64_t account : {std::uint64_t{3}, ~std::uint64_t{0}}) {
      pm::AccountRow row;
      row.account = account;
      row.settings.time_zone = "UTC";
      row.sealed_through = absl::CivilDay(2026, 3, 1);
      row.through = 9;
      row.next_viewer = 13;
      row.pins = 5;
      change.accounts.push_back(std::move(row));
      pm::DirectoryCatalogue::Change::Keys keys;
      keys.account = account;
      for (std::int64_t day = 20'000; day < 20'006; ++day) {
        change.parts.push_back(
            {.key = {.account = account, .kind = pm::PartKind::kBlock, .number = day},
             .place = {.pack = 1,
                       .offset = static_cast<std::uint64_t>(day) * 8,
                       .bytes = 100,
                       .checksum = 0x123456789abcdef0},
             .through = 9});
        keys.added.emplace_back(absl::StrCat("key ", day), absl::FromUnixSeconds(day));
      }
      change.keys.push_back(std::move(keys));
    }
    change.pack = {1, 2'000};
    change.known_through = 9;
    if (absl::Status status = (*catalogue)->Apply(change); !status.ok()) Fail(status.ToString());
    catalogue->reset();
    const absl::StatusOr<std::string> text = Read(files);
    if (!text.ok()) Fail(text.status().ToString());
    described = *text;
  }

  pm::MemoryFiles files;
  std::string described;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Made made;
  if (size == 0) return 0;
  const std::span<const std::uint8_t> rest(data + 1, size - 1);
  const std::unique_ptr<pm::MemoryFiles> files = made.files.Copy();
  const bool edits = data[0] % 2 == 0;
  if (edits) {
    pm::ApplyEdits(rest, {kPath}, *files);
  } else {
    std::vector<std::byte> bytes(rest.size());
    if (!rest.empty()) std::memcpy(bytes.data(), rest.data(), rest.size());
    files->SetContents(kPath, std::move(bytes));
  }
  absl::StatusOr<std::string> described = Read(*files);
  if (!described.ok()) return 0;
  if (edits && *described != made.described) {
    Fail("another catalogue, and nothing is said:\n" + *described);
  }
  // What is damaged and is not read may be found when it is written to, or when it is read again.
  absl::StatusOr<std::unique_ptr<pm::DirectoryCatalogue>> catalogue =
      pm::DirectoryCatalogue::Open(*files, kPath);
  if (!catalogue.ok()) Fail("read, and not opened again: " + catalogue.status().ToString());
  const std::uint64_t known_through = (*catalogue)->directory().known_through + 1;
  if (!(*catalogue)->Apply({.known_through = known_through}).ok()) return 0;
  catalogue->reset();
  catalogue = pm::DirectoryCatalogue::Open(*files, kPath);
  if (!catalogue.ok()) Fail("written to, and not opened: " + catalogue.status().ToString());
  if ((*catalogue)->directory().known_through != known_through) Fail("a change was lost");
  return 0;
}
