#include "examples/cli/content_key.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "absl/strings/escaping.h"
#include "absl/strings/string_view.h"

namespace pinmetrics::cli {

struct ContentKey::State {
  XXH3_state_t sum;
};

ContentKey::ContentKey() : state_(std::make_unique<State>()) { XXH3_128bits_reset(&state_->sum); }
ContentKey::~ContentKey() = default;

void ContentKey::Add(std::string_view bytes) {
  XXH3_128bits_update(&state_->sum, bytes.data(), bytes.size());
}

std::string ContentKey::Get() const {
  XXH128_canonical_t bytes;
  XXH128_canonicalFromHash(&bytes, XXH3_128bits_digest(&state_->sum));
  return absl::WebSafeBase64Escape(
      // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): bytes of another name.
      absl::string_view(reinterpret_cast<const char*>(bytes.digest), sizeof(bytes.digest)));
}

}  // namespace pinmetrics::cli
