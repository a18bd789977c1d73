#include "processors/relationship/relationship.h"

#include <gtest/gtest.h>

#include "processors/core/keys.h"
#include "processors/relationship/layout.h"
#include "tests/relationship/streams.h"
#include "tests/support/fakes.h"

namespace pairwatch::relationship {
namespace {

v1::Interaction wire(std::string_view event_id, std::string_view actor, std::string_view target, v1::InteractionKind kind,
                     EventTime at) {
  v1::Interaction message;
  message.mutable_event_id()->assign(event_id);
  message.set_occurred_at_ms(at.ms);
  message.set_tenant("app");
  for (const auto& [id, party] : {std::pair{actor, message.mutable_actor()}, std::pair{target, message.mutable_target()}}) {
    party->mutable_account_id()->assign(id);
    party->set_age_band(id == "adult" ? v1::AGE_BAND_ADULT : v1::AGE_BAND_13_TO_15);
  }
  message.set_kind(kind);
  message.mutable_channel()->set_channel_id("c1");
  message.mutable_channel()->set_kind(v1::CHANNEL_KIND_DIRECT);
  message.set_mutual_contacts(0);
  message.set_source_partition(2);
  message.set_source_offset(77);
  return message;
}

v1::Interaction adult_writes(std::string_view event_id, EventTime at = kStoryStart) {
  return wire(event_id, "adult", "minor", v1::INTERACTION_KIND_MESSAGE, at);
}

/// The room with a store and a sink, fed one message at a time.
struct Room {
  test::FakeStore store;
  test::CollectingSink sink;
  RelationshipConfig config;
  Relationship room{config, store};
  std::vector<Header> headers;
  std::int64_t offset = 0;

