// Decisions of moderators beside a file of events.
#include <gmock/gmock.h>
#include <google/protobuf/util/json_util.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "pairwatch/v1/decision.pb.h"
#include "pairwatch/v1/escalation.pb.h"
#include "tests/embedded/files.h"
#include "tests/embedded/traffic.h"
#include "topology/embedded/embedded.h"

namespace pairwatch::embedded {
namespace {

class Heard final : public Listener {
 public:
  bool escalation(std::string_view bytes) override {
    EXPECT_TRUE(all.emplace_back().ParseFromArray(bytes.data(), static_cast<int>(bytes.size())));
    return true;
  }
  void rejected(Service service, std::int64_t number, Reject reason) override {
    rejects.push_back(std::to_string(number) + " " + std::string(service_name(service)) + " " + std::string(reject_name(reason)));
  }
  void progress(const Progress&) override {}

  std::vector<v1::Escalation> of(const std::string& id) const {
    std::vector<v1::Escalation> some;
    for (const v1::Escalation& one : all) {
      if (one.escalation_id() == id) some.push_back(one);
    }
    return some;
  }

  std::vector<v1::Escalation> all;
  std::vector<std::string> rejects;
};

std::string decided(const std::string& id, v1::Verdict verdict, std::int64_t seconds) {
  v1::Decision decision;
  decision.set_escalation_id(id);
  decision.set_verdict(verdict);
  decision.mutable_decided_at()->set_seconds(seconds);
  std::string json;
  EXPECT_TRUE(google::protobuf::util::MessageToJsonString(decision, &json).ok());
  return json;
}

class DecisionsOfAFile : public ::testing::Test {
 protected:
  Heard run(const std::vector<std::string>& decisions, int threads = 1, const InputLimits& limits = {}) {
    Heard heard;
    EmbeddedConfig config;
    config.services.lexicon = text_signals::compile({});
    config.threads = threads;
    config.decisions = decisions;
    const auto input = open_input(folder.write("input", lines), Framing::kAuto, limits);
    result = run_embedded(config, *input, heard);
    return heard;
  }
  /// Of the first case of a pair: its id, and when it was opened.
  v1::Escalation first_case(const Heard& heard) {
    for (const v1::Escalation& one : heard.all) {
      if (one.subject().kind() == v1::SUBJECT_KIND_PAIR) return one;
    }
    ADD_FAILURE() << "the traffic opens cases";
    return {};
  }

  test::TestFolder folder;
  std::string lines = test::as_lines(test::mixed_traffic(17, 6000));
  EmbeddedResult result;
};

TEST_F(DecisionsOfAFile, AreAppliedAtTheirTime) {
  const v1::Escalation opened = first_case(run({}));
  const std::int64_t at = opened.raised_at().seconds() + 3600;
  const Heard heard = run({"", decided(opened.escalation_id(), v1::VERDICT_DISMISSED, at)});
  const std::vector<v1::Escalation> told = heard.of(opened.escalation_id());
  ASSERT_FALSE(told.empty());
  EXPECT_EQ(told.back().status(), v1::ESCALATION_STATUS_STOOD_DOWN);
  EXPECT_EQ(told.back().raised_at().seconds(), at);
  EXPECT_EQ(told.back().decided_at().offset(), 1) << "the line of the decision";
  bool is_after = false;
  for (const v1::Escalation& one : heard.all) {
    if (one.status() == v1::ESCALATION_STATUS_STOOD_DOWN) {
      is_after = true;
    } else if (is_after) {
      EXPECT_GE(one.raised_at().seconds(), at);
    } else {
      EXPECT_LE(one.raised_at().seconds(), at + 3600) << "no event later than it came first, but for one actor's";
    }
  }
  EXPECT_THAT(heard.rejects, testing::IsEmpty());
  EXPECT_EQ(result.of(Service::kDecisions).read, 1U);
}

TEST_F(DecisionsOfAFile, ThatAreLaterThanItsEndAreAppliedThere) {
  const v1::Escalation opened = first_case(run({}));
  const Heard heard = run({decided(opened.escalation_id(), v1::VERDICT_DISMISSED, opened.raised_at().seconds() + 86'400 * 29)});
  EXPECT_EQ(heard.all.back().escalation_id(), opened.escalation_id());
  EXPECT_EQ(heard.all.back().status(), v1::ESCALATION_STATUS_STOOD_DOWN);
}

TEST_F(DecisionsOfAFile, SayTheSameOnAnyNumberOfThreadsAndInBatchesOfAnySize) {
  const Heard plain = run({});
  std::vector<std::string> decisions;
  for (std::size_t i = 0; i < plain.all.size(); i += 3) {
    const v1::Escalation& one = plain.all[i];
    const v1::Verdict verdict = i % 2 == 0 ? v1::VERDICT_DISMISSED : v1::VERDICT_CONFIRMED;
    decisions.push_back(decided(one.escalation_id(), verdict, one.raised_at().seconds() + 7200));
  }
  const auto bytes_of = [](const Heard& heard) {
    std::string bytes;
    for (const v1::Escalation& one : heard.all) bytes += one.SerializeAsString();
    return bytes;
  };
  const Heard one = run(decisions);
  EXPECT_NE(bytes_of(one), bytes_of(plain));
  EXPECT_EQ(bytes_of(run(decisions, 4)), bytes_of(one));
  EXPECT_EQ(bytes_of(run(decisions, 2, {.batch_records = 37})), bytes_of(one));
}

TEST_F(DecisionsOfAFile, ThatCannotBeUsedAreToldWithTheirLine) {
  const Heard heard = run({"{", decided("P-1a2b3c4d-0123456789abcdef0123456789abcdef-1", v1::VERDICT_CONFIRMED, 1'772'388'000)});
  EXPECT_THAT(heard.rejects, testing::ElementsAre("0 decisions malformed_json", "1 decisions unknown_case"));
}

}  // namespace
}  // namespace pairwatch::embedded
