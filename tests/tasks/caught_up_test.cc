// When history has come through the services above.
#include "topology/tasks/caught_up.h"

#include <gtest/gtest.h>

#include "topology/broker.h"

namespace pairwatch::test {
namespace {

class OffsetsByHand final : public PipelineOffsets {
 public:
  std::optional<std::vector<TopicRange>> ranges(const std::string& topic) override {
    ++calls;
    if (silent) return {};
    return topics.at(topic);
  }
  std::optional<std::vector<std::int64_t>> offsets_at(const std::string& topic, std::int64_t) override {
    return topic == "platform.events" ? at_time : std::vector<std::int64_t>(topics.at(topic).size(), 0);
  }
  std::optional<std::vector<std::int64_t>> committed(Service service, std::size_t) override {
    if (silent) return {};
    return groups[service];
  }

  bool silent = false;
  int calls = 0;
  std::map<std::string, std::vector<TopicRange>> topics;
  std::vector<std::int64_t> at_time;
  std::map<Service, std::vector<std::int64_t>> groups;
};

class CaughtUpTest : public testing::Test {
 protected:
  CaughtUpTest() {
    offsets.topics["platform.events"] = {{0, 100}, {0, 50}};
    offsets.topics["pairwatch.interactions"] = {{0, 0}};
    offsets.topics["pairwatch.case-inputs"] = {{0, 0}, {0, 0}};
    offsets.groups[Service::kIntake] = {kNoOffset, kNoOffset};
    offsets.topics["moderation.decisions"] = {{0, 0}};
    offsets.groups[Service::kRelationship] = {kNoOffset};
    offsets.groups[Service::kDecisions] = {kNoOffset};
    offsets.groups[Service::kEscalation] = {kNoOffset, kNoOffset};
    offsets.topics["pairwatch.target-inputs"] = {{0, 0}};
  }

  bool over_after_a_look(std::int32_t partition, std::int64_t next) {
    gate.is_over(partition, next);
    gate.look();
    return gate.is_over(partition, next);
  }

  OffsetsByHand offsets;
  std::int64_t now_ms = 1'000;
  CaughtUp gate{default_topology(), Service::kEscalation, std::nullopt, offsets, [this] { return now_ms; }};
};

TEST_F(CaughtUpTest, FollowsWhatWasThereDownThroughEveryService) {
  EXPECT_FALSE(over_after_a_look(0, kNoOffset));             // an empty input proves nothing: the services above have not begun
  offsets.topics["platform.events"] = {{0, 500}, {0, 500}};  // later than history
  offsets.groups[Service::kIntake] = {100, 49};
  EXPECT_FALSE(over_after_a_look(0, kNoOffset));
  offsets.groups[Service::kIntake] = {100, 50};
  offsets.topics["pairwatch.interactions"] = {{0, 30}};
  EXPECT_FALSE(over_after_a_look(0, kNoOffset));
  offsets.groups[Service::kRelationship] = {30};
  offsets.topics["pairwatch.case-inputs"] = {{0, 7}, {0, 0}};
  EXPECT_FALSE(over_after_a_look(0, 6));
  EXPECT_TRUE(gate.is_over(0, 7));
  EXPECT_TRUE(gate.is_over(1, kNoOffset)) << "a partition without history";
  offsets.topics["pairwatch.case-inputs"] = {{0, 900}, {0, 900}};
  EXPECT_TRUE(over_after_a_look(0, 7)) << "decided once";
}

TEST_F(CaughtUpTest, AsksNothingUntilSomebodyWantsToKnowNorAfterItIsKnown) {
  gate.look();
  EXPECT_EQ(offsets.calls, 0);
  offsets.topics["platform.events"] = {{0, 0}};
  EXPECT_TRUE(over_after_a_look(0, kNoOffset));
  const int calls = offsets.calls;
  EXPECT_TRUE(over_after_a_look(0, kNoOffset));
  EXPECT_EQ(offsets.calls, calls);
}

TEST_F(CaughtUpTest, TellsWhatItWaitsFor) {
  EXPECT_EQ(gate.look(), "") << "nobody wants to know";
  gate.is_over(0, 0);
  EXPECT_EQ(gate.look(), "intake to read platform.events/0 up to offset 100; it has committed nothing: does it run?");
  offsets.groups[Service::kIntake] = {100, 12};
  EXPECT_EQ(gate.look(), "intake to read platform.events/1 up to offset 50; it is at 12");
  offsets.silent = true;
  EXPECT_EQ(gate.look(), "an answer from Kafka");
  offsets.silent = false;
  offsets.groups[Service::kIntake] = {100, 50};
  EXPECT_EQ(gate.look(), "");
}

TEST_F(CaughtUpTest, DoesNotWaitForWhatRetentionHasTaken) {
  offsets.topics["platform.events"] = {{100, 100}, {50, 50}};
  EXPECT_TRUE(over_after_a_look(0, kNoOffset));
}

TEST_F(CaughtUpTest, AsksAgainWhereThereWasNoAnswer) {
  offsets.silent = true;
  EXPECT_FALSE(over_after_a_look(0, kNoOffset));
  offsets.silent = false;
  offsets.topics["platform.events"] = {{0, 0}};
  EXPECT_TRUE(over_after_a_look(0, kNoOffset));
}

TEST_F(CaughtUpTest, FollowsHistoryDownToMinorsToo) {
  CaughtUp minors(default_topology(), Service::kTarget, std::nullopt, offsets, [this] { return now_ms; });
  const auto over = [&](std::int64_t next) {
    minors.is_over(0, next);
    minors.look();
    return minors.is_over(0, next);
  };
  offsets.groups[Service::kIntake] = {100, 50};
  offsets.topics["pairwatch.case-inputs"] = {{0, 7}, {0, 0}};
  EXPECT_FALSE(over(kNoOffset)) << "escalation has not read what was there";
  offsets.groups[Service::kEscalation] = {7, kNoOffset};
  offsets.topics["pairwatch.target-inputs"] = {{0, 3}};
  EXPECT_FALSE(over(2));
  EXPECT_TRUE(over(3));
}

TEST_F(CaughtUpTest, ATimeMakesHistoryOfWhatWasReceivedBefore) {
  CaughtUp until(default_topology(), Service::kEscalation, 5'000, offsets, [this] { return now_ms; });
  const auto over = [&] {
    until.is_over(0, 3);
    until.look();
    return until.is_over(0, 3);
  };
  offsets.at_time = {40, 0};
  offsets.groups[Service::kIntake] = {40, kNoOffset};
  EXPECT_FALSE(over()) << "the time has not come yet";
  now_ms = 5'000;
  EXPECT_TRUE(over());
}

}  // namespace
}  // namespace pairwatch::test
