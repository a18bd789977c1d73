#include "topology/embedded/embedded.h"

#include <gtest/gtest.h>

#include <functional>
#include <numeric>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "pairwatch/v1/escalation.pb.h"
#include "tests/embedded/files.h"
#include "tests/embedded/traffic.h"
#include "tests/support/fakes.h"
#include "topology/store/memory_store.h"

namespace pairwatch::embedded {
namespace {

ServiceConfigs services() {
  ServiceConfigs configs;
  configs.lexicon = text_signals::compile({});
  return configs;
}

/// Notes every call, in order.
class NotingListener : public Listener {
 public:
  bool escalation(std::string_view bytes) override {
    escalations.emplace_back(bytes);
    return escalations.size() < stop_after;
  }
  void rejected(Service service, std::int64_t number, Reject reason) override {
    rejects.push_back(std::to_string(number) + " " + std::string(service_name(service)) + " " + std::string(reject_name(reason)));
  }
  void progress(const Progress& progress) override { batches.push_back(progress.events); }

  std::vector<std::string> escalations;
  std::vector<std::string> rejects;
  std::vector<std::uint64_t> batches;
  std::size_t stop_after = SIZE_MAX;

  friend bool operator==(const NotingListener& a, const NotingListener& b) {
    return a.escalations == b.escalations && a.rejects == b.rejects && a.batches == b.batches;
  }
};

struct Outcomes {
  NotingListener heard;
  EmbeddedResult result;
};

class EmbeddedTest : public ::testing::Test {
 protected:
  Outcomes run(std::string_view bytes, const std::function<void(EmbeddedConfig&)>& change = {}, const InputLimits& limits = {},
               Framing framing = Framing::kAuto) {
    Outcomes outcomes;
    EmbeddedConfig config;
    config.services = services();
    if (change) change(config);
    outcomes.heard.stop_after = stop_after;
    const auto input = open_input(folder.write("input", bytes), framing, limits);
    outcomes.result = run_embedded(config, *input, outcomes.heard);
    return outcomes;
  }

