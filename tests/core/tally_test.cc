#include "processors/core/tally.h"

#include <gtest/gtest.h>

#include <set>
#include <string_view>

#include "processors/core/event_view.h"

namespace pairwatch {
namespace {

bool is_fit_for_a_metric(std::string_view name) {
  return !name.empty() && name.find_first_not_of("abcdefghijklmnopqrstuvwxyz_0123456789") == std::string_view::npos;
}

TEST(Outcomes, HaveNamesOfTheirOwnFitForMetrics) {
  std::set<std::string_view> names;
  for (int i = 0; i < kOutcomeCount; ++i) {
    const std::string_view name = outcome_name(static_cast<Outcome>(i));
    EXPECT_TRUE(is_fit_for_a_metric(name)) << name;
    EXPECT_NE(name, "unknown");
    EXPECT_TRUE(names.insert(name).second) << name;
  }
  EXPECT_EQ(outcome_name(static_cast<Outcome>(kOutcomeCount)), "unknown") << "the count names all of them";
}

TEST(Rejects, HaveNamesOfTheirOwnAndASentenceThatSaysWhatToDo) {
  std::set<std::string_view> names, messages;
  for (const Reject reject : all_rejects()) {
    EXPECT_TRUE(is_fit_for_a_metric(reject_name(reject))) << reject_name(reject);
    EXPECT_TRUE(names.insert(reject_name(reject)).second) << reject_name(reject);
    EXPECT_TRUE(messages.insert(reject_message(reject)).second) << reject_name(reject);
    EXPECT_NE(reject_message(reject).find(';'), std::string_view::npos) << reject_name(reject) << ": what is wrong; what to do";
  }
  EXPECT_EQ(names.size(), static_cast<std::size_t>(kRejectCount));
}

TEST(RejectsDeathTest, StopTheProcessForANumberThatIsNone) {
  EXPECT_DEATH(reject_name(static_cast<Reject>(kRejectCount)), "table of rejects");
}

TEST(Tally, CountsEachThingOnItsOwn) {
  Tally tally;
  tally.count(Outcome::kGated);
  tally.count(Outcome::kGated);
  tally.count(Reject::kMissingTime);
  tally.count(Signal::kStageBreadth, RuleState::kLive);
  tally.count(Signal::kGift, RuleState::kShadow);
  tally.count(Severity::kReview, EscalationStatus::kRaised, SubjectKind::kActor);
  EXPECT_EQ(tally.count_of(Outcome::kGated), 2U);
  EXPECT_EQ(tally.count_of(Outcome::kForwarded), 0U);
  EXPECT_EQ(tally.rejects[static_cast<std::size_t>(Reject::kMissingTime)], 1U);
  const auto breadth = static_cast<std::size_t>(signal_index(Signal::kStageBreadth));
  const auto gift = static_cast<std::size_t>(signal_index(Signal::kGift));
  EXPECT_EQ(tally.signals[breadth], 1U);
  EXPECT_EQ(tally.shadow_signals[breadth], 0U);
  EXPECT_EQ(tally.signals[gift], 1U) << "seen all the same";
  EXPECT_EQ(tally.shadow_signals[gift], 1U);
  EXPECT_EQ(tally.escalations[2][2][2], 1U);
}

TEST(Tally, AddsEveryNumber) {
  Tally one;
  for (int i = 0; i < kOutcomeCount; ++i) one.count(static_cast<Outcome>(i));
  for (const Reject reject : all_rejects()) one.count(reject);
  for (const SignalInfo& row : all_signals()) one.count(row.signal, RuleState::kShadow);
  one.combinations.fill(1);
  for (int i = 0; i < kSeverityCount; ++i) {
    for (int j = 0; j < kStatusCount; ++j) {
      for (int k = 0; k < kSubjectCount; ++k) {
        one.count(static_cast<Severity>(i), static_cast<EscalationStatus>(j), static_cast<SubjectKind>(k));
      }
    }
  }
  for (int i = 0; i < kVerdictCount; ++i) {
    for (int j = 0; j < kSeverityCount; ++j) one.count(static_cast<Verdict>(i), static_cast<Severity>(j));
  }
  one.note(EventTime{2});  // the newest of both, not their sum
  one.unknown_fields = one.texts_truncated = one.evidence_dropped = one.entries_expired = 1;

  Tally sum;
  sum.add(one);
  sum.add(one);
  // Every number of a tally is a 64-bit count, so that one forgotten by add() shows here.
  static_assert(sizeof(Tally) % sizeof(std::uint64_t) == 0);
  const auto* numbers = reinterpret_cast<const std::uint64_t*>(&sum);
  for (std::size_t i = 0; i < sizeof(Tally) / sizeof(std::uint64_t); ++i) EXPECT_EQ(numbers[i], 2U) << "number " << i;
}

TEST(EventView, IsAsNewWhenCleared) {
  EventView view;
  view.event_id = "e1";
  view.tenant = "app";
  view.actor.present = view.target.present = view.channel.present = true;
  view.mutual_contacts = 1;
  view.mutual_contacts_recent = 1;
  view.trusted_relation.present = true;
  view.kind = InteractionKind::kMessage;
  view.message.text = "hi";
  view.message.language = "en";
  view.message.media = 1;
  view.message.link_count = 1;
  view.message.label_count = 3;
  view.message.text_fingerprint = 1;
  view.gift.value_minor = 1;
  view.channel_move.accepted = true;
  view.call.duration_seconds = 1;
  view.profile_change.previous_age_band = 1;
  view.report_category = "x";
  view.unknown_fields = 1;
  view.clear();

  EXPECT_TRUE(view.event_id.empty() && view.tenant.empty());
  EXPECT_FALSE(view.actor.present || view.target.present || view.channel.present || view.trusted_relation.present);
  EXPECT_FALSE(view.mutual_contacts || view.mutual_contacts_recent);
  EXPECT_EQ(view.kind, InteractionKind::kNone);
  EXPECT_TRUE(view.message.text.empty() && view.message.language.empty() && view.message.label_scores().empty());
  EXPECT_TRUE(view.message.media == 0 && view.message.link_count == 0 && !view.message.text_fingerprint);
  EXPECT_TRUE(view.gift.value_minor == 0 && !view.channel_move.accepted && view.call.duration_seconds == 0);
  EXPECT_TRUE(view.profile_change.previous_age_band == 0 && view.report_category.empty() && view.unknown_fields == 0);
}

TEST(EventView, ShowsNoMoreLabelsThanItKeeps) {
  MessageView message;
  message.label_count = kLabelScoreLimit + 5;
  EXPECT_EQ(message.label_scores().size(), kLabelScoreLimit);
}

}  // namespace
}  // namespace pairwatch
