// Cuts the power of a disk under a process that keeps stores, again and again: an ext4 file system
// in a file, mounted through a loop device, which the kernel is told to shut down without writing
// its journal. After each cut the disk is mounted again, the folder opened, and all that the
// process had acknowledged before the cut must be there, once. Needs root and loop devices; where
// there are none, it says so and ends with exit 0.
//
// Now and then the kernel leaves ext4 itself broken, as no power cut does (bitmaps with the
// checksums of others). Where something failed and e2fsck finds the disk broken, the disk is made
// anew, and how often that was is printed.

#include <fcntl.h>
#include <linux/loop.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "pinmetrics/durable/store_directory.h"
#include "tests/durable/history.h"
#include "tests/durable/script.h"
#include "tests/store/random_account.h"

namespace pinmetrics {
namespace {

constexpr char kUsage[] =
    "usage: pinmetrics_durable_power_cuts [--cuts N] [--seed N] [--folder DIR]\n"
    "\n"
    "  --cuts N      how often the power fails; default 100\n"
    "  --seed N      of what is done, and for how long; random unless given\n"
    "  --folder DIR  where the disk's file and mount point are; default the system's\n";

// linux/ext4.h is no header for programs.
constexpr unsigned long kShutdown = _IOR('X', 125, std::uint32_t);
constexpr std::uint32_t kWithoutJournal = 2;

constexpr off_t kDiskBytes = off_t{64} << 20;
constexpr std::size_t kSteps = 60;

absl::Status ErrorOf(const std::string& what) {
  return absl::UnavailableError(what + ": " +
                                std::strerror(errno));  // NOLINT(concurrency-mt-unsafe)
}

/// An ext4 file system in a file, mounted.
class LoopDisk {
 public:
  explicit LoopDisk(const std::string& folder)
      : image_(folder + "/disk.img"), mount_point_(folder + "/mount") {}
  ~LoopDisk() {
    (void)umount2(mount_point_.c_str(), MNT_DETACH);
    if (loop_ >= 0) {
      ioctl(loop_, LOOP_CLR_FD, 0);
      close(loop_);
    }
    unlink(image_.c_str());
    rmdir(mount_point_.c_str());
  }
  LoopDisk(const LoopDisk&) = delete;
  LoopDisk& operator=(const LoopDisk&) = delete;

  const std::string& mount_point() const { return mount_point_; }

