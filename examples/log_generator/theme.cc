#include "examples/log_generator/theme.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace pinmetrics::log_generator {
namespace {

constexpr std::array<Theme, 10> kThemes = {{
    // 1: living room
    {.format_weights = {46, 34, 10, 10},
     .peak_month = 0,
     .subjects = {"Linen sofa", "Walnut coffee table", "Arched floor lamp", "Gallery wall",
                  "Built-in bookshelf", "Jute rug", "Rattan armchair", "Limewash wall",
                  "Reading corner", "Fireplace mantel"},
     .angles = {" in warm neutrals", " for a small apartment", " on a budget",
                " with a mid-century touch", ", before and after", " in a rented home",
                " that hides the cables", " in sage green"}},
    // 2: kitchen
    {.format_weights = {44, 32, 12, 12},
     .peak_month = 0,
     .subjects = {"Open shelving", "Pantry labels", "Butcher block island", "Zellige backsplash",
                  "Spice drawer", "Brass cabinet pulls", "Breakfast nook", "Stoneware mugs",
                  "Farmhouse sink", "Under-shelf lighting"},
     .angles = {" for a galley kitchen", " in an afternoon", " under $100", ", renter friendly",
                " in cream and oak", " that stays tidy", " for big families",
                " with a vintage look"}},
    // 3: weeknight dinners
    {.format_weights = {52, 0, 18, 30},
     .peak_month = 0,
     .subjects = {"Lemon chicken traybake", "One-pot mushroom orzo", "Crispy gnocchi",
                  "Jalapeño cornbread skillet", "Miso salmon bowls", "Lentil bolognese",
                  "Sheet-pan fajitas", "Creamy tomato soup", "Halloumi tacos",
                  "Peanut noodle salad"},
     .angles = {" in 30 minutes", " for two", ", no oven needed", " kids ask for again",
                " with pantry staples", ", make ahead and freeze", " in one pan",
                " without dairy"}},
    // 4: baking
    {.format_weights = {48, 0, 20, 32},
     .peak_month = 12,
     .subjects = {"Sourdough loaf", "Cardamom buns", "Brown butter cookies", "Lemon drizzle cake",
                  "Kladdkaka", "Apple galette", "Focaccia", "Banana bread", "Crème brûlée tart",
                  "Cinnamon rolls"},
     .angles = {" for beginners", " overnight", ", no mixer needed", " with five ingredients",
                " like the bakery's", " for a crowd", ", gluten free", " in a loaf tin"}},
    // 5: projects to build
    {.format_weights = {46, 4, 26, 24},
     .peak_month = 5,
     .subjects = {"Floating bench", "Pegboard wall", "Painted terracotta pots", "Headboard",
                  "Shoe cabinet", "Plywood desk", "Macramé plant hanger", "Window seat",
                  "Entryway hooks", "Tiled side table"},
     .angles = {" from scrap wood", " in a weekend", " for first-timers", ", with cut list",
                " without power tools", " under $50", " from two flat packs", ", step by step"}},
    // 6: garden and balcony
    {.format_weights = {52, 14, 16, 18},
     .peak_month = 5,
     .subjects = {"Herb planter", "Balcony seating", "Gravel path", "Raised beds", "Climbing roses",
                  "String lights", "Pallet sofa", "Potting bench", "Tomato trellis",
                  "Shade garden"},
     .angles = {" for city balconies", " that survives winter", " for north-facing spots",
                ", month by month", " on a slope", " for pollinators", " in pots",
                " for forgetful gardeners"}},
    // 7: Christmas
    {.format_weights = {48, 22, 16, 14},
     .peak_month = 12,
     .subjects = {"Dried orange garland", "Paper star", "Advent calendar", "Gingerbread house",
                  "Linen gift wrap", "Wreath", "Stocking hooks", "Tree skirt", "Candle centerpiece",
                  "Mulled cider bar"},
     .angles = {" in Nordic style", " with kids", " without plastic", ", last minute",
                " in red and white", " for a small tree", " from the garden", " to give away"}},
    // 8: bedroom
    {.format_weights = {44, 38, 8, 10},
     .peak_month = 1,
     .subjects = {"Linen duvet", "Wall sconces", "Bedside shelf", "Upholstered headboard",
                  "Blackout curtains", "Dresser styling", "Canopy bed", "Reading lamp",
                  "Woven bench", "Nursery corner"},
     .angles = {" in terracotta", " for hot sleepers", " for tiny bedrooms", ", hotel style",
                " in Japandi style", " on a budget", " in soft white", " for shared rooms"}},
    // 9: storage
    {.format_weights = {54, 24, 12, 10},
     .peak_month = 1,
     .subjects = {"Closet system", "Under-stairs drawers", "Laundry corner", "Toy storage",
                  "Cable box", "Entryway bench", "Fridge bins", "Linen cupboard", "Craft cart",
                  "Home office wall"},
     .angles = {" for small spaces", " that lasts", " with baskets", ", sorted by habit",
                " in one hour", " behind doors", " for families of five", " without drilling"}},
    // 10: table settings
    {.format_weights = {50, 30, 12, 8},
     .peak_month = 11,
     .subjects = {"Autumn table", "Linen napkins", "Taper candles", "Stoneware plates",
                  "Brunch table", "Wildflower centerpiece", "Place cards", "Glass carafe",
                  "Outdoor dinner", "Birthday table"},
     .angles = {" for eight", " in olive and rust", " with what you have", ", simple and slow",
                " for Friendsgiving", " in blue stripes", " from the market", " for two"}},
}};

constexpr std::array<Evergreen, 6> kEvergreens = {{
    {.theme = 2, .format = PinFormat::kStandard, .title = "Lemon chicken, potatoes, one pan"},
    {.theme = 0, .format = PinFormat::kProduct, .title = "Hand-tufted wool rug, 5 x 8 ft"},
    {.theme = 9, .format = PinFormat::kStandard, .title = "=50% off table linen this weekend"},
    {.theme = 3, .format = PinFormat::kVideo, .title = "The \"no-knead\" loaf, start to finish"},
    {.theme = 3, .format = PinFormat::kIdea, .title = "Crème brûlée without a torch"},
    {.theme = 4, .format = PinFormat::kVideo, .title = "Floating shelf in 15 seconds"},
}};

}  // namespace

std::span<const Theme> Themes() { return kThemes; }

std::span<const Evergreen> Evergreens() { return kEvergreens; }

std::string TitleOf(const Theme& theme, std::uint64_t ordinal) {
  const std::uint64_t pairs = theme.subjects.size() * theme.angles.size();
  const std::uint64_t pair = ordinal % pairs;
  const std::size_t subject = pair % theme.subjects.size();
  // Adding the subject makes neighbours differ in both halves and still meets every pair once.
  const std::size_t angle = (pair / theme.subjects.size() + subject) % theme.angles.size();
  std::string title(theme.subjects[subject]);
  title += theme.angles[angle];
  if (ordinal >= pairs) title += ", part " + std::to_string(ordinal / pairs + 1);
  return title;
}

}  // namespace pinmetrics::log_generator
