#include "store/block/block.h"

#include <bit>
#include <cstddef>
#include <cstdint>

#include "store/block/bit_sliced_codes.h"
#include "store/block/block_format.h"
#include "store/block/event_code.h"

namespace pinmetrics {
namespace {

static_assert(std::endian::native == std::endian::little, "blocks are read in place");
static_assert(sizeof(Block::Totals) == 8 * (2 * Tally::kCounters + 4));
static_assert(sizeof(PackedSums) == 52);

}  // namespace

std::string_view Block::TableName(Table table) { return kTableForms[table].name; }

absl::CivilDay Block::day() const {
  return absl::CivilDay(1970, 1, 1) + ElementsAt<DayFacts>(At(kDay).data())->day;
}

std::uint16_t Block::code(std::uint32_t event) const { return CodeAt(codes(), event); }

}  // namespace pinmetrics
