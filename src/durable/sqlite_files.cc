#include "durable/sqlite_files.h"

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <new>
#include <random>
#include <span>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "durable/parent_folder.h"

namespace pinmetrics {
namespace {

/// The least that SQLite may take for written at once, and the journal's unit.
constexpr int kSectorBytes = 4096;
constexpr int kMostPathBytes = 4096;

std::span<std::byte> Bytes(void* data, int size) {
  return {static_cast<std::byte*>(data), static_cast<std::size_t>(size)};
}

std::span<const std::byte> Bytes(const void* data, int size) {
  return {static_cast<const std::byte*>(data), static_cast<std::size_t>(size)};
}

}  // namespace

/// What SQLite calls. It knows an open file by a `sqlite3_file`, which it made room for and which
/// comes first in ours.
struct SqliteFiles::Calls {
  struct OpenFile {
    sqlite3_file base;
    SqliteFiles* owner;
    File* file;
    std::string* folder_to_sync;  ///< Where the file may be new, until that is on the disk.
  };

  static SqliteFiles& Owner(sqlite3_vfs* vfs) { return *static_cast<SqliteFiles*>(vfs->pAppData); }
  static OpenFile& Of(sqlite3_file* file) { return *reinterpret_cast<OpenFile*>(file); }

  /// SQLite's number for a status, which is remembered.
  static int Code(SqliteFiles& owner, absl::Status status, int code) {
    if (status.ok()) return SQLITE_OK;
    if (absl::IsResourceExhausted(status)) code = SQLITE_FULL;
    owner.last_error_ = std::move(status);
    return code;
  }

  static int Open(sqlite3_vfs* vfs, const char* path, sqlite3_file* file, int flags,
                  int* flags_out) {
    OpenFile& opened = Of(file);
    opened.base.pMethods = nullptr;
    if (path == nullptr) return SQLITE_CANTOPEN;  // A temporary file: those are kept in memory.
    SqliteFiles& owner = Owner(vfs);
    const bool writes = (flags & SQLITE_OPEN_READWRITE) != 0;
    absl::StatusOr<std::unique_ptr<File>> found =
        owner.files_.Open(path, writes ? FileSystem::Mode::kReadWrite : FileSystem::Mode::kRead);
    std::unique_ptr<std::string> folder_to_sync;
    if ((flags & SQLITE_OPEN_CREATE) != 0) {
      // One that is there may be so in memory alone, if the process that made it was killed. A
      // journal that is read to be rolled back is not: SQLite waits before it begins to count.
      folder_to_sync = std::make_unique<std::string>(ParentFolder(path));
      if (absl::IsNotFound(found.status())) {
        found = owner.files_.Open(path, FileSystem::Mode::kCreate);
      }
    }
    if (!found.ok()) return Code(owner, found.status(), SQLITE_CANTOPEN);
    opened = {.base = {.pMethods = &kFileCalls},
              .owner = &owner,
              .file = found->release(),
              .folder_to_sync = folder_to_sync.release()};
    if (flags_out != nullptr) *flags_out = flags;
    return SQLITE_OK;
  }

  static int Close(sqlite3_file* file) {
    const OpenFile& opened = Of(file);
    const std::unique_ptr<File> closes(opened.file);
    const std::unique_ptr<std::string> frees(opened.folder_to_sync);
    return SQLITE_OK;
  }

  static int Read(sqlite3_file* file, void* data, int size, sqlite3_int64 offset) {
    const OpenFile& opened = Of(file);
    const std::span<std::byte> bytes = Bytes(data, size);
    const absl::StatusOr<std::uint64_t> end = opened.file->Size();
    if (!end.ok()) return Code(*opened.owner, end.status(), SQLITE_IOERR_READ);
    const auto from = static_cast<std::uint64_t>(offset);
    const std::size_t there =
        *end <= from ? 0 : std::min(bytes.size(), static_cast<std::size_t>(*end - from));
    if (there > 0) {
      absl::Status status = opened.file->Read(from, bytes.first(there));
      if (!status.ok()) return Code(*opened.owner, std::move(status), SQLITE_IOERR_READ);
    }
    if (there == bytes.size()) return SQLITE_OK;
    // SQLite wants zeros for what is not there.
    std::fill(bytes.begin() + static_cast<std::ptrdiff_t>(there), bytes.end(), std::byte{0});
    return SQLITE_IOERR_SHORT_READ;
  }

  static int Write(sqlite3_file* file, const void* data, int size, sqlite3_int64 offset) {
    const OpenFile& opened = Of(file);
    return Code(*opened.owner,
                opened.file->Write(static_cast<std::uint64_t>(offset), Bytes(data, size)),
                SQLITE_IOERR_WRITE);
  }

  static int Truncate(sqlite3_file* file, sqlite3_int64 size) {
    const OpenFile& opened = Of(file);
    return Code(*opened.owner, opened.file->Truncate(static_cast<std::uint64_t>(size)),
                SQLITE_IOERR_TRUNCATE);
  }

  static int Sync(sqlite3_file* file, int /*flags*/) {
    OpenFile& opened = Of(file);
    absl::Status status = opened.file->Sync();
    if (status.ok() && opened.folder_to_sync != nullptr) {
      status = opened.owner->files_.SyncFolder(*opened.folder_to_sync);
      if (status.ok()) {
        delete opened.folder_to_sync;
        opened.folder_to_sync = nullptr;
      }
    }
    return Code(*opened.owner, std::move(status), SQLITE_IOERR_FSYNC);
  }

