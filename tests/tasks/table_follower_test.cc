// A topic read whole into a table, and followed.
#include "topology/tasks/table_follower.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>
#include <map>
#include <string>
#include <vector>

#include "tests/tasks/world.h"

namespace pairwatch::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

/// Partitions as lists of records; what a poll gives is at most `batch` of all of them.
class FakeTopic final : public ChangelogReader {
 public:
  struct Written {
    std::string key;
    std::string value;
  };

  BrokerResult bounds(std::int32_t partition, ChangelogBounds& found) override {
    if (failures > 0) {
      --failures;
      return BrokerError{failure, "made to fail"};
    }
    found = {0, static_cast<std::int64_t>(log[partition].size()) + markers};
    return {};
  }
  BrokerResult start(PartitionOffset from) override {
    next_[from.partition] = from.offset;
    return {};
  }
  void stop(std::int32_t partition) override { next_.erase(partition); }
  ChangelogRead poll(int) override {
    records_.clear();
    positions_.clear();
    for (auto& [partition, next] : next_) {
      const std::vector<Written>& written = log[partition];
      for (; next < static_cast<std::int64_t>(written.size()) && records_.size() < batch; ++next) {
        const Written& one = written[static_cast<std::size_t>(next)];
        records_.push_back({one.key, one.value, {}, 0, partition, next});
      }
      const bool is_at_end = next >= static_cast<std::int64_t>(written.size());
      positions_.push_back({partition, is_at_end ? static_cast<std::int64_t>(written.size()) + markers : next});
    }
    return {records_, positions_};
  }
  std::size_t started() const { return next_.size(); }

  std::map<std::int32_t, std::vector<Written>> log;
  std::size_t batch = 2;
  std::int64_t markers = 0;  ///< offsets behind the last record that no record stands at
  int failures = 0;
  ErrorClass failure = ErrorClass::kRetriable;

 private:
  std::map<std::int32_t, std::int64_t> next_;
  std::vector<Record> records_;
  std::vector<PartitionOffset> positions_;
};

class RememberingTable final : public GlobalTable {
 public:
  void apply(std::string_view key, std::string_view value) override {
    applied.push_back(std::string(key) + (value.empty() ? "-" : "+"));
  }
  void publish() override { published.push_back(applied.size()); }
  TableCounts counts() const override { return {}; }

  std::vector<std::string> applied;
  std::vector<std::size_t> published;  ///< how much was applied at each
};

class TableFollowerTest : public testing::Test {
 protected:
  FakeTopic topic;
  RememberingTable table;
  ManualClock clock;
  TableFollower follower{2, topic, table, clock};
};

TEST_F(TableFollowerTest, PublishesOnceEverythingThatWasThereHasBeenRead) {
  topic.log[0] = {{"a", "1"}, {"b", "1"}, {"a", ""}};
  topic.log[1] = {{"c", "1"}};
  follower.step(0);
  EXPECT_FALSE(follower.is_loaded());
  EXPECT_GT(follower.behind(), 0U);
  EXPECT_THAT(table.published, IsEmpty());
  for (int i = 0; i < 3; ++i) follower.step(0);
  EXPECT_TRUE(follower.is_loaded());
  EXPECT_EQ(follower.behind(), 0U);
  EXPECT_THAT(table.applied, ElementsAre("a+", "b+", "a-", "c+"));
  EXPECT_THAT(table.published, ElementsAre(4U));
}

TEST_F(TableFollowerTest, PublishesAnEmptyTopicAtOnce) {
  follower.step(0);
  EXPECT_TRUE(follower.is_loaded());
  EXPECT_THAT(table.published, ElementsAre(0U));
}

TEST_F(TableFollowerTest, ReachesAnEndBehindWhichOnlyMarkersStand) {
  topic.markers = 1;
  topic.log[0] = {{"a", "1"}};
  follower.step(0);
  EXPECT_TRUE(follower.is_loaded());
}

TEST_F(TableFollowerTest, GoesOnWithWhatComesLater) {
  follower.step(0);
  topic.log[1] = {{"a", "1"}};
  follower.step(0);
  follower.step(0);
  EXPECT_THAT(table.applied, ElementsAre("a+"));
  EXPECT_THAT(table.published, ElementsAre(0U, 1U)) << "as soon as nothing more comes";
  follower.step(0);
  EXPECT_EQ(table.published.size(), 2U) << "not again without news";
}

TEST_F(TableFollowerTest, PublishesNowAndThenWhileMuchComes) {
  follower.step(0);
  for (int i = 0; i < 100; ++i) topic.log[0].push_back({"k", "1"});
  for (int i = 0; i < 10; ++i) follower.step(0);
  EXPECT_EQ(table.published.size(), 1U);
  clock.advance_ms(TableFollower::kPublishInterval_ms);
  follower.step(0);
  EXPECT_EQ(table.published.size(), 2U);
}

TEST_F(TableFollowerTest, TriesAgainWhatMayComeRight) {
  topic.failures = 2;
  topic.log[0] = {{"a", "1"}};
  follower.step(0);
  EXPECT_EQ(follower.waiting_for(), "made to fail");
  EXPECT_TRUE(follower.reason().empty());
  follower.step(0);
  follower.step(0);
  EXPECT_EQ(follower.waiting_for(), "");
  EXPECT_TRUE(follower.is_loaded());
  EXPECT_THAT(table.applied, ElementsAre("a+"));
}

TEST_F(TableFollowerTest, SaysWhyItCannotGoOn) {
  topic.failures = 1;
  topic.failure = ErrorClass::kFatal;
  follower.step(0);
  EXPECT_EQ(follower.reason(), "made to fail");
}

TEST_F(TableFollowerTest, StopsReadingWhenClosed) {
  follower.step(0);
  EXPECT_EQ(topic.started(), 2U);
  follower.close();
  EXPECT_EQ(topic.started(), 0U);
}

}  // namespace
}  // namespace pairwatch::test
