#include "tests/project/layers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

namespace pinmetrics {
namespace {

namespace fs = std::filesystem;

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(Layers, OfThisProjectPointDown) {
  EXPECT_THAT(FindLayerFaults(PINMETRICS_SOURCE_DIR), IsEmpty());
}

TEST(LayerTable, OfThisProjectPointsDown) {
  EXPECT_THAT(FindUpwardEdges(ProjectLayers()), IsEmpty());
}

TEST(LayerTable, TellsEdgesThatDoNotPointDown) {
  EXPECT_THAT(FindUpwardEdges({{"store/block", {"store/day", "store/kernel"}},
                               {"store/day", {"store/block", "store/day"}}}),
              ElementsAre("store/block -> store/day", "store/block -> store/kernel",
                          "store/day -> store/day"));
}

/// A small tree of its own that keeps the rules until a test adds a file to it.
class SmallTree : public ::testing::Test {
 protected:
  void SetUp() override {
    const std::string name = ::testing::UnitTest::GetInstance()->current_test_info()->name();
    root_ = fs::path(::testing::TempDir()) / ("pinmetrics_layers_" + name);
    fs::remove_all(root_);
    Write("include/pinmetrics/pinmetrics.h", "#include \"pinmetrics/model/id.h\"\n");
    Write("include/pinmetrics/model/id.h", "#include <cstdint>\n");
    Write("src/report/report.cc",
          "#include \"pinmetrics/model/id.h\"\n#include \"report/rows.h\"\n"
          "#include \"absl/container/flat_hash_map.h\"\n");
  }

  void TearDown() override { fs::remove_all(root_); }

  void Write(std::string_view path, std::string_view text) {
    fs::create_directories((root_ / path).parent_path());
    std::ofstream(root_ / path) << text;
  }

  std::vector<std::string> Faults() const { return FindLayerFaults(root_); }

