#include "tests/durable/edit_catalogue.h"

#include <gtest/gtest.h>
#include <sqlite3.h>

#include <algorithm>
#include <cstdint>

#include "durable/bytes.h"
#include "durable/sqlite_files.h"
#include "store/block/checksum.h"

namespace pinmetrics {
namespace {

/// A database in `MemoryFiles`.
class Database {
 public:
  Database(MemoryFiles& files, const std::string& path) : sqlite_files_(files) {
    EXPECT_EQ(
        sqlite3_open_v2(path.c_str(), &database_, SQLITE_OPEN_READWRITE, sqlite_files_.name()),
        SQLITE_OK);
    Run("PRAGMA locking_mode=EXCLUSIVE");
  }
  ~Database() { sqlite3_close(database_); }
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  void Run(const std::string& sql) {
    EXPECT_EQ(sqlite3_exec(database_, sql.c_str(), nullptr, nullptr, nullptr), SQLITE_OK)
        << sql << ": " << sqlite3_errmsg(database_);
  }

  /// What a column of a query has in each row.
  std::vector<std::string> Texts(const std::string& sql, int column = 0) {
    std::vector<std::string> texts;
    sqlite3_stmt* statement = nullptr;
    EXPECT_EQ(sqlite3_prepare_v2(database_, sql.c_str(), -1, &statement, nullptr), SQLITE_OK)
        << sql << ": " << sqlite3_errmsg(database_);
    while (sqlite3_step(statement) == SQLITE_ROW) {
      texts.emplace_back(reinterpret_cast<const char*>(sqlite3_column_text(statement, column)));
    }
    sqlite3_finalize(statement);
    return texts;
  }

  std::vector<std::string> Columns(const std::string& table) {
    return Texts("PRAGMA table_info(" + table + ")", 1);
  }

  std::vector<std::string> Rows(const std::string& table) {
    std::string row;
    for (const std::string& column : Columns(table)) {
      row += (row.empty() ? "quote(" : " || ', ' || quote(") + column + ")";
    }
    return Texts("SELECT '(' || " + row + " || ')' FROM " + table);
  }

  /// How often a row or the tables changed.
  int Changes() {
    return sqlite3_total_changes(database_) + std::stoi(Texts("PRAGMA schema_version").at(0));
  }

 private:
  SqliteFiles sqlite_files_;
  sqlite3* database_ = nullptr;
};

}  // namespace

int EditCatalogue(MemoryFiles& files, const std::string& path, const std::string& sql) {
  Database database(files, path);
  const int before = database.Changes();
  database.Run(sql);
  return database.Changes() - before;
}

std::vector<std::string> ColumnsOf(MemoryFiles& files, const std::string& path,
                                   const std::string& table) {
  return Database(files, path).Columns(table);
}

std::vector<std::string> ChecksumsOf(MemoryFiles& files, const std::string& path,
                                     const std::string& table) {
  return Database(files, path).Texts("SELECT checksum FROM " + table);
}

std::vector<std::string> NewRowsOf(MemoryFiles& before, MemoryFiles& after, const std::string& path,
                                   const std::string& table) {
  const std::vector<std::string> old = Database(before, path).Rows(table);
  std::vector<std::string> rows = Database(after, path).Rows(table);
  std::erase_if(rows, [&](const std::string& row) {
    return std::find(old.begin(), old.end(), row) != old.end();
  });
  return rows;
}

void SignDirectory(MemoryFiles& files, const std::string& path, const Uuid& uuid) {
  Database database(files, path);
  ByteWriter row;
  row.Put(uuid[0]);
  row.Put(uuid[1]);
  row.PutText("directory");
  for (const char* column :
       {"major", "minor", "uuid0", "uuid1", "branch", "is_copy", "first_segment", "known_through",
        "next_pack", "sealed_all_at", "sealed_all_through", "accounts", "accounts_sum", "packs",
        "packs_sum"}) {
    const std::string sql = std::string("SELECT ") + column + " FROM directory";
    row.Put(std::int64_t{std::stoll(database.Texts(sql).at(0))});
  }
  const auto checksum = static_cast<std::int64_t>(Checksum(row.bytes(), 0));
  database.Run("UPDATE directory SET checksum = " + std::to_string(checksum));
}

}  // namespace pinmetrics
