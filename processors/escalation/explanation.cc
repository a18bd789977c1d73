#include "processors/escalation/explanation.h"

#include <algorithm>
#include <array>
#include <span>
#include <string_view>
#include <vector>

#include "processors/core/wording.h"

namespace pairwatch::escalation {
namespace {

/// Where in the story a signal is told.
enum class Part : std::uint8_t {
  kOpening,  ///< beside the first contact
  kDeed,     ///< "the account ..."
  kPace,     ///< how the deeds followed on each other: a clause of its own
  kAccount,  ///< "the account ...", over all whom it reached
};

/// One signal in words. `{n}` becomes the count, `{other}` the other account.
struct Row {
  Signal signal;
  Part part;
  std::string_view once;
  std::string_view often;  ///< from a count of two on
};

constexpr std::array<Row, kSignalCount> kRows = {{
    {Signal::kStrangerContact, Part::kOpening, "with no known contacts in common", "with no known contacts in common"},
    {Signal::kFriendOfFriendContact, Part::kOpening, "with few contacts in common, all of them recent ones of the account",
     "with few contacts in common, all of them recent ones of the account"},
    {Signal::kScattergun, Part::kAccount, "contacted a minor it did not know", "contacted {n} minors it did not know"},
    {Signal::kCopiedOpening, Part::kAccount, "began with the same words towards a minor it did not know",
     "began with the same words towards {n} minors it did not know"},
    {Signal::kAttentionSkew, Part::kAccount, "turned most of what it does towards this one account",
     "turned most of what it does towards this one account (at least {n} times)"},
    {Signal::kNewAccount, Part::kOpening, "from an account made shortly before", "from an account made shortly before"},
    {Signal::kAgeInconsistency, Part::kDeed, "was seen with ages that do not fit each other",
     "was seen with ages that do not fit each other"},
    {Signal::kPeerImpersonation, Part::kAccount,
     "says that it is a minor, which nobody has checked, and contacted a minor it did not know",
     "says that it is a minor, which nobody has checked, and contacted {n} minors it did not know"},
    {Signal::kPublicToPrivateOrigin, Part::kDeed, "went from a public room to a private place soon after meeting there",
     "went from a public room to a private place soon after meeting there"},
    {Signal::kMessageBurstNewContact, Part::kDeed, "wrote far more than is usual for a new contact",
     "wrote far more than is usual for a new contact"},
    {Signal::kAttentionRamp, Part::kDeed, "wrote more from day to day with little in return",
     "wrote more from day to day with little in return"},
    {Signal::kPersonalInfoProbe, Part::kDeed, "asked a personal question", "asked personal questions ({n} times)"},
    {Signal::kFlattery, Part::kDeed, "paid a compliment on looks or maturity", "paid compliments on looks or maturity ({n} times)"},
    {Signal::kRiskAssessmentProbe, Part::kDeed, "asked whether anyone else was near or could read along",
     "asked whether anyone else was near or could read along ({n} times)"},
    {Signal::kPersonaOffer, Part::kDeed, "offered paid work or fame", "offered paid work or fame ({n} times)"},
    {Signal::kGift, Part::kDeed, "sent a gift", "sent {n} gifts"},
    {Signal::kGiftEscalation, Part::kDeed, "sent gifts of growing value", "sent gifts of growing value"},
    {Signal::kPaymentForImages, Part::kDeed, "gave or offered something about when images were asked for or sent",
     "gave or offered something about when images were asked for or sent ({n} times)"},
    {Signal::kMoveToPrivate, Part::kDeed, "moved the conversation to a more private channel",
     "moved the conversation to more private channels ({n} times)"},
    {Signal::kContactExchange, Part::kDeed, "gave or asked for contact details outside the platform",
     "gave or asked for contact details outside the platform ({n} times)"},
    {Signal::kEphemeralChannel, Part::kDeed, "went to a channel where messages disappear",
     "went to a channel where messages disappear"},
    {Signal::kSecrecyRequest, Part::kDeed, "asked for secrecy", "asked for secrecy ({n} times)"},
    {Signal::kExclusivity, Part::kDeed, "spoke of itself as the only one who understands, or against family or friends",
     "spoke of itself as the only one who understands, or against family or friends ({n} times)"},
    {Signal::kSexualContent, Part::kDeed, "was part of a message that the platform's classifier rated as sexual",
     "was part of {n} messages that the platform's classifier rated as sexual"},
    {Signal::kImageRequest, Part::kDeed, "asked for an image", "asked for images ({n} times)"},
    {Signal::kImageSent, Part::kDeed, "sent an image in private", "sent images in private ({n} times)"},
    {Signal::kVideoCall, Part::kDeed, "made or proposed a video call", "made or proposed video calls ({n} times)"},
    {Signal::kGameOrDare, Part::kDeed, "proposed a game of dares or forfeits", "proposed games of dares or forfeits ({n} times)"},
    {Signal::kMeetupRequest, Part::kDeed, "proposed to meet in person", "proposed to meet in person ({n} times)"},
    {Signal::kThreat, Part::kDeed, "used words that read as a threat", "used words that read as threats ({n} times)"},
    {Signal::kBlackmailMoney, Part::kDeed, "asked for money or images beside a threat",
     "asked for money or images beside threats ({n} times)"},
    {Signal::kSecrecyByFear, Part::kDeed, "spoke of blame or bad consequences should anyone learn of it",
     "spoke of blame or bad consequences should anyone learn of it ({n} times)"},
    {Signal::kRecontactAfterBlock, Part::kDeed, "got in touch again after being blocked or removed",
     "got in touch again after being blocked or removed"},
    {Signal::kBlockedOrReported, Part::kAccount, "was blocked or reported by {other}",
     "was blocked or reported by {n} accounts of minors"},
    {Signal::kInstantSolicitation, Part::kPace, "a request or threat came within minutes of the first contact",
     "requests or threats came within minutes of the first contact ({n} times)"},
    {Signal::kPriorConfirmed, Part::kAccount, "had another case that a moderator confirmed",
     "had {n} other cases that moderators confirmed"},
    {Signal::kSharedIndicator, Part::kAccount,
     "matches a list of known devices, accounts or handles that was shared with the platform",
     "matches a list of known devices, accounts or handles that was shared with the platform"},
    {Signal::kMultipleRiskyAdults, Part::kAccount, "is one of several whose behaviour towards a minor stands out",
     "is one of {n} whose behaviour towards a minor stands out"},  // told of the minor (processors/target), not of an account
    {Signal::kRapidStageProgress, Part::kPace, "one step followed on the other unusually fast",
     "one step followed on the other unusually fast"},
    {Signal::kStageBreadth, Part::kPace, "there were more kinds of behaviour than is usual",
     "there were more kinds of behaviour than is usual"},
}};

constexpr bool rows_are_whole() {
  for (std::size_t i = 0; i < kRows.size(); ++i) {
    if (kRows[i].once.empty() || kRows[i].often.empty()) return false;
    if (i > 0 && kRows[i].signal <= kRows[i - 1].signal) return false;
  }
  return true;
}
static_assert(rows_are_whole(), "every signal has one row with both wordings, in order of the signals' numbers");

/// More deeds than this in one sentence nobody reads; the evidence lists them all.
constexpr std::size_t kDeedLimit = 6;

constexpr std::string_view kUnnamedCombination = "showed a combination of behaviours that the rules no longer name";

/// The row of a signal; of a combination, one with the sentence that the rule set gives it.
Row row_of(const Story& story, Signal signal) {
  if (!is_combination(signal)) return kRows[static_cast<std::size_t>(signal_index(signal))];
  const auto found = std::find_if(story.combinations.begin(), story.combinations.end(),
                                  [&](const Combination& one) { return one.number == combination_number(signal); });
  const std::string_view sentence = found == story.combinations.end() ? kUnnamedCombination : std::string_view(found->sentence);
  return {signal, Part::kDeed, sentence, sentence};
}

void replace(std::string& text, std::string_view what, std::string_view with) {
  const std::size_t at = text.find(what);
  if (at != std::string::npos) text.replace(at, what.size(), with);
}

std::string_view other_account(const Story& story) {
  return is_minor(story.target_age) && !is_minor(story.actor_age) ? "the younger account" : "the other account";
}

std::string phrase(const Row& row, std::uint32_t count, const Story& story) {
  std::string words(count > 1 ? row.often : row.once);
  replace(words, "{n}", spoken_number(count));
  replace(words, "{other}", other_account(story));
  return words;
}

std::string pair_opening(const Story& story) {
  const std::string actor(spoken_account(story.actor_age));
  const std::string target(spoken_account(story.target_age));
  std::string text;
  if (story.first_contact_at == kNever) {
    text = capitalised(actor) + " was in contact with " + target;
  } else if (story.actor_started) {
    text = "First contact on " + spoken_time(story.first_contact_at) + ", by " + actor + " to " + target;
  } else {
    text = "First contact on " + spoken_time(story.first_contact_at) + ", by " + target + " to " + actor;
  }
  if (story.mutual_contacts == 0U) return text + ", with no contacts in common.";
  for (const EvidenceItem& item : story.evidence.all()) {
    if (row_of(story, item.signal).part == Part::kOpening)
      text.append(", ").append(phrase(row_of(story, item.signal), item.count, story));
  }
  return text + ".";
}

/// The weightiest deeds, in the order in which they began.
std::string deeds(const Story& story) {
  std::vector<const EvidenceItem*> told;
  std::size_t further = 0;
  for (const EvidenceItem& item : story.evidence.all()) {
    if (row_of(story, item.signal).part != Part::kDeed) continue;
    if (told.size() < kDeedLimit) {
      told.push_back(&item);
    } else {
      ++further;
    }
  }
  if (told.empty()) return {};
  std::sort(told.begin(), told.end(), [](const EvidenceItem* a, const EvidenceItem* b) {
    return a->first_at != b->first_at ? a->first_at < b->first_at : a->signal < b->signal;
  });
  EventTime from = told.front()->first_at;
  if (story.first_contact_at != kNever) from = std::min(from, story.first_contact_at);
  EventTime until = from;
  std::vector<std::string> phrases;
  for (const EvidenceItem* item : told) {
    until = std::max(until, item->last_at);
    phrases.push_back(phrase(row_of(story, item->signal), item->count, story));
    if (item->signal == Signal::kMessageBurstNewContact && story.message_count > 1) {
      phrases.back() += " (" + spoken_number(story.message_count) + " messages)";
    }
  }
  if (further > 0)
    phrases.push_back("showed " + spoken_number(further) + (further == 1 ? " further behaviour" : " further behaviours"));
  return spoken_within(until - from) + " the account " + spoken_list(phrases) + ".";
}

/// In which order the stages came, and how fast.
std::string pace(const Story& story) {
  std::string text;
  if (story.stages.count >= 2) {
    std::vector<std::string> stages;
    for (const StageItem& stage : story.stages.all()) stages.emplace_back(spoken_stage(stage.stage));
    const Duration span = story.stages.all().back().reached_at - story.stages.all().front().reached_at;
    text = "the order was " + spoken_list(stages) + (span < seconds(1) ? ", begun at once" : ", begun within " + spoken_span(span));
  }
  for (const EvidenceItem& item : story.evidence.all()) {
    if (row_of(story, item.signal).part != Part::kPace) continue;
    text.append(text.empty() ? "" : "; ").append(phrase(row_of(story, item.signal), item.count, story));
  }
  return text.empty() ? text : capitalised(text) + ".";
}

/// What shows over all whom the account reached.
std::string around(const Story& story) {
  std::vector<std::string> phrases;
  for (const EvidenceItem& item : story.evidence.all()) {
    const Row row = row_of(story, item.signal);
    if (row.part != Part::kAccount) continue;
    if (item.signal == Signal::kScattergun) {
      phrases.push_back(phrase(row, item.count, story) + " within " + spoken_span(story.fan_out.last_at - story.fan_out.first_at) +
                        " (" + (story.fan_out.responded == 0 ? "none" : spoken_number(story.fan_out.responded)) +
                        " of them answered)");
    } else if (item.signal == Signal::kBlockedOrReported) {
      // Blocks in this pair alone are by one account, however often.
      phrases.push_back(phrase(row, story.complaints.targets > 1 ? story.complaints.targets : 1, story));
    } else if (item.signal == Signal::kPriorConfirmed && item.source && item.count == 1) {
      phrases.emplace_back("uses a device of another account with a case that a moderator confirmed");
    } else {
      phrases.push_back(phrase(row, item.count, story));
    }
  }
  if (story.review_cases > 0) {
    phrases.push_back("has " + spoken_number(story.review_cases) + (story.kind == SubjectKind::kPair ? " other " : " ") +
                      (story.review_cases == 1 ? "pair case" : "pair cases") + " at review or above");
  }
  if (phrases.empty()) return {};
  return (story.kind == SubjectKind::kPair ? "Beyond that, the account " : "It ") + spoken_list(phrases) + ".";
}

std::string actor_opening(const Story& story) {
  std::string text = capitalised(spoken_account(story.actor_age)) + " has been in contact with " +
                     spoken_number(story.distinct_targets) + (story.distinct_targets == 1 ? " other account" : " other accounts");
  if (story.first_contact_at != kNever) text += ", the first on " + spoken_time(story.first_contact_at);
  return text + ".";
}

/// What is ordinary, how sure this is, and what it is not.
std::string closing(const Story& story) {
  std::vector<std::string> ordinary;
  if (story.kind == SubjectKind::kPair && story.received_count > 0) {
    ordinary.push_back("that " + std::string(other_account(story)) + " took part (" +
                       (story.received_count == 1 ? "once" : spoken_number(story.received_count) + " times") + ")");
  }
  if (story.kind == SubjectKind::kPair && story.mutual_contacts.value_or(0) > 0) {
    ordinary.push_back("that the two have " + spoken_number(*story.mutual_contacts) +
                       (*story.mutual_contacts == 1 ? " contact in common" : " contacts in common"));
  }
  std::string text;
  if (!ordinary.empty()) {
    text = capitalised(spoken_list(ordinary)) + " is ordinary; ";
  } else {
    text = story.evidence.count > 1 ? "Each of these alone may be ordinary; " : "This may turn out to be ordinary; ";
  }
  text += story.evidence.count > 1 ? "together these behaviours deserve " : "what was seen deserves ";
  text.append(spoken_due(story.severity));
  if (story.is_direct) text.append(", by its kind and whatever the score");
  return text + " (score " + spoken_share(story.risk) + " of 1), which is no verdict.";
}

/// What a moderator concluded, and what follows.
std::string conclusion(const Story& story) {
  if (story.verdict == Verdict::kDismissed) return spoken_dismissal(story.decided_at, story.snooze_until);
  return spoken_confirmation(story.decided_at) + ", and counts in whatever else is seen of the account.";
}

}  // namespace

std::string explain(const Story& story) {
  if (story.verdict) return conclusion(story);
  if (story.quiet_since != kNever) return spoken_fading(story.quiet_since, story.reason);
  std::string text = story.kind == SubjectKind::kPair ? pair_opening(story) : actor_opening(story);
  const auto add = [&](const std::string& sentence) {
    if (!sentence.empty()) text.append(" ").append(sentence);
  };
  if (story.kind == SubjectKind::kPair) {
    add(deeds(story));
    add(pace(story));
  }
  add(around(story));
  add(closing(story));
  return text;
}

}  // namespace pairwatch::escalation
