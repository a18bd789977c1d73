#include "processors/escalation/transition.h"

#include <algorithm>

#include "processors/core/decay.h"
#include "processors/escalation/account_share.h"
#include "processors/escalation/moves.h"
#include "processors/escalation/risk_story.h"
#include "processors/escalation/risks.h"
#include "processors/escalation/timers.h"

namespace pairwatch::escalation {
namespace {

/// Later than any event: nothing of the kind.
constexpr EventTime kNothing = kLatestEventTime + milliseconds(1);

/// From which event time on the news changes what the account shows.
struct Touched {
  EventTime contacts = kNothing;    ///< one more stranger contacted, or earlier
  EventTime complaints = kNothing;  ///< one more complaint
  EventTime openings = kNothing;    ///< first words to one more, or earlier
  EventTime activity = kNothing;    ///< more with one target, or one more target beside it
  EventTime confirmed = kNothing;   ///< one more case confirmed
  EventTime reviewed = kNothing;    ///< one more PAIR case at REVIEW: first contact of the two

  /// For PAIR cases.
  bool any() const { return std::min({contacts, complaints, openings, activity, confirmed}) != kNothing; }
  /// For the ACTOR case, in which it does not count with whom the account does how much.
  EventTime earliest() const { return std::min({contacts, complaints, openings, reviewed}); }
  void everything() { contacts = complaints = openings = activity = kEarliestEventTime; }
};

/// A PAIR case counts for the account from the pair's first contact on, once it is at REVIEW.
void count_for_account(CaseRecord& record, Severity before, EventTime since, Touched& touched) {
  const bool is_earlier = record.since == kNever || since < record.since;
  if (is_earlier) record.since = since;
  const bool is_reviewed = record.severity >= Severity::kReview;
  if (is_reviewed && (is_earlier || before < Severity::kReview)) touched.reviewed = std::min(touched.reviewed, record.since);
}

Whom whom_of(const CaseRecord* record, std::uint64_t target) {
  if (record == nullptr) return {target};
  return {target, true, record->is_confirmed, record->dismissed};
}

/// The risk with what a moderator dismissed before weighing less.
RiskNews lowered(const RiskNews& risk, std::uint64_t dismissed, double share) {
  RiskNews less = risk;
  less.dismissed = dismissed;
  for (EvidenceItem& item : less.evidence.all()) {
    if ((dismissed & signal_bit(item.signal)) == 0) continue;
    less.log_odds -= item.contribution * (1 - share);
    item.contribution *= share;
  }
  less.evidence.sort();
  return less;
}

double share_of(const RiskNews& risk, Signal signal) {
  const EvidenceItem* item = risk.evidence.find(signal);
  return item == nullptr ? 0 : item->contribution;
}

/// What a risk does to the case of its pair.
Outcome advance_pair(ActorState& state, const CaseNews& news, const RiskNews& risk, const Hash128& subject,
                     const EscalationConfig& config, Touched& touched, Step& step) {
  // Between two adults nothing escalates, whatever the scores say.
  if (news.actor.age_band == AgeBand::kAdult && risk.target.age_band == AgeBand::kAdult) return Outcome::kBelowThreshold;
  step.own_risk = round_to_4_decimals(sigmoid(risk.log_odds));
  const EscalationRules& rules = config.rules;
  CaseRecord* record = state.find_case(subject);
  const Whom whom = whom_of(record, hash64(risk.target.id.value));
  AccountShare share = share_near(state, rules, news.at, whom, {});
  share.prior_confirmed = confirmed_share(share_of(risk, Signal::kPriorConfirmed), share, rules);
  const double blocked = blocked_share(share_of(risk, Signal::kBlockedOrReported), share, rules);
  const double risk_now = round_to_4_decimals(sigmoid(risk.log_odds + share.beside_blocked() + blocked));
  CaseFindings findings = findings_of(risk, risk_now, share, blocked, rules);

  if (record != nullptr && record->closed_at != kNever) {
    // Late, it would have kept open a case that stood down by itself: nothing of it was known then.
    const bool is_late =
        record->snooze_until == kNever && news.at <= record->closed_at && decays_at(risk, news.at, rules) > record->closed_at;
    if (!is_late) findings = since_closed(*record, findings, risk.evidence);
    if (!may_open_next(*record, findings, news.at, rules.severity)) return Outcome::kBelowThreshold;
    open_next(*record, news.at);
  }
  if (record == nullptr) {
    if (severity_of(findings, rules.severity) == Severity::kNone) {
      step.left += remember_risk(state, subject, news, risk, config);
      return Outcome::kBelowThreshold;
    }
    record = &open_case(state, subject, news.at, config.max_cases, step.left);
  }
  const Severity before = record->severity;
  const CaseStep moved = advance_case(*record, findings, news.at, rules.severity, config.max_updates_per_day);
  record->decays_at = std::max(record->decays_at, decays_at(risk, news.at, rules));
  count_for_account(*record, before, risk.first_contact_at == kNever ? news.at : risk.first_contact_at, touched);
  if (record->severity == Severity::kUrgent) {
    forget_risk(state, subject);  // nothing can come of it any more
  } else {
    step.left += remember_risk(state, subject, news, risk, config);
  }
  if (moved.change == CaseChange::kHeldBack) return Outcome::kNoted;
  if (moved.change == CaseChange::kNone) return Outcome::kNoNews;
  step.moves.push_back(pair_move(state, *record, moved, risk, findings, rules.severity, share, blocked));
  step.moves.back().at = news.at;
  return Outcome::kEscalated;
}

/// A remembered risk with what the account adds to it, at the point at which that is highest.
struct Judged {
  double log_odds = 0;
  double blocked = 0;
  EventTime at;
  AccountShare share;
};

/// Where only contacts are new, or only complaints, reads of them what that may have raised: windows that end there or later. What
/// all add together can rise only where one of them does.
Judged judge_remembered(const ActorState& state, const RiskRecord& record, const EscalationRules& rules, const Whom& whom,
                        const Touched& touched) {
  ShareEnds ends;
  const bool is_one_of_two = std::min({touched.openings, touched.activity, touched.confirmed}) == kNothing;
  if (is_one_of_two && touched.complaints == kNothing) ends.contacts.from = touched.contacts;
  if (is_one_of_two && touched.contacts == kNothing) ends.complaints.from = touched.complaints;
  Judged highest;
  for (const RiskPoint& point : record.all()) {
    Judged judged;
    judged.share = share_near(state, rules, point.at, whom, ends);
    if (judged.share.prior_confirmed > 0) {
      RiskNews newest;
      read_story(record.story, newest);
      judged.share.prior_confirmed = confirmed_share(share_of(newest, Signal::kPriorConfirmed), judged.share, rules);
    }
    judged.blocked = blocked_share(point.own_blocked, judged.share, rules);
    judged.log_odds = point.log_odds + judged.share.beside_blocked() + judged.blocked;
    judged.at = point.at;
    if (&point == record.points.data() || judged.log_odds > highest.log_odds) highest = judged;
  }
  return highest;
}

/// Moves the case of a remembered risk if what the account does elsewhere opens it, raises it or lifts its risk by a step. Whether
/// it is URGENT then.
bool advance_remembered(ActorState& state, const CaseNews& news, const RiskRecord& remembered, const EscalationConfig& config,
                        Touched& touched, Step& step) {
  const EscalationRules& rules = config.rules;
  CaseRecord* record = state.find_case(remembered.subject);
  if (record != nullptr && record->closed_at != kNever) return false;  // only news of the pair itself opens the next
  const Whom whom = whom_of(record, state.busy.empty() ? 0 : hash64(target_of_story(remembered.story)));
  const Judged judged = judge_remembered(state, remembered, rules, whom, touched);
  if (judged.share.beside_blocked() + judged.blocked <= 0) return false;
  const double risk_now = round_to_4_decimals(sigmoid(judged.log_odds));
  const Severity before = state.severity_of_case(remembered.subject);
  const bool may_be_direct = judged.share.prior_confirmed > 0;  // then its stages matter
  const bool is_raised = severity_of(risk_now, rules.severity) > before;
  const bool is_news = is_raised || (record != nullptr && rises_by_a_step(*record, risk_now, rules.severity));
  if (!is_news && !may_be_direct) return false;

  RiskNews risk;
  read_story(remembered.story, risk);
  if (record != nullptr) risk.dismissed = record->dismissed;
  const CaseFindings findings = findings_of(risk, risk_now, judged.share, judged.blocked, rules);
  if (!is_news && severity_of(findings, rules.severity) <= before) return false;
  const EventTime at = std::max(news.at, judged.at);
  if (record == nullptr) record = &open_case(state, remembered.subject, at, config.max_cases, step.left);
  const CaseStep moved = advance_case(*record, findings, at, rules.severity, config.max_updates_per_day);
  record->decays_at = std::max(record->decays_at, decays_at(risk, judged.at, rules));
  count_for_account(*record, before, remembered.since, touched);
  if (is_told(moved.change)) {
    CaseMove& move =
        step.moves.emplace_back(pair_move(state, *record, moved, risk, findings, rules.severity, judged.share, judged.blocked));
    move.at = at;
    move.story = remembered.story;
    move.target_band = remembered.target_band;
    move.target_assurance = remembered.target_assurance;
    for (const RiskPoint& point : remembered.all()) {
      if (move.risky_from == kNever || point.at < move.risky_from) move.risky_from = point.at;
      move.risky_until = std::max(move.risky_until, point.at);
    }
  }
  return record->severity == Severity::kUrgent;
}

/// Whether a risk still says something: not where the target is known as an adult by now, nor where it was weighed as an adult's
/// and the actor is known as a minor by now.
bool still_holds(const ActorState& state, const RiskRecord& remembered) {
  if (remembered.target_band == AgeBand::kAdult) return false;
  return is_minor(remembered.actor_band) || !is_minor(state.age_band);
}

/// What the news of one pair, or of the account, makes of the risks in others.
void advance_others(ActorState& state, const CaseNews& news, const EscalationConfig& config, Touched& touched, Step& step) {
  const Touched news_touched = touched;
  std::erase_if(state.risks, [&](const RiskRecord& remembered) {
    if (!still_holds(state, remembered)) return false;
    Touched after = news_touched;
    const bool is_urgent = advance_remembered(state, news, remembered, config, after, step);
    touched.reviewed = std::min(touched.reviewed, after.reviewed);
    return is_urgent;
  });
}

/// The case about the account as a whole, judged where something that counts for it has come.
void advance_actor(ActorState& state, const CaseNews& news, const Touched& touched, const EscalationConfig& config, Step& step) {
  CaseRecord& record = state.actor_case;
  const bool owes = owes_an_update(record, news.at);
  if ((touched.earliest() == kNothing && !owes) || !may_scatter(state.age())) return;
  const EscalationRules& rules = config.rules;
  const AccountRisk account = account_risk(state, rules, owes ? kEarliestEventTime : touched.earliest());

  const CaseFindings findings = findings_of(account, round_to_4_decimals(sigmoid(account.log_odds)));
  if (record.exists() && !record.is_open()) {
    if (news.at <= record.closed_at || !may_open_next(record, findings, news.at, rules.severity)) return;
    open_next(record, news.at);
  }
  if (!record.exists()) {
    if (severity_of(findings.risk, rules.severity) == Severity::kNone) return;
    record.subject = actor_subject(news.tenant, news.actor.id);
    record.number = 1;
    record.opened_at = news.at;
  }
  const CaseStep moved = advance_case(record, findings, news.at, rules.severity, config.max_updates_per_day);
  record.decays_at = record.last_news_at;  // whether it has faded is asked once it was quiet for long enough
  if (!is_told(moved.change)) return;
  step.moves.push_back(actor_move(state, moved, findings.risk, account.share));
  step.moves.back().at = news.at;
}

std::uint16_t bit(TargetMark mark) { return static_cast<std::uint16_t>(mark); }

std::uint16_t marks_of(const AccountNews& target) {
  std::uint16_t marks = 0;
  if (is_minor(target.age_band)) marks |= bit(TargetMark::kMinor);
  if (target.age_band == AgeBand::kUnder13) marks |= bit(TargetMark::kUnder13);
  if (target.heightened_vulnerability) marks |= bit(TargetMark::kVulnerable);
  return marks;
}

TargetNews target_news(const CaseNews& news, const RiskNews& risk) {
  return {risk.target.id.value, risk.first_contact_at == kNever ? news.at : risk.first_contact_at, marks_of(risk.target)};
}

TargetNews target_news(const CaseNews& news, const FactNews& fact) {
  TargetNews target{fact.target.id.value, news.at, marks_of(fact.target)};
  if (fact.text_fingerprint) {
    target.marks |= bit(TargetMark::kOpened);
    target.opening = static_cast<std::uint32_t>(*fact.text_fingerprint);
  }
  switch (fact.kind) {
    case FactKind::kFirstContact:
      target.is_contact = true;
      target.marks |= bit(TargetMark::kContacted);
      if (fact.stranger) target.marks |= bit(TargetMark::kStranger);
      break;
    case FactKind::kFirstReply: target.marks |= bit(TargetMark::kReplied); break;
    case FactKind::kAccepted: target.marks |= bit(TargetMark::kAccepted); break;
    case FactKind::kRefused: target.marks |= bit(TargetMark::kRefused); break;
    case FactKind::kBlocked:
      target.is_complaint = true;
      target.marks |= bit(TargetMark::kBlocked);
      break;
    case FactKind::kReported:
      target.is_complaint = true;
      target.marks |= bit(TargetMark::kReported);
      break;
    case FactKind::kActivityDoubled:
    case FactKind::kFirstText: break;
  }
  return target;
}

/// The target's age, and what it did or had done to it.
void remember_pair(ActorState& state, const CaseNews& news, const AccountNews& account, const TargetNews& target,
                   const Hash128& subject, const EscalationConfig& config, Touched& touched, Step& step) {
  const TargetChange change = remember_target(state, target, config.max_targets);
  if (change.is_contact) touched.contacts = std::min(touched.contacts, change.contacted_at);
  if (change.is_complaint) touched.complaints = std::min(touched.complaints, change.complained_at);
  if (change.is_opening) touched.openings = std::min(touched.openings, change.opened_at);
  if (change.is_earlier && !state.busy.empty()) touched.activity = std::min(touched.activity, change.seen_at);
  if (change.is_one_more) step.fired |= held_by_contact(state, config.rules, change.contacted_at);
  if (change.is_opening) step.fired |= held_by_opening(state, config.rules, change.opened_at);
  if (RiskRecord* known = state.find_risk(subject)) remember_target_age(*known, account, news.at);
}

/// What the actor did with the target so far.
void remember_doubling(ActorState& state, const CaseNews& news, const FactNews& fact, const EscalationConfig& config,
                       Touched& touched, Step& step) {
  if (fact.kind != FactKind::kActivityDoubled || fact.count < kLeastActivity) return;
  if (!remember_activity(state, fact.target.id.value, fact.count, news.at, config.max_busy_targets, step.left)) return;
  touched.activity = std::min(touched.activity, news.at);
  step.fired |= held_by_activity(state, config.rules, hash64(fact.target.id.value), news.at);
}

/// Whether there is the case that a decision names, or was before the one that its subject has now.
bool has_case(const ActorState& state, const CaseNews& news, const CaseId& id, const EscalationConfig& config) {
  if (state.last_news_at == kNever || news.at - state.last_news_at > config.time_to_live) return false;
  const auto is_it = [&](const auto& record) { return record.subject == id.subject && id.number <= record.number; };
  if (id.kind == SubjectKind::kActor) return state.actor_case.exists() && is_it(state.actor_case);
  return std::any_of(state.cases.begin(), state.cases.end(), is_it) || std::any_of(state.quiet.begin(), state.quiet.end(), is_it);
}

/// That case, brought back where it was let go.
CaseRecord& case_named(ActorState& state, const CaseNews& news, const CaseId& id, const EscalationConfig& config, Step& step) {
  if (id.kind == SubjectKind::kActor) return state.actor_case;
  CaseRecord* record = state.find_case(id.subject);
  return record != nullptr ? *record : open_case(state, id.subject, news.at, config.max_cases, step.left);
}

/// Whether nothing confirmed is left of the account by it.
bool unconfirm(ActorState& state, CaseRecord& record) {
  if (!record.is_confirmed) return false;
  record.is_confirmed = false;
  if (--state.confirmed_count > 0) return false;
  state.confirmed_at = kNever;
  return true;
}

/// What a moderator concluded. Of a case that has stood down since, or of an earlier one, a confirmation still marks the account.
Outcome decide(ActorState& state, const CaseNews& news, const DecisionNews& decision, const EscalationConfig& config,
               Touched& touched, Step& step) {
  CaseRecord* record = &case_named(state, news, decision.id, config, step);
  step.decided_severity = record->severity;
  const bool is_this = record->is_open() && decision.id.number == record->number;
  CaseStep moved;
  switch (decision.verdict) {
    case Verdict::kNeedsMore: return Outcome::kNoted;
    case Verdict::kConfirmed:
      if (record->is_confirmed) return Outcome::kNoted;
      record->is_confirmed = step.is_confirmed = true;
      ++state.confirmed_count;
      state.confirmed_at = std::max(state.confirmed_at, news.at);
      touched.confirmed = std::min(touched.confirmed, news.at);
      if (is_this) moved = confirm_case(*record);
      break;
    case Verdict::kDismissed:
      if (!is_this) return Outcome::kNoted;
      step.is_unconfirmed = unconfirm(state, *record);
      moved = close_case(*record, news.at, snooze_end(decision.snooze_until, news.at, config.rules.decisions));
      forget_risk(state, decision.id.subject);
      break;
  }
  if (!is_told(moved.change)) return Outcome::kNoted;
  step.moves.push_back(decided_move(state, decision.id.kind, *record, moved, news));
  return Outcome::kEscalated;
}

}  // namespace

Step advance(ActorState& state, const CaseNews& news, const EscalationConfig& config) {
  Step step;
  const auto* decision = std::get_if<DecisionNews>(&news.what);
  if (decision != nullptr && !has_case(state, news, decision->id, config)) {
    step.outcome = Outcome::kDeadLetter;
    return step;
  }
  if (state.last_news_at != kNever && news.at - state.last_news_at > config.time_to_live) {
    state = ActorState{};
    step.expired = true;
  }
  state.last_news_at = std::max(state.last_news_at, news.at);
  const AgeClass age_before = state.age();
  if (decision == nullptr) {
    remember_age(state, news.actor.age_band, news.actor.age_assurance, news.at);
    step.is_new_device = remember_device(state, news.actor.device, news.at);
  }
  Touched touched;
  if (decision != nullptr) step.outcome = decide(state, news, *decision, config, touched, step);
  if (state.age() != age_before) touched.everything();

  if (const auto* fact = std::get_if<FactNews>(&news.what)) {
    // Without remembered risks nobody asks for the subject.
    const Hash128 subject = state.risks.empty() ? Hash128{} : pair_subject(news.tenant, news.actor.id, fact->target.id);
    remember_pair(state, news, fact->target, target_news(news, *fact), subject, config, touched, step);
    remember_doubling(state, news, *fact, config, touched, step);
  }
  if (const auto* risk = std::get_if<RiskNews>(&news.what)) {
    const Hash128 subject = pair_subject(news.tenant, news.actor.id, risk->target.id);
    remember_pair(state, news, risk->target, target_news(news, *risk), subject, config, touched, step);
    const CaseRecord* known = state.find_case(subject);
    if (known == nullptr || known->dismissed == 0) {
      step.outcome = advance_pair(state, news, *risk, subject, config, touched, step);
    } else {
      const RiskNews less = lowered(*risk, known->dismissed, config.rules.decisions.dismissed_share);
      step.outcome = advance_pair(state, news, less, subject, config, touched, step);
    }
  }
  if (touched.any() && !state.risks.empty() && may_speak(state, config.rules)) advance_others(state, news, config, touched, step);
  advance_actor(state, news, touched, config, step);
  if (!step.moves.empty()) step.outcome = Outcome::kEscalated;
  step.left += fit(state);
  state.next_due = earliest_due(state, config.rules);
  return step;
}

}  // namespace pairwatch::escalation
