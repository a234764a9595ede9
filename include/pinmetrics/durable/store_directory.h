#ifndef PINMETRICS_DURABLE_STORE_DIRECTORY_H_
#define PINMETRICS_DURABLE_STORE_DIRECTORY_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "pinmetrics/calendar/date_range.h"
#include "pinmetrics/durable/file_system.h"
#include "pinmetrics/model/id.h"
#include "pinmetrics/store/store.h"

/// Stores that outlive their process: a folder that keeps one for each of any number of accounts.
/// They are ordinary stores, with the same calls, snapshots and reports. docs/durable.md says what
/// is promised, docs/durable-format.md what lies in the folder.

namespace pinmetrics {

/// A business account's number, of the host's choosing.
using AccountKey = std::uint64_t;

/// What has become of what a call took when it returns.
enum class Durability {
  /// What a call has acknowledged is on the disk: it survives a power cut. Threads that call
  /// together share the wait for the disk.
  kSynced,
  /// It is with the system: it survives the end of the process, however that comes, and not a power
  /// cut. `Flush` makes it safe. Sealed days are always on the disk.
  kWritten,
};

/// What opening does where bytes of the log have changed on the disk.
enum class OnDamage {
  /// It fails with DataLoss, and changes nothing.
  kRefuse,
  /// It goes on without what the damage touches: a record that is damaged costs the days that it
  /// has
  /// events of; one of which nothing can be read, all days of all accounts that are not sealed; a
  /// Pin, those of its account. These days are refused by name until they are dropped or restored,
  /// and are no damage to later openings. The log is written anew, and the damaged files stay
  /// beside
  /// it as `damaged-…`. A damaged catalogue is refused none the less.
  kWithoutDamagedDays,
};

/// How a folder is opened. Nothing of it is kept there.
struct DirectoryOptions {
  /// Of all its stores.
  Durability durability = Durability::kSynced;
  /// How large a file of the log becomes, 1 KiB to 2 GiB. They are made at this size, so a small
  /// one is for hosts with little room.
  std::uint64_t segment_bytes = std::uint64_t{64} << 20;
  /// What becomes of damage to the log.
  OnDamage on_damage = OnDamage::kRefuse;
  /// The instant of opening. Asked by `kWithoutDamagedDays` alone: what is lost is of no later day.
  absl::Time now = absl::UnixEpoch();
  /// Whether the folder is only read: nothing in it changes, and any number of processes may have
  /// it open so, while none has it otherwise. It is as it would be after opening, an unfinished
  /// write cut off, in memory; the stores answer queries, and refuse what would change them with
  /// FailedPrecondition.
  bool read_only = false;
  /// Whether sealed days are held as mapped files, in the place of memory: for accounts larger than
  /// that. The system keeps in memory what is asked for, and reads the rest again from the disk
  /// when it is. The price: bytes are checked when a store is opened and not again, and a disk that
  /// fails while a query reads them ends the process with SIGBUS.
  bool map_blocks = false;
  /// Where the folder is; null for the system's files. Must outlive the directory and all stores.
  FileSystem* files = nullptr;
};

/// Days of an account that are refused, since some of their events were in bytes that were damaged.
struct LostDays {
  AccountKey account = 0;            ///< As it was given to `StoreDirectory::OpenStore`.
  std::vector<DateRange> days = {};  ///< Ascending, with days between them.
};

/// What opening found.
struct Recovery {
  /// Of the log: accounts, Pins, batches and withdrawals, those among them that a sealing covers.
  std::uint64_t records = 0;
  /// Bytes of an unfinished write at the log's end. They were never acknowledged; they were copied
  /// to `torn_file` and cut.
  std::uint64_t torn_bytes = 0;
  std::string torn_file = {};  ///< A path; empty if there were none, and with `read_only`.
  /// With `OnDamage::kWithoutDamagedDays`: each place of the log that was damaged, with its file
  /// and byte, and what days went with it.
  std::vector<std::string> damage = {};
  std::vector<LostDays> lost_days = {};  ///< By account, ascending; each account once.
};

/// What reading all of it found.
struct Verification {
  std::uint64_t records = 0;  ///< Of the log.
  std::uint64_t blocks = 0;   ///< Sealed days, of all accounts.
  std::uint64_t bytes = 0;    ///< That were read of packs.
  /// One for each thing that is damaged, with its file, offset, account and day.
  std::vector<std::string> damage = {};
};

/// What sealing every account did.
struct SealAllResult {
  /// OK, or the first error; accounts of other groups are sealed none the less, and all may be
  /// where the folder could not note that they are.
  absl::Status status = {};
  std::size_t accounts = 0;       ///< That were sealed, those without a day to seal among them.
  std::size_t days_sealed = 0;    ///< Of all accounts; likewise the others, as in `SealResult`.
  std::size_t events_sealed = 0;  ///< The events of these days.
  std::size_t days_dropped = 0;   ///< Days past retention that are gone.
};

/// How large the folder is.
struct DirectoryStats {
  std::size_t accounts = 0;           ///< That are there, open or not.
  std::uint64_t log_bytes = 0;        ///< Of all segments, as they were made.
  std::uint64_t pack_bytes = 0;       ///< Of all packs.
  std::uint64_t live_pack_bytes = 0;  ///< Of these, what is still wanted.
  /// Not OK once waiting for the disk has failed: nothing is taken until the folder is opened
  /// again.
  absl::Status latched = {};
};

class DirectoryCore;  // src/durable/directory_core.h

/// A folder with the stores of accounts. One process has it open at a time. Every member function
/// may be called from any thread at any time.
///
/// Of a store that is kept here `Append`, `PutPin`, `PutPins`, `Withdraw` and `Seal` return errors
/// of the disk as their status, and what they were to change is as before:
/// * ResourceExhausted: the disk is full. Goes on once there is room.
/// * Unavailable: the disk failed. If it failed while something waited for it, nobody knows what is
///   on it: every later call fails like this, queries go on, and opening the folder again tells.
///
/// A sealed day whose bytes changed on the disk is found when its store is opened: what needs the
/// day is refused with DataLoss, which names the file, the place, the account and the day; events
/// for it are refused; all else works on. `DropDays` and `RestoreDays` mend it.
///
/// A snapshot shows only what would survive, by the folder's `Durability`. Batches should bear
/// keys: one whose acknowledgement was lost with the process can then be appended again.
class StoreDirectory {
 public:
  /// Opens the folder at `path`, or makes it in a folder that is there. What was acknowledged
  /// before is there again.
  ///
  /// FailedPrecondition: another process has it open, or this one has; it is of a newer release; or
  /// it has files that are not ours. NotFound with `read_only` if there are no stores in it.
  /// DataLoss names the file and the place of bytes that changed; nothing was changed by trying.
  /// Other errors are those of the disk.
  static absl::StatusOr<std::unique_ptr<StoreDirectory>> Open(const std::string& path,
                                                              DirectoryOptions options = {});

