#ifndef PINMETRICS_SRC_STORE_KERNELS_HUGE_PAGES_H_
#define PINMETRICS_SRC_STORE_KERNELS_HUGE_PAGES_H_

#include <cstddef>
#include <vector>

namespace pinmetrics {

/// Asks the system for huge pages behind memory that is allocated and was not touched yet: as much
/// of it as lies in whole ones. Where each access is to another page, translating addresses costs
/// more than reading, and with huge pages there are 512 times fewer. Does nothing where the system
/// has none.
void AskForHugePages(void* memory, std::size_t bytes);

/// Reserves room for `size` items in an empty vector, and asks for huge pages behind it.
template <typename T>
void ReserveOnHugePages(std::vector<T>& items, std::size_t size) {
  items.reserve(size);
  AskForHugePages(items.data(), items.capacity() * sizeof(T));
}

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_STORE_KERNELS_HUGE_PAGES_H_
