#ifndef PINMETRICS_SRC_STORE_QUERY_COMPILED_QUERY_H_
#define PINMETRICS_SRC_STORE_QUERY_COMPILED_QUERY_H_

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "pinmetrics/filter/filter.h"
#include "pinmetrics/model/attribute.h"
#include "pinmetrics/model/dimension.h"
#include "pinmetrics/model/pin.h"
#include "pinmetrics/report/query.h"
#include "pinmetrics/store/block.h"
#include "store/dictionary/pin_table.h"

namespace pinmetrics {

/// What a query makes of the events on some Pins: for each combo of device, content type, age and
/// gender the segment it counts in.
struct Mask {
  static constexpr std::uint8_t kNone = 0xff;

  /// Segment of each combo; an index into `CompiledQuery::segments` relative to `first_segment`, or
  /// `kNone` if the filter rejects it.
  std::array<std::uint8_t, event_code::kCombos> segment_of;
  std::uint32_t first_segment = 0;
  /// Of the Pins that the mask is for.
  std::uint32_t population = 0;
  bool rejects_all = false;
  /// All combos count in `first_segment`.
  bool accepts_all = false;
};

/// The Pin versions of which a selection does not reject all events.
struct AcceptedVersions {
  std::vector<std::uint8_t> versions;  ///< 1 or 0, of every version.
  std::size_t rejected = 0;            ///< How many are 0.

  bool rejects_any() const { return rejected > 0; }
  bool rejects_few() const { return rejected <= versions.size() / 16; }
};

/// Which of a selection's masks make the same of every combo, but for the segment that they begin
/// with and the population that they are for.
struct MaskPatterns {
  std::vector<std::uint32_t> of_mask;  ///< The pattern of each mask.
  std::vector<std::uint32_t> masks;    ///< A mask of each pattern.
};

/// A query's filter, saved switch and split, compiled into masks: one for each distinct outcome of
/// the conditions on Pins, so that a filter of any shape costs a look-up for each class or Pin and
/// one for each combo.
class CompiledQuery {
 public:
  /// `admits`, if set, leaves out the Pin versions it is false for.
  CompiledQuery(const Query& query, const PinTable::View& pins, PinIndexCache& index,
                const std::function<bool(const Pin&)>& admits = nullptr);

  /// The values of the split in the dimension's order; a single one without a split.
  const std::vector<Attribute>& segments() const { return segments_; }
  const std::vector<Mask>& masks() const { return masks_; }
  /// Whether some combo counts in the segment by this mask.
  bool HasSegment(std::uint32_t mask, std::size_t segment) const {
    const auto& segments = masks_[mask].segment_of;
    return std::any_of(segments.begin(), segments.end(), [&](std::uint8_t of_combo) {
      return of_combo != Mask::kNone && masks_[mask].first_segment + of_combo == segment;
    });
  }

  /// True if the mask depends on a Pin's class alone.
  bool by_class() const { return by_class_; }
  /// The mask of a class; needs `by_class`.
  std::uint32_t MaskOfClass(std::uint32_t pin_class) const { return mask_of_class_[pin_class]; }
  /// The mask of a Pin version.
  std::uint32_t MaskOfVersion(const PinTable::View& pins, std::uint32_t version) const {
    return by_class_ ? mask_of_class_[pins.traits[version].pin_class] : MaskByVersion(version);
  }
  std::uint32_t MaskOfVersion(const PinIndex& index, std::uint32_t version) const {
    return by_class_ ? mask_of_class_[index.class_of_version[version]] : MaskByVersion(version);
  }
  /// Whether it rejects all events of a version.
  bool Rejects(const PinIndex& index, std::uint32_t version) const {
    return masks_[MaskOfVersion(index, version)].rejects_all;
  }
  /// The mask of every version, for loops.
  const std::vector<std::uint32_t>& MasksOfVersions(const PinTable::View& pins) const;

  /// Which versions it does not reject wholly, for loops.
  const AcceptedVersions& Accepted(const PinTable::View& pins) const;

  /// The only versions that can pass, ascending, if the filter names Pins.
  const std::optional<std::vector<std::uint32_t>>& candidates() const { return candidates_; }

  /// The mask that all classes of a population have, if they have the same.
  std::optional<std::uint32_t> MaskOfPopulation(std::uint32_t population) const {
    return by_class_ ? mask_of_population_[population] : std::nullopt;
  }
  /// True if each population counts wholly, in one segment, or not at all.
  bool populations_decide() const;
  /// The only recorded dimension of events on which it depends whether and where an event counts,
  /// if there is just one.
  const std::optional<Dimension>& only_event_dimension() const { return only_event_dimension_; }
  /// True if no class or version has a mask that accepts some combos and rejects others, or that
  /// has more than one segment.
  bool pins_decide() const { return pins_decide_; }
  /// True if no class or version has events in more than one segment.
  bool pins_decide_segment() const { return pins_decide_segment_; }
  /// There are few, however many segments a split by what belongs to Pins has.
  const MaskPatterns& Patterns() const;
  /// The mask that decides alike for all Pins that are not rejected, if there is one.
  const std::optional<std::uint32_t>& only_mask() const { return only_mask_; }
  /// True if the Pins that are not rejected are all of the population of `only_mask`, if there is
  /// one.
  bool only_mask_is_for_all() const {
    return only_mask_ && std::all_of(masks_.begin(), masks_.end(), [this](const Mask& mask) {
             return mask.rejects_all || mask.population == masks_[*only_mask_].population;
           });
  }

 private:
  class Compiler;

  /// The mask of a Pin version, if not by class.
  std::uint32_t MaskByVersion(std::uint32_t version) const;
  std::optional<std::uint32_t> FindOnlyMask() const;

  std::vector<Attribute> segments_;
  std::vector<Mask> masks_;
  bool by_class_ = true;
  std::vector<std::uint32_t> mask_of_class_;
  /// If neither by class nor with candidates.
  std::vector<std::uint32_t> mask_of_version_;
  std::optional<std::vector<std::uint32_t>> candidates_;
  std::vector<std::uint32_t> mask_of_candidate_;
  std::array<std::optional<std::uint32_t>, kPopulations> mask_of_population_;
  bool pins_decide_ = true;
  bool pins_decide_segment_ = true;
  std::optional<std::uint32_t> only_mask_;
  std::optional<Dimension> only_event_dimension_;
  mutable std::vector<std::uint32_t> masks_of_versions_;
  mutable std::optional<AcceptedVersions> accepted_;
  mutable std::optional<MaskPatterns> patterns_;
};

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_STORE_QUERY_COMPILED_QUERY_H_