  Outcome feed(std::string_view value) {
    Record record{"key", value, headers, 0, 1, offset++};
    return room.process(record, sink);
  }
  Outcome feed(const v1::Interaction& message) { return feed(message.SerializeAsString()); }
  v1::CaseInput told(std::size_t i) const {
    v1::CaseInput input;
    EXPECT_TRUE(input.ParseFromString(sink.outputs.at(i).value));
    return input;
  }
};

TEST(Relationship, TellsAFirstContactUnderTheKeyOfTheOneWhoMadeIt) {
  Room room;
  v1::Interaction message = adult_writes("e1");
  message.set_text_fingerprint(42);
  EXPECT_EQ(room.feed(message), Outcome::kTold);
  ASSERT_EQ(room.sink.outputs.size(), 1U);
  EXPECT_EQ(room.sink.outputs[0].port, OutputPort::kCaseInputs);
  EXPECT_EQ(room.sink.outputs[0].key,
            "app\x1f"
            "adult");
  const v1::CaseInput input = room.told(0);
  EXPECT_EQ(input.tenant(), "app");
  EXPECT_EQ(input.actor().account_id(), "adult");
  EXPECT_EQ(input.occurred_at_ms(), kStoryStart.ms);
  EXPECT_EQ(input.source_partition(), 2);
  EXPECT_EQ(input.source_offset(), 77);
  EXPECT_EQ(input.fact().kind(), v1::FACT_KIND_FIRST_CONTACT);
  EXPECT_EQ(input.fact().target().account_id(), "minor");
  EXPECT_EQ(input.fact().text_fingerprint(), 42U);
  EXPECT_TRUE(input.fact().stranger());
}

TEST(Relationship, TellsAReplyOfTheMinorUnderTheKeyOfTheAdult) {
  Room room;
  room.feed(adult_writes("e1"));
  EXPECT_EQ(room.feed(wire("e2", "minor", "adult", v1::INTERACTION_KIND_MESSAGE, kStoryStart + minutes(1))), Outcome::kTold);
  ASSERT_EQ(room.sink.outputs.size(), 2U);
  EXPECT_EQ(room.sink.outputs[1].key,
            "app\x1f"
            "adult");
  EXPECT_EQ(room.told(1).fact().kind(), v1::FACT_KIND_FIRST_REPLY);
  EXPECT_EQ(room.told(1).actor().account_id(), "adult");
  EXPECT_EQ(room.told(1).actor().age_band(), v1::AGE_BAND_ADULT);
}

TEST(Relationship, TellsARiskWithEvidenceStagesAndChannels) {
  Room room;
  room.feed(adult_writes("e1"));
  v1::Interaction message = adult_writes("e2", kStoryStart + days(1));
  message.set_text_signals(signal_bit(Signal::kSecrecyRequest));
  message.mutable_target()->set_heightened_vulnerability(true);
  EXPECT_EQ(room.feed(message), Outcome::kTold);
  ASSERT_EQ(room.sink.outputs.size(), 2U);
  const v1::CaseInput input = room.told(1);
  ASSERT_TRUE(input.has_risk());
  const v1::Risk& risk = input.risk();
  EXPECT_TRUE(risk.target().heightened_vulnerability());
  EXPECT_EQ(risk.prior(), room.config.rules.priors.judged);
  ASSERT_EQ(risk.evidence_size(), 2);
  EXPECT_EQ(risk.evidence(0).signal(), static_cast<std::uint32_t>(Signal::kSecrecyRequest));
  EXPECT_EQ(risk.evidence(0).event_id(), "e2");
  EXPECT_EQ(risk.evidence(0).source_offset(), 77);
  EXPECT_EQ(risk.evidence(0).count(), 1U);
  EXPECT_GT(risk.evidence(0).contribution(), risk.evidence(1).contribution());
  EXPECT_NEAR(risk.log_odds(), risk.prior() + risk.evidence(0).contribution() + risk.evidence(1).contribution(), 1e-12);
  ASSERT_EQ(risk.stages_size(), 2);
  EXPECT_EQ(risk.stages(0).stage(), v1::STAGE_TARGETING);
  EXPECT_EQ(risk.stages(1).stage(), v1::STAGE_ISOLATING);
  EXPECT_EQ(risk.stages(1).reached_at().seconds() * 1000, (kStoryStart + days(1)).ms);
  ASSERT_EQ(risk.channels_size(), 1);
  EXPECT_EQ(risk.channels(0).channel_id(), "c1");
  EXPECT_EQ(risk.first_contact_at_ms(), kStoryStart.ms);
  EXPECT_TRUE(risk.actor_started());
  EXPECT_EQ(risk.sent_count(), 2U);
  EXPECT_EQ(risk.message_count(), 2U);
  EXPECT_EQ(risk.received_count(), 0U);
  EXPECT_EQ(risk.mutual_contacts(), 0U);
  EXPECT_EQ(risk.last_at_ms(), (kStoryStart + days(1)).ms);
}

TEST(Relationship, CarriesHeadersOnAndNamesItsOwnInputAsTheSource) {
  Room room;
  room.headers = {{"traceparent", "00-1-2-03"}, {"pairwatch-source", "platform.events/2/77"}};
  room.offset = 9;
  room.feed(adult_writes("e1"));
  EXPECT_EQ(room.sink.outputs[0].header("traceparent"), "00-1-2-03");
  EXPECT_EQ(room.sink.outputs[0].header("pairwatch-source"), "pairwatch.interactions/1/9");
  EXPECT_EQ(room.sink.outputs[0].headers.size(), 2U);
}

TEST(Relationship, KeepsTenantsApart) {
  Room room;
  v1::Interaction other_tenant = adult_writes("e1");
  other_tenant.set_tenant("other");
  EXPECT_EQ(room.feed(adult_writes("e1")), Outcome::kTold);
  EXPECT_EQ(room.feed(other_tenant), Outcome::kTold);
  room.room.checkpoint();
  EXPECT_EQ(room.store.entries.size(), 2U);
}

TEST(Relationship, BothDirectionsShareOneEntry) {
  Room room;
  room.feed(adult_writes("e1"));
  room.feed(wire("e2", "minor", "adult", v1::INTERACTION_KIND_MESSAGE, kStoryStart));
  room.room.checkpoint();
  ASSERT_EQ(room.store.entries.size(), 1U);
  std::string key;
  write_pair_key("app", {"minor"}, {"adult"}, key);
  EXPECT_EQ(room.store.entries.begin()->first, pair_key(key).hash);
}

TEST(Relationship, RemembersThroughItsStore) {
  test::FakeStore store;
  test::CollectingSink sink;
  const std::string first = adult_writes("e1").SerializeAsString();
  {
    Relationship room({}, store);
    room.process({"", first, {}, 0, 0, 0}, sink);
    room.checkpoint();
  }
  Relationship room({}, store);
  EXPECT_EQ(room.process({"", first, {}, 0, 0, 0}, sink), Outcome::kDuplicate);
}

TEST(Relationship, ForgetsWhatWasRolledBack) {
  Room room;
  room.feed(adult_writes("e1"));
  room.room.rollback();
  EXPECT_EQ(room.feed(adult_writes("e1")), Outcome::kTold) << "not a duplicate: the first attempt never was";
}

TEST(Relationship, KeepsItsCountsThroughARollbackForTheRuntimeToDropOrAdd) {
  Room room;
  room.feed(adult_writes("e1"));
  room.room.rollback();
  EXPECT_EQ(room.room.take_tally().count_of(Outcome::kTold), 1U);
}

TEST(Relationship, ADuplicateWritesNothing) {
  Room room;
  room.feed(adult_writes("e1"));
  room.room.checkpoint();
  room.store.entries.clear();
  EXPECT_EQ(room.feed(adult_writes("e1")), Outcome::kDuplicate);
  room.room.checkpoint();
  EXPECT_TRUE(room.store.entries.empty());
}

TEST(Relationship, CountsSignalsExpiryAndWhatWasDropped) {
  Room room;
  v1::Interaction message = adult_writes("e1");
  message.set_text_signals(signal_bit(Signal::kSecrecyRequest));
  room.feed(message);
  room.feed(adult_writes("e2", kStoryStart + room.config.time_to_live + days(1)));
  for (int i = 0; i < 5; ++i) {
    v1::Interaction gift = wire("g" + std::to_string(i), "adult", "minor", v1::INTERACTION_KIND_GIFT, kStoryStart + days(182));
    gift.set_gift_currency(std::string(1, static_cast<char>('A' + i)));
    room.feed(gift);
  }
  const Tally tally = room.room.take_tally();
  const auto count_of = [&](Signal signal) { return tally.signals[static_cast<std::size_t>(signal_index(signal))]; };
  EXPECT_EQ(count_of(Signal::kSecrecyRequest), 1U);
  EXPECT_EQ(count_of(Signal::kStrangerContact), 2U) << "once before it was forgotten and once after";
  EXPECT_EQ(count_of(Signal::kGift), 5U);
  EXPECT_EQ(tally.entries_expired, 1U);
  EXPECT_EQ(tally.evidence_dropped, 1U);
  EXPECT_EQ(room.room.take_tally().count_of(Outcome::kTold), 0U) << "what was taken is not counted again";
}

struct BadRecord {
  const char* what;
  std::function<void(v1::Interaction&)> spoil;
};

TEST(Relationship, ARecordThatIntakeWouldNotWriteIsADeadLetter) {
  for (const BadRecord& row : {
           BadRecord{"no event id", [](v1::Interaction& m) { m.clear_event_id(); }},
           BadRecord{"no actor", [](v1::Interaction& m) { m.clear_actor(); }},
           BadRecord{"no target", [](v1::Interaction& m) { m.clear_target(); }},
           BadRecord{"itself", [](v1::Interaction& m) { *m.mutable_target() = m.actor(); }},
           BadRecord{"no kind", [](v1::Interaction& m) { m.clear_kind(); }},
           BadRecord{"unknown kind", [](v1::Interaction& m) { m.set_kind(static_cast<v1::InteractionKind>(17)); }},
           BadRecord{"unknown age", [](v1::Interaction& m) { m.mutable_actor()->set_age_band(static_cast<v1::AgeBand>(9)); }},
           BadRecord{"unknown assurance",
                     [](v1::Interaction& m) { m.mutable_target()->set_age_assurance(static_cast<v1::AgeAssurance>(-1)); }},
           BadRecord{"unknown channel",
                     [](v1::Interaction& m) { m.mutable_channel()->set_kind(static_cast<v1::ChannelKind>(99)); }},
           BadRecord{"too early", [](v1::Interaction& m) { m.set_occurred_at_ms(kEarliestEventTime.ms - 1); }},
           BadRecord{"too late", [](v1::Interaction& m) { m.set_occurred_at_ms(kLatestEventTime.ms + 1); }},
           BadRecord{"negative gift", [](v1::Interaction& m) { m.set_gift_value_minor(-1); }},
       }) {
    Room room;
    v1::Interaction message = adult_writes("e1");
    row.spoil(message);
    EXPECT_EQ(room.feed(message), Outcome::kDeadLetter) << row.what;
    ASSERT_EQ(room.sink.rejects.size(), 1U) << row.what;
    EXPECT_EQ(room.sink.rejects[0].reason, Reject::kMalformedInternalRecord);
    EXPECT_TRUE(room.sink.outputs.empty());
  }
  Room room;
  EXPECT_EQ(room.feed("\x0a\xff nonsense"), Outcome::kDeadLetter);
  EXPECT_EQ(room.room.take_tally().rejects[static_cast<std::size_t>(Reject::kMalformedInternalRecord)], 1U);
}

TEST(Relationship, SignalsOfANewerIntakeAreLeftOut) {
  Room room;
  v1::Interaction message = adult_writes("e1");
  message.set_text_signals(std::uint64_t{1} << 63);
  for (int i = 0; i < 40; ++i) message.add_label_scores()->set_signal(41 + static_cast<std::uint32_t>(i));
  EXPECT_EQ(room.feed(message), Outcome::kTold);
}

TEST(RelationshipDeathTest, StopsRatherThanOverwriteAStateOfAnotherVersion) {
  Room room;
  room.feed(adult_writes("e1"));
  room.room.checkpoint();
  room.store.entries.begin()->second[0] = 99;
  Relationship fresh({}, room.store);
  const std::string value = adult_writes("e2").SerializeAsString();
  EXPECT_DEATH(fresh.process({"", value, {}, 0, 0, 0}, room.sink), "version that this release does not read");
}

TEST(Relationship, EveryRecordHasExactlyOneOutcome) {
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Random random(seed);
    Room room;
    constexpr std::uint64_t kRecords = 2000;
    for (std::uint64_t i = 0; i < kRecords; ++i) {
      const std::string adult = "adult" + std::to_string(random.below(10)), minor = "minor" + std::to_string(random.below(20));
      v1::Interaction message =
          wire("e" + std::to_string(random.below(500)), adult, minor, static_cast<v1::InteractionKind>(10 + random.below(10)),
               kStoryStart + minutes(static_cast<std::int64_t>(random.below(1 << 20))));
      message.mutable_actor()->set_age_band(static_cast<v1::AgeBand>(random.below(5)));
      if (random.one_in(20)) message.set_trusted_relation(v1::TRUSTED_RELATION_KIND_FAMILY);
      if (random.one_in(30)) message.clear_target();
      room.feed(message);
    }
    const Tally tally = room.room.take_tally();
    std::uint64_t sum = 0;
    for (const std::uint64_t count : tally.outcomes) sum += count;
    EXPECT_EQ(sum, kRecords);
    for (const Outcome outcome :
         {Outcome::kRemembered, Outcome::kTold, Outcome::kDuplicate, Outcome::kTrusted, Outcome::kDeadLetter}) {
      EXPECT_GT(tally.count_of(outcome), 0U) << outcome_name(outcome);
      sum -= tally.count_of(outcome);
    }
    EXPECT_EQ(sum, 0U) << "an outcome of another service";
    EXPECT_EQ(tally.count_of(Outcome::kDeadLetter), room.sink.rejects.size());
  }
}

}  // namespace
}  // namespace pairwatch::relationship
