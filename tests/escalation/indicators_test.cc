// What a confirmed case leaves in the topic of indicators.
#include "processors/escalation/indicators.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "processors/core/case_id.h"
#include "processors/core/hash.h"
#include "tests/escalation/case_inputs.h"

namespace pairwatch::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

void decide(Room& room, const std::string& escalation_id, v1::Verdict verdict, Duration when) {
  v1::CaseInput input;
  input.set_occurred_at_ms((kBaseTime + when).ms);
  input.mutable_decision()->set_escalation_id(escalation_id);
  input.mutable_decision()->set_verdict(verdict);
  const auto key = key_with_murmur2(read_case_id(escalation_id)->routing_hash);
  room.feed(std::string_view(key.data(), key.size()), input.SerializeAsString());
}

/// A case at REVIEW of `a7`, whose news told of a device.
std::string open_case_on(Room& room, std::uint64_t device, std::string_view target = "m1") {
  room.feed(risk("a7", target).log_odds(kAtReview).shows(Signal::kSecrecyRequest, 2.4).device(device));
  return room.told().back().escalation_id();
}

/// What was written, one word each: `+` or `-`, kind and digest.
std::vector<std::string> written(const Room& room) {
  std::vector<std::string> words;
  for (const CollectedOutput& output : room.sink.outputs) {
    if (output.port != OutputPort::kIndicators) continue;
    const auto key = read_indicator_key(output.key);
    EXPECT_TRUE(key && key->origin == IndicatorOrigin::kConfirmed && key->account == hash64("a7"));
    if (!key) continue;
    std::string word(output.value.empty() ? "-" : "+");
    word.append(indicator_kind_name(key->kind));
    if (key->kind == IndicatorKind::kDevice) word.append(std::to_string(key->digest));
    if (key->kind == IndicatorKind::kAccount) {
      EXPECT_EQ(key->digest, hash64("a7"));
    }
    words.push_back(word);
  }
  return words;
}

TEST(ConfirmedIndicators, AreTheAccountAndItsDevicesAsHashes) {
  Room room;
  const std::string id = open_case_on(room, 11);
  room.feed(stranger_contact("a7", "m2").at(hours(1)).device(12));
  EXPECT_THAT(written(room), IsEmpty()) << "nothing is known of an account before a moderator has said so";
  decide(room, id, v1::VERDICT_CONFIRMED, hours(2));
  EXPECT_THAT(written(room), ElementsAre("+account", "+device11", "+device12"));

  v1::Indicator indicator;
  ASSERT_TRUE(indicator.ParseFromString(room.sink.outputs.back().value));
  EXPECT_EQ(indicator.kind(), v1::INDICATOR_KIND_DEVICE);
  EXPECT_EQ(indicator.origin(), v1::INDICATOR_ORIGIN_CONFIRMED);
  EXPECT_EQ(indicator.digest(), 12U);
  EXPECT_EQ(indicator.account(), hash64("a7"));
  EXPECT_EQ(indicator.hash(), "");
  EXPECT_EQ(indicator.since().seconds(), (kBaseTime + hours(2)).ms / 1000);
  for (const CollectedOutput& output : room.sink.outputs) {
    if (output.port != OutputPort::kIndicators) continue;
    EXPECT_EQ((output.key + output.value).find("a7"), std::string::npos) << "no id leaves";
  }
}

TEST(ConfirmedIndicators, GrowWithTheDevicesOnWhichTheAccountIsSeenLater) {
  Room room;
  decide(room, open_case_on(room, 11), v1::VERDICT_CONFIRMED, hours(2));
  room.feed(stranger_contact("a7", "m2").at(hours(3)).device(12));
  room.feed(stranger_contact("a7", "m3").at(hours(4)).device(12));
  room.feed(stranger_contact("a7", "m4").at(hours(5)));
  EXPECT_THAT(written(room), ElementsAre("+account", "+device11", "+device12"));
}

TEST(ConfirmedIndicators, OfAnAccountWithoutDevicesAreTheAccountAlone) {
  Room room;
  decide(room, open_case_on(room, 0), v1::VERDICT_CONFIRMED, hours(2));
  EXPECT_THAT(written(room), ElementsAre("+account"));
}

TEST(ConfirmedIndicators, AreWrittenOnceForADecisionSaidTwice) {
  Room room;
  const std::string id = open_case_on(room, 11);
  decide(room, id, v1::VERDICT_CONFIRMED, hours(2));
  decide(room, id, v1::VERDICT_CONFIRMED, hours(3));
  EXPECT_THAT(written(room), ElementsAre("+account", "+device11"));
}

TEST(ConfirmedIndicators, AreTakenBackWithTheLastCaseThatWasConfirmed) {
  Room room;
  const std::string first = open_case_on(room, 11, "m1");
  const std::string second = open_case_on(room, 11, "m2");
  decide(room, first, v1::VERDICT_CONFIRMED, hours(1));
  decide(room, second, v1::VERDICT_CONFIRMED, hours(2));
  room.sink.outputs.clear();
  decide(room, first, v1::VERDICT_DISMISSED, hours(3));
  EXPECT_THAT(written(room), IsEmpty()) << "another case is confirmed still";
  decide(room, second, v1::VERDICT_DISMISSED, hours(4));
  EXPECT_THAT(written(room), ElementsAre("-account", "-device11"));
}

TEST(ConfirmedIndicators, ComeOfNoOtherVerdict) {
  Room room;
  const std::string id = open_case_on(room, 11);
  decide(room, id, v1::VERDICT_NEEDS_MORE, hours(1));
  decide(room, id, v1::VERDICT_DISMISSED, hours(2));
  EXPECT_THAT(written(room), IsEmpty());
}

TEST(ConfirmedIndicators, AreOfTheTenant) {
  Room room;
  room.feed(risk("a7", "m1").tenant("app").log_odds(kAtReview).shows(Signal::kSecrecyRequest, 2.4).device(11));
  decide(room, room.told().back().escalation_id(), v1::VERDICT_CONFIRMED, hours(1));
  int found = 0;
  for (const CollectedOutput& output : room.sink.outputs) {
    if (output.port != OutputPort::kIndicators) continue;
    ++found;
    EXPECT_EQ(read_indicator_key(output.key)->tenant, "app");
    v1::Indicator indicator;
    EXPECT_TRUE(indicator.ParseFromString(output.value));
    EXPECT_EQ(indicator.tenant(), "app");
  }
  EXPECT_EQ(found, 2);
}

TEST(ConfirmedIndicators, AreWrittenAfterARestartToo) {
  Room room;
  const std::string id = open_case_on(room, 11);
  room.room.checkpoint();
  room.room.rollback();  // decoded entries are forgotten: what follows is read from the store
  decide(room, id, v1::VERDICT_CONFIRMED, hours(2));
  EXPECT_THAT(written(room), ElementsAre("+account", "+device11"));
}

}  // namespace
}  // namespace pairwatch::test
