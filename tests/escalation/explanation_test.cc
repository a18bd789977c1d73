// What a moderator reads: whole stories as they stand, and what every story keeps to.
#include "processors/escalation/explanation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <set>
#include <string>

#include "processors/core/wording.h"
#include "tests/support/events.h"

namespace pairwatch::escalation {
namespace {

using test::kBaseTime;
using testing::HasSubstr;

/// A PAIR story: an adult first wrote to a 13 to 15 year old at kBaseTime.
Story pair_story() {
  Story story;
  story.actor_age = AgeBand::kAdult;
  story.target_age = AgeBand::k13To15;
  story.first_contact_at = kBaseTime;
  story.risk = 0.8712;
  story.severity = Severity::kReview;
  return story;
}

void show(Story& story, Signal signal, double contribution, std::uint32_t count, Duration first, Duration last) {
  story.evidence.items[story.evidence.count++] = {signal, contribution, count, kBaseTime + first, kBaseTime + last, {}, {}};
  story.evidence.sort();
}

int sentences_in(const std::string& text) {
  int count = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '.' && (i + 1 == text.size() || text[i + 1] == ' ')) ++count;
  }
  return count;
}

TEST(Explanation, TellsAFastCase) {
  Story story = pair_story();
  story.severity = Severity::kUrgent;
  story.risk = 0.9731;
  story.mutual_contacts = 0;
  show(story, Signal::kStrangerContact, 0.8, 1, {}, {});
  show(story, Signal::kImageRequest, 1.5, 1, seconds(19), seconds(19));
  show(story, Signal::kInstantSolicitation, 1.8, 1, seconds(19), seconds(19));
  EXPECT_EQ(explain(story),
            "First contact on 1 March 2026, 18:00 UTC, by an adult account to an account aged 13 to 15, with no contacts in "
            "common. "
            "Within 19 seconds the account asked for an image. "
            "A request or threat came within minutes of the first contact. "
            "Each of these alone may be ordinary; together these behaviours deserve a person's attention at once (score 0.97 "
            "of 1), which is no verdict.");
}

TEST(Explanation, TellsASlowCase) {
  Story story = pair_story();
  story.mutual_contacts = 3;
  story.received_count = 212;
  story.message_count = 2600;
  show(story, Signal::kMessageBurstNewContact, 0.9, 40, days(2), days(14));
  show(story, Signal::kPersonalInfoProbe, 1.1, 4, hours(2), days(9));
  show(story, Signal::kGift, 1.2, 2, days(3), days(8));
  show(story, Signal::kMoveToPrivate, 0.9, 1, days(10), days(10));
  show(story, Signal::kStageBreadth, 0.7, 1, days(10), days(10));
  story.stages.add(Stage::kGainingTrust, kBaseTime + hours(2));
  story.stages.add(Stage::kFillingANeed, kBaseTime + days(3));
  story.stages.add(Stage::kIsolating, kBaseTime + days(10));
  EXPECT_EQ(explain(story),
            "First contact on 1 March 2026, 18:00 UTC, by an adult account to an account aged 13 to 15. "
            "Over 14 days the account asked personal questions (4 times), wrote far more than is usual for a new contact "
            "(2,600 messages), sent 2 gifts and moved the conversation to a more private channel. "
            "The order was gaining trust, giving presents and moving out of sight, begun within 9 days; there were more "
            "kinds of behaviour than is usual. "
            "That the younger account took part (212 times) and that the two have 3 contacts in common is ordinary; together "
            "these behaviours deserve a review by a person (score 0.87 of 1), which is no verdict.");
}

TEST(Explanation, TellsAPairOfAnAccountThatReachesMany) {
  Story story = pair_story();
  story.severity = Severity::kWatch;
  story.risk = 0.4203;
  show(story, Signal::kStrangerContact, 0.4, 1, {}, {});
  show(story, Signal::kScattergun, 2.4, 23, {}, days(4));
  show(story, Signal::kBlockedOrReported, 2.0, 3, days(1), days(4));
  story.fan_out = {2.0, 23, 2, kBaseTime, kBaseTime + days(4)};
  story.complaints = {2.0, 3, kBaseTime + days(1), kBaseTime + days(4)};
  story.review_cases = 1;
  EXPECT_EQ(explain(story),
            "First contact on 1 March 2026, 18:00 UTC, by an adult account to an account aged 13 to 15, with no known "
            "contacts in common. "
            "Beyond that, the account contacted 23 minors it did not know within 4 days (2 of them answered), was blocked or "
            "reported by 3 accounts of minors and has 1 other pair case at review or above. "
            "Each of these alone may be ordinary; together these behaviours deserve a look (score 0.42 of 1), which is no "
            "verdict.");
}