  std::size_t stop_after = SIZE_MAX;
  test::TestFolder folder;
};

std::uint64_t sum_of_outcomes(const ServiceTotals& totals) {
  return std::accumulate(totals.tally.outcomes.begin(), totals.tally.outcomes.end(), std::uint64_t{0});
}

/// What the pipeline is by definition: each record through each room, one after another, no batches, no threads.
std::vector<std::string> one_by_one(const std::vector<test::EventBuilder>& events) {
  const ServiceConfigs configs = services();
  test::FakeStore none;
  test::FakeStore pairs;
  test::FakeStore actors;
  test::FakeStore minors;
  const auto intake = make_processor(Service::kIntake, configs, none);
  const auto relationship = make_processor(Service::kRelationship, configs, pairs);
  const auto escalation = make_processor(Service::kEscalation, configs, actors);
  const auto target = make_processor(Service::kTarget, configs, minors);
  std::vector<std::string> escalations;
  std::int64_t interactions = 0;
  std::int64_t case_inputs = 0;
  std::int64_t target_inputs = 0;
  const auto through = [](Processor& room, const test::CollectedOutput& output, std::int64_t offset) {
    std::vector<Header> headers;
    for (const auto& [name, value] : output.headers) headers.push_back({name, value});
    test::CollectingSink sink;
    room.process({.key = output.key, .value = output.value, .headers = headers, .offset = offset}, sink);
    return sink.outputs;
  };
  const auto escalate = [&](const test::CollectedOutput& input) {
    for (const test::CollectedOutput& output : through(*escalation, input, case_inputs++)) {
      if (output.port != OutputPort::kTargetInputs) {
        escalations.push_back(output.value);
        continue;
      }
      for (const test::CollectedOutput& told : through(*target, output, target_inputs++)) escalations.push_back(told.value);
    }
  };
  for (std::size_t i = 0; i < events.size(); ++i) {
    for (const auto& output : through(*intake, {{}, {}, events[i].json(), {}}, static_cast<std::int64_t>(i))) {
      if (output.port == OutputPort::kCaseInputs) {
        escalate(output);
        continue;
      }
      for (const auto& input : through(*relationship, output, interactions++)) escalate(input);
    }
  }
  return escalations;
}

TEST_F(EmbeddedTest, SaysWhatTheRoomsSayOneAfterAnother) {
  const auto events = test::mixed_traffic(3, 4000);
  const std::vector<std::string> expected = one_by_one(events);
  ASSERT_GT(expected.size(), 50u) << "the traffic escalates";
  EXPECT_TRUE(run(test::as_lines(events)).heard.escalations == expected);
  EXPECT_TRUE(run(test::as_lines(events), {}, {.batch_records = 97}).heard.escalations == expected);
  EXPECT_TRUE(run(test::as_lines(events), [](EmbeddedConfig& config) { config.partitions = 3; }).heard.escalations == expected);
}

TEST_F(EmbeddedTest, SaysTheSameOnAnyNumberOfThreads) {
  const std::uint64_t seed = std::random_device{}();
  SCOPED_TRACE(::testing::Message() << "seed " << seed);
  std::string lines = test::as_lines(test::mixed_traffic(seed, 6000));
  lines.insert(lines.size() / 2, "\nnot json\n");  // cuts one event in two as well
  const InputLimits limits{.batch_records = 1200};
  const auto on_threads = [&](int threads) {
    return run(lines, [&](EmbeddedConfig& config) { config.threads = threads; }, limits);
  };
  const Outcomes one = on_threads(1);
  ASSERT_FALSE(one.heard.escalations.empty());
  ASSERT_FALSE(one.heard.rejects.empty());
  for (const int threads : {2, 8}) {
    const Outcomes several = on_threads(threads);
    EXPECT_TRUE(several.heard == one.heard) << threads << " threads";
    for (int service = 0; service < kServiceCount; ++service) {
      const auto which = static_cast<Service>(service);
      EXPECT_EQ(several.result.of(which).tally.outcomes, one.result.of(which).tally.outcomes) << threads << " threads";
      EXPECT_EQ(several.result.of(which).entries, one.result.of(which).entries);
      EXPECT_EQ(several.result.of(which).bytes, one.result.of(which).bytes);
    }
  }
}

TEST_F(EmbeddedTest, SaysTheSameForProtobufAndJson) {
  const auto events = test::mixed_traffic(5, 3000);
  const Outcomes json = run(test::as_lines(events));
  const Outcomes protobuf = run(test::as_delimited(events));
  ASSERT_FALSE(json.heard.escalations.empty());
  EXPECT_TRUE(protobuf.heard.escalations == json.heard.escalations);
}

TEST_F(EmbeddedTest, GivesEveryRecordOneOutcomeAtEachService) {
  const auto events = test::mixed_traffic(7, 3000);
  std::string lines = test::as_lines(events) + "broken\n";
  const EmbeddedResult result = run(lines, [](EmbeddedConfig& config) { config.threads = 2; }).result;
  EXPECT_EQ(result.of(Service::kIntake).read, events.size() + 1);
  for (const ServiceTotals& totals : result.services) EXPECT_EQ(sum_of_outcomes(totals), totals.read);
  EXPECT_EQ(result.of(Service::kRelationship).read, result.of(Service::kIntake).tally.count_of(Outcome::kForwarded));
  EXPECT_EQ(result.of(Service::kIntake).tally.count_of(Outcome::kDeadLetter), 1u);
  EXPECT_GT(result.of(Service::kIntake).tally.count_of(Outcome::kGated), 0u);
  EXPECT_GT(result.of(Service::kRelationship).tally.count_of(Outcome::kDuplicate), 0u);
  EXPECT_EQ(result.bytes_read, lines.size());
}

TEST_F(EmbeddedTest, GivesEveryRecordOneOutcomeWhereEntriesExpireOnTheWay) {
  InputLimits small_batches;
  small_batches.batch_records = 128;
  const EmbeddedResult result = run(test::as_lines(test::mixed_traffic(11, 4000, days(1600))), {}, small_batches).result;
  for (const ServiceTotals& totals : result.services) EXPECT_EQ(sum_of_outcomes(totals), totals.read);
  EXPECT_GT(result.of(Service::kRelationship).tally.entries_expired, 0u);
}

TEST_F(EmbeddedTest, NamesTheLineInEvidence) {
  std::vector<test::EventBuilder> events;
  for (int i = 0; i < 3; ++i) events.push_back(test::message("a7", "m3").at(seconds(10 * i)).label("threat", 0.99f));
  const Outcomes outcomes = run("\n\n" + test::as_lines(events));
  ASSERT_FALSE(outcomes.heard.escalations.empty());
  v1::Escalation escalation;
  ASSERT_TRUE(escalation.ParseFromString(outcomes.heard.escalations.front()));
  std::set<std::int64_t> lines;
  for (const v1::Evidence& evidence : escalation.evidence()) {
    EXPECT_EQ(evidence.source().topic(), "platform.events");
    EXPECT_EQ(evidence.source().partition(), 0);
    lines.insert(evidence.source().offset());
  }
  EXPECT_TRUE(lines.contains(2)) << "two empty lines come first";
}

TEST_F(EmbeddedTest, GoesOnBehindBadRecordsAndTellsTheirNumbers) {
  const std::string good = test::message("a7", "m3").text("hi").json() + "\n";
  const Outcomes outcomes = run(good + "broken\n\n{}\n" + good, {}, {}, Framing::kLines);
  EXPECT_EQ(outcomes.heard.rejects, (std::vector<std::string>{"1 intake malformed_json", "3 intake missing_event_id"}));
  EXPECT_EQ(outcomes.result.of(Service::kIntake).tally.count_of(Outcome::kForwarded), 2u);
  EXPECT_FALSE(outcomes.result.stopped);
}

TEST_F(EmbeddedTest, StopsAtTheFirstRejectAsIfTheInputEndedThere) {
  const auto events = test::mixed_traffic(9, 2000);
  const std::vector<test::EventBuilder> half(events.begin(), events.begin() + 1000);
  const std::vector<test::EventBuilder> rest(events.begin() + 1000, events.end());
  for (const int threads : {1, 4}) {
    const Outcomes stopped =
        run(test::as_lines(half) + "broken\n" + test::as_lines(rest) + "broken\n", [&](EmbeddedConfig& config) {
          config.stop_at_first_reject = true;
          config.threads = threads;
        });
    EXPECT_TRUE(stopped.result.stopped);
    EXPECT_EQ(stopped.heard.rejects, (std::vector<std::string>{"1000 intake malformed_json"}));
    EXPECT_TRUE(stopped.heard.escalations == run(test::as_lines(half)).heard.escalations);
    EXPECT_EQ(stopped.result.of(Service::kIntake).read, 1001u);
    EXPECT_EQ(sum_of_outcomes(stopped.result.of(Service::kIntake)), 1001u);
  }
}

TEST_F(EmbeddedTest, EndsWhenNobodyListensAnyMore) {
  const auto events = test::mixed_traffic(13, 4000);
  stop_after = 2;
  const Outcomes outcomes = run(test::as_lines(events), {}, {.batch_records = 100});
  EXPECT_EQ(outcomes.heard.escalations.size(), 2u);
  EXPECT_TRUE(outcomes.result.stopped);
  EXPECT_LT(outcomes.result.of(Service::kIntake).read, events.size());
}

TEST_F(EmbeddedTest, ReportsAnInputThatFailsHalfWay) {
  const auto events = test::mixed_traffic(15, 100);
  const Outcomes outcomes = run(test::as_delimited(events) + std::string(12, '\xFF'));
  ASSERT_TRUE(outcomes.result.failure);
  EXPECT_EQ(outcomes.result.of(Service::kIntake).read, events.size());
}

TEST_F(EmbeddedTest, DoesNothingForAnEmptyInput) {
  const Outcomes outcomes = run("");
  EXPECT_EQ(outcomes.result.of(Service::kIntake).read, 0u);
  EXPECT_TRUE(outcomes.heard.escalations.empty());
  EXPECT_FALSE(outcomes.result.failure);
}

TEST_F(EmbeddedTest, ForgetsPairsAfterTheirTimeToLiveOnAnyNumberOfThreads) {
  const auto short_lived = [](int threads) {
    return [threads](EmbeddedConfig& config) {
      config.services.relationship.time_to_live = hours(6);
      config.threads = threads;
    };
  };
  const std::string lines = test::as_lines(test::mixed_traffic(17, 4000, days(40)));
  const InputLimits limits{.batch_records = 200};
  const Outcomes one = run(lines, short_lived(1), limits);
  const ServiceTotals& pairs = one.result.of(Service::kRelationship);
  EXPECT_LT(pairs.entries, 200u) << "of some 2,500 pairs";
  EXPECT_GT(pairs.tally.entries_expired, 1000u);
  const Outcomes eight = run(lines, short_lived(8), limits);
  EXPECT_TRUE(eight.heard == one.heard);
  EXPECT_EQ(eight.result.of(Service::kRelationship).entries, pairs.entries);
  EXPECT_EQ(eight.result.of(Service::kRelationship).tally.entries_expired, pairs.tally.entries_expired);
}

TEST_F(EmbeddedTest, ForgetsNothingBecauseOfOneAbsurdDate) {
  auto events = test::mixed_traffic(19, 3000, days(2));
  const std::uint64_t pairs = run(test::as_lines(events), {}, {.batch_records = 200}).result.of(Service::kRelationship).entries;
  ASSERT_GT(pairs, 1000u);
  events.insert(events.begin() + 100, test::message("lost_in_time", "m3").id("absurd").at(days(20'000)));
  const Outcomes outcomes = run(test::as_lines(events), {}, {.batch_records = 200});
  EXPECT_TRUE(outcomes.heard.rejects.empty());
  EXPECT_EQ(outcomes.result.of(Service::kRelationship).entries, pairs + 1);
}

// --- What is wrong with a line, and what is said of it ---

struct BadLine {
  const char* name;
  std::string line;
  const char* reason;
};

std::string with(const std::function<void(v1::InteractionEvent&)>& change) {
  test::EventBuilder event = test::message("a7", "m3").text("hi");
  change(event.raw());
  return event.json();
}

/// The JSON of an ordinary event, with one piece of it replaced.
std::string replaced(std::string_view from, std::string_view to) {
  std::string line = test::message("a7", "m3").id("e1").text("hi").json();
  const std::size_t at = line.find(from);
  if (at == std::string::npos) ADD_FAILURE() << from << " is not in " << line;
  return line.replace(at, from.size(), to);
}

std::vector<BadLine> bad_lines() {
  return {
      {"NotJson", "hello", "malformed_json"},
      {"CutOff", R"({"eventId":"e1","occurredAt":"2026-03-01T18:)", "malformed_json"},
      {"AnArray", "[1,2,3]", "malformed_json"},
      {"TrailingText", replaced("\"hi\"}}", "\"hi\"}} and more"), "malformed_json"},
      {"WrongEnumerator", replaced("CHANNEL_KIND_DIRECT", "CHANNEL_KIND_PIGEON"), "unknown_enumerator"},
      {"WrongAgeBandOfAnAdult", replaced("AGE_BAND_ADULT", "AGE_BAND_ANCIENT"), "unknown_enumerator"},
      {"AgeBandBeyondItsType", replaced("\"AGE_BAND_ADULT\"", "4294967300"), "unknown_enumerator"},
      {"EmptyTargetId", with([](auto& event) { event.mutable_target()->clear_account_id(); }), "missing_target"},
      {"SelfMessage", with([](auto& event) { event.mutable_target()->set_account_id("a7"); }), "self_interaction"},
      {"EmptyEventId", with([](auto& event) { event.clear_event_id(); }), "missing_event_id"},
      {"EmptyActorId", with([](auto& event) { event.mutable_actor()->clear_account_id(); }), "missing_actor"},
      {"NoTime", with([](auto& event) { event.clear_occurred_at(); }), "missing_time"},
      {"NoPayload", with([](auto& event) { event.clear_what(); }), "missing_payload"},
      {"EventIdOf257Bytes", with([](auto& event) { event.set_event_id(std::string(257, 'x')); }), "id_too_long"},
      {"AccountIdOf257Bytes", with([](auto& event) { event.mutable_actor()->set_account_id(std::string(257, 'x')); }),
       "id_too_long"},
      {"TextOver64KiB", with([](auto& event) { event.mutable_message()->set_text(std::string(65'537, 'x')); }), "text_too_long"},
      {"NestingBomb", "{\"x\":" + std::string(100'000, '[') + std::string(100'000, ']') + "}", "nesting_too_deep"},
      {"InvalidUtf8", replaced("\"hi\"", "\"h\xC3\x28i\""), "invalid_utf8"},
      {"NulInId", replaced("\"a7\"", "\"a\\u0000\""), "control_character_in_id"},
      {"IntegerOverflow", replaced("\"text\"", "\"linkCount\":99999999999,\"text\""), "number_out_of_range"},
      {"BeforeTheYear2000", with([](auto& event) { event.mutable_occurred_at()->set_seconds(1); }), "time_out_of_bounds"},
      {"AfterTheYear2100", with([](auto& event) { event.mutable_occurred_at()->set_seconds(4'102'444'801); }),
       "time_out_of_bounds"},
      {"ScoreAboveOne", with([](auto& event) { (*event.mutable_message()->mutable_label_scores())["threat"] = 1.5f; }),
       "score_out_of_range"},
      {"RecordOver1MiB", "{\"x\":\"" + std::string(1u << 20, 'x') + "\"}", "record_too_large"},
  };
}

class BadInput : public ::testing::TestWithParam<BadLine> {};

TEST_P(BadInput, IsToldWithItsLineCountedAndSkipped) {
  const test::TestFolder folder;
  const std::string good = test::message("a7", "m3").text("hi").json() + "\n";
  const std::string path = folder.write("input", good + GetParam().line + "\n" + good);
  for (const bool strict : {false, true}) {
    EmbeddedConfig config;
    config.services = services();
    config.stop_at_first_reject = strict;
    NotingListener heard;
    const auto input = open_input(path, Framing::kLines, {});
    const EmbeddedResult result = run_embedded(config, *input, heard);
    EXPECT_EQ(heard.rejects, (std::vector<std::string>{std::string("1 intake ") + GetParam().reason}));
    EXPECT_EQ(result.of(Service::kIntake).tally.count_of(Outcome::kDeadLetter), 1u);
    EXPECT_EQ(result.of(Service::kIntake).tally.count_of(Outcome::kForwarded), strict ? 1u : 2u);
    EXPECT_EQ(result.stopped, strict);
  }
}

INSTANTIATE_TEST_SUITE_P(Line, BadInput, ::testing::ValuesIn(bad_lines()), [](const auto& tested) { return tested.param.name; });

TEST_F(EmbeddedTest, GatesAnEventWhateverElseItHoldsInJsonAsInProtobuf) {
  auto between_adults = test::message("a7", "a8").adult_to_adult().text("hi");
  between_adults.raw().mutable_channel()->set_kind(v1::CHANNEL_KIND_DIRECT);
  const auto with_text = [&](std::string_view from, std::string_view to) {
    std::string line = between_adults.json();
    return line.replace(line.find(from), from.size(), to) + "\n";
  };
  const std::string lines =
      with_text("CHANNEL_KIND_DIRECT", "CHANNEL_KIND_PIGEON") + with_text("\"text\"", "\"linkCount\":99999999999,\"text\"");
  between_adults.raw().mutable_channel()->set_kind(static_cast<v1::ChannelKind>(99));
  for (const auto& [input, count] : {std::pair(lines, 2u), std::pair(test::as_delimited({between_adults}), 1u)}) {
    const Outcomes outcomes = run(input);
    EXPECT_TRUE(outcomes.heard.rejects.empty());
    EXPECT_EQ(outcomes.result.of(Service::kIntake).tally.count_of(Outcome::kGated), count);
  }
}

TEST_F(EmbeddedTest, CountsActivityWithoutATargetAndUnknownFieldsAndRepeats) {
  const std::string good = replaced("\"text\"", "\"sparkle\":[1,2],\"text\"") + "\n";
  const std::string without_target = test::message("a7", "m3").without_target().json() + "\n";
  const EmbeddedResult result = run(good + good + without_target).result;
  EXPECT_EQ(result.of(Service::kIntake).tally.unknown_fields, 2u);
  EXPECT_EQ(result.of(Service::kIntake).tally.count_of(Outcome::kNoTarget), 1u);
  EXPECT_EQ(result.of(Service::kRelationship).tally.count_of(Outcome::kDuplicate), 1u);
}

TEST_F(EmbeddedTest, TellsOfAMessageThatTheEndOfTheFileCutsOff) {
  std::vector<test::EventBuilder> events(10, test::message("a7", "m3").text("hi"));
  const std::string whole = test::as_delimited(events);
  const Outcomes outcomes = run(std::string_view(whole).substr(0, whole.size() - 5));
  EXPECT_EQ(outcomes.heard.rejects, (std::vector<std::string>{"9 intake malformed_protobuf"}));
  EXPECT_EQ(outcomes.result.of(Service::kIntake).read, 10u);
  EXPECT_FALSE(outcomes.result.failure);
}

}  // namespace
}  // namespace pairwatch::embedded
