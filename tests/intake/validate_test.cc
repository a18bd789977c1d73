// Each Reject that intake can give, at its edge; and the order of the checks.
#include "processors/intake/validate.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "tests/intake/fakes.h"
#include "tests/support/events.h"

namespace pairwatch::intake {
namespace {

using test::call;
using test::channel_move;
using test::EventBuilder;
using test::gift;
using test::message;

Judgement judged(const v1::InteractionEvent& event, std::int64_t record_timestamp_ms = 0, const IntakeConfig& config = {}) {
  static thread_local EventView view;
  view_of(event, view);
  return judge(view, config, record_timestamp_ms);
}

testing::AssertionResult is_refused(const v1::InteractionEvent& event, Reject reason) {
  const Judgement judgement = judged(event);
  if (judgement.outcome != Outcome::kDeadLetter) return testing::AssertionFailure() << outcome_name(judgement.outcome);
  if (judgement.reject != reason) return testing::AssertionFailure() << reject_name(*judgement.reject);
  return testing::AssertionSuccess();
}

testing::AssertionResult is_forwarded(const v1::InteractionEvent& event) {
  const Judgement judgement = judged(event);
  if (judgement.outcome == Outcome::kForwarded) return testing::AssertionSuccess();
  return testing::AssertionFailure() << outcome_name(judgement.outcome) << ' '
                                     << (judgement.reject ? reject_name(*judgement.reject) : "");
}

template <typename Change>
v1::InteractionEvent changed(EventBuilder event, Change change) {
  change(event.raw());
  return event.event();
}

// --- ids

TEST(IntakeIds, RefusesAnEventWithoutId) { EXPECT_TRUE(is_refused(message("a", "m").id(""), Reject::kMissingEventId)); }

TEST(IntakeIds, TakesIdsOfUpTo256Bytes) {
  const std::string longest(256, 'x'), too_long(257, 'x');
  EXPECT_TRUE(is_forwarded(message("a", "m").id(longest)));
  EXPECT_TRUE(is_refused(message("a", "m").id(too_long), Reject::kIdTooLong));
  EXPECT_TRUE(is_forwarded(message(longest, "m")));
  EXPECT_TRUE(is_refused(message(too_long, "m"), Reject::kIdTooLong));
  EXPECT_TRUE(is_forwarded(message("a", longest)));
  EXPECT_TRUE(is_refused(message("a", too_long), Reject::kIdTooLong));
}

TEST(IntakeIds, TakesATenantOfUpTo64Bytes) {
  EXPECT_TRUE(is_forwarded(message("a", "m").tenant(std::string(64, 't'))));
  EXPECT_TRUE(is_refused(message("a", "m").tenant(std::string(65, 't')), Reject::kIdTooLong));
}

TEST(IntakeIds, RefusesControlCharactersInIdsAndTenant) {
  for (const std::string& bad : {std::string("a\x1f"
                                             "b"),
                                 std::string("a\0b", 3), std::string("a\n"), std::string("\x7f"), std::string("\xc2\x85")}) {
    EXPECT_TRUE(is_refused(message("a", "m").id(bad), Reject::kControlCharacterInId));
    EXPECT_TRUE(is_refused(message(bad, "m"), Reject::kControlCharacterInId));
    EXPECT_TRUE(is_refused(message("a", bad), Reject::kControlCharacterInId));
    EXPECT_TRUE(is_refused(message("a", "m").tenant(bad), Reject::kControlCharacterInId));
  }
}

TEST(IntakeIds, TakesIdsInAnyScript) { EXPECT_TRUE(is_forwarded(message("Žofia", "佐藤").id("événement"))); }

TEST(IntakeIds, RefusesAnEventWithoutActor) {
  EXPECT_TRUE(is_refused(message("", "m"), Reject::kMissingActor));
  EXPECT_TRUE(is_refused(changed(message("a", "m"), [](auto& e) { e.clear_actor(); }), Reject::kMissingActor));
}

TEST(IntakeIds, RefusesATargetWithoutId) { EXPECT_TRUE(is_refused(message("a", ""), Reject::kMissingTarget)); }

TEST(IntakeIds, RefusesAnAccountThatActsTowardsItself) { EXPECT_TRUE(is_refused(message("a", "a"), Reject::kSelfInteraction)); }

// --- time

TEST(IntakeTime, RefusesAnEventWithoutTime) {
  EXPECT_TRUE(is_refused(changed(message("a", "m"), [](auto& e) { e.clear_occurred_at(); }), Reject::kMissingTime));
}

TEST(IntakeTime, TakesTheYears2000To2100) {
  EXPECT_TRUE(is_forwarded(message("a", "m").at(kEarliestEventTime)));
  EXPECT_TRUE(is_forwarded(message("a", "m").at(kLatestEventTime)));
  EXPECT_TRUE(is_refused(message("a", "m").at(kEarliestEventTime - milliseconds(1)), Reject::kTimeOutOfBounds));
  EXPECT_TRUE(is_refused(message("a", "m").at(kLatestEventTime + milliseconds(1)), Reject::kTimeOutOfBounds));
}

TEST(IntakeTime, RefusesWhatIsNoTimestamp) {
  for (const std::int64_t seconds :
       {std::numeric_limits<std::int64_t>::max(), std::numeric_limits<std::int64_t>::min(), std::int64_t{1'772'388'000'000}}) {
    const auto event = changed(message("a", "m"), [&](auto& e) { e.mutable_occurred_at()->set_seconds(seconds); });
    EXPECT_TRUE(is_refused(event, Reject::kTimeOutOfBounds)) << seconds;
  }
  for (const std::int32_t nanos : {-1, 1'000'000'000}) {
    const auto event = changed(message("a", "m"), [&](auto& e) { e.mutable_occurred_at()->set_nanos(nanos); });
    EXPECT_TRUE(is_refused(event, Reject::kTimeOutOfBounds)) << nanos;
  }
}

TEST(IntakeTime, CutsTimeToTheMillisecond) {
  EXPECT_EQ(event_time({1'772'388'000, 1'999'999, true}), test::kBaseTime + milliseconds(1));
}

TEST(IntakeTime, RefusesAnEventAheadOfItsRecordByMoreThanTheSkew) {
  const auto event = message("a", "m").at(minutes(5));
  EXPECT_EQ(judged(event, test::kBaseTime.ms).outcome, Outcome::kForwarded);
  EXPECT_EQ(judged(event, test::kBaseTime.ms - 1).reject, Reject::kTimeInTheFuture);
}

TEST(IntakeTime, TakesAnyAgeOfAnEventSinceABackfillIsOld) {
  EXPECT_EQ(judged(message("a", "m"), (test::kBaseTime + days(4000)).ms).outcome, Outcome::kForwarded);
}

TEST(IntakeTime, AsksForNoSkewWhereTheRecordHasNoTimestamp) {
  EXPECT_EQ(judged(message("a", "m").at(days(9000)), 0).outcome, Outcome::kForwarded);
}

// --- gate

struct Age {
  AgeBand band;
  AgeAssurance assurance;
  AgeClass expected;
};

constexpr Age kAges[] = {
    {AgeBand::kAdult, AgeAssurance::kUnknown, AgeClass::kAdult},
    {AgeBand::kAdult, AgeAssurance::kVerified, AgeClass::kAdult},
    {AgeBand::kUnknown, AgeAssurance::kUnknown, AgeClass::kUnknown},
    {AgeBand::kUnknown, AgeAssurance::kEstimated, AgeClass::kUnknown},
    {AgeBand::kUnder13, AgeAssurance::kUnknown, AgeClass::kMinorSelfDeclared},
    {AgeBand::k13To15, AgeAssurance::kSelfDeclared, AgeClass::kMinorSelfDeclared},
    {AgeBand::k16To17, AgeAssurance::kEstimated, AgeClass::kMinorAssured},
    {AgeBand::kUnder13, AgeAssurance::kVerified, AgeClass::kMinorAssured},
};

TEST(IntakeGate, EndsOnlyPairsOfTwoClaimedAdults) {
  for (const Age& actor : kAges) {
    for (const Age& target : kAges) {
      auto event = message("a", "m").ages(actor.band, target.band);
      event.actor_assurance(actor.assurance).target_assurance(target.assurance);
      const bool both_adult = actor.expected == AgeClass::kAdult && target.expected == AgeClass::kAdult;
      EXPECT_EQ(judged(event).outcome, both_adult ? Outcome::kGated : Outcome::kForwarded)
          << static_cast<int>(actor.expected) << " towards " << static_cast<int>(target.expected);
    }
  }
}

TEST(IntakeGate, FollowsTheConfiguredTable) {
  IntakeConfig config;
  for (auto& row : config.gate.verdicts) std::fill(std::begin(row), std::end(row), GateVerdict::kContext);
  EXPECT_EQ(judged(message("a", "m").adult_to_minor(), 0, config).outcome, Outcome::kGated);
  config.gate.verdicts[static_cast<int>(AgeClass::kMinorSelfDeclared)][static_cast<int>(AgeClass::kAdult)] = GateVerdict::kJudged;
  EXPECT_EQ(judged(message("a", "m").adult_to_minor(), 0, config).outcome, Outcome::kForwarded) << "the other direction is judged";
}

TEST(IntakeGate, RefusesAnAgeBandItDoesNotKnow) {
  for (const int band : {5, 99, -1}) {
    const auto number = static_cast<AgeBand>(static_cast<std::uint8_t>(band));
    EXPECT_TRUE(is_refused(message("a", "m").ages(number, AgeBand::kAdult), Reject::kUnknownEnumerator)) << band;
    EXPECT_TRUE(is_refused(message("a", "m").ages(AgeBand::kAdult, number), Reject::kUnknownEnumerator)) << band;
  }
}

TEST(IntakeGate, ReadsTheAssuranceOfMinorsOnly) {
  const auto unknown = static_cast<AgeAssurance>(7);
  EXPECT_EQ(judged(message("a", "b").adult_to_adult().actor_assurance(unknown)).outcome, Outcome::kGated);
  EXPECT_TRUE(is_refused(message("a", "m").adult_to_minor().target_assurance(unknown), Reject::kUnknownEnumerator));
  EXPECT_TRUE(is_refused(message("a", "m").adult_to_minor().actor_assurance(unknown), Reject::kUnknownEnumerator))
      << "what passes the gate is validated in full";
}

// --- order

EventBuilder with_everything_wrong() {
  auto event = message("a", "b").adult_to_adult().media(static_cast<MediaKind>(77)).text(std::string(70'000, 'x'));
  event.label("threat", 7).in(static_cast<ChannelKind>(50), std::string(300, 'c'));
  return event;
}

TEST(IntakeOrder, GatesAnEventWhateverElseItsPayloadHolds) {
  EXPECT_EQ(judged(with_everything_wrong()).outcome, Outcome::kGated);
  EXPECT_EQ(judged(changed(message("a", "b").adult_to_adult(), [](auto& e) { e.clear_message(); })).outcome, Outcome::kGated);
}

TEST(IntakeOrder, RefusesTheSamePayloadBehindTheGate) {
  EXPECT_EQ(judged(with_everything_wrong().adult_to_minor()).outcome, Outcome::kDeadLetter);
}

TEST(IntakeOrder, ChecksIdsBeforeTheGate) { EXPECT_TRUE(is_refused(with_everything_wrong().id(""), Reject::kMissingEventId)); }

TEST(IntakeOrder, ChecksTimeBeforeTheGate) {
  EXPECT_TRUE(is_refused(with_everything_wrong().at(EventTime{1}), Reject::kTimeOutOfBounds));
}

TEST(IntakeOrder, ChecksIdsBeforeTime) { EXPECT_TRUE(is_refused(message("a", "a").at(EventTime{1}), Reject::kSelfInteraction)); }

TEST(IntakeOrder, ChecksIdsAndTimeOfAnEventWithoutTarget) {
  EXPECT_TRUE(is_refused(message("a", "").without_target().id(""), Reject::kMissingEventId));
  EXPECT_TRUE(is_refused(message("a", "").without_target().at(EventTime{1}), Reject::kTimeOutOfBounds));
  EXPECT_EQ(judged(with_everything_wrong().without_target()).outcome, Outcome::kNoTarget);
}

// --- everything else

struct EdgeCase {
  const char* name;
  v1::InteractionEvent event;
  std::optional<Reject> reject;  ///< nullopt: forwarded
};

std::vector<EdgeCase> edge_cases() {
  std::vector<EdgeCase> cases;
  const auto add = [&](const char* name, const v1::InteractionEvent& event, std::optional<Reject> reject = std::nullopt) {
    cases.push_back({name, event, reject});
  };
  const auto bad = [](auto enumerator) { return static_cast<decltype(enumerator)>(static_cast<int>(enumerator) + 1); };

  add("no payload", changed(message("a", "m"), [](auto& e) { e.clear_message(); }), Reject::kMissingPayload);
  add("channel id at its limit", message("a", "m").in(ChannelKind::kDirect, std::string(256, 'c')));
  add("channel id too long", message("a", "m").in(ChannelKind::kDirect, std::string(257, 'c')), Reject::kIdTooLong);
  add("control character in a channel id", message("a", "m").in(ChannelKind::kDirect, "c\t1"), Reject::kControlCharacterInId);
  add("unknown channel kind", message("a", "m").in(bad(ChannelKind::kExternal)), Reject::kUnknownEnumerator);
  add("no channel", changed(message("a", "m"), [](auto& e) { e.clear_channel(); }));
  add("unknown trusted relation", message("a", "m").trusted(bad(TrustedRelationKind::kStaff)), Reject::kUnknownEnumerator);
  add("trusted until no timestamp",
      changed(message("a", "m").trusted(TrustedRelationKind::kStaff),
              [](auto& e) { e.mutable_trusted_relation()->mutable_expires_at()->set_nanos(-1); }),
      Reject::kTimeOutOfBounds);
  add("created at no timestamp",
      changed(message("a", "m"), [](auto& e) { e.mutable_actor()->mutable_created_at()->set_seconds(INT64_MAX); }),
      Reject::kTimeOutOfBounds);
  add("created in 1970", changed(message("a", "m"), [](auto& e) { e.mutable_actor()->mutable_created_at(); }));
  add("device hash at its limit", message("a", "m").actor_device(std::string(64, 'd')));
  add("device hash too long", message("a", "m").actor_device(std::string(65, 'd')), Reject::kFieldTooLong);
  add("utc offset at its least", message("a", "m").target_utc_offset(-720));
  add("utc offset at its most", message("a", "m").target_utc_offset(840));
  add("utc offset too small", message("a", "m").target_utc_offset(-721), Reject::kNumberOutOfRange);
  add("utc offset too large", message("a", "m").target_utc_offset(841), Reject::kNumberOutOfRange);

  add("text of 64 KiB", message("a", "m").text(std::string(65'536, 't')));
  add("text over 64 KiB", message("a", "m").text(std::string(65'537, 't')), Reject::kTextTooLong);
  add("language at its limit", message("a", "m").language(std::string(35, 'l')));
  add("language too long", message("a", "m").language(std::string(36, 'l')), Reject::kFieldTooLong);
  add("unknown media", message("a", "m").media(bad(MediaKind::kSticker)), Reject::kUnknownEnumerator);
  add("label at its limit", message("a", "m").label(std::string(64, 'l'), 1));
  add("label too long", message("a", "m").label(std::string(65, 'l'), 1), Reject::kFieldTooLong);
  add("score 0", message("a", "m").label("x", 0));
  add("score 1", message("a", "m").label("x", 1));
  add("score above 1", message("a", "m").label("x", 1.0001F), Reject::kScoreOutOfRange);
  add("score below 0", message("a", "m").label("x", -0.0001F), Reject::kScoreOutOfRange);
  add("score not a number", message("a", "m").label("x", std::nanf("")), Reject::kScoreOutOfRange);
  add("score infinite", message("a", "m").label("x", INFINITY), Reject::kScoreOutOfRange);
  auto many = message("a", "m");
  for (int i = 0; i < 64; ++i) many.label("label" + std::to_string(i), 0.5F);
  add("64 labels", many);
  add("65 labels", many.label("one more", 0.5F), Reject::kTooManyLabels);

  add("item id too long", changed(gift("a", "m"), [](auto& e) { e.mutable_gift()->set_item_id(std::string(257, 'i')); }),
      Reject::kFieldTooLong);
  add("unknown gift kind", gift("a", "m").gift_kind(bad(GiftKind::kSubscription)), Reject::kUnknownEnumerator);
  add("gift of nothing", gift("a", "m").value(0));
  add("largest gift", gift("a", "m").value(INT64_MAX));
  add("negative gift", gift("a", "m").value(-1), Reject::kNegativeValue);
  add("currency at its limit", gift("a", "m").value(1, std::string(16, 'c')));
  add("currency too long", gift("a", "m").value(1, std::string(17, 'c')), Reject::kFieldTooLong);
  add("move from an unknown kind", channel_move("a", "m").from(bad(ChannelKind::kExternal)), Reject::kUnknownEnumerator);
  add("move to an unknown kind", channel_move("a", "m").to(bad(ChannelKind::kExternal)), Reject::kUnknownEnumerator);
  add("move to a long id", channel_move("a", "m").to(ChannelKind::kDirect, std::string(257, 'c')), Reject::kIdTooLong);
  add("unknown call kind", call("a", "m").call_kind(bad(CallKind::kVideo)), Reject::kUnknownEnumerator);
  add("negative call", call("a", "m").lasting(milliseconds(-1)), Reject::kNegativeValue);
  add("call of no time", call("a", "m").lasting(milliseconds(0)));
  add("call of a year", call("a", "m").lasting(days(366)));
  add("call of more than a year", call("a", "m").lasting(days(367)), Reject::kNumberOutOfRange);
  add("call with too many nanos",
      changed(call("a", "m"), [](auto& e) { e.mutable_call()->mutable_duration()->set_nanos(1'000'000'000); }),
      Reject::kNumberOutOfRange);
  return cases;
}

TEST(IntakeValidation, DecidesEveryEdgeAsTheSchemaSays) {
  for (const EdgeCase& edge : edge_cases()) {
    SCOPED_TRACE(edge.name);
    if (edge.reject) {
      EXPECT_TRUE(is_refused(edge.event, *edge.reject));
    } else {
      EXPECT_TRUE(is_forwarded(edge.event));
    }
  }
}

TEST(IntakeValidation, ReadsACreationOutside2000To2100AsUnknown) {
  EventView view;
  view_of(message("a", "m").actor_created(days(30)), view);
  EXPECT_EQ(creation_time(view.actor), test::kBaseTime - days(30));
  view.actor.created_at = {0, 0, true};
  EXPECT_EQ(creation_time(view.actor), std::nullopt);
  view.actor.created_at = {4'200'000'000, 0, true};
  EXPECT_EQ(creation_time(view.actor), std::nullopt);
}

}  // namespace
}  // namespace pairwatch::intake
