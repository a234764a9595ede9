#ifndef PINMETRICS_TESTS_DURABLE_EDIT_CATALOGUE_H_
#define PINMETRICS_TESTS_DURABLE_EDIT_CATALOGUE_H_

#include <string>
#include <vector>

#include "durable/log.h"
#include "tests/durable/memory_files.h"

/// The database of a catalogue changed behind its back.

namespace pinmetrics {

/// Runs statements on the database at `path`, and returns how many rows or tables they changed.
int EditCatalogue(MemoryFiles& files, const std::string& path, const std::string& sql);

std::vector<std::string> ColumnsOf(MemoryFiles& files, const std::string& path,
                                   const std::string& table);
/// Of all rows, as SQL has numbers.
std::vector<std::string> ChecksumsOf(MemoryFiles& files, const std::string& path,
                                     const std::string& table);
/// The rows that `after` has and `before` has not, as SQL has values: `(1, 'UTC', NULL)`.
std::vector<std::string> NewRowsOf(MemoryFiles& before, MemoryFiles& after, const std::string& path,
                                   const std::string& table);

/// Gives the row of the directory the checksum that docs/durable-format.md says it has.
void SignDirectory(MemoryFiles& files, const std::string& path, const Uuid& uuid);

}  // namespace pinmetrics

#endif  // PINMETRICS_TESTS_DURABLE_EDIT_CATALOGUE_H_
