#include "store/query/compiled_query.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include "pinmetrics/filter/matcher.h"
#include "pinmetrics/model/dimension.h"
#include "pinmetrics/model/event.h"
#include "store/block/block_rows.h"
#include "store/block/event_code.h"
#include "store/dictionary/pin_index.h"

namespace pinmetrics {
namespace {

bool IsOfClass(Dimension dimension) {
  return dimension != Dimension::kBoard && dimension != Dimension::kPin;
}

/// The event of a combo; what is not in the combo stays as it is.
Event EventOf(std::uint32_t combo) {
  Event event;
  event.content_type = static_cast<ContentType>(event_code::ContentTypeOf(combo));
  event.device = static_cast<Device>(event_code::DeviceOf(combo));
  event.age = static_cast<Age>(event_code::AgeOf(combo));
  event.gender = static_cast<Gender>(event_code::GenderOf(combo));
  return event;
}

}  // namespace

/// Finds segment maps by what decides them: the outcome of every condition on the Pin, and its
/// segment.
class CompiledQuery::Compiler {
 public:
  /// `filter` is the query's, merged.
  Compiler(const Query& query, const Filter& filter, CompiledQuery& compiled)
      : query_(query), compiled_(compiled), matches_(filter) {
    for (const Filter::Node& node : filter.nodes()) {
      if (node.op != Filter::Operator::kCondition) continue;
      if (IsOfEvent(node.dimension)) {
        looks_at_event_ = true;
      } else {
        const auto values = filter.Values(node);
        conditions_.emplace_back(Filter::Condition(
            node.dimension, std::vector<Attribute>(values.begin(), values.end())));
      }
    }
    splits_event_ = query.split && IsOfEvent(*query.split);
    for (std::uint32_t combo = 0; splits_event_ && combo < event_code::kCombos; ++combo) {
      const Attribute value = AttributeOf(*query.split, EventOf(combo), Pin());
      segment_of_combo_[combo] = static_cast<std::uint8_t>(value.number());
    }
    SegmentMap none;
    none.segment_of.fill(SegmentMap::kNone);
    none.rejects_all = true;
    compiled_.segment_maps_.push_back(none);
  }

  static constexpr std::uint32_t kRejectAll = 0;

  std::uint32_t MapOf(const Pin& pin) {
    if (pin.saved && !query_.include_saved) return kRejectAll;
    std::uint32_t segment = 0;
    if (query_.split && !splits_event_) {
      const Attribute value = AttributeOf(*query_.split, Event(), pin);
      const auto& segments = compiled_.segments_;
      segment = static_cast<std::uint32_t>(
          std::lower_bound(segments.begin(), segments.end(), value) - segments.begin());
    }
    Outcome& outcome = OutcomeOf(pin);
    std::vector<std::optional<std::uint32_t>>& maps = outcome.maps[pin.saved ? 1 : 0];
    if (maps.size() <= segment) maps.resize(segment + std::size_t{1});
    std::optional<std::uint32_t>& map = maps[segment];
    if (!map) map = MakeSegmentMap(pin, segment, outcome.passing);
    return *map;
  }

 private:
  /// By combo: 1 for those that pass.
  using Passing = std::array<std::uint8_t, event_code::kCombos>;

  /// What the conditions on Pins decide, each one way.
  struct Outcome {
    Passing passing;
    /// By population, then segment.
    std::array<std::vector<std::optional<std::uint32_t>>, kPopulations> maps;
  };

  std::uint32_t MakeSegmentMap(const Pin& pin, std::uint32_t segment, const Passing& passing) {
    SegmentMap map;
    map.first_segment = segment;
    map.population = pin.saved ? 1 : 0;
    const auto passes = [](std::uint8_t combo) { return combo != 0; };
    if (std::none_of(passing.begin(), passing.end(), passes)) return kRejectAll;
    map.accepts_all = !splits_event_ && std::all_of(passing.begin(), passing.end(), passes);
    // `SegmentMap::kNone` has all bits: without a branch, compilers take sixteen combos at a time.
    for (std::uint32_t combo = 0; combo < event_code::kCombos; ++combo) {
      map.segment_of[combo] =
          static_cast<std::uint8_t>(segment_of_combo_[combo] | (passing[combo] - 1));
    }
    compiled_.segment_maps_.push_back(map);
    return static_cast<std::uint32_t>(compiled_.segment_maps_.size() - 1);
  }