  fs::path root_;
};

TEST_F(SmallTree, IsFineAsItStands) { EXPECT_THAT(Faults(), IsEmpty()); }

TEST_F(SmallTree, MayNotPointUp) {
  Write("include/pinmetrics/model/pin.h", "\n#include \"pinmetrics/filter/filter.h\"\n");
  EXPECT_THAT(Faults(), ElementsAre("include/pinmetrics/model/pin.h:2: pinmetrics/filter/filter.h: "
                                    "model may not include filter"));
}

TEST_F(SmallTree, MayNotPointSideways) {
  Write("src/export/csv.cc", "#  include \"pinmetrics/store/store.h\"\n");
  Write("src/clickhouse/sql.cc", "#include \"export/quote.h\"\n");
  EXPECT_THAT(Faults(), ElementsAre(HasSubstr("clickhouse may not include export"),
                                    HasSubstr("export may not include store")));
}

TEST_F(SmallTree, KnowsTheLayersToCome) {
  Write("src/store/store.cc", "#include \"pinmetrics/report/report.h\"\n");
  Write("src/clickhouse/sql.cc", "#include \"pinmetrics/report/query.h\"\n");
  EXPECT_THAT(Faults(), IsEmpty());
}

TEST_F(SmallTree, HasNoFolderOutsideTheTable) {
  Write("src/utils/text.h", "");
  Write("include/pinmetrics/version.h", "");
  Write("src/main.cc", "");
  EXPECT_THAT(Faults(), ElementsAre("include/pinmetrics/version.h: is in no known layer",
                                    "src/main.cc: is in no known layer",
                                    "src/utils/text.h: is in no known layer"));
}

TEST_F(SmallTree, IncludesNothingOutsideTheTable) {
  Write("src/report/query.cc", "#include \"query.h\"\n#include \"utils/text.h\"\n");
  EXPECT_THAT(Faults(), ElementsAre(HasSubstr("query.cc:1: query.h: is in no known layer"),
                                    HasSubstr("query.cc:2: utils/text.h: is in no known layer")));
}

TEST_F(SmallTree, HasRoomsThatPointDown) {
  Write("src/store/store.cc", "#include \"store/query/compiled_query.h\"\n");
  Write("src/store/query/compiled_query.h", "#include \"store/query/read_trace.h\"\n");
  Write("src/store/query/read_trace.h", "#include \"store/block/block.h\"\n");
  Write("src/store/block/block.h", "#include \"store/kernels/bitmap_kernels.h\"\n");
  EXPECT_THAT(Faults(), IsEmpty());
}

TEST_F(SmallTree, HasNoRoomThatPointsUp) {
  Write("src/store/block/block.h", "#include \"store/day/seal.h\"\n");
  Write("src/store/day/seal.cc", "#include \"pinmetrics/store/snapshot.h\"\n");
  Write("src/store/kernels/bitmap_kernels.h", "#include \"pinmetrics/metrics/tally.h\"\n");
  EXPECT_THAT(
      Faults(),
      ElementsAre("src/store/block/block.h:1: store/day/seal.h: store/block may not include "
                  "store/day",
                  "src/store/day/seal.cc:1: pinmetrics/store/snapshot.h: store/day may not "
                  "include store",
                  "src/store/kernels/bitmap_kernels.h:1: pinmetrics/metrics/tally.h: "
                  "store/kernels may not include metrics"));
}

TEST_F(SmallTree, HasNoStoreThatSeesWhatKeepsIt) {
  Write("src/durable/log.cc", "#include \"store/journal.h\"\n#include \"export/quote.h\"\n");
  Write("src/store/store.cc", "#include \"durable/log.h\"\n");
  Write("src/store/block/block.cc", "#include \"pinmetrics/durable/file_system.h\"\n");
  EXPECT_THAT(Faults(), ElementsAre(HasSubstr("durable may not include export"),
                                    HasSubstr("store/block may not include durable"),
                                    HasSubstr("store may not include durable")));
}

TEST_F(SmallTree, HasNoRoomOutsideTheTable) {
  Write("src/store/attic/block.h", "");
  Write("src/store/block/tables/sums.h", "");
  Write("src/store/store.cc", "#include \"store/attic/block.h\"\n");
  EXPECT_THAT(Faults(),
              ElementsAre("src/store/attic/block.h: is in no known room",
                          "src/store/block/tables/sums.h: is in no known room",
                          "src/store/store.cc:1: store/attic/block.h: is in no known room"));
}

TEST_F(SmallTree, HasNoInsidesThatOtherLayersSee) {
  Write("src/export/csv.cc", "#include \"store/block/block.h\"\n");
  Write("src/export/html/html.cc", "#include \"export/json/writer.h\"\n");
  Write("src/export/sink_buffer.h", "#include \"export/html/writer.h\"\n");
  EXPECT_THAT(Faults(), ElementsAre(HasSubstr("export may not include store/block"),
                                    HasSubstr("export/html may not include export/json"),
                                    HasSubstr("export may not include export/html")));
}

TEST_F(SmallTree, KeepsInternalsOutOfPublicHeaders) {
  Write("include/pinmetrics/report/query.h", "#include \"report/rows.h\"\n");
  EXPECT_THAT(Faults(), ElementsAre(HasSubstr("a public header includes public headers only")));
}

TEST_F(SmallTree, DoesNotIncludeTheUmbrella) {
  Write("src/report/query.cc", "#include \"pinmetrics/pinmetrics.h\"\n");
  EXPECT_THAT(Faults(), ElementsAre(HasSubstr("is for hosts")));
}

TEST_F(SmallTree, KeepsCostlyHeadersWhereTheyBelong) {
  Write("include/pinmetrics/calendar/boost.h", "#include \"boost/date_time/date.hpp\"\n");
  Write("include/pinmetrics/calendar/range.h", "#include \"boost/date_time/date.hpp\"\n");
  Write("include/pinmetrics/metrics/tally.h", "#include \"absl/container/flat_hash_map.h\"\n");
  Write("src/calendar/range.cc", "#include <boost/date_time/date.hpp>\n");
  Write("src/report/query.cc", "#include <boost/date_time/date.hpp>\n");
  EXPECT_THAT(Faults(),
              ElementsAre(HasSubstr("calendar/range.h:1"), HasSubstr("metrics/tally.h:1"),
                          HasSubstr("report/query.cc:1: boost/date_time/date.hpp: Boost stays")));
}

TEST_F(SmallTree, NeitherPrintsNorAborts) {
  Write("src/report/query.cc", "#include <cassert>\n#include <iostream>\n#include <string>\n");
  EXPECT_THAT(Faults(), ElementsAre(HasSubstr("<cassert>"), HasSubstr("<iostream>")));
}

TEST_F(SmallTree, IsNotEmpty) {
  fs::remove_all(root_ / "src");
  fs::remove_all(root_ / "include");
  EXPECT_THAT(Faults(), ElementsAre("include/pinmetrics: holds no files", "src: holds no files"));
}

}  // namespace
}  // namespace pinmetrics