TEST(Explanation, TellsAnActorCase) {
  Story story;
  story.kind = SubjectKind::kActor;
  story.severity = Severity::kReview;
  story.risk = 0.7109;
  story.actor_age = AgeBand::kUnknown;
  story.first_contact_at = kBaseTime;
  story.distinct_targets = 1250;
  show(story, Signal::kScattergun, 2.4, 23, {}, days(4));
  show(story, Signal::kBlockedOrReported, 2.0, 3, days(1), days(4));
  story.fan_out = {2.0, 23, 0, kBaseTime, kBaseTime + days(4)};
  story.complaints = {2.0, 3, kBaseTime + days(1), kBaseTime + days(4)};
  story.review_cases = 2;
  EXPECT_EQ(explain(story),
            "An account of unknown age has been in contact with 1,250 other accounts, the first on 1 March 2026, 18:00 UTC. "
            "It contacted 23 minors it did not know within 4 days (none of them answered), was blocked or reported by 3 "
            "accounts of minors and has 2 pair cases at review or above. "
            "Each of these alone may be ordinary; together these behaviours deserve a review by a person (score 0.71 of 1), "
            "which is no verdict.");
}

TEST(Explanation, TellsWhoMadeTheFirstContact) {
  Story story = pair_story();
  story.actor_started = false;
  EXPECT_THAT(explain(story),
              HasSubstr("First contact on 1 March 2026, 18:00 UTC, by an account aged 13 to 15 to an adult account."));
}

TEST(Explanation, DoesWithoutAFirstContact) {
  Story story = pair_story();
  story.first_contact_at = kNever;
  show(story, Signal::kThreat, 2.2, 1, hours(1), hours(3));
  EXPECT_THAT(explain(story),
              HasSubstr("An adult account was in contact with an account aged 13 to 15. Within 2 hours the account used words"));
}

TEST(Explanation, CallsAPeerTheOtherAccount) {
  Story story = pair_story();
  story.actor_age = AgeBand::k16To17;
  show(story, Signal::kBlockedOrReported, 1.0, 2, hours(1), hours(1));
  EXPECT_THAT(explain(story), HasSubstr("was blocked or reported by the other account"));
}

TEST(Explanation, TellsACaseInSpanish) {
  Story story = pair_story();
  story.received_count = 3;
  story.mutual_contacts = 2;
  show(story, Signal::kMessageBurstNewContact, 0.8, 1, hours(5), days(3));
  story.message_count = 2600;
  show(story, Signal::kSecrecyRequest, 1.5, 2, days(1), days(3));
  show(story, Signal::kGift, 1.2, 1, days(2), days(2));
  show(story, Signal::kBlockedOrReported, 1.0, 1, days(3), days(3));
  EXPECT_EQ(explain(story, Language::kSpanish),
            "Primer contacto el 1 de marzo de 2026, 18:00 UTC, de una cuenta adulta a una cuenta de 13 a 15 años. A lo largo de 3 "
            "días la cuenta escribió mucho más de lo habitual para un contacto nuevo (2.600 mensajes), pidió que se guardara el "
            "secreto (2 veces) y envió un regalo. Además, la cuenta fue bloqueada o denunciada por la cuenta más joven. Que la "
            "cuenta más joven participara (3 veces) y que ambas tengan 2 contactos en común es habitual; en conjunto, estos "
            "comportamientos merecen la revisión de una persona (puntuación 0,87 de 1), lo que no es un veredicto.");
}

TEST(Explanation, TellsACombinationInTheLanguageThatItHas) {
  Combination combination;
  combination.number = 1;
  combination.sentence = "did both";
  Story story = pair_story();
  show(story, signal_of_combination(1), 1.0, 1, hours(1), hours(1));
  story.combinations = {&combination, 1};
  EXPECT_THAT(explain(story, Language::kSpanish), HasSubstr("la cuenta did both."));
  combination.sentence_es = "hizo ambas cosas";
  EXPECT_THAT(explain(story, Language::kSpanish), HasSubstr("la cuenta hizo ambas cosas."));
  EXPECT_THAT(explain(story), HasSubstr("the account did both."));
}