  Outcome& OutcomeOf(const Pin& pin) {
    // Few conditions, so the name of an outcome takes no memory of its own.
    outcome_name_.clear();
    for (const Matcher& condition : conditions_) {
      outcome_name_.push_back(condition(Event(), pin) ? '1' : '0');
    }
    // Neighbours are often alike.
    if (last_outcome_ != outcomes_.end() && last_outcome_->first == outcome_name_) {
      return last_outcome_->second;
    }
    const auto [found, is_new] = outcomes_.try_emplace(outcome_name_);
    last_outcome_ = found;
    Passing& passing = found->second.passing;
    if (is_new && !looks_at_event_) passing.fill(matches_(Event(), pin) ? 1 : 0);
    for (std::uint32_t combo = 0; is_new && looks_at_event_ && combo < event_code::kCombos;
         ++combo) {
      passing[combo] = matches_(EventOf(combo), pin) ? 1 : 0;
    }
    return found->second;
  }

  const Query& query_;
  CompiledQuery& compiled_;
  Matcher matches_;
  std::vector<Matcher> conditions_;
  bool looks_at_event_ = false;
  bool splits_event_ = false;
  /// The segment of each combo, from the segment map's first on.
  Passing segment_of_combo_ = {};
  /// By whether each condition on Pins holds: a 1 or a 0 for each.
  std::map<std::string, Outcome> outcomes_;
  std::map<std::string, Outcome>::iterator last_outcome_ = outcomes_.end();
  std::string outcome_name_;
};

CompiledQuery::CompiledQuery(const Query& query, const PinTable::View& pins, PinIndexCache& index,
                             const std::function<bool(const Pin&)>& admits) {
  if (!query.split) {
    segments_.emplace_back();
  } else if (HasNames(*query.split) && IsOfEvent(*query.split)) {
    const std::size_t values =
        VisitNames(*query.split, [](auto names) { return names.kNames.size(); });
    for (std::uint64_t i = 0; i < values; ++i) segments_.emplace_back(i);
  } else {
    pins.classes.ForEach([&](std::uint32_t, const Pin& pin) {
      segments_.push_back(AttributeOf(*query.split, Event(), pin));
    });
    std::sort(segments_.begin(), segments_.end());
    segments_.erase(std::unique(segments_.begin(), segments_.end()), segments_.end());
  }

  const Filter filter = query.filter.Merged();
  std::vector<Dimension> of_events;
  for (const Filter::Node& node : filter.nodes()) {
    const bool is_condition = node.op == Filter::Operator::kCondition;
    if (is_condition && IsOfEvent(node.dimension)) {
      of_events.push_back(RecordedDimension(node.dimension));
    }
  }
  if (query.split && IsOfEvent(*query.split)) of_events.push_back(RecordedDimension(*query.split));
  if (!of_events.empty() &&
      std::count(of_events.begin(), of_events.end(), of_events.front()) == std::ssize(of_events)) {
    only_event_dimension_ = of_events.front();
  }

  Compiler compiler(query, filter, *this);
  bool by_class = !admits;
  for (const Filter::Node& node : filter.nodes()) {
    if (node.op == Filter::Operator::kCondition && !IsOfClass(node.dimension)) by_class = false;
  }
  if (by_class) {
    map_of_class_.reserve(pins.classes.size());
    pins.classes.ForEach([&](std::uint32_t, const Pin& pin) {
      const std::uint32_t map = compiler.MapOf(pin);
      std::optional<std::uint32_t>& shared = map_of_population_[pin.saved ? 1 : 0];
      // The first class of a population decides; 0xffffffff stands for classes that disagree.
      if (!shared) shared = map;
      if (*shared != map) shared = 0xffffffff;
      map_of_class_.push_back(map);
    });
    for (std::optional<std::uint32_t>& shared : map_of_population_) {
      if (!shared) {
        shared = Compiler::kRejectAll;
      } else if (*shared == 0xffffffff) {
        shared.reset();
      }
    }
  } else {
    const auto map_of = [&](const Pin& pin) {
      return admits && !admits(pin) ? Compiler::kRejectAll : compiler.MapOf(pin);
    };
    if (const auto named = filter.RequiredValues(Dimension::kPin)) {
      const std::shared_ptr<const PinIndex> found = index.Get(pins);
      std::vector<std::uint32_t> versions;
      for (const Attribute id : *named) {
        const std::optional<std::uint32_t> number = found->numbers.Find(id.number());
        if (!number) continue;
        const auto of_pin = found->versions_of_pins.Of(*number);
        versions.insert(versions.end(), of_pin.begin(), of_pin.end());
      }
      std::sort(versions.begin(), versions.end());
      candidates_.emplace();
      for (const std::uint32_t version : versions) {
        const std::uint32_t map = map_of(pins.versions[version]);
        if (map == Compiler::kRejectAll) continue;
        candidates_->push_back(version);
        map_of_candidate_.push_back(map);
      }
    } else {
      map_of_version_.reserve(pins.versions.size());
      pins.versions.ForEach(
          [&](std::uint32_t, const Pin& pin) { map_of_version_.push_back(map_of(pin)); });
    }
  }
  grain_ = FindGrain(by_class);
  for (const std::uint32_t map : Patterns().maps) {
    for (const std::uint8_t segment : segment_maps_[map].segment_of) {
      pins_decide_segment_ &= segment == 0 || segment == SegmentMap::kNone;
    }
  }
  only_map_ = FindOnlyMap();
}

Grain CompiledQuery::FindGrain(bool by_class) const {
  const bool combos_matter =
      std::any_of(segment_maps_.begin(), segment_maps_.end(),
                  [](const SegmentMap& map) { return !map.accepts_all && !map.rejects_all; });
  if (!by_class) return combos_matter ? Grain::kPinAndCombo : Grain::kPin;
  const bool classes_matter = std::any_of(map_of_population_.begin(), map_of_population_.end(),
                                          [](const auto& map) { return !map; });
  if (classes_matter) return combos_matter ? Grain::kClassAndCombo : Grain::kClass;
  if (!combos_matter) return Grain::kPopulation;
  return only_event_dimension_ ? Grain::kDimension : Grain::kCombo;
}

const std::vector<std::uint32_t>& CompiledQuery::MapsOfVersions(const PinTable::View& pins) const {
  if (!by_class() && !candidates_) return map_of_version_;
  if (maps_of_versions_.empty()) {
    maps_of_versions_.resize(pins.versions.size(), Compiler::kRejectAll);
    if (candidates_) {
      for (std::size_t i = 0; i < candidates_->size(); ++i) {
        maps_of_versions_[(*candidates_)[i]] = map_of_candidate_[i];
      }
      return maps_of_versions_;
    }
    pins.traits.ForEach([&](std::uint32_t version, const PinTraits& traits) {
      maps_of_versions_[version] = map_of_class_[traits.pin_class];
    });
  }
  return maps_of_versions_;
}

const SegmentMapPatterns& CompiledQuery::Patterns() const {
  if (!patterns_) {
    patterns_.emplace();
    std::map<decltype(SegmentMap::segment_of), std::uint32_t> found;
    for (std::uint32_t map = 0; map < segment_maps_.size(); ++map) {
      const auto next = static_cast<std::uint32_t>(patterns_->maps.size());
      const auto [pattern, is_new] = found.try_emplace(segment_maps_[map].segment_of, next);
      if (is_new) patterns_->maps.push_back(map);
      patterns_->of_map.push_back(pattern->second);
    }
  }
  return *patterns_;
}

const AcceptedVersions& CompiledQuery::Accepted(const PinTable::View& pins) const {
  if (!accepted_) {
    accepted_.emplace();
    const std::vector<std::uint32_t>& maps = MapsOfVersions(pins);
    accepted_->versions.resize(maps.size());
    std::transform(maps.begin(), maps.end(), accepted_->versions.begin(),
                   [](std::uint32_t map) -> std::uint8_t { return map != Compiler::kRejectAll; });
    accepted_->rejected = static_cast<std::size_t>(
        std::count(accepted_->versions.begin(), accepted_->versions.end(), 0));
  }
  return *accepted_;
}

std::uint32_t CompiledQuery::MapByVersion(std::uint32_t version) const {
  if (!candidates_) return map_of_version_[version];
  const auto found = std::lower_bound(candidates_->begin(), candidates_->end(), version);
  if (found == candidates_->end() || *found != version) return Compiler::kRejectAll;
  return map_of_candidate_[static_cast<std::size_t>(found - candidates_->begin())];
}

std::optional<std::uint32_t> CompiledQuery::FindOnlyMap() const {
  std::optional<std::uint32_t> only;
  for (std::uint32_t i = 0; i < segment_maps_.size(); ++i) {
    if (segment_maps_[i].rejects_all) continue;
    if (only && segment_maps_[*only].segment_of != segment_maps_[i].segment_of) return std::nullopt;
    only = i;
  }
  return only;
}

}  // namespace pinmetrics