  /// Stores may outlive it: they keep the folder open.
  ~StoreDirectory();
  StoreDirectory(const StoreDirectory&) = delete;
  StoreDirectory& operator=(const StoreDirectory&) = delete;

  /// The store of an account, which is made when it is first asked for, and is safe with the first
  /// that it keeps. Several handles are one
  /// store; when the last is gone, so is the memory.
  ///
  /// Its zone, the day it came to be and what becomes of late events are kept: InvalidArgument if
  /// `options` has others. A memory limit and a hash seed may change, and are those of the first
  /// handle. DataLoss if a file of this account is damaged.
  absl::StatusOr<Store> OpenStore(AccountKey account, StoreOptions options = {});
  /// The same of an account that is there, with what is kept of its options. NotFound if it is not.
  absl::StatusOr<Store> OpenKeptStore(AccountKey account);

  /// The accounts that are there, ascending.
  std::vector<AccountKey> Accounts() const;

  /// Seals the stores of all accounts, many with one wait for the disk: what to call once a day.
  /// Opens those that have something to seal, so that it takes as long as these are many; the
  /// others are as if it had. One store's own `Seal` is for hosts of few accounts.
  SealAllResult SealAll(absl::Time now);

  /// Returns once all that was acknowledged is on the disk, whatever the durability.
  absl::Status Flush();

  /// Reads every byte that is kept and says what is damaged. Stores take nothing while the log is
  /// read.
  absl::StatusOr<Verification> Verify();

  /// Copies all that is kept to a folder that is empty or not there yet, as it was at one instant
  /// while this ran, and safe when it returns. Stores go on taking events meanwhile; sealing waits.
  /// The copy is a store directory itself, and the same data: opened by itself it goes on from
  /// there, and `RestoreDays` takes days from it. Damaged bytes are copied as they are, and found
  /// in the copy by its `Verify`. FailedPrecondition if the folder has something in it.
  absl::Status CopyTo(const std::string& path);

  /// Forgets an account and all it has; afterwards nothing of it is in the folder. All packs that
  /// have something of it and the log are written anew, so this takes as long as copying these.
  /// NotFound if it is not there; FailedPrecondition while somebody has a handle of its store.
  absl::Status EraseAccount(AccountKey account);

  /// Forgets who a viewer is: afterwards the id is nowhere in the folder. The figures stay: what
  /// the viewer did is somebody's whom nobody knows. An event that comes with the id later is of a
  /// new viewer. Takes as long as `EraseAccount`; stores take nothing meanwhile. NotFound if no
  /// event that is kept has the viewer.
  absl::Status ForgetViewer(AccountKey account, ViewerId viewer);

  /// Drops sealed days, damaged or not, and lost ones: they are then days without events. NotFound
  /// if none of them is sealed and has any, or lost. Batches of lost days can be sent again then.
  /// The store takes nothing meanwhile.
  absl::Status DropDays(AccountKey account, DateRange days);

  /// Takes days from a copy that `CopyTo` made of this folder: sealed ones in the place of those
  /// that are here, and of days that were lost with damage to the log also those that were not
  /// sealed when the copy was made, if it has events of them. What came of a day after the copy was
  /// made is lost, withdrawals too. Pins that were put since are to be put again, and viewers who
  /// were forgotten since are to be forgotten again. The store takes nothing meanwhile. The copy is
  /// read and not changed; several threads and processes may read it. After an error the days are
  /// as they were, also where it ended half-way: call it again.
  ///
  /// NotFound if the copy has none of the days. FailedPrecondition if it is a copy of another
  /// folder, or of an account that was erased since, or open to be written, or if the copy took
  /// something by itself, since viewers have other numbers there; or if a day that is sealed there
  /// has events here and is not. DataLoss if bytes of the copy that all of the days need are
  /// damaged; lost days that need damaged bytes stay lost.
  absl::Status RestoreDays(AccountKey account, DateRange days, const std::string& from_copy);

  /// What opening found.
  const Recovery& recovery() const;
  /// How large the folder is now.
  DirectoryStats Stats() const;

 private:
  explicit StoreDirectory(std::shared_ptr<DirectoryCore> core);
  std::shared_ptr<DirectoryCore> core_;
};

}  // namespace pinmetrics

#endif  // PINMETRICS_DURABLE_STORE_DIRECTORY_H_
