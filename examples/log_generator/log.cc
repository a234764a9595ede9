#include "examples/log_generator/log.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <numeric>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "examples/log_generator/random.h"
#include "examples/log_generator/theme.h"
#include "pinmetrics/model/dimension.h"

namespace pinmetrics::log_generator {
namespace {

constexpr std::int64_t kSecondMs = 1'000;
constexpr std::int64_t kHourMs = 3'600 * kSecondMs;
constexpr std::int64_t kDayMs = 24 * kHourMs;

// When the account's people create Pins, in UTC.
constexpr std::int64_t kWorkStartsMs = 8 * kHourMs;
constexpr std::int64_t kWorkEndsMs = 21 * kHourMs;

constexpr std::uint64_t kFirstPinId = 1'001;

// Each kind of draw has a stream of its own: asking for more events leaves the Pins as they are.
enum class Stream : std::uint64_t { kPins = 1, kCampaigns, kDays, kVisits, kViewers, kMoods };

constexpr std::uint64_t SeedOf(const LogOptions& options, Stream stream) {
  return Scramble(Scramble(options.seed) + static_cast<std::uint64_t>(stream));
}

// Share of a day's visits by hour of the day in UTC: quiet nights, a long evening.
constexpr std::array<std::uint32_t, 24> kHourWeights = {
    20, 14, 10, 8, 8, 11, 18, 27, 34, 38, 41, 44, 48, 46, 44, 45, 50, 58, 68, 78, 84, 76, 56, 34};

// In a visit, how often a person leaves after each Pin: 100 / 45 Pins are seen on average.
constexpr std::uint64_t kLeavesPercent = 45;

// From Sunday to Saturday: people plan meals and rooms at the weekend.
constexpr std::array<std::uint32_t, 7> kWeekdayWeights = {132, 98, 92, 94, 96, 101, 120};

// In the order of the enums.
constexpr std::array<std::uint32_t, 8> kAgeWeights = {19, 27, 17, 7, 6, 8, 6, 10};
constexpr std::array<std::uint32_t, 3> kGenderWeights = {64, 22, 14};
constexpr std::array<std::uint32_t, 4> kHabitualDeviceWeights = {76, 8, 14, 2};
constexpr std::array<std::array<std::uint32_t, 4>, 4> kDeviceWeightsByFormat = {{
    {72, 10, 16, 2},  // standard
    {60, 9, 29, 2},   // product: some buy at a desk
    {86, 7, 5, 2},    // idea
    {82, 9, 7, 2},    // video
}};

// Reactions to an impression, in 10,000ths, before the Pin's own appeal.
struct Reactions {
  std::uint32_t pin_click;
  std::uint32_t outbound_after_click;
  std::uint32_t save;
};
constexpr std::array<Reactions, 4> kReactionsByFormat = {{
    {.pin_click = 420, .outbound_after_click = 1'700, .save = 130},
    {.pin_click = 480, .outbound_after_click = 2'800, .save = 80},
    {.pin_click = 260, .outbound_after_click = 400, .save = 170},
    {.pin_click = 300, .outbound_after_click = 900, .save = 110},
}};

// The hours' weights, spread over their milliseconds, from midnight to `last_ms_of_day` included.
std::uint64_t RhythmUntil(std::int64_t last_ms_of_day) {
  const auto hour = static_cast<std::size_t>(last_ms_of_day / kHourMs);
  std::uint64_t sum = 0;
  for (std::size_t h = 0; h < hour; ++h) sum += kHourWeights[h] * std::uint64_t{kHourMs};
  return sum + kHourWeights[hour] * static_cast<std::uint64_t>(last_ms_of_day % kHourMs + 1);
}

// The inverse: the millisecond of the day that `rhythm` falls into.
std::int64_t MsOfRhythm(std::uint64_t rhythm) {
  std::int64_t start_ms = 0;
  for (const std::uint32_t weight : kHourWeights) {
    const std::uint64_t hour = weight * std::uint64_t{kHourMs};
    if (rhythm < hour) return start_ms + static_cast<std::int64_t>(rhythm / weight);
    rhythm -= hour;
    start_ms += kHourMs;
  }
  return kDayMs - 1;
}

std::int64_t DrawMs(Random& random, std::int64_t first_ms, std::int64_t last_ms) {
  return static_cast<std::int64_t>(
      random.Between(static_cast<std::uint64_t>(first_ms), static_cast<std::uint64_t>(last_ms)));
}

std::uint32_t DrawVideoLengthMs(Random& random) {
  constexpr std::array<std::uint32_t, 3> kShortMiddleLong = {45, 42, 13};
  struct Range {
    std::uint64_t first_ms;
    std::uint64_t last_ms;
  };
  constexpr std::array<Range, 3> kLengths = {
      {{4'000, 12'000}, {15'000, 60'000}, {60'000, 180'000}}};
  const Range& range = kLengths[random.Pick(kShortMiddleLong)];
  return static_cast<std::uint32_t>(random.Between(range.first_ms, range.last_ms));
}

// How many people look for a theme in a month: 100 out of season, rising for three months.
std::uint64_t SeasonPercent(const Theme& theme, int month) {
  if (theme.peak_month == 0) return 100;
  const int apart = std::abs(theme.peak_month - month);
  const int distance = std::min(apart, 12 - apart);
  return static_cast<std::uint64_t>(100 + 45 * std::max(0, 3 - distance));
}

// One person. Derived from the index each time, so a billion viewers take no memory.
struct Viewer {
  std::uint64_t id = 0;
  Age age = Age::kUnspecified;
  Gender gender = Gender::kUnspecified;
  Device device = Device::kUnspecified;
};

Viewer ViewerAt(const LogOptions& options, std::uint64_t index) {
  const std::uint64_t base = SeedOf(options, Stream::kViewers);
  Viewer viewer;
  viewer.id = Scramble(base + index);
  // Zero would mean an unknown person; the number behind the last viewer's is free.
  if (viewer.id == 0) viewer.id = Scramble(base + options.viewers);
  Random random(viewer.id);
  viewer.age = static_cast<Age>(random.Pick(kAgeWeights));
  viewer.gender = static_cast<Gender>(random.Pick(kGenderWeights));
  viewer.device = static_cast<Device>(random.Pick(kHabitualDeviceWeights));
  return viewer;
}

// Most people leave a video early, some see it to its end, and short clips start over.
void DrawPlayback(std::uint32_t length_ms, Random& random, LoggedEvent& event) {
  const bool to_the_end = random.Chance(length_ms < 15'000 ? 3'400 : 1'100);
  std::uint64_t progress = 1'000;
  if (!to_the_end) {
    const std::uint64_t glance = random.Below(200);
    progress = std::min<std::uint64_t>(glance + random.SkewedBelow(1'000), 1'000);
  }
  std::uint64_t play_time_ms = length_ms * progress / 1'000;
  if (to_the_end && length_ms < 15'000 && random.Chance(3'000)) {
    play_time_ms += length_ms * random.Between(1, 3);
  }
  // Scrolling cuts the unbroken half-visible stretch short; many watch without scrolling.
  const std::uint64_t visible_percent = random.Chance(5'500) ? 100 : random.Between(20, 99);
  event.play_time_ms = static_cast<std::uint32_t>(play_time_ms);
  event.half_visible_ms = static_cast<std::uint32_t>(play_time_ms * visible_percent / 100);
  event.progress_thousandths = static_cast<std::uint32_t>(progress);
}

}  // namespace

// The traffic planned for one day. Volumes are in units without a meaning of their own: a day's
// share of the log is its share of all days' volumes.
struct LogGenerator::Day {
  struct Promotion {
    std::size_t pin = 0;
    ContentType content_type = ContentType::kPaid;
    std::uint64_t volume = 0;
  };

  std::int64_t start_ms = 0;
  std::int64_t last_ms = 0;  // The last instant of the day, or now.
  std::uint64_t organic_volume = 0;
  std::uint64_t volume = 0;
  std::vector<Promotion> promotions;
};

absl::Status Validate(const LogOptions& options) {
  const auto refuse = [](std::string_view field, std::uint64_t value, std::string_view range) {
    return absl::InvalidArgumentError(absl::StrCat(
        std::string(field), ": ", value, " is out of range, expected ", std::string(range)));
  };
  if (options.events > 1'000'000'000) return refuse("events", options.events, "0..1000000000");
  if (options.days < 1 || options.days > 3'650) return refuse("days", options.days, "1..3650");
  if (options.pins < 1 || options.pins > 100'000) return refuse("pins", options.pins, "1..100000");
  if (options.viewers < 1 || options.viewers > 1'000'000'000) {
    return refuse("viewers", options.viewers, "1..1000000000");
  }
  const absl::TimeZone utc = absl::UTCTimeZone();
  // Pins are up to two years older than the log; from 1990 all times are positive.
  if (options.now < absl::FromCivil(absl::CivilYear(1990), utc) ||
      options.now >= absl::FromCivil(absl::CivilYear(10000), utc)) {
    return absl::InvalidArgumentError(
        absl::StrCat("now: ", absl::FormatTime(options.now, utc),
                     " is out of range, expected an instant of the years 1990..9999"));
  }
  return absl::OkStatus();
}

absl::StatusOr<LogGenerator> LogGenerator::Create(const LogOptions& options) {
  if (absl::Status status = Validate(options); !status.ok()) return status;
  return LogGenerator(options);
}

LogGenerator::LogGenerator(const LogOptions& options)
    : options_(options),
      now_ms_(absl::ToUnixMillis(options.now)),
      first_epoch_day_(now_ms_ / kDayMs - std::int64_t{options.days} + 1) {
  InventPins();
  InventCampaigns();
}

void LogGenerator::InventPins() {
  Random random(SeedOf(options_, Stream::kPins));
  const std::span<const Theme> themes = Themes();
  const std::span<const Evergreen> evergreens = Evergreens();
  std::vector<std::uint64_t> titles_used(themes.size(), 0);

  struct Candidate {
    LoggedPin pin;
    Draw draw;
  };
  std::vector<Candidate> candidates(options_.pins);
  for (std::size_t rank = 0; rank < candidates.size(); ++rank) {
    LoggedPin& pin = candidates[rank].pin;
    Draw& draw = candidates[rank].draw;
    const bool evergreen = rank < evergreens.size();
    std::size_t theme = random.Below(themes.size());
    pin.format = static_cast<PinFormat>(random.Pick(themes[theme].format_weights));
    if (evergreen) {
      theme = evergreens[rank].theme;
      pin.format = evergreens[rank].format;
      pin.title = evergreens[rank].title;
    } else {
      pin.title = TitleOf(themes[theme], titles_used[theme]++);
    }
    pin.board = theme + 1;

    // At least the evergreens are older than the log, so its first day has something to show.
    std::int64_t created_day = first_epoch_day_;
    if (evergreen || random.Chance(6'000)) {
      const std::uint64_t days_before = 1 + random.Below(random.Between(1, 730));
      created_day -= static_cast<std::int64_t>(days_before);
    } else {
      created_day += static_cast<std::int64_t>(random.Below(options_.days));
    }
    const std::int64_t created_in_day_ms =
        kSecondMs * DrawMs(random, kWorkStartsMs / kSecondMs, kWorkEndsMs / kSecondMs - 1);
    pin.created_at_ms = std::min(created_day * kDayMs + created_in_day_ms, now_ms_);

    // A saved Pin leads to none of the account's sites, a Pin by others always to one of them.
    constexpr std::array<std::uint32_t, 4> kNoneSiteShopSocial = {12, 60, 18, 10};
    pin.saved = !evergreen && pin.format != PinFormat::kProduct && random.Chance(400);
    const bool by_others = !evergreen && !pin.saved && random.Chance(1'800);
    if (by_others) pin.source = PinSource::kOtherPins;
    if (!pin.saved) pin.account = random.Pick(kNoneSiteShopSocial);
    if (by_others || pin.format == PinFormat::kProduct) {
      pin.account = std::max<std::uint64_t>(pin.account, 1);
    }
    if (pin.format == PinFormat::kProduct) pin.product_group = random.Between(1, 4);

    draw.popularity = 1'000'000 / (rank + 4);  // Zipf's law, with the very top flattened.
    draw.appeal_percent = static_cast<std::uint32_t>(random.Between(45, 175));
    draw.carousel = pin.format == PinFormat::kStandard && random.Chance(3'000);
    if (pin.format == PinFormat::kVideo) draw.video_length_ms = DrawVideoLengthMs(random);
  }

  // A stable sort has one result, whoever wrote it; Pins of one second keep their rank's order.
  std::stable_sort(candidates.begin(), candidates.end(),
                   [](const Candidate& a, const Candidate& b) {
                     return a.pin.created_at_ms < b.pin.created_at_ms;
                   });
  for (Candidate& candidate : candidates) {
    candidate.pin.id = kFirstPinId + pins_.size();
    pins_.push_back(std::move(candidate.pin));
    draws_.push_back(candidate.draw);
  }
}

void LogGenerator::InventCampaigns() {
  Random random(SeedOf(options_, Stream::kCampaigns));
  const std::uint32_t bursts = std::max(1U, options_.days / 28);
  for (std::uint32_t burst = 0; burst < bursts; ++burst) {
    // Each burst has its part of the log and ends in it, so bursts are apart.
    const std::uint32_t part_start = options_.days * burst / bursts;
    const std::uint32_t part_end = options_.days * (burst + 1) / bursts;
    const auto length =
        std::min(static_cast<std::uint32_t>(random.Between(4, 9)), part_end - part_start);
    const auto first_day =
        part_start + static_cast<std::uint32_t>(random.Below(part_end - part_start - length + 1));

    const std::int64_t start_ms = (first_epoch_day_ + std::int64_t{first_day}) * kDayMs;
    const auto newer = std::upper_bound(
        pins_.begin(), pins_.end(), start_ms,
        [](std::int64_t time_ms, const LoggedPin& pin) { return time_ms < pin.created_at_ms; });
    const auto existing = static_cast<std::uint64_t>(newer - pins_.begin());
    const std::uint64_t promoted = random.Between(1, 3);
    for (std::uint64_t n = 0; n < promoted; ++n) {
      std::size_t pin = random.Below(existing);
      // Money goes to the account's own products and videos where there are any.
      for (int attempt = 0; attempt < 20; ++attempt) {
        const bool worth_it =
            pins_[pin].format == PinFormat::kProduct || pins_[pin].format == PinFormat::kVideo;
        if (worth_it && pins_[pin].source == PinSource::kYourPins) break;
        pin = random.Below(existing);
      }
      const auto percent = static_cast<std::uint32_t>(random.Between(20, 70) / promoted);
      campaigns_.push_back({.pin = pin,
                            .first_day = first_day,
                            .last_day = first_day + length - 1,
                            .percent_of_organic = percent});
    }
  }
}

LogGenerator::Day LogGenerator::PlanDay(std::uint32_t day, Random& random) const {
  const std::int64_t epoch_day = first_epoch_day_ + std::int64_t{day};
  Day plan;
  plan.start_ms = epoch_day * kDayMs;
  plan.last_ms = std::min(plan.start_ms + kDayMs - 1, now_ms_);

  // 1 January 1970 was a Thursday.
  const auto weekday = static_cast<std::size_t>((epoch_day + 4) % 7);
  const std::uint64_t growth = 1'000 + std::uint64_t{day} * 3;
  const std::uint64_t chance_percent = random.Between(93, 107);
  const std::uint64_t whole_day = kWeekdayWeights[weekday] * growth * chance_percent / 100;
  const std::uint64_t elapsed = RhythmUntil(plan.last_ms - plan.start_ms);
  // The largest product, 132 * 11,950 * 1.07 * 960 * 3,600,000, is under 2^63.
  const std::uint64_t volume = whole_day * elapsed / RhythmUntil(kDayMs - 1);
  plan.organic_volume = std::max<std::uint64_t>(volume, 1);
  plan.volume = plan.organic_volume;

  // Saves of a promoted Pin are seen by others, without pay, for some days more.
  constexpr std::uint32_t kEarnedDays = 10;
  for (const Campaign& campaign : campaigns_) {
    if (day < campaign.first_day || day > campaign.last_day + kEarnedDays) continue;
    const std::uint64_t reach = plan.organic_volume * campaign.percent_of_organic;
    if (day <= campaign.last_day) {
      plan.promotions.push_back({campaign.pin, ContentType::kPaid, reach / 100});
    }
    plan.promotions.push_back({campaign.pin, ContentType::kEarned, reach * 7 / 10'000});
  }
  for (const Day::Promotion& promotion : plan.promotions) plan.volume += promotion.volume;
  return plan;
}

std::vector<std::uint64_t> LogGenerator::AttractionSums(std::uint32_t day) const {
  const std::int64_t epoch_day = first_epoch_day_ + std::int64_t{day};
  const int month = (absl::CivilDay(1970, 1, 1) + epoch_day).month();
  const std::uint64_t mood_seed = SeedOf(options_, Stream::kMoods);
  std::vector<std::uint64_t> sums;
  sums.reserve(pins_.size());
  std::uint64_t sum = 0;
  for (std::size_t n = 0; n < pins_.size(); ++n) {
    const LoggedPin& pin = pins_[n];
    if (pin.created_at_ms >= (epoch_day + 1) * kDayMs) break;
    const auto age_days = static_cast<std::uint64_t>(epoch_day - pin.created_at_ms / kDayMs);
    const std::uint64_t freshness_percent = 100 + 1'050 / (7 + age_days);
    const std::uint64_t season_percent = SeasonPercent(Themes()[pin.board - 1], month);
    // Tastes change by the week, or the lists of top Pins would never move.
    const std::uint64_t week = static_cast<std::uint64_t>(epoch_day) / 7;
    const std::uint64_t mood_percent = 70 + Scramble(mood_seed + (week << 32) + n) % 61;
    // At most 250,000 * 250 * 235 * 130 for a Pin; 100,000 of them stay far under 2^64.
    sum += draws_[n].popularity * freshness_percent * season_percent * mood_percent;
    sums.push_back(sum);
  }
  return sums;
}

void LogGenerator::AppendReactions(std::size_t pin, const LoggedEvent& impression,
                                   std::int64_t last_ms, Random& random,
                                   std::vector<LoggedEvent>& events) const {
  const Draw& draw = draws_[pin];
  const PinFormat format = pins_[pin].format;
  const bool paid = impression.content_type == ContentType::kPaid;
  const Reactions& usual = kReactionsByFormat[static_cast<std::size_t>(format)];
  // A reaction that would fall behind the day's end (or now) does not happen: days stay apart.
  const auto follow = [&](Action action, std::int64_t time_ms) {
    if (time_ms > last_ms) return false;
    events.push_back(impression);
    events.back().action = action;
    events.back().time_ms = time_ms;
    return true;
  };
  const auto swipe = [&](Action action, std::uint64_t most) {
    const std::uint64_t swipes = random.Between(1, most);
    std::int64_t time_ms = impression.time_ms;
    for (std::uint64_t n = 0; n < swipes; ++n) {
      time_ms += DrawMs(random, 700, 5'000);
      follow(action, time_ms);
    }
  };

  switch (format) {
    case PinFormat::kStandard:
      if (draw.carousel && random.Chance(250)) swipe(Action::kCarouselSwipe, 4);
      break;
    case PinFormat::kProduct:
      if (random.Chance(260)) {
        follow(Action::kCollectionClick, impression.time_ms + DrawMs(random, 1'500, 12'000));
      }
      break;
    case PinFormat::kIdea:
      if (random.Chance(500)) swipe(Action::kIdeaSwipe, 5);
      break;
    case PinFormat::kVideo:
      if (random.Chance(3'400) &&
          follow(Action::kPlayback, impression.time_ms + DrawMs(random, 100, 1'500))) {
        DrawPlayback(draw.video_length_ms, random, events.back());
      }
      break;
  }

  if (random.Chance(usual.pin_click * draw.appeal_percent / 100)) {
    const std::int64_t clicked_ms = impression.time_ms + DrawMs(random, 800, 9'000);
    follow(Action::kPinClick, clicked_ms);
    // Advertisements are made for people to leave through them.
    if (random.Chance(std::uint64_t{usual.outbound_after_click} * (paid ? 2 : 1))) {
      follow(Action::kOutboundClick, clicked_ms + DrawMs(random, 2'000, 40'000));
    }
  }
  if (random.Chance(usual.save * draw.appeal_percent / (paid ? 200 : 100))) {
    follow(Action::kSave, impression.time_ms + DrawMs(random, 1'500, 30'000));
  }
}

void LogGenerator::AppendVisit(const Day& day, std::span<const std::uint64_t> attraction_sums,
                               Random& random, std::vector<LoggedEvent>& events) const {
  std::int64_t time_ms =
      day.start_ms + MsOfRhythm(random.Below(RhythmUntil(day.last_ms - day.start_ms)));

  // The Pins stand in the order of their creation, so those that exist by now come first: drawing
  // below their sum never shows a Pin too early.
  const auto draw_organic = [&] {
    const auto newer = std::upper_bound(
        pins_.begin(), pins_.end(), time_ms,
        [](std::int64_t time, const LoggedPin& pin) { return time < pin.created_at_ms; });
    const auto existing = static_cast<std::size_t>(newer - pins_.begin());
    const std::span<const std::uint64_t> sums = attraction_sums.first(existing);
    const std::uint64_t target = random.Below(sums.back());
    return static_cast<std::size_t>(std::upper_bound(sums.begin(), sums.end(), target) -
                                    sums.begin());
  };

  LoggedEvent impression;
  std::size_t pin = 0;
  // Volumes count what is seen. A promotion is one look, so visits are fewer than organic looks.
  const std::uint64_t visits =
      std::max<std::uint64_t>(day.organic_volume * kLeavesPercent / 100, 1);
  std::uint64_t volume = random.Below(day.volume - day.organic_volume + visits);
  if (volume < visits) {
    pin = draw_organic();
  } else {
    volume -= visits;
    auto promotion = day.promotions.begin();
    while (volume >= promotion->volume) volume -= (promotion++)->volume;
    pin = promotion->pin;
    impression.content_type = promotion->content_type;
  }

  const auto& device_weights = kDeviceWeightsByFormat[static_cast<std::size_t>(pins_[pin].format)];
  impression.device = static_cast<Device>(random.Pick(device_weights));
  if (!random.Chance(700)) {
    const Viewer viewer = ViewerAt(options_, random.SkewedBelow(options_.viewers));
    impression.viewer = viewer.id;
    impression.age = viewer.age;
    impression.gender = viewer.gender;
    if (random.Chance(6'000)) impression.device = viewer.device;
  }

  const bool looks_around = impression.content_type == ContentType::kOrganic;
  while (true) {
    impression.time_ms = time_ms;
    impression.pin = pins_[pin].id;
    events.push_back(impression);
    AppendReactions(pin, impression, day.last_ms, random, events);
    if (!looks_around || random.Chance(kLeavesPercent * 100)) return;
    time_ms += DrawMs(random, 2'000, 45'000);
    if (time_ms > day.last_ms) return;
    pin = draw_organic();
  }
}

absl::Status LogGenerator::Generate(const Sink& sink) const {
  Random day_random(SeedOf(options_, Stream::kDays));
  std::vector<Day> days;
  days.reserve(options_.days);
  for (std::uint32_t n = 0; n < options_.days; ++n) days.push_back(PlanDay(n, day_random));
  const std::uint64_t whole_volume =
      std::accumulate(days.begin(), days.end(), std::uint64_t{0},
                      [](std::uint64_t sum, const Day& day) { return sum + day.volume; });

  Random random(SeedOf(options_, Stream::kVisits));
  std::vector<LoggedEvent> events;
  std::uint64_t volume_so_far = 0;
  std::uint64_t events_so_far = 0;
  for (std::uint32_t n = 0; n < options_.days; ++n) {
    volume_so_far += days[n].volume;
    // Rounding the running sum, not each day, makes the days add up to what was asked. At most
    // 10^9 events times 3,650 days of under 4 million each: under 2^64.
    const std::uint64_t until = options_.events * volume_so_far / whole_volume;
    const std::uint64_t count = until - events_so_far;
    if (count == 0) continue;

    events.clear();
    const std::vector<std::uint64_t> attraction_sums = AttractionSums(n);
    while (events.size() < count) AppendVisit(days[n], attraction_sums, random, events);
    // What the last visit has too many is its latest reactions, so no reaction loses its cause.
    events.resize(count);
    std::stable_sort(events.begin(), events.end(), [](const LoggedEvent& a, const LoggedEvent& b) {
      return a.time_ms < b.time_ms;
    });
    for (LoggedEvent& event : events) event.id = ++events_so_far;
    if (absl::Status status = sink(events); !status.ok()) return status;
  }
  return absl::OkStatus();
}

}  // namespace pinmetrics::log_generator