TEST(Explanation, KeepsTheWeightiestDeedsAndCountsTheRest) {
  Story story = pair_story();
  double weight = 1;
  for (const Signal signal :
       {Signal::kMessageBurstNewContact, Signal::kPersonalInfoProbe, Signal::kRiskAssessmentProbe, Signal::kGift,
        Signal::kGiftEscalation, Signal::kMoveToPrivate, Signal::kContactExchange, Signal::kSecrecyRequest}) {
    show(story, signal, weight -= 0.1, 1, hours(2), hours(3));
  }
  EXPECT_THAT(explain(story), HasSubstr("and showed 2 further behaviours."));
  EXPECT_THAT(explain(story), testing::Not(HasSubstr("secrecy")));
}

TEST(Explanation, HasWordsForEverySignal) {
  const Story nothing = pair_story();
  for (const SignalInfo& row : all_signals()) {
    for (const std::uint32_t count : {1U, 7U}) {
      Story story = pair_story();
      show(story, row.signal, 1.0, count, hours(1), hours(2));
      for (const Language language : {Language::kEnglish, Language::kSpanish}) {
        const std::string text = explain(story, language);
        EXPECT_GT(text.size(), explain(nothing, language).size()) << row.name;
        EXPECT_THAT(text, testing::Not(testing::AnyOf(HasSubstr("{"), HasSubstr("}"), HasSubstr("  ")))) << row.name;
      }
    }
  }
}

TEST(Explanation, IsTwoToFivePlainSentencesWithoutAVerdict) {
  const auto seed = std::random_device{}();
  SCOPED_TRACE(testing::Message() << "seed " << seed);
  std::mt19937_64 random(seed);
  const auto some_span = [&] { return milliseconds(static_cast<std::int64_t>(random() % (days(1 + random() % 300).ms))); };
  for (int round = 0; round < 3000; ++round) {
    Story story;
    story.kind = random() % 3 == 0 ? SubjectKind::kActor : SubjectKind::kPair;
    story.severity = static_cast<Severity>(1 + random() % 3);
    story.risk = static_cast<double>(random() % 10001) / 10000;
    story.actor_age = static_cast<AgeBand>(random() % 5);
    story.target_age = static_cast<AgeBand>(random() % 5);
    story.first_contact_at = random() % 4 == 0 ? kNever : kBaseTime;
    story.actor_started = random() % 2 == 0;
    if (random() % 2 == 0) story.mutual_contacts = static_cast<std::uint32_t>(random() % 4);
    story.message_count = static_cast<std::uint32_t>(random() % 5000);
    story.received_count = static_cast<std::uint32_t>(random() % 3);
    for (const SignalInfo& row : all_signals()) {
      if (row.signal == Signal::kMultipleRiskyAdults) continue;  // told of a minor
      if (random() % 3 != 0) continue;
      const Duration first = some_span();
      show(story, row.signal, static_cast<double>(random() % 400) / 100, static_cast<std::uint32_t>(random() % 20), first,
           first + some_span());
    }
    Duration reached{0};
    for (int stage = 1; stage < kStageCount; ++stage) {
      if (random() % 2 == 0) story.stages.add(static_cast<Stage>(stage), kBaseTime + (reached = reached + some_span()));
    }
    story.fan_out = {1, static_cast<std::uint32_t>(random() % 100), static_cast<std::uint32_t>(random() % 3), kBaseTime,
                     kBaseTime + days(2)};
    story.complaints = {1, static_cast<std::uint32_t>(random() % 5), kBaseTime, kBaseTime + days(2)};
    story.review_cases = static_cast<std::uint32_t>(random() % 3);
    story.distinct_targets = static_cast<std::uint32_t>(random() % 4000);
    struct {
      Language language;
      const char* no_verdict;
      std::size_t most_bytes;
    } const told[] = {{Language::kEnglish, "which is no verdict.", 1600}, {Language::kSpanish, "lo que no es un veredicto.", 1800}};
    for (const auto& [language, no_verdict, most_bytes] : told) {
      const std::string text = explain(story, language);
      ASSERT_GE(sentences_in(text), 2) << text;
      ASSERT_LE(sentences_in(text), 5) << text;
      ASSERT_TRUE(text.ends_with(no_verdict)) << text;
      for (const char* word :
           {"groom", "predator", "victim", "offender", "suspect", "depredador", "sospech", "víctima", "{", "}", "  ", " .", " ,"}) {
        ASSERT_THAT(text, testing::Not(HasSubstr(word)));
      }
      ASSERT_LE(text.size(), most_bytes) << text;
    }
  }
}

const Wording kEnglish(Language::kEnglish), kSpanish(Language::kSpanish);

