#ifndef PINMETRICS_SRC_STORE_DICTIONARY_APPEND_ONLY_H_
#define PINMETRICS_SRC_STORE_DICTIONARY_APPEND_ONLY_H_

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <utility>

namespace pinmetrics {

/// A list that only grows and whose elements never move, so that a view of its first n elements can
/// be read while more are appended. Parts double in size: an empty list takes no memory, a long one
/// few allocations, and an element is found in a few instructions.
///
/// One thread appends at a time. A view is taken by a thread that appends, or under the same lock;
/// it is then immutable and safe everywhere.
template <typename T>
class AppendOnly {
  static constexpr std::uint32_t kFirstPart = 16;
  static constexpr std::size_t kParts = 28;
  using Parts = std::array<std::shared_ptr<T[]>, kParts>;

  /// Element i is at position i + 16: the part from position n to 2 n, n a power of two, holds n.
  static std::size_t PartOf(std::uint32_t position) {
    return static_cast<std::size_t>(std::countr_zero(std::bit_floor(position)) -
                                    std::countr_zero(kFirstPart));
  }
  static T& At(const Parts& parts, std::uint32_t index) {
    const std::uint32_t position = index + kFirstPart;
    return parts[PartOf(position)][position - std::bit_floor(position)];
  }

 public:
  class View {
   public:
    View() = default;
    std::uint32_t size() const { return size_; }
    const T& operator[](std::uint32_t index) const { return At(parts_, index); }

    /// Calls `visit(index, element)` for all, in order; faster than finding each.
    template <typename Visit>
    void ForEach(Visit visit) const {
      std::uint32_t index = 0;
      std::uint32_t part_size = kFirstPart;
      for (std::size_t part = 0; index < size_; ++part, part_size *= 2) {
        const T* elements = parts_[part].get();
        for (std::uint32_t i = 0; i < part_size && index < size_; ++i) {
          visit(index++, elements[i]);
        }
      }
    }

    /// Becomes `longer`, a later view of the same list. Takes next to nothing unless the list got
    /// another part meanwhile.
    void ExtendTo(const View& longer) {
      if (longer.size_ == size_) return;
      if (!parts_[PartOf(longer.size_ - 1 + kFirstPart)]) parts_ = longer.parts_;
      size_ = longer.size_;
    }

   private:
    friend class AppendOnly;
    Parts parts_;
    std::uint32_t size_ = 0;
  };

  AppendOnly() = default;
  // Two lists would append to the same parts.
  AppendOnly(const AppendOnly&) = delete;
  AppendOnly& operator=(const AppendOnly&) = delete;

  std::uint32_t size() const { return view_.size_; }
  const T& operator[](std::uint32_t index) const { return view_[index]; }

  /// The most elements there can be.
  static constexpr std::uint32_t kMostElements =
      std::numeric_limits<std::uint32_t>::max() - kFirstPart + 1;

  /// Takes the memory that the next `more` calls of `Append` need, which then take none.
  void Reserve(std::uint32_t more = 1) {
    while (room_ - view_.size_ < more) {
      const auto position = static_cast<std::uint32_t>(room_) + kFirstPart;
      const std::size_t part_size = std::bit_floor(position);
      view_.parts_[PartOf(position)] = std::shared_ptr<T[]>(new T[part_size]);
      room_ += part_size;
    }
  }

  void Append(T element) {
    Reserve();
    At(view_.parts_, view_.size_) = std::move(element);
    ++view_.size_;
  }

  const View& view() const { return view_; }

  std::size_t bytes() const { return room_ * sizeof(T); }

  /// How much `bytes` grows with the next `Append`.
  std::size_t Growth() const {
    return view_.size_ < room_ ? 0 : std::bit_floor(view_.size_ + kFirstPart) * sizeof(T);
  }

 private:
  View view_;
  std::size_t room_ = 0;  ///< Elements that all parts hold.
};

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_STORE_DICTIONARY_APPEND_ONLY_H_
