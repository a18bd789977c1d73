#include "processors/escalation/moves.h"

#include <algorithm>
#include <array>
#include <span>
#include <vector>

namespace pairwatch::escalation {
namespace {

/// What the account adds, one item a signal that adds anything. `blocked`: the part of its complaints that counts.
struct AccountItems {
  std::array<EvidenceItem, kAccountSignals.size()> items;
  std::size_t count = 0;

  AccountItems(const AccountShare& share, double blocked) {
    add(Signal::kScattergun, share.scattergun, share.fan_out.targets, share.fan_out.first_at, share.fan_out.last_at);
    add(Signal::kCopiedOpening, share.copied_opening, share.copied.targets, share.copied.first_at, share.copied.last_at);
    add(Signal::kAttentionSkew, share.attention_skew, share.attention.activity, share.attention.first_at, share.attention.last_at);
    add(Signal::kPeerImpersonation, share.peer_impersonation, share.befriended.targets, share.befriended.first_at,
        share.befriended.last_at);
    add(Signal::kPriorConfirmed, share.prior_confirmed, share.confirmed_cases, share.confirmed_at, share.confirmed_at);
    add(Signal::kBlockedOrReported, blocked, share.complaints.targets, share.complaints.first_at, share.complaints.last_at);
  }

  std::span<const EvidenceItem> all() const& { return {items.data(), count}; }
  void all() const&& = delete;  // the span would outlive what it refers to

