#include "store/block/bit_sliced_codes.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace pinmetrics {
namespace {

constexpr std::uint32_t kKindNumbers = 1u << bit_sliced::kDevice;
constexpr std::uint32_t kComboNumbers = 1u << (bit_sliced::kBits - bit_sliced::kDevice);

/// The bits of a kind, from `bit_sliced::kKind` on.
constexpr std::uint32_t BitsOfKind(std::uint32_t kind) {
  if (kind == 0) return 1u << bit_sliced::kImpression;
  if (kind < event_code::kFirstPlaybackKind) return kind << bit_sliced::kKind;
  return 1u << bit_sliced::kPlayback | (kind - event_code::kFirstPlaybackKind) << bit_sliced::kKind;
}

/// The bits of a combo, from `bit_sliced::kDevice` on.
constexpr std::uint32_t BitsOfCombo(std::uint32_t combo) {
  const auto mark = [](std::uint32_t value, std::uint32_t values, std::uint32_t bit) {
    return value + 1 < values ? 1u << value << (bit - bit_sliced::kDevice) : 0;
  };
  return event_code::DeviceOf(combo) |
         mark(event_code::ContentTypeOf(combo), 3, bit_sliced::kContentType) |
         event_code::AgeOf(combo) << (bit_sliced::kAge - bit_sliced::kDevice) |
         mark(event_code::GenderOf(combo), 3, bit_sliced::kGender);
}

/// For each number that bits can be, what has them; `kNoCode` if nothing has.
template <std::size_t kNumbers, typename BitsOf>
constexpr std::array<std::uint16_t, kNumbers> Inverse(std::uint32_t size, BitsOf bits_of) {
  std::array<std::uint16_t, kNumbers> inverse = {};
  for (std::uint16_t& number : inverse) number = CodeReader::kNoCode;
  for (std::uint32_t i = 0; i < size; ++i) inverse[bits_of(i)] = static_cast<std::uint16_t>(i);
  return inverse;
}

constexpr auto kKindOfBits = Inverse<kKindNumbers>(event_code::kKinds, BitsOfKind);
constexpr auto kComboOfBits = Inverse<kComboNumbers>(event_code::kCombos, BitsOfCombo);

constexpr auto kBitsOfCode = [] {
  std::array<std::uint16_t, event_code::kCodes> bits = {};
  for (std::uint32_t code = 0; code < event_code::kCodes; ++code) {
    bits[code] =
        static_cast<std::uint16_t>(BitsOfKind(code / event_code::kCombos) |
                                   BitsOfCombo(code % event_code::kCombos) << bit_sliced::kDevice);
  }
  return bits;
}();

/// The code that has these bits, or `kNoCode`.
constexpr std::uint16_t CodeOfBits(std::uint32_t bits) {
  const std::uint32_t kind = kKindOfBits[bits % kKindNumbers];
  const std::uint32_t combo = kComboOfBits[bits / kKindNumbers];
  if (kind == CodeReader::kNoCode || combo == CodeReader::kNoCode) return CodeReader::kNoCode;
  return event_code::Code(kind, combo);
}

/// Eight bytes of eight bits: bit i of byte k becomes bit k of byte i.
constexpr std::uint64_t Transposed(std::uint64_t x) {
  // Swaps single bits of 2 x 2 squares, then squares of 2 x 2, then those of 4 x 4.
  std::uint64_t swap = (x ^ x >> 7) & 0x00aa00aa00aa00aa;
  x ^= swap ^ swap << 7;
  swap = (x ^ x >> 14) & 0x0000cccc0000cccc;
  x ^= swap ^ swap << 14;
  swap = (x ^ x >> 28) & 0x00000000f0f0f0f0;
  return x ^ swap ^ swap << 28;
}

}  // namespace

std::vector<std::uint64_t> SliceCodes(std::span<const std::uint16_t> codes) {
  std::vector<std::uint64_t> bits(bit_sliced::GroupsFor(codes.size()) * bit_sliced::kStride);
  for (std::size_t first = 0; first < codes.size(); first += 8) {
    // The lower and the upper byte of eight events.
    std::array<std::uint64_t, 2> bytes = {};
    for (std::size_t i = 0; i < std::min<std::size_t>(codes.size() - first, 8); ++i) {
      const std::uint64_t of_event = kBitsOfCode[codes[first + i]];
      bytes[0] |= (of_event & 0xff) << 8 * i;
      bytes[1] |= (of_event >> 8) << 8 * i;
    }
    for (std::uint64_t& byte : bytes) byte = Transposed(byte);
    for (std::size_t bit = 0; bit < bit_sliced::kBits; ++bit) {
      bits[bit_sliced::Place(bit, first / 64)] |= (bytes[bit / 8] >> 8 * (bit % 8) & 0xff)
                                                  << first % 64;
    }
  }
  return bits;
}

std::uint16_t CodeAt(std::span<const std::uint64_t> sliced, std::size_t event) {
  std::uint32_t bits = 0;
  for (std::uint32_t bit = 0; bit < bit_sliced::kBits; ++bit) {
    bits |= static_cast<std::uint32_t>(sliced[bit_sliced::Place(bit, event / 64)] >> event % 64 & 1)
            << bit;
  }
  return CodeOfBits(bits);
}