TEST(Wording, SaysSpansInWholeUnits) {
  const std::pair<Duration, const char*> spans[] = {
      {milliseconds(-5), "1 second"}, {milliseconds(0), "1 second"}, {seconds(1), "1 second"},    {seconds(19), "19 seconds"},
      {seconds(119), "119 seconds"},  {seconds(120), "2 minutes"},   {minutes(42), "42 minutes"}, {minutes(120), "2 hours"},
      {hours(47), "47 hours"},        {hours(48), "2 days"},         {days(20), "20 days"},       {days(21), "3 weeks"},
      {days(119), "17 weeks"},        {days(120), "4 months"},       {days(400), "13 months"}};
  for (const auto& [span, words] : spans) EXPECT_EQ(kEnglish.span(span), words);
}

TEST(Wording, SaysTimesAsDates) {
  EXPECT_EQ(kEnglish.time(kBaseTime), "1 March 2026, 18:00 UTC");
  EXPECT_EQ(kEnglish.time({951'868'799'999}), "29 February 2000, 23:59 UTC");
  EXPECT_EQ(kEnglish.time(kEarliestEventTime), "1 January 2000, 00:00 UTC");
  EXPECT_EQ(kEnglish.time(kLatestEventTime), "1 January 2100, 00:00 UTC");
}

TEST(Wording, SaysNumbersListsAndShares) {
  EXPECT_EQ(kEnglish.number(7), "7");
  EXPECT_EQ(kEnglish.number(999), "999");
  EXPECT_EQ(kEnglish.number(2600), "2,600");
  EXPECT_EQ(kEnglish.number(1234567), "1,234,567");
  const std::string items[] = {"a", "b", "c"};
  EXPECT_EQ(kEnglish.list(std::span(items, 1)), "a");
  EXPECT_EQ(kEnglish.list(std::span(items, 2)), "a and b");
  EXPECT_EQ(kEnglish.list(items), "a, b and c");
  EXPECT_EQ(kEnglish.share(0.8712), "0.87");
  EXPECT_EQ(kEnglish.share(0.9999), "0.99");
  EXPECT_EQ(kEnglish.share(1), "1.00");
  EXPECT_EQ(kEnglish.share(0.0412), "0.04");
}

TEST(Wording, SaysTheSameInSpanish) {
  EXPECT_EQ(kSpanish.time(kBaseTime), "1 de marzo de 2026, 18:00 UTC");
  EXPECT_EQ(kSpanish.span(seconds(1)), "1 segundo");
  EXPECT_EQ(kSpanish.span(days(120)), "4 meses");
  EXPECT_EQ(kSpanish.number(1234567), "1.234.567");
  EXPECT_EQ(kSpanish.share(0.8712), "0,87");
  const std::string items[] = {"asistió", "envió", "hizo"}, others[] = {"hielo", "hierro"};
  EXPECT_EQ(kSpanish.list(items), "asistió, envió e hizo");
  EXPECT_EQ(kSpanish.list(others), "hielo y hierro");
}

/// A text that was forgotten would show as a hole, a slot that was misspelt as a brace.
TEST(Wording, HasEveryTextInEveryLanguage) {
  for (std::size_t language = 0; language < kLanguageCount; ++language) {
    const Wording wording(static_cast<Language>(language));
    std::set<std::string> texts;
    for (int month = 0; month < 12; ++month) texts.insert(wording.time(kBaseTime + days(30 * month + 3)));
    for (int band = 0; band <= static_cast<int>(kLastAgeBand); ++band) texts.emplace(wording.account(static_cast<AgeBand>(band)));
    for (int stage = 0; stage < kStageCount; ++stage) texts.emplace(wording.stage(static_cast<Stage>(stage)));
    for (const Severity severity : {Severity::kWatch, Severity::kReview, Severity::kUrgent}) texts.emplace(wording.due(severity));
    for (const Duration span : {seconds(1), seconds(5), minutes(5), hours(5), days(5), days(40), days(200)}) {
      texts.insert(wording.span(span));
      texts.insert(wording.within(span));
    }
    texts.insert(wording.dismissal(kBaseTime, kBaseTime + days(1)));
    texts.insert(wording.confirmation(kBaseTime));
    texts.insert(wording.fading(kBaseTime, EscalationReason::kExpired));
    texts.insert(wording.fading(kBaseTime, EscalationReason::kNone));
    EXPECT_EQ(texts.size(), 12U + 5 + 7 + 3 + 14 + 4) << "language " << language << ": no two are the same";
    for (const std::string& text : texts) {
      EXPECT_GT(text.size(), 2U);
      EXPECT_EQ(text.find_first_of("{}"), std::string::npos) << text;
    }
  }
}

}  // namespace
}  // namespace pairwatch::escalation
