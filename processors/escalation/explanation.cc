#include "processors/escalation/explanation.h"

#include <algorithm>
#include <string_view>
#include <vector>

#include "processors/escalation/sentences.h"

namespace pairwatch::escalation {
namespace {

/// More deeds than this in one sentence nobody reads; the evidence lists them all.
constexpr std::size_t kDeedLimit = 6;

/// A story in one language.
class Teller {
 public:
  Teller(const Story& story, Language language)
      : story_(story), wording_(language), say_(sentences(language)), language_(language) {}

  std::string tell() const;

 private:
  Row row_of(Signal signal) const;
  std::string_view other_account() const;
  std::string phrase(const Row& row, std::uint32_t count) const;
  std::string pair_opening() const;
  std::string actor_opening() const;
  std::string deeds() const;
  std::string pace() const;
  std::string around() const;
  std::string closing() const;

  const Story& story_;
  Wording wording_;
  const Sentences& say_;
  Language language_;
};

/// The row of a signal; of a combination, one with the sentence that the rule set gives it.
Row Teller::row_of(Signal signal) const {
  if (!is_combination(signal)) return say_.rows[static_cast<std::size_t>(signal_index(signal))];
  const auto found = std::find_if(story_.combinations.begin(), story_.combinations.end(),
                                  [&](const Combination& one) { return one.number == combination_number(signal); });
  return {signal, Part::kDeed, found == story_.combinations.end() ? say_.unnamed_combination : found->sentence_in(language_)};
}

std::string_view Teller::other_account() const {
  return is_minor(story_.target_age) && !is_minor(story_.actor_age) ? say_.younger_account : say_.other_account;
}

std::string Teller::phrase(const Row& row, std::uint32_t count) const {
  return filled(count > 1 && !row.often.empty() ? row.often : row.once,
                {{"{n}", wording_.number(count)}, {"{other}", other_account()}});
}

std::string Teller::pair_opening() const {
  const std::string_view actor = wording_.account(story_.actor_age), target = wording_.account(story_.target_age);
  std::string text;
  if (story_.first_contact_at == kNever) {
    text = capitalised(filled(say_.was_in_contact, {{"{actor}", actor}, {"{target}", target}}));
  } else {
    text = filled(say_.first_contact, {{"{time}", wording_.time(story_.first_contact_at)},
                                       {"{from}", story_.actor_started ? actor : target},
                                       {"{to}", story_.actor_started ? target : actor}});
  }
  if (story_.mutual_contacts == 0U) return text.append(say_.nothing_in_common) + ".";
  for (const EvidenceItem& item : story_.evidence.all()) {
    const Row row = row_of(item.signal);
    if (row.part == Part::kOpening) text.append(", ").append(phrase(row, item.count));
  }
  return text + ".";
}

std::string Teller::actor_opening() const {
  std::string text = capitalised(
      filled(wording_.counted(story_.distinct_targets, say_.reached), {{"{actor}", wording_.account(story_.actor_age)}}));
  if (story_.first_contact_at != kNever) text += filled(say_.first_reached, {{"{time}", wording_.time(story_.first_contact_at)}});
  return text + ".";
}

/// The weightiest deeds, in the order in which they began.
std::string Teller::deeds() const {
  std::vector<const EvidenceItem*> told;
  std::size_t further = 0;
  for (const EvidenceItem& item : story_.evidence.all()) {
    if (row_of(item.signal).part != Part::kDeed) continue;
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
  if (story_.first_contact_at != kNever) from = std::min(from, story_.first_contact_at);
  EventTime until = from;
  std::vector<std::string> phrases;
  for (const EvidenceItem* item : told) {
    until = std::max(until, item->last_at);
    phrases.push_back(phrase(row_of(item->signal), item->count));
    if (item->signal == Signal::kMessageBurstNewContact && story_.message_count > 1) {
      phrases.back() += wording_.counted(story_.message_count, say_.messages);
    }
  }
  if (further > 0) phrases.push_back(wording_.counted(further, say_.further_deeds));
  return filled(say_.account_deeds, {{"{within}", wording_.within(until - from)}, {"{deeds}", wording_.list(phrases)}});
}

/// In which order the stages came, and how fast.
std::string Teller::pace() const {
  std::string text;
  if (story_.stages.count >= 2) {
    std::vector<std::string> stages;
    for (const StageItem& stage : story_.stages.all()) stages.emplace_back(wording_.stage(stage.stage));
    const Duration span = story_.stages.all().back().reached_at - story_.stages.all().front().reached_at;
    text = filled(span < seconds(1) ? say_.order_at_once : say_.order,
                  {{"{stages}", wording_.list(stages)}, {"{span}", wording_.span(span)}});
  }
  for (const EvidenceItem& item : story_.evidence.all()) {
    const Row row = row_of(item.signal);
    if (row.part == Part::kPace) text.append(text.empty() ? "" : "; ").append(phrase(row, item.count));
  }
  return text.empty() ? text : capitalised(text) + ".";
}

/// What shows over all whom the account reached.
std::string Teller::around() const {
  std::vector<std::string> phrases;
  for (const EvidenceItem& item : story_.evidence.all()) {
    const Row row = row_of(item.signal);
    if (row.part != Part::kAccount) continue;
    if (item.signal == Signal::kScattergun) {
      phrases.push_back(filled(story_.fan_out.responded == 0 ? say_.none_answered : say_.answered,
                               {{"{deed}", phrase(row, item.count)},
                                {"{span}", wording_.span(story_.fan_out.last_at - story_.fan_out.first_at)},
                                {"{n}", wording_.number(story_.fan_out.responded)}}));
    } else if (item.signal == Signal::kBlockedOrReported) {
      // Blocks in this pair alone are by one account, however often.
      phrases.push_back(phrase(row, story_.complaints.targets > 1 ? story_.complaints.targets : 1));
    } else if (item.signal == Signal::kPriorConfirmed && item.source && item.count == 1) {
      phrases.emplace_back(say_.same_device);
    } else {
      phrases.push_back(phrase(row, item.count));
    }
  }
  const bool is_pair = story_.kind == SubjectKind::kPair;
  if (story_.review_cases > 0) {
    phrases.push_back(wording_.counted(story_.review_cases, is_pair ? say_.further_review_cases : say_.review_cases));
  }
  if (phrases.empty()) return {};
  return filled(is_pair ? say_.beyond_that : say_.it, {{"{deeds}", wording_.list(phrases)}});
}

/// What is ordinary, how sure this is, and what it is not.
std::string Teller::closing() const {
  std::vector<std::string> ordinary;
  if (story_.kind == SubjectKind::kPair && story_.received_count > 0) {
    ordinary.push_back(filled(story_.received_count == 1 ? say_.took_part_once : say_.took_part_often,
                              {{"{other}", other_account()}, {"{n}", wording_.number(story_.received_count)}}));
  }
  if (story_.kind == SubjectKind::kPair && story_.mutual_contacts.value_or(0) > 0) {
    ordinary.push_back(wording_.counted(*story_.mutual_contacts, say_.in_common));
  }
  const bool are_several = story_.evidence.count > 1;
  std::string text;
  if (!ordinary.empty()) {
    text = capitalised(filled(say_.ordinary, {{"{things}", wording_.list(ordinary)}}));
  } else {
    text = are_several ? say_.each_may_be : say_.this_may_be;
  }
  text += filled(are_several ? say_.together_deserve : say_.it_deserves, {{"{due}", wording_.due(story_.severity)}});
  if (story_.is_direct) text.append(say_.by_its_kind);
  return text + filled(say_.no_verdict, {{"{score}", wording_.share(story_.risk)}});
}

std::string Teller::tell() const {
  if (story_.verdict == Verdict::kDismissed) return wording_.dismissal(story_.decided_at, story_.snooze_until);
  if (story_.verdict) return wording_.confirmation(story_.decided_at).append(say_.counts_further);
  if (story_.quiet_since != kNever) return wording_.fading(story_.quiet_since, story_.reason);
  const bool is_pair = story_.kind == SubjectKind::kPair;
  std::string text = is_pair ? pair_opening() : actor_opening();
  const auto add = [&](const std::string& sentence) {
    if (!sentence.empty()) text.append(" ").append(sentence);
  };
  if (is_pair) {
    add(deeds());
    add(pace());
  }
  add(around());
  add(closing());
  return text;
}

}  // namespace

const Sentences& sentences(Language language) {
  switch (language) {
    case Language::kEnglish: return english_sentences();
    case Language::kSpanish: return spanish_sentences();
  }
  return english_sentences();
}

std::string explain(const Story& story, Language language) { return Teller(story, language).tell(); }

}  // namespace pairwatch::escalation