void CodeReader::Decode(std::size_t word) {
  word_ = word;
  for (std::size_t first = 0; first < 64; first += 8) {
    std::array<std::uint64_t, 2> bytes = {};
    for (std::size_t bit = 0; bit < bit_sliced::kBits; ++bit) {
      bytes[bit / 8] |= (bits_[bit_sliced::Place(bit, word)] >> first & 0xff) << 8 * (bit % 8);
    }
    for (std::uint64_t& byte : bytes) byte = Transposed(byte);
    for (std::size_t i = 0; i < 8; ++i) {
      codes_[first + i] = CodeOfBits(
          static_cast<std::uint32_t>((bytes[0] >> 8 * i & 0xff) | (bytes[1] >> 8 * i & 0xff) << 8));
    }
  }
}

CodeTest::CodeTest(const CodeSet& set) {
  const Outcome of_combos = OfCombos(set);
  const auto of_kind = [&](std::uint32_t kind) {
    return (set.kinds >> kind & 1) != 0 ? of_combos : kNone;
  };
  std::array<Outcome, 8> of_actions;
  std::array<Outcome, 8> of_playbacks;
  for (std::uint32_t i = 0; i < 8; ++i) {
    // There are no actions 0 and 7: as good as the next.
    of_actions[i] = of_kind(std::clamp(i, 1u, event_code::kFirstPlaybackKind - 1));
    of_playbacks[i] = of_kind(event_code::kFirstPlaybackKind + i);
  }
  const std::array<Outcome, 3> of_kinds = {ChooseByNumber(bit_sliced::kKind, of_playbacks),
                                           of_kind(0),
                                           ChooseByNumber(bit_sliced::kKind, of_actions)};
  outcome_ = ChooseByMark(bit_sliced::kPlayback, of_kinds);
  for (const Choice& choice : choices_) {
    if (std::find(bits_.begin(), bits_.end(), choice.bit) == bits_.end()) {
      bits_.push_back(choice.bit);
    }
  }
  words_.resize((choices_.size() + kFirst) * kMostWords);
  std::fill_n(words_.begin() + kAll * kMostWords, kMostWords, ~std::uint64_t{0});
}

CodeTest::Outcome CodeTest::OfCombos(const CodeSet& set) {
  std::array<Outcome, 4> of_devices;
  for (std::uint32_t device = 0; device < 4; ++device) {
    std::array<Outcome, 3> of_content_types;
    for (std::uint32_t content_type = 0; content_type < 3; ++content_type) {
      std::array<Outcome, 8> of_ages;
      for (std::uint32_t age = 0; age < 8; ++age) {
        std::array<Outcome, 3> of_genders;
        for (std::uint32_t gender = 0; gender < 3; ++gender) {
          const bool has = set.combos[event_code::Combo(device, content_type, age, gender)];
          of_genders[gender] = has ? kAll : kNone;
        }
        of_ages[age] = ChooseByMark(bit_sliced::kGender, of_genders);
      }
      of_content_types[content_type] = ChooseByNumber(bit_sliced::kAge, of_ages);
    }
    of_devices[device] = ChooseByMark(bit_sliced::kContentType, of_content_types);
  }
  return ChooseByNumber(bit_sliced::kDevice, of_devices);
}

CodeTest::Outcome CodeTest::Choose(std::uint32_t bit, Outcome if_0, Outcome if_1) {
  if (if_0 == if_1) return if_0;
  const Choice choice = {static_cast<std::uint8_t>(bit), if_0, if_1};
  const auto known = std::find(choices_.begin(), choices_.end(), choice);
  const auto outcome = static_cast<Outcome>(known - choices_.begin() + kFirst);
  if (known == choices_.end()) choices_.push_back(choice);
  return outcome;
}

CodeTest::Outcome CodeTest::ChooseByNumber(std::uint32_t bit, std::span<Outcome> outcomes) {
  // Neighbours differ in the lowest bit.
  for (std::size_t size = outcomes.size(); size > 1; size /= 2, ++bit) {
    for (std::size_t i = 0; i < size / 2; ++i) {
      outcomes[i] = Choose(bit, outcomes[2 * i], outcomes[2 * i + 1]);
    }
  }
  return outcomes[0];
}

CodeTest::Outcome CodeTest::ChooseByMark(std::uint32_t bit, std::span<const Outcome> outcomes) {
  Outcome outcome = outcomes.back();
  for (std::size_t i = 0; i + 1 < outcomes.size(); ++i) {
    // Who has a bit has no other: where it decides nothing, it need not be looked at.
    if (outcomes[i] != outcomes.back()) {
      outcome = Choose(bit + static_cast<std::uint32_t>(i), outcome, outcomes[i]);
    }
  }
  return outcome;
}

void CodeTest::Run(std::span<const std::uint64_t> sliced, std::size_t first_group,
                   std::size_t groups, std::uint64_t* to) const {
  const std::uint64_t* const bits = sliced.data() + first_group * bit_sliced::kStride;
  const auto words_of = [this](Outcome outcome) { return words_.data() + outcome * kMostWords; };
  for (std::size_t i = 0; i < choices_.size(); ++i) {
    const Choice& choice = choices_[i];
    kernels_.choose(bits + bit_sliced::Place(choice.bit, 0), words_of(choice.if_0),
                    words_of(choice.if_1), words_of(static_cast<Outcome>(i + kFirst)), groups);
  }
  std::copy_n(words_of(outcome_), groups * bit_sliced::kGroupWords, to);
}

}  // namespace pinmetrics
