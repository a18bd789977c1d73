// Cases of a file that stand down by themselves.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

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
  void rejected(Service, std::int64_t, Reject) override {}
  void progress(const Progress&) override {}

  std::string bytes() const {
    std::string bytes;
    for (const v1::Escalation& one : all) bytes += one.SerializeAsString();
    return bytes;
  }
  std::size_t stood_down() const {
    std::size_t count = 0;
    for (const v1::Escalation& one : all) count += one.status() == v1::ESCALATION_STATUS_STOOD_DOWN ? 1 : 0;
    return count;
  }

  std::vector<v1::Escalation> all;
};

/// Three weeks, and after half a year the first message of each of some others.
std::string traffic_and(std::vector<std::string> others) {
  auto events = test::mixed_traffic(17, 4000);
  for (const std::string& other : others) {
    events.push_back(test::message(other, "minor-" + other).ages(AgeBand::kAdult, AgeBand::k13To15).id(other).at(days(200)));
  }
  return test::as_lines(events);
}

Heard run(const std::string& lines, int threads = 1, const InputLimits& limits = {}) {
  test::TestFolder folder;
  Heard heard;
  EmbeddedConfig config;
  config.services.lexicon = text_signals::compile({});
  config.threads = threads;
  const auto input = open_input(folder.write("input", lines), Framing::kAuto, limits);
  run_embedded(config, *input, heard);
  return heard;
}

TEST(TimersOfAFile, FireAtItsEndUpToItsNewestTime) {
  const Heard heard = run(traffic_and({"x1", "x2"}));
  std::map<std::string, v1::Escalation> last;
  for (const v1::Escalation& one : heard.all) last[one.escalation_id()] = one;
  EXPECT_GT(last.size(), 20U);
  for (const auto& [id, one] : last) {
    EXPECT_EQ(one.status(), v1::ESCALATION_STATUS_STOOD_DOWN) << id;
    EXPECT_FALSE(one.has_decided_at()) << id;
  }
  EXPECT_EQ(heard.stood_down(), last.size());
  std::int64_t before = 0;
  for (const v1::Escalation& one : heard.all) {
    if (one.status() != v1::ESCALATION_STATUS_STOOD_DOWN) continue;
    EXPECT_GE(one.raised_at().seconds(), before) << "in the order of due time";
    before = one.raised_at().seconds();
  }
}

TEST(TimersOfAFile, AreMovedByNoDateOfOneActorAlone) {
  EXPECT_EQ(run(traffic_and({})).stood_down(), 0U);
  EXPECT_EQ(run(traffic_and({"x1"})).stood_down(), 0U);
}

TEST(TimersOfAFile, SayTheSameOnAnyNumberOfThreadsAndInBatchesOfAnySize) {
  const std::string lines = traffic_and({"x1", "x2"});
  const std::string one = run(lines).bytes();
  EXPECT_EQ(run(lines, 4).bytes(), one);
  EXPECT_EQ(run(lines, 2, {.batch_records = 37}).bytes(), one);
}

}  // namespace
}  // namespace pairwatch::embedded