  static int Size(sqlite3_file* file, sqlite3_int64* size) {
    const OpenFile& opened = Of(file);
    const absl::StatusOr<std::uint64_t> bytes = opened.file->Size();
    if (!bytes.ok()) return Code(*opened.owner, bytes.status(), SQLITE_IOERR_FSTAT);
    *size = static_cast<sqlite3_int64>(*bytes);
    return SQLITE_OK;
  }

  static int Delete(sqlite3_vfs* vfs, const char* path, int sync_folder) {
    SqliteFiles& owner = Owner(vfs);
    absl::Status status = owner.files_.Remove(path);
    if (absl::IsNotFound(status)) return SQLITE_IOERR_DELETE_NOENT;
    if (!status.ok()) return Code(owner, std::move(status), SQLITE_IOERR_DELETE);
    if (sync_folder == 0) return SQLITE_OK;
    return Code(owner, owner.files_.SyncFolder(ParentFolder(path)), SQLITE_IOERR_DIR_FSYNC);
  }

  static int Access(sqlite3_vfs* vfs, const char* path, int /*flags*/, int* answer) {
    SqliteFiles& owner = Owner(vfs);
    const absl::StatusOr<std::unique_ptr<File>> file =
        owner.files_.Open(path, FileSystem::Mode::kRead);
    *answer = file.ok() ? 1 : 0;
    if (absl::IsNotFound(file.status())) return SQLITE_OK;
    return Code(owner, file.status(), SQLITE_IOERR_ACCESS);
  }

  static int FullPath(sqlite3_vfs* /*vfs*/, const char* path, int size, char* full) {
    const std::size_t bytes = std::strlen(path) + 1;
    if (bytes > static_cast<std::size_t>(size)) return SQLITE_CANTOPEN;
    std::memcpy(full, path, bytes);
    return SQLITE_OK;
  }

  static int Random(sqlite3_vfs* /*vfs*/, int size, char* data) {
    std::random_device device;
    std::generate_n(data, size, [&device] { return static_cast<char>(device()); });
    return size;
  }

  // SQLite asks for the time and to wait only for what we do not do.
  static int Sleep(sqlite3_vfs* /*vfs*/, int microseconds) { return microseconds; }
  static int Time(sqlite3_vfs* /*vfs*/, double* day) {
    *day = 0;
    return SQLITE_OK;
  }
  static int LastError(sqlite3_vfs* /*vfs*/, int /*size*/, char* /*message*/) { return 0; }

  static int Lock(sqlite3_file* /*file*/, int /*level*/) { return SQLITE_OK; }
  static int Unlock(sqlite3_file* /*file*/, int /*level*/) { return SQLITE_OK; }
  static int IsReserved(sqlite3_file* /*file*/, int* answer) {
    *answer = 0;
    return SQLITE_OK;
  }
  static int Control(sqlite3_file* /*file*/, int /*what*/, void* /*data*/) {
    return SQLITE_NOTFOUND;
  }
  static int SectorBytes(sqlite3_file* /*file*/) { return kSectorBytes; }
  static int Traits(sqlite3_file* /*file*/) { return 0; }

  /// A call of those above that may need memory. Where it runs out SQLite is told so: what is
  /// thrown through SQLite leaves it with statements that never end.
  template <auto kCall, typename... Arguments>
  static int OrNoMemory(Arguments... arguments) noexcept {
    try {
      return kCall(arguments...);
    } catch (const std::bad_alloc&) {
      return SQLITE_IOERR_NOMEM;
    }
  }

  static const sqlite3_io_methods kFileCalls;
};

const sqlite3_io_methods SqliteFiles::Calls::kFileCalls = {
    .iVersion = 1,
    .xClose = Close,
    .xRead = OrNoMemory<Read>,
    .xWrite = OrNoMemory<Write>,
    .xTruncate = OrNoMemory<Truncate>,
    .xSync = OrNoMemory<Sync>,
    .xFileSize = OrNoMemory<Size>,
    .xLock = Lock,
    .xUnlock = Unlock,
    .xCheckReservedLock = IsReserved,
    .xFileControl = Control,
    .xSectorSize = SectorBytes,
    .xDeviceCharacteristics = Traits,
    // Of later versions: shared memory and mapping, which we do not have.
    .xShmMap = nullptr,
    .xShmLock = nullptr,
    .xShmBarrier = nullptr,
    .xShmUnmap = nullptr,
    .xFetch = nullptr,
    .xUnfetch = nullptr,
};

SqliteFiles::SqliteFiles(FileSystem& files) : files_(files) {
  // SQLite knows its file systems by name, for the whole process.
  static std::atomic<std::uint64_t> made = 0;
  name_ = absl::StrCat("pinmetrics-", ++made);
  vfs_.iVersion = 1;
  vfs_.szOsFile = sizeof(Calls::OpenFile);
  vfs_.mxPathname = kMostPathBytes;
  vfs_.zName = name_.c_str();
  vfs_.pAppData = this;
  vfs_.xOpen = Calls::OrNoMemory<Calls::Open>;
  vfs_.xDelete = Calls::OrNoMemory<Calls::Delete>;
  vfs_.xAccess = Calls::OrNoMemory<Calls::Access>;
  vfs_.xFullPathname = Calls::FullPath;
  vfs_.xRandomness = Calls::Random;
  vfs_.xSleep = Calls::Sleep;
  vfs_.xCurrentTime = Calls::Time;
  vfs_.xGetLastError = Calls::LastError;
  sqlite3_vfs_register(&vfs_, /*makeDflt=*/0);
}

SqliteFiles::~SqliteFiles() { sqlite3_vfs_unregister(&vfs_); }

}  // namespace pinmetrics
