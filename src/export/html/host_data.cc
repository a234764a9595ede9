#include "export/html/host_data.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>

#include "absl/strings/ascii.h"

namespace pinmetrics {
namespace {

constexpr std::string_view kPinId = "{pin_id}";
constexpr std::size_t kMostOfAddress = 2000;
constexpr std::size_t kMostOfThumbnail = std::size_t{16} << 10;

// What a host gave, as a message shows it.
std::string Quoted(std::string_view text) {
  constexpr std::size_t kMostShown = 60;
  std::string quoted = "'" + std::string(text.substr(0, kMostShown));
  std::replace_if(
      quoted.begin(), quoted.end(), [](char c) { return c < ' ' || c > '~'; }, '?');
  return quoted + (text.size() > kMostShown ? "...'" : "'");
}

absl::Status WrongAddress(std::string_view address, std::string_view what) {
  return absl::InvalidArgumentError("pin_address: " + Quoted(address) + " " + std::string(what));
}

absl::Status CheckAddress(std::string_view address) {
  std::string_view rest = address;
  if (rest.starts_with("https://")) {
    rest.remove_prefix(8);
  } else if (rest.starts_with("http://")) {
    rest.remove_prefix(7);
  } else {
    return WrongAddress(address, "is no web address, expected https:// or http:// in front");
  }
  if (address.size() > kMostOfAddress) {
    return WrongAddress(address, "is too long, expected at most 2000 bytes");
  }
  const std::size_t place = rest.find(kPinId);
  if (place == std::string_view::npos || rest.find(kPinId, place + 1) != std::string_view::npos) {
    return WrongAddress(address, "expected {pin_id} once, where the Pin's id stands");
  }
  // The id is digits and cannot lead elsewhere, but it names no host.
  const std::size_t host = std::min(rest.find_first_of("/?#"), rest.size());
  if (host == 0 || place < host) {
    return WrongAddress(address, "has no host before {pin_id}, expected https://host/{pin_id}");
  }
  if (rest.substr(0, host).find('@') != std::string_view::npos) {
    return WrongAddress(address, "names a user, expected a host alone");
  }
  constexpr std::string_view kRefused = "\"'<>\\^`{|}";
  for (std::size_t i = 0; i < rest.size(); ++i) {
    if (i == place) i += kPinId.size();
    if (i >= rest.size()) break;
    if (rest[i] <= ' ' || rest[i] > '~' || kRefused.find(rest[i]) != std::string_view::npos) {
      return WrongAddress(address, "has a character that no address has, expected it as %XX");
    }
  }
  return absl::OkStatus();
}

bool IsBase64(std::string_view text) {
  if (text.empty() || text.size() % 4 != 0) return false;
  for (int i = 0; i < 2 && text.ends_with('='); ++i) text.remove_suffix(1);
  return std::all_of(text.begin(), text.end(), [](char c) {
    return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '+' || c == '/';
  });
}

absl::Status CheckThumbnail(const PinThumbnail& thumbnail, std::size_t index) {
  const std::string place = "thumbnails[" + std::to_string(index) + "]: of Pin " +
                            std::to_string(thumbnail.pin.value()) + ": ";
  const std::string_view data = thumbnail.data;
  if (data.size() > kMostOfThumbnail) {
    return absl::InvalidArgumentError(place + std::to_string(data.size()) +
                                      " bytes, expected at most " +
                                      std::to_string(kMostOfThumbnail));
  }
  // Pictures of points alone: what is drawn by a text could hold more than a picture.
  constexpr std::array<std::string_view, 5> kTypes = {"png", "jpeg", "gif", "webp", "avif"};
  for (const std::string_view type : kTypes) {
    const std::string start = "data:image/" + std::string(type) + ";base64,";
    if (data.starts_with(start) && IsBase64(data.substr(start.size()))) return absl::OkStatus();
  }
  return absl::InvalidArgumentError(
      place + Quoted(data) +
      ", expected data:image/png;base64, or jpeg, gif, webp, avif, and base64 behind it");
}

}  // namespace

absl::Status CheckHostData(const HtmlOptions& options) {
  if (!options.pin_address.empty()) {
    if (absl::Status status = CheckAddress(options.pin_address); !status.ok()) return status;
  }
  for (std::size_t i = 0; i < options.thumbnails.size(); ++i) {
    if (absl::Status status = CheckThumbnail(options.thumbnails[i], i); !status.ok()) return status;
  }
  return absl::OkStatus();
}

std::string AddressOf(PinId pin, std::string_view pin_address) {
  const std::size_t place = pin_address.find(kPinId);
  std::string address(pin_address.substr(0, place));
  address += std::to_string(pin.value());
  return address.append(pin_address.substr(place + kPinId.size()));
}

}  // namespace pinmetrics