  absl::Status Make() {
    // A process elsewhere that is started in a namespace of its own would keep the disk mounted.
    if (unshare(CLONE_NEWNS) != 0 || mount("none", "/", nullptr, MS_REC | MS_PRIVATE, "") != 0) {
      return ErrorOf("no mounts of our own");
    }
    const int image = open(image_.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (image < 0 || ftruncate(image, kDiskBytes) != 0) return ErrorOf(image_);
    const std::string make = absl::StrCat("mkfs.ext4 -q -F '", image_, "'");
    // A program of the system, and a path of our own.
    const int made = std::system(make.c_str());  // NOLINT
    if (made != 0) return absl::UnavailableError(make + " failed");
    absl::Status status = Attach(image);
    close(image);
    if (!status.ok()) return status;
    if (mkdir(mount_point_.c_str(), 0700) != 0 && errno != EEXIST) return ErrorOf(mount_point_);
    return Mount();
  }

  /// True if the file system is no whole one, and then it is made anew. It is mounted after.
  absl::StatusOr<bool> MakeAnewIfBroken() const {
    if (absl::Status status = Unmount(); !status.ok()) return status;
    const std::string check = absl::StrCat("e2fsck -f -n ", device_, " >/dev/null 2>&1");
    const bool broken = std::system(check.c_str()) != 0;  // NOLINT
    const std::string make = absl::StrCat("mkfs.ext4 -q -F ", device_);
    if (broken && std::system(make.c_str()) != 0) {  // NOLINT
      return absl::UnavailableError(make + " failed");
    }
    if (absl::Status status = Mount(); !status.ok()) return status;
    return broken;
  }

  absl::Status Mount() const {
    if (mount(device_.c_str(), mount_point_.c_str(), "ext4", 0, "") == 0) return absl::OkStatus();
    return ErrorOf("cannot mount " + device_);
  }

  /// From here on nothing gets to the disk that is not there.
  absl::Status CutPower() const {
    const int root = open(mount_point_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (root < 0) return ErrorOf(mount_point_);
    const int result = ioctl(root, kShutdown, &kWithoutJournal);
    close(root);
    return result == 0 ? absl::OkStatus() : ErrorOf("EXT4_IOC_SHUTDOWN");
  }

  absl::Status Unmount() const {
    // Whoever had files open may take a moment to be gone.
    for (int tries = 0; tries < 100; ++tries) {
      if (umount2(mount_point_.c_str(), 0) == 0) return absl::OkStatus();
      if (errno != EBUSY) break;
      absl::SleepFor(absl::Milliseconds(10));
    }
    return ErrorOf("cannot unmount " + mount_point_);
  }

 private:
  absl::Status Attach(int image) {
    const int control = open("/dev/loop-control", O_RDWR | O_CLOEXEC);
    if (control < 0) return ErrorOf("/dev/loop-control");
    // Another process may be quicker to take a device that is free.
    for (int tries = 0; tries < 10; ++tries) {
      const int number = ioctl(control, LOOP_CTL_GET_FREE);
      if (number < 0) break;
      device_ = absl::StrCat("/dev/loop", number);
      loop_ = open(device_.c_str(), O_RDWR | O_CLOEXEC);
      if (loop_ < 0) break;
      if (ioctl(loop_, LOOP_SET_FD, image) == 0) {
        close(control);
        return absl::OkStatus();
      }
      close(loop_);
      loop_ = -1;
    }
    absl::Status status = ErrorOf("no loop device");
    close(control);
    return status;
  }

  const std::string image_;
  const std::string mount_point_;
  std::string device_;
  int loop_ = -1;
};

struct Options {
  std::uint64_t cuts = 100;
  std::uint64_t seed = TestSeed();
  std::string folder = std::filesystem::temp_directory_path();
};

/// What cutting the power came to.
class PowerCuts {
 public:
  PowerCuts(const Options& options, const LoopDisk& disk)
      : options_(options), disk_(disk), dice_(options.seed) {}

  absl::Status Run() {
    const std::string folder = disk_.mount_point() + "/kept";
    while (cuts_ < options_.cuts) {
      std::error_code error;
      std::filesystem::remove_all(folder, error);
      // Else the next cut brings it back.
      if (absl::Status status = SystemFiles().SyncFolder(disk_.mount_point()); !status.ok()) {
        return status;
      }
      const History history(dice_.Bits(), kSteps);
      std::size_t acknowledged = 0;
      while (acknowledged < history.script().size() && cuts_ < options_.cuts) {
        absl::StatusOr<std::size_t> done = LiveAndDie(folder, history, acknowledged);
        if (!done.ok()) {
          const absl::StatusOr<bool> broken = disk_.MakeAnewIfBroken();
          if (!broken.ok()) return broken.status();
          if (!*broken) return done.status();
          ++broken_;
          break;
        }
        acknowledged = *done;
      }
    }
    return absl::OkStatus();
  }

  std::string ToString() const {
    return absl::StrCat(cuts_, " cuts, ", in_opening_, " while a folder was opened, ", torn_,
                        " tore the log's end, ", broken_, " broke ext4 itself");
  }

 private:
  static DirectoryOptions OptionsOfFolder() { return {.segment_bytes = 3000}; }

  /// Lets a process go on from a step until the power fails. After how many steps the stores are.
  absl::StatusOr<std::size_t> LiveAndDie(const std::string& folder, const History& history,
                                         std::size_t acknowledged) {
    std::size_t most = 0;
    {
      HostProcess host(folder, OptionsOfFolder(), history.script(), acknowledged);
      const auto longest = std::int64_t{1} << dice_.Between(8, 17);
      absl::SleepFor(absl::Microseconds(dice_.Between(longest / 2, longest)));
      // What is acknowledged from here on may be lost.
      host.ReadAcknowledgements();
      acknowledged = host.acknowledged();
      if (!host.opened()) ++in_opening_;
      if (absl::Status status = disk_.CutPower(); !status.ok()) return status;
      host.Kill();
      most = host.acknowledged() + 1;
    }
    ++cuts_;
    absl::Status status = disk_.Unmount();
    if (status.ok()) status = disk_.Mount();
    if (!status.ok()) return status;
    absl::StatusOr<std::unique_ptr<StoreDirectory>> directory =
        StoreDirectory::Open(folder, OptionsOfFolder());
    if (!directory.ok()) return directory.status();
    if ((*directory)->recovery().torn_bytes > 0) ++torn_;
    absl::StatusOr<Stores> stores = OpenStores(**directory);
    if (!stores.ok()) return stores.status();
    const std::optional<std::size_t> done = history.StepsDone(*stores, acknowledged, most);
    if (!done) return absl::DataLossError(history.Difference(*stores, acknowledged));
    if (*done < history.script().size()) {
      // The step that was in doubt, or the next.
      status = Do(history.script()[*done], *stores, directory->get());
      if (!status.ok()) return status;
      if (!history.IsAfter(*stores, *done + 1)) {
        return absl::DataLossError("the same step again, " +
                                   history.Difference(*stores, *done + 1));
      }
    }
    const absl::StatusOr<Verification> verified = (*directory)->Verify();
    if (!verified.ok()) return verified.status();
    if (!verified->damage.empty()) return absl::DataLossError(verified->damage.front());
    return std::min(*done + 1, history.script().size());
  }

  const Options& options_;
  const LoopDisk& disk_;
  Dice dice_;
  std::size_t cuts_ = 0;
  std::size_t in_opening_ = 0;
  std::size_t torn_ = 0;
  std::size_t broken_ = 0;
};

bool ReadNumber(std::string_view text, std::uint64_t& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size();
}

int Main(const std::vector<std::string_view>& arguments) {
  Options options;
  for (std::size_t i = 0; i < arguments.size(); i += 2) {
    const std::string_view name = arguments[i];
    const std::string_view value = i + 1 < arguments.size() ? arguments[i + 1] : "";
    if (name == "--folder" && !value.empty()) {
      options.folder = value;
    } else if (!((name == "--cuts" && ReadNumber(value, options.cuts)) ||
                 (name == "--seed" && ReadNumber(value, options.seed)))) {
      std::cerr << kUsage;
      return EXIT_FAILURE;
    }
  }
  const std::string folder = absl::StrCat(options.folder, "/pinmetrics_power_cuts_", getpid());
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  int result = EXIT_SUCCESS;
  {
    LoopDisk disk(folder);
    if (absl::Status status = disk.Make(); !status.ok()) {
      std::cout << "left out: root and loop devices are needed, " << status.message() << "\n";
    } else {
      std::cout << "seed " << options.seed << std::endl;
      PowerCuts power_cuts(options, disk);
      status = power_cuts.Run();
      std::cout << power_cuts.ToString() << "\n";
      if (!status.ok()) {
        std::cout << status << "\n";
        result = EXIT_FAILURE;
      }
    }
  }
  std::filesystem::remove_all(folder, error);
  return result;
}

}  // namespace
}  // namespace pinmetrics

int main(int argc, char** argv) { return pinmetrics::Main({argv + 1, argv + argc}); }
