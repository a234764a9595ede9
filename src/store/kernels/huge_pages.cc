#include "store/kernels/huge_pages.h"

#include <cstddef>
#include <cstdint>

#if defined(__linux__)
#include <sys/mman.h>
#endif

namespace pinmetrics {

void AskForHugePages([[maybe_unused]] void* memory, [[maybe_unused]] std::size_t bytes) {
#if defined(MADV_HUGEPAGE)
  constexpr std::size_t kHugePage = std::size_t{2} << 20;
  const std::size_t past_page = reinterpret_cast<std::uintptr_t>(memory) % kHugePage;
  const std::size_t before = past_page == 0 ? 0 : kHugePage - past_page;
  if (bytes < before + kHugePage) return;
  const std::size_t whole = (bytes - before) / kHugePage * kHugePage;
  // Only a wish: whether it is granted makes no difference here.
  static_cast<void>(madvise(static_cast<std::byte*>(memory) + before, whole, MADV_HUGEPAGE));
#endif
}

}  // namespace pinmetrics
