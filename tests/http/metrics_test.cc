#include "topology/http/metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>

#include "topology/http/stall_log.h"

namespace pairwatch::http {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

Topology two_services() {
  Topology topology;
  topology.topics = {
      {.name = "platform.events", .external = true}, {.name = "pairwatch.interactions"}, {.name = "pairwatch.case-inputs"}};
  topology.services = {
      {.service = Service::kIntake,
       .input = "platform.events",
       .outputs = {{OutputPort::kInteractions, "pairwatch.interactions"}},
       .store = {}},
      {.service = Service::kRelationship,
       .input = "pairwatch.interactions",
       .outputs = {{OutputPort::kCaseInputs, "pairwatch.case-inputs"}},
       .store = {.name = "pairs"}},
      {.service = Service::kEscalation, .input = "pairwatch.case-inputs", .outputs = {}, .store = {.name = "actors"}}};
  return topology;
}

class MetricsTest : public ::testing::Test {
 protected:
  std::chrono::steady_clock::time_point steady_{};
  std::int64_t wall_ms_ = 1'772'000'000'000;
  Metrics metrics_{two_services(),
                   {Service::kIntake, Service::kRelationship, Service::kEscalation},
                   {"0.1.0", "abc", "def"},
                   {},
                   [this] { return steady_; },
                   [this] { return wall_ms_; }};
};

TEST_F(MetricsTest, EveryOutcomeExistsAtZeroFromTheStart) {
  const std::string text = metrics_.text();
  for (const Service service : {Service::kIntake, Service::kRelationship, Service::kEscalation}) {
    for (const Outcome outcome : outcomes_of(service)) {
      EXPECT_THAT(text, HasSubstr("pairwatch_events_total{outcome=\"" + std::string(outcome_name(outcome)) + "\",service=\"" +
                                  std::string(service_name(service)) + "\"} 0"));
    }
  }
  for (const SignalInfo& signal : all_signals()) {
    EXPECT_THAT(text, HasSubstr("pairwatch_signals_total{signal=\"" + std::string(signal.name) + "\"} 0"));
    EXPECT_THAT(text, HasSubstr("pairwatch_rule_shadow_total{signal=\"" + std::string(signal.name) + "\"} 0"));
  }
  EXPECT_THAT(text, HasSubstr("pairwatch_build_info{"));
  EXPECT_THAT(text, HasSubstr("pairwatch_state_entries{store=\"pairs\"} 0"));
}

TEST_F(MetricsTest, TellsWhatIsHeldOfTheIndicators) {
  EXPECT_THAT(metrics_.text(), HasSubstr("pairwatch_indicators 0"));
  metrics_.table({7, 2, 1});
  const std::string text = metrics_.text();
  EXPECT_THAT(text, HasSubstr("pairwatch_indicators 7"));
  EXPECT_THAT(text, HasSubstr("pairwatch_indicators_left_out{reason=\"refused\"} 2"));
  EXPECT_THAT(text, HasSubstr("pairwatch_indicators_left_out{reason=\"unusable\"} 1"));
}

TEST_F(MetricsTest, CountsMoveByWhatACommitReports) {
  Tally tally;
  tally.count(Outcome::kGated);
  tally.count(Outcome::kGated);
  tally.count(Outcome::kDeadLetter);
  tally.count(Reject::kMalformedJson);
  metrics_.committed(Service::kIntake, tally,
                     {.records = 3, .processing_seconds = 0.001, .commit_seconds = 0.004, .latencies = {}});
  const std::string text = metrics_.text();
  EXPECT_THAT(text, HasSubstr("pairwatch_events_total{outcome=\"gated\",service=\"intake\"} 2"));
  EXPECT_THAT(text, HasSubstr("pairwatch_events_total{outcome=\"dead_letter\",service=\"intake\"} 1"));
  EXPECT_THAT(text, HasSubstr("pairwatch_dead_letters_total{reason=\"malformed_json\",service=\"intake\"} 1"));
  EXPECT_THAT(text, HasSubstr("pairwatch_commits_total{service=\"intake\"} 1"));
}

std::vector<Combination> two_combinations() {
  std::vector<Combination> combinations(3);
  combinations[0] = {.number = 1, .name = "first", .state = RuleState::kLive};
  combinations[1] = {.number = 4, .name = "fourth", .state = RuleState::kShadow};
  combinations[2] = {.number = 5, .name = "fifth", .state = RuleState::kOff};
  return combinations;
}

TEST_F(MetricsTest, CombinationsExistAtZeroByNameAndStateAndThoseThatAreOffDoNot) {
  metrics_.combinations(two_combinations());
  EXPECT_THAT(metrics_.text(), HasSubstr("pairwatch_combinations_total{combination=\"first\",state=\"live\"} 0"));
  EXPECT_THAT(metrics_.text(), HasSubstr("pairwatch_combinations_total{combination=\"fourth\",state=\"shadow\"} 0"));
  EXPECT_THAT(metrics_.text(), Not(HasSubstr("fifth")));
}

TEST_F(MetricsTest, CombinationsOfOtherRulesKeepTheirCountAndUnknownOnesAreLeftOut) {
  metrics_.combinations(two_combinations());
  Tally tally;
  tally.combinations[3] = 2;
  tally.combinations[8] = 1;
  metrics_.committed(Service::kRelationship, tally, {.records = 3, .processing_seconds = 0, .commit_seconds = 0, .latencies = {}});
  metrics_.combinations({});
  metrics_.committed(Service::kRelationship, tally, {.records = 3, .processing_seconds = 0, .commit_seconds = 0, .latencies = {}});
  metrics_.combinations(two_combinations());
  EXPECT_THAT(metrics_.text(), HasSubstr("pairwatch_combinations_total{combination=\"fourth\",state=\"shadow\"} 2"));
}

TEST_F(MetricsTest, CountsHeadersThatWereLeftOut) {
  EXPECT_THAT(metrics_.text(), HasSubstr("pairwatch_headers_dropped_total{service=\"intake\"} 0"));
  metrics_.committed(Service::kIntake, {},
                     {.records = 1, .processing_seconds = 0, .commit_seconds = 0, .latencies = {}, .headers_dropped = 3});
  EXPECT_THAT(metrics_.text(), HasSubstr("pairwatch_headers_dropped_total{service=\"intake\"} 3"));
}

TEST_F(MetricsTest, LatencyIsObservedBySeverity) {
  const std::array latencies = {EscalationLatency{Severity::kReview, 0.2}};
  Tally tally;
  tally.count(Severity::kReview, EscalationStatus::kOpened, SubjectKind::kPair);
  metrics_.committed(Service::kEscalation, tally,
                     {.records = 1, .processing_seconds = 0, .commit_seconds = 0, .latencies = latencies});
  const std::string text = metrics_.text();
  EXPECT_THAT(text, HasSubstr("pairwatch_event_to_escalation_seconds_count{severity=\"review\"} 1"));
  EXPECT_THAT(text, HasSubstr("pairwatch_escalations_total{severity=\"review\",status=\"opened\",subject=\"pair\"} 1"));
}

TEST_F(MetricsTest, LagIsKnownOnlyWhileAPartitionIsAssigned) {
  metrics_.lag(Service::kIntake, "platform.events", 3, 17);
  EXPECT_THAT(metrics_.text(),
              HasSubstr("pairwatch_consumer_lag{partition=\"3\",service=\"intake\",topic=\"platform.events\"} 17"));
  metrics_.forget(Service::kIntake, "platform.events", 3);
  EXPECT_THAT(metrics_.text(), Not(HasSubstr("pairwatch_consumer_lag{partition=\"3\"")));
}

TEST_F(MetricsTest, EventTimeLagIsThatOfTheSlowestPartition) {
  metrics_.event_time(Service::kIntake, 0, EventTime{wall_ms_ - 1000});
  metrics_.event_time(Service::kIntake, 1, EventTime{wall_ms_ - 9000});
  EXPECT_THAT(metrics_.text(), HasSubstr("pairwatch_event_time_lag_seconds{service=\"intake\"} 9"));
}

TEST_F(MetricsTest, IsNotReadyBeforeEveryWorkerIs) {
  EXPECT_FALSE(metrics_.readiness().holds);
  metrics_.ready(Service::kIntake, 0, true, "");
  metrics_.ready(Service::kRelationship, 0, false, "an assignment");
  const Condition waiting = metrics_.readiness();
  EXPECT_FALSE(waiting.holds);
  EXPECT_THAT(waiting.body, HasSubstr("an assignment"));
  metrics_.ready(Service::kRelationship, 0, true, "");
  EXPECT_TRUE(metrics_.readiness().holds);
}

TEST_F(MetricsTest, AWorkerThatStandsStillMakesItUnhealthyAndIsNamedWithSinceWhen) {
  wall_ms_ = 1'772'388'000'000;
  metrics_.ready(Service::kIntake, 0, false, "the broker");
  EXPECT_TRUE(metrics_.health().holds);
  const auto pass = [this](int seconds) {
    steady_ += std::chrono::seconds(seconds);
    wall_ms_ += seconds * 1000;
  };
  pass(61);
  const Condition hanging = metrics_.health();
  EXPECT_FALSE(hanging.holds);
  EXPECT_THAT(hanging.body, HasSubstr(R"("service":"intake","since":"2026-03-01T18:00:00Z","what":"it does not come back)"));
  EXPECT_THAT(metrics_.text(), HasSubstr("pairwatch_since_progress_seconds{service=\"intake\"} 61"));
  metrics_.progressed(Service::kIntake, 0);
  EXPECT_TRUE(metrics_.health().holds);
  EXPECT_THAT(metrics_.text(), HasSubstr("pairwatch_since_progress_seconds{service=\"intake\"} 0"));
}

TEST_F(MetricsTest, TellingThatItStandsStillOrIsReadyDoesNotMakeAWorkerHealthy) {
  metrics_.progressed(Service::kIntake, 0);
  for (int i = 0; i < 5; ++i) {
    steady_ += std::chrono::seconds(15);
    metrics_.stands_still(Service::kIntake, 0, "platform.events/3 is not committed beyond offset 7");
    metrics_.ready(Service::kIntake, 0, true, "");
  }
  EXPECT_FALSE(metrics_.health().holds);
  EXPECT_THAT(metrics_.health().body, HasSubstr("platform.events/3 is not committed beyond offset 7"));
}

TEST(StallLogOfARun, TellsOfAStallOnceAndOfItsEnd) {
  StallLog log;
  const std::vector<Stall> stalls = {{Service::kRelationship, 1, 1'772'388'000'000, "x/0 is not restored"}};
  EXPECT_TRUE(log.look({}).empty());
  const auto begun = log.look(stalls);
  ASSERT_EQ(begun.size(), 1u);
  EXPECT_FALSE(begun[0].is_over);
  EXPECT_THAT(begun[0].text,
              HasSubstr("relationship-1 has work but has not got on with it since 2026-03-01T18:00:00Z: x/0 is not"));
  EXPECT_TRUE(log.look(stalls).empty());
  const auto ended = log.look({});
  ASSERT_EQ(ended.size(), 1u);
  EXPECT_TRUE(ended[0].is_over);
  EXPECT_TRUE(log.look({}).empty());
}

TEST_F(MetricsTest, TheTopologyShowsTasksWithTheirStates) {
  metrics_.task(Service::kRelationship, 2, TaskState::kRunning);
  EXPECT_THAT(metrics_.topology_json(), HasSubstr("\"running\""));
  metrics_.task(Service::kRelationship, 2, TaskState::kClosed);
  EXPECT_THAT(metrics_.topology_json(), Not(HasSubstr("\"running\"")));
}

TEST_F(MetricsTest, TheTopologyShowsLagEventTimeAndWarmUpOfEachPartitionWhileItIsAssigned) {
  const auto relationship = [this] {
    const nlohmann::json services = nlohmann::json::parse(metrics_.topology_json())["services"];
    return *std::find_if(services.begin(), services.end(), [](const auto& service) { return service["name"] == "relationship"; });
  };
  EXPECT_EQ(relationship()["tasks"], nlohmann::json::array());
  metrics_.task(Service::kRelationship, 2, TaskState::kRunning);
  const nlohmann::json unknown = relationship()["tasks"][0];
  EXPECT_EQ(unknown, (nlohmann::json{{"partition", 2}, {"state", "running"}, {"warms_up", false}}));
  metrics_.lag(Service::kRelationship, "pairwatch.interactions", 2, 17);
  metrics_.event_time(Service::kRelationship, 2, EventTime{1'772'388'000'000});
  metrics_.warming(Service::kRelationship, 2, true);
  const nlohmann::json task = relationship()["tasks"][0];
  EXPECT_EQ(task["lag"], 17);
  EXPECT_EQ(task["newest_event"], "2026-03-01T18:00:00Z");
  EXPECT_EQ(task["warms_up"], true);
  metrics_.forget(Service::kRelationship, "pairwatch.interactions", 2);
  EXPECT_FALSE(relationship()["tasks"][0].contains("lag"));
  EXPECT_FALSE(relationship()["tasks"][0].contains("newest_event"));
}

TEST_F(MetricsTest, TheTopologyShowsWorkersAndWhatTheirServiceKeeps) {
  metrics_.ready(Service::kRelationship, 0, false, "the state of 2 partitions");
  metrics_.store("pairs", 5, 700);
  metrics_.restoring("pairs", 30);
  const nlohmann::json service = nlohmann::json::parse(metrics_.topology_json())["services"][1];
  EXPECT_EQ(service["workers"],
            (nlohmann::json::array({{{"worker", 0}, {"ready", false}, {"waiting_for", "the state of 2 partitions"}}})));
  EXPECT_EQ(service["kept"], (nlohmann::json{{"entries", 5}, {"bytes", 700}, {"records_to_restore", 30}}));
  EXPECT_EQ(service["runs_here"], true);
}

TEST_F(MetricsTest, ReadinessIsAMetricToo) {
  EXPECT_THAT(metrics_.text(), HasSubstr("pairwatch_ready 0\n"));
  for (const Service service : {Service::kIntake, Service::kRelationship}) metrics_.ready(service, 0, true, "");
  EXPECT_THAT(metrics_.text(), HasSubstr("pairwatch_ready 1\n"));
  metrics_.ready(Service::kIntake, 0, false, "an assignment");
  EXPECT_THAT(metrics_.text(), HasSubstr("pairwatch_ready 0\n"));
}

TEST_F(MetricsTest, MessagesOfTheLogAreCountedByLevelFromZeroOn) {
  EXPECT_THAT(metrics_.text(), HasSubstr("pairwatch_log_messages_total{level=\"error\",outcome=\"told\"} 0"));
  metrics_.logs().reached(LogMetrics::Level::kError, 3, 0);
  metrics_.logs().reached(LogMetrics::Level::kError, 4, 90);
  EXPECT_THAT(metrics_.text(), HasSubstr("pairwatch_log_messages_total{level=\"error\",outcome=\"told\"} 4"));
  EXPECT_THAT(metrics_.text(), HasSubstr("pairwatch_log_messages_total{level=\"error\",outcome=\"held_back\"} 90"));
  EXPECT_THAT(metrics_.text(), HasSubstr("pairwatch_log_messages_total{level=\"warning\",outcome=\"told\"} 0"));
}

TEST_F(MetricsTest, OtherRulesReplaceThoseToldBefore) {
  EXPECT_THAT(metrics_.text(), HasSubstr("pairwatch_rules_info{sha256=\"def\",version=\"\"} 1"));
  EXPECT_THAT(metrics_.text(), HasSubstr("pairwatch_rules_reload_failures_total 0"));
  metrics_.rules().reload_failed();
  metrics_.rules().reloaded("night", "123");
  const std::string text = metrics_.text();
  EXPECT_THAT(text, HasSubstr("pairwatch_build_info{revision=\"abc\",rules_sha256=\"123\",version=\"0.1.0\"} 1"));
  EXPECT_THAT(text, HasSubstr("pairwatch_rules_info{sha256=\"123\",version=\"night\"} 1"));
  EXPECT_THAT(text, Not(HasSubstr("\"def\"")));
  EXPECT_THAT(text, HasSubstr("pairwatch_rules_reloads_total 1"));
  EXPECT_THAT(text, HasSubstr("pairwatch_rules_reload_failures_total 1"));
}

TEST(OutcomesOfServices, EveryOutcomeBelongsToAServiceAndOnlyDeadLettersToAll) {
  int total = 0;
  for (const Service service :
       {Service::kIntake, Service::kRelationship, Service::kEscalation, Service::kTarget, Service::kDecisions}) {
    total += static_cast<int>(outcomes_of(service).size());
  }
  constexpr int kOfCases = 4;
  EXPECT_EQ(total, kOutcomeCount - 1 + kServiceCount + 1 + kOfCases) << "intake and decisions both forward, two rooms have cases";
}

}  // namespace
}  // namespace pairwatch::http
