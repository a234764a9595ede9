#include "store/query/accepted_events.h"

#include <algorithm>
#include <bit>
#include <span>

#include "store/block/event_code.h"

namespace pinmetrics {

const std::uint64_t* AcceptedEvents::Find(const Block& block, const DayPinIndex* pin_index,
                                          const BlockPins& pins) {
  const EventRun run = RunOf(block, pins);
  const std::size_t begin = run.begin / bit_sliced::kGroupEvents * bit_sliced::kGroupWords;
  const std::size_t end = bit_sliced::GroupsFor(run.end) * bit_sliced::kGroupWords + 1;
  edges_.resize(std::max(edges_.size(), end));
  std::fill(edges_.begin() + static_cast<std::ptrdiff_t>(begin),
            edges_.begin() + static_cast<std::ptrdiff_t>(end), 0);
  if (pin_index != nullptr && !pin_index->classes().empty() && compiled_.by_class()) {
    FindByClass(*pin_index, pins, run);
  } else {
    FindByVersion(block, pins);
  }
  return edges_.data();
}

const ClassSet& AcceptedEvents::Classes() {
  if (!classes_) {
    classes_.emplace();
    // A day may have been sealed before there were too many classes: it has none of those.
    const std::uint32_t classes = std::min(pins_.classes.size(), ClassSet::kClasses);
    for (std::uint32_t i = 0; i < classes; ++i) {
      if (!compiled_.segment_maps()[compiled_.MapOfClass(i)].rejects_all) classes_->Add(i);
    }
  }
  return *classes_;
}

void AcceptedEvents::FindByClass(const DayPinIndex& pin_index, const BlockPins& pins,
                                 const EventRun& run) {
  const std::size_t size = pins.end - pins.begin;
  // One change more than Pins, that at their end; the word that reading past it may touch; and one
  // for what follows on the Pins in their last word of events.
  changes_.assign(size / 64 + 3, 0);
  class_kernels_.find(pin_index.classes().subspan(pins.begin, size), Classes(), changes_.data());
  std::uint64_t before = 0;
  for (std::uint64_t& word : changes_) {
    const std::uint64_t counts = word;
    word ^= counts << 1 | before;
    before = counts >> 63;
  }
  // The first word may have Pins before these.
  const std::size_t first_word = run.begin / 64;
  const std::uint64_t head = pin_index.firsts()[first_word] & ~std::uint64_t{0} << run.begin % 64;
  const auto firsts = pin_index.firsts().subspan(first_word, run.end / 64 + 1 - first_word);
  bitmap_kernels_.pdep(changes_.data(), 0, &head, 1, &edges_[first_word]);
  bitmap_kernels_.pdep(changes_.data(), static_cast<std::size_t>(std::popcount(head)),
                       firsts.data() + 1, firsts.size() - 1, &edges_[first_word] + 1);
}

void AcceptedEvents::FindByVersion(const Block& block, const BlockPins& pins) {
  const auto keys = block.Get<std::uint32_t>(Block::kPinKeys);
  const PinStarts starts = block.pin_starts();
  const std::vector<std::uint8_t>& accepts = compiled_.Accepted(pins_).versions;
  // Whether a Pin counts other than the one before it is often a coin toss: branchless.
  changed_pins_.resize(pins.end - pins.begin + std::size_t{1});
  std::size_t changes = 0;
  std::uint8_t before = 0;
  for (std::uint32_t pin = pins.begin; pin < pins.end; ++pin) {
    const std::uint8_t counts = accepts[keys[pin]];
    changed_pins_[changes] = pin;
    changes += counts ^ before;
    before = counts;
  }
  changed_pins_[changes] = pins.end;
  changes += before;
  for (const std::uint32_t pin : std::span(changed_pins_).first(changes)) {
    edges_[starts[pin] / 64] ^= std::uint64_t{1} << starts[pin] % 64;
  }
}

}  // namespace pinmetrics
