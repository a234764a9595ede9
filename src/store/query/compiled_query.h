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
#include "store/block/block.h"
#include "store/block/event_code.h"
#include "store/dictionary/pin_index.h"
#include "store/dictionary/pin_table.h"

namespace pinmetrics {

/// What a query makes of the events on some Pins: for each combo of device, content type, age and
/// gender the segment it counts in.
struct SegmentMap {
  static constexpr std::uint8_t kNone = 0xff;

  /// Segment of each combo; an index into `CompiledQuery::segments` relative to `first_segment`, or
  /// `kNone` if the filter rejects it.
  std::array<std::uint8_t, event_code::kCombos> segment_of;
  std::uint32_t first_segment = 0;
  /// Of the Pins that the segment map is for.
  std::uint32_t population = 0;
  bool rejects_all = false;
  /// All combos count in `first_segment`.
  bool accepts_all = false;
};

/// What decides whether and in which segment an event counts: no more need be known of it.
enum class Grain : std::uint8_t {
  kPopulation,     ///< Its Pin's population.
  kDimension,      ///< That, and its value of one recorded dimension.
  kCombo,          ///< The population, and the event's combo.
  kClass,          ///< Its Pin's class.
  kClassAndCombo,  ///< The class and the combo.
  kPin,            ///< The Pin's version.
  kPinAndCombo,    ///< The version and the combo.
};
inline constexpr std::size_t kGrains = 7;

/// The Pin versions of which a compiled query does not reject all events.
struct AcceptedVersions {
  std::vector<std::uint8_t> versions;  ///< 1 or 0, of every version.
  std::size_t rejected = 0;            ///< How many are 0.

  bool rejects_any() const { return rejected > 0; }
  bool rejects_few() const { return rejected <= versions.size() / 16; }
};

/// Which of a compiled query's segment maps make the same of every combo, but for the segment that
/// they begin with and the population that they are for.
struct SegmentMapPatterns {
  std::vector<std::uint32_t> of_map;  ///< The pattern of each segment map.
  std::vector<std::uint32_t> maps;    ///< A segment map of each pattern.
};

/// A query's filter, saved switch and split, compiled into segment maps: one for each distinct
/// outcome of the conditions on Pins, so that a filter of any shape costs a look-up for each class
/// or Pin and one for each combo.
class CompiledQuery {
 public:
  /// `admits`, if set, leaves out the Pin versions it is false for.
  CompiledQuery(const Query& query, const PinTable::View& pins, PinIndexCache& index,
                const std::function<bool(const Pin&)>& admits = nullptr);

  /// The values of the split in the dimension's order; a single one without a split.
  const std::vector<Attribute>& segments() const { return segments_; }
  const std::vector<SegmentMap>& segment_maps() const { return segment_maps_; }
  /// Whether some combo counts in the segment by this segment map.
  bool HasSegment(std::uint32_t map, std::size_t segment) const {
    const auto& segments = segment_maps_[map].segment_of;
    return std::any_of(segments.begin(), segments.end(), [&](std::uint8_t of_combo) {
      return of_combo != SegmentMap::kNone &&
             segment_maps_[map].first_segment + of_combo == segment;
    });
  }

  Grain grain() const { return grain_; }
  /// True if the segment map depends on a Pin's class alone.
  bool by_class() const { return grain_ <= Grain::kClassAndCombo; }
  /// The segment map of a class; needs `by_class`.
  std::uint32_t MapOfClass(std::uint32_t pin_class) const { return map_of_class_[pin_class]; }
  /// The segment map of a Pin version.
  std::uint32_t MapOfVersion(const PinTable::View& pins, std::uint32_t version) const {
    return by_class() ? map_of_class_[pins.traits[version].pin_class] : MapByVersion(version);
  }
  std::uint32_t MapOfVersion(const PinIndex& index, std::uint32_t version) const {
    return by_class() ? map_of_class_[index.class_of_version[version]] : MapByVersion(version);
  }
  /// Whether it rejects all events of a version.
  bool Rejects(const PinIndex& index, std::uint32_t version) const {
    return segment_maps_[MapOfVersion(index, version)].rejects_all;
  }
  /// The segment map of every version, for loops.
  const std::vector<std::uint32_t>& MapsOfVersions(const PinTable::View& pins) const;

  /// Which versions it does not reject wholly, for loops.
  const AcceptedVersions& Accepted(const PinTable::View& pins) const;
  bool AcceptsFew(const PinTable::View& pins) const {
    const std::size_t accepted =
        candidates_ ? candidates_->size() : pins.versions.size() - Accepted(pins).rejected;
    return accepted <= pins.versions.size() / 16;
  }

  /// The only versions that can pass, ascending, if the filter names Pins.
  const std::optional<std::vector<std::uint32_t>>& candidates() const { return candidates_; }

  /// The segment map that all classes of a population have, if they have the same.
  std::optional<std::uint32_t> MapOfPopulation(std::uint32_t population) const {
    return by_class() ? map_of_population_[population] : std::nullopt;
  }
  /// True if no class or version has events in more than one segment.
  bool pins_decide_segment() const { return pins_decide_segment_; }
  /// The dimension of `Grain::kDimension`.
  Dimension dimension() const { return *only_event_dimension_; }
  /// There are few, however many segments a split by what belongs to Pins has.
  const SegmentMapPatterns& Patterns() const;
  /// The segment map that decides alike for all Pins that are not rejected, if there is one.
  const std::optional<std::uint32_t>& only_map() const { return only_map_; }
  /// True if the Pins that are not rejected are all of the population of `only_map`, if there is
  /// one, and their events count in the segments that it begins with.
  bool only_map_is_for_all() const {
    if (!only_map_) return false;
    const SegmentMap& only = segment_maps_[*only_map_];
    return std::all_of(segment_maps_.begin(), segment_maps_.end(), [&only](const SegmentMap& map) {
      return map.rejects_all ||
             (map.population == only.population && map.first_segment == only.first_segment);
    });
  }

 private:
  class Compiler;

  /// The segment map of a Pin version, if not by class.
  std::uint32_t MapByVersion(std::uint32_t version) const;
  Grain FindGrain(bool by_class) const;
  std::optional<std::uint32_t> FindOnlyMap() const;

  Grain grain_ = Grain::kPinAndCombo;
  std::vector<Attribute> segments_;
  std::vector<SegmentMap> segment_maps_;
  std::vector<std::uint32_t> map_of_class_;
  /// If neither by class nor with candidates.
  std::vector<std::uint32_t> map_of_version_;
  std::optional<std::vector<std::uint32_t>> candidates_;
  std::vector<std::uint32_t> map_of_candidate_;
  std::array<std::optional<std::uint32_t>, kPopulations> map_of_population_;
  bool pins_decide_segment_ = true;
  std::optional<std::uint32_t> only_map_;
  /// The only recorded dimension of events that the query names, if there is just one.
  std::optional<Dimension> only_event_dimension_;
  mutable std::vector<std::uint32_t> maps_of_versions_;
  mutable std::optional<AcceptedVersions> accepted_;
  mutable std::optional<SegmentMapPatterns> patterns_;
};

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_STORE_QUERY_COMPILED_QUERY_H_