 private:
  void add(Signal signal, double contribution, std::uint32_t targets, EventTime first_at, EventTime last_at) {
    if (contribution > 0) items[count++] = {signal, contribution, targets, first_at, last_at, {}, {}};
  }
};

/// Puts what the account adds beside what the pair has shown; the same signal stands once.
void merge(const AccountItems& added, EvidenceList& evidence) {
  for (const EvidenceItem& one : added.all()) {
    const auto items = evidence.all();
    const auto known =
        std::find_if(items.begin(), items.end(), [&](const EvidenceItem& item) { return item.signal == one.signal; });
    if (known == items.end()) {
      evidence.items[evidence.count++] = one;
    } else {
      known->contribution += one.contribution;
      known->count = std::max(known->count, one.count);
    }
  }
}

std::uint32_t review_cases(const ActorState& state, const Hash128* except) {
  return static_cast<std::uint32_t>(std::count_if(state.cases.begin(), state.cases.end(), [&](const CaseRecord& record) {
    return record.standing() >= Severity::kReview && (except == nullptr || record.subject != *except);
  }));
}

/// Other cases of the account: its own first, then PAIR cases by severity, the newest first.
void relate(const ActorState& state, CaseMove& move) {
  const auto add = [&](SubjectKind kind, const CaseRecord& record) {
    if (move.related_count < kRelatedLimit) move.related[move.related_count++] = {kind, record.subject, record.number};
  };
  if (move.kind != SubjectKind::kActor && state.actor_case.exists()) add(SubjectKind::kActor, state.actor_case);
  std::vector<const CaseRecord*> others;
  for (const CaseRecord& record : state.cases) {
    if (record.subject != move.subject) others.push_back(&record);
  }
  std::sort(others.begin(), others.end(), [](const CaseRecord* a, const CaseRecord* b) {
    if (a->severity != b->severity) return a->severity > b->severity;
    if (a->opened_at != b->opened_at) return a->opened_at > b->opened_at;
    return a->subject < b->subject;
  });
  for (const CaseRecord* record : others) add(SubjectKind::kPair, *record);
}

/// Of an account: the earliest that speaks for it; kNever where nothing does.
EventTime targeting_reached_at(const EvidenceList& evidence) {
  EventTime earliest = kNever;
  for (const EvidenceItem& item : evidence.all()) {
    if (is_combination(item.signal) || info(item.signal).stage != Stage::kTargeting) continue;
    if (earliest == kNever || item.first_at < earliest) earliest = item.first_at;
  }
  return earliest;
}

/// What stands in the record, and what the account adds.
CaseMove move_of(SubjectKind kind, const CaseRecord& record, const CaseStep& step, double risk_now, const AccountShare& share,
                 double blocked) {
  CaseMove move;
  static_cast<CaseRevision&>(move) = revision_of(record, step, risk_now);
  move.kind = kind;
  move.subject = record.subject;
  if (share.scattergun > 0) move.fan_out = share.fan_out;
  if (blocked > 0) move.complaints = share.complaints;
  return move;
}

/// Of a case to which nothing was added: what was seen is not told again.
CaseMove bare_move(const ActorState& state, SubjectKind kind, const CaseRecord& record, const CaseStep& step, EventTime at) {
  CaseMove move = move_of(kind, record, step, record.last_risk(), {}, 0);
  move.since = record.since;
  move.review_cases = review_cases(state, kind == SubjectKind::kPair ? &record.subject : nullptr);
  move.at = at;
  relate(state, move);
  return move;
}

}  // namespace

CaseFindings since_closed(const CaseRecord& record, CaseFindings findings, const EvidenceList& evidence) {
  std::uint64_t fresh = 0, urgent_kinds = signal_bit(Signal::kBlackmailMoney) | signal_bit(Signal::kMeetupRequest);
  for (const EvidenceItem& item : evidence.all()) {
    if (item.last_at > record.closed_at) fresh |= signal_bit(item.signal);
    if (!is_combination(item.signal) && info(item.signal).stage == Stage::kSexualizing) urgent_kinds |= signal_bit(item.signal);
  }
  if ((fresh & urgent_kinds) == 0) findings.at_least = Severity::kNone;
  for (std::uint64_t& combinations : findings.set_by) combinations &= fresh;
  findings.signals &= fresh;
  return findings;
}

CaseFindings findings_of(const RiskNews& risk, double risk_now, const AccountShare& share, double blocked,
                         const EscalationRules& rules) {
  CaseFindings findings;
  findings.risk = risk_now;
  if (risk.direct_rules != 0) findings.at_least = Severity::kUrgent;
  for (const EvidenceItem& item : risk.evidence.all()) {
    findings.signals |= signal_bit(item.signal);
    const Combination* combination = find_combination(rules.combinations, item.signal);
    if (combination == nullptr || (risk.dismissed & signal_bit(item.signal)) != 0) continue;
    findings.set_by[static_cast<std::size_t>(combination->at_least)] |= signal_bit(item.signal);
  }
  const AccountItems added(share, blocked);  // named: what a range of a temporary refers to is gone when the loop begins
  for (const EvidenceItem& item : added.all()) findings.signals |= signal_bit(item.signal);
  unsigned stages = 0;
  for (const StageItem& item : risk.stages.all()) stages |= 1U << static_cast<unsigned>(item.stage);
  findings.stages = static_cast<std::uint8_t>(stages);
  const bool is_sexualizing = (stages >> static_cast<unsigned>(Stage::kSexualizing) & 1U) != 0;
  const bool is_confirmed = (findings.signals & signal_bit(Signal::kPriorConfirmed)) != 0;
  if (rules.decisions.confirmed_is_direct && is_confirmed && is_sexualizing) findings.at_least = Severity::kUrgent;
  return findings;
}

CaseFindings findings_of(const AccountRisk& account, double risk_now) {
  CaseFindings findings;
  findings.risk = risk_now;
  const AccountItems added(account.share, account.share.blocked);  // named, as above
  for (const EvidenceItem& item : added.all()) {
    findings.signals |= signal_bit(item.signal);
    const Stage stage = info(item.signal).stage;
    if (stage != Stage::kNone) findings.stages |= static_cast<std::uint8_t>(1U << static_cast<unsigned>(stage));
  }
  return findings;
}

CaseMove pair_move(const ActorState& state, const CaseRecord& record, const CaseStep& step, const RiskNews& risk,
                   const CaseFindings& findings, const SeverityRules& rules, const AccountShare& share, double blocked) {
  CaseMove move = move_of(SubjectKind::kPair, record, step, findings.risk, share, blocked);
  move.is_direct = findings.at_least == Severity::kUrgent || least_severity_of(findings) > severity_of(findings.risk, rules);
  move.evidence = risk.evidence;
  merge(AccountItems(share, blocked), move.evidence);
  move.evidence.sort();
  move.stages = risk.stages;
  move.review_cases = review_cases(state, &record.subject);
  relate(state, move);
  return move;
}

CaseMove actor_move(const ActorState& state, const CaseStep& step, double risk_now, const AccountShare& share) {
  CaseMove move = move_of(SubjectKind::kActor, state.actor_case, step, risk_now, share, share.blocked);
  merge(AccountItems(share, share.blocked), move.evidence);
  move.evidence.sort();
  const EventTime reached = targeting_reached_at(move.evidence);
  if (reached != kNever) move.stages.add(Stage::kTargeting, reached);
  move.review_cases = review_cases(state, nullptr);
  relate(state, move);
  return move;
}

CaseMove faded_move(const ActorState& state, SubjectKind kind, const CaseRecord& record, const CaseStep& step, EventTime at,
                    EscalationReason reason) {
  CaseMove move = bare_move(state, kind, record, step, at);
  move.reason = reason;
  move.quiet_since = record.last_news_at;
  return move;
}

CaseMove decided_move(const ActorState& state, SubjectKind kind, const CaseRecord& record, const CaseStep& step,
                      const CaseNews& news) {
  CaseMove move = bare_move(state, kind, record, step, news.at);
  move.reason = step.change == CaseChange::kStoodDown ? EscalationReason::kDecision : EscalationReason::kNone;
  move.snooze_until = record.snooze_until;
  return move;
}

}  // namespace pairwatch::escalation
