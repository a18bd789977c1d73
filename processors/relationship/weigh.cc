#include "processors/relationship/weigh.h"

#include <algorithm>
#include <bit>

#include "processors/core/check.h"
#include "processors/relationship/combinations.h"

namespace pairwatch::relationship {
namespace {

/// Many contacts in common, unless the account won them all only recently: friends of a child can be collected.
bool has_many_mutual_contacts(const PairState& state, const ProtectiveRules& rules) {
  const auto& mutual = state.mutual_newest;
  return mutual.known && mutual.count >= rules.many_mutual_contacts && !mutual.all_recent;
}

double protective(const PairState& state, const ProtectiveRules& rules) {
  double sum = 0;
  if (has_many_mutual_contacts(state, rules)) sum += rules.many_mutual_contacts_weight;
  const bool reciprocal = std::min(state.sides[0].sent(), state.sides[1].sent()) >= rules.reciprocal_count;
  if (reciprocal && state.last_at - state.first_at >= rules.long_history) sum += rules.long_history_weight;
  return sum;
}

bool is_peer(GateVerdict verdict) { return verdict == GateVerdict::kJudgedPeer || verdict == GateVerdict::kJudgedAssured; }

const Contribution* find(const Assessment& assessment, Signal signal) {
  for (const Contribution& contribution : assessment.all()) {
    if (contribution.signal == signal) return &contribution;
  }
  return nullptr;
}

/// Whether blackmail shows: between peers a second time, or beside another thing that goes with it.
bool is_blackmail(const PairState& state, Side actor, GateVerdict verdict, const DirectRules& rules, const Assessment& assessment) {
  const Contribution* seen = find(assessment, Signal::kBlackmailMoney);
  if (seen == nullptr || seen->reading.strength < rules.least_strength) return false;
  if (!is_peer(verdict) || seen->reading.count > 1) return true;
  constexpr std::uint64_t kBeside = signal_bit(Signal::kThreat) | signal_bit(Signal::kImageRequest) |
                                    signal_bit(Signal::kSexualContent) | signal_bit(Signal::kSecrecyByFear) |
                                    signal_bit(Signal::kRecontactAfterBlock) | signal_bit(Signal::kBlockedOrReported);
  return (assessment.signals & kBeside) != 0 || state.side(other(actor)).marked(Marked::kSentImage).days != 0;
}

/// Whether a meeting is proposed by one who has no contacts in common, or has shown another stage than targeting and is not known
/// to many of the other's contacts: family and their friends pick up from school.
bool is_risky_meetup(const PairState& state, GateVerdict verdict, const RelationshipRules& rules, const Assessment& assessment) {
  const Contribution* seen = find(assessment, Signal::kMeetupRequest);
  if (is_peer(verdict) || seen == nullptr || seen->reading.strength < rules.direct.least_strength) return false;
  if (state.mutual_newest.known && state.mutual_newest.count == 0) return true;
  if (has_many_mutual_contacts(state, rules.protective)) return false;
  return std::any_of(assessment.contributions.begin(), assessment.contributions.begin() + assessment.count,
                     [&](const Contribution& contribution) {
                       const Stage stage = stage_of(contribution.signal);
                       return contribution.signal != Signal::kMeetupRequest && stage > Stage::kTargeting &&
                              rules.signals.of(contribution.signal).reaches_stage;
                     });
}

/// The signal's own stage is reached by a derived signal too.
void reach_stage(Assessment& assessment, Signal signal, EventTime at) {
  const Stage stage = stage_of(signal);
  if (stage == Stage::kNone) return;
  EventTime& reached = assessment.stages[index(stage)];
  if (reached == kNever || at < reached) reached = at;
}

}  // namespace

GateVerdict verdict_of(const PairState& state, Side actor, const Gate& gate) {
  return gate.verdict(state.side(actor).age(), state.side(other(actor)).age());
}

double prior_of(GateVerdict verdict, const Priors& priors) {
  switch (verdict) {
    case GateVerdict::kJudged: return priors.judged;
    case GateVerdict::kJudgedLower: return priors.judged_lower;
    case GateVerdict::kJudgedLowest: return priors.judged_lowest;
    case GateVerdict::kJudgedPeer: return priors.judged_peer;
    case GateVerdict::kJudgedAssured: return priors.judged_assured;
    case GateVerdict::kDropped:
    case GateVerdict::kContext: break;
  }
  check(false, "only a judged direction has a prior");
  return 0;
}

bool applies(const SignalRule& rule, GateVerdict verdict) {
  return rule.state != RuleState::kOff && (verdict != GateVerdict::kJudgedAssured || rule.for_assured_minors);
}

void assess(const PairState& state, Side actor, GateVerdict verdict, const RelationshipRules& rules, Assessment& assessment) {
  assessment.prior = prior_of(verdict, rules.priors);
  assessment.log_odds = assessment.prior - protective(state, rules.protective);
  assessment.stages = state.side(actor).stages;
  assessment.signals = assessment.derived_held = assessment.floors = 0;
  assessment.count = 0;
  Direction direction{state, actor, assessment.stages};
  const RowMasks& masks = row_masks();
  const std::uint64_t with_evidence = state.evidence_masks[index(actor)] & masks.all;
  for (std::uint64_t left = with_evidence | masks.read_state; left != 0; left &= left - 1) {
    const SignalRow& row = row_of(static_cast<Signal>(std::countr_zero(left)));
    direction.evidence = row.is_derived() ? nullptr : state.evidence_of(actor, row.signal);
    const SignalRule& rule = row.of(rules.signals);
    if (!applies(rule, verdict)) continue;
    const Reading reading =
        row.read != nullptr ? row.read(direction, rules) : read_evidence(*direction.evidence, row.signal, state.last_at, rule);
    if (reading.strength <= 0) continue;
    if (row.reads_state() && direction.evidence == nullptr) assessment.derived_held |= signal_bit(row.signal);
    if (rule.state == RuleState::kShadow) continue;
    if (row.reads_state() && rule.reaches_stage) reach_stage(assessment, row.signal, reading.first_at);
    const double share = is_peer(verdict) ? rule.peer_share : 1;
    const double log_odds = share * std::min(rule.cap, rule.weight * reading.strength);
    if (log_odds <= 0) continue;
    assessment.log_odds += log_odds;
    assessment.signals |= signal_bit(row.signal);
    assessment.contributions[assessment.count++] = {row.signal, log_odds, reading};
  }
  assessment.direct_rules = 0;
  if (rules.direct.blackmail && is_blackmail(state, actor, verdict, rules.direct, assessment)) {
    assessment.direct_rules |= direct_bit(DirectRule::kBlackmail);
  }
  if (rules.direct.meetup && is_risky_meetup(state, verdict, rules, assessment)) {
    assessment.direct_rules |= direct_bit(DirectRule::kMeetup);
  }
  assessment.stages_reached = 0;
  for (std::size_t i = 0; i < assessment.stages.size(); ++i) {
    if (assessment.stages[i] != kNever) assessment.stages_reached = static_cast<std::uint8_t>(assessment.stages_reached | 1U << i);
  }
  if (!rules.combinations.empty()) assess_combinations(direction, verdict, rules, assessment);
}

bool is_news(const Assessment& assessment, GateVerdict verdict, const NewsRule& rule, Told& told) {
  const double floor = verdict == GateVerdict::kJudgedPeer ? rule.peer_floor_log_odds : rule.floor_log_odds;
  const double log_odds = quantise(assessment.log_odds);
  const bool was_told = told.lowest_log_odds != kNothingTold;
  const bool has_new_signal = (assessment.signals & ~told.signals) != 0;
  const bool has_new_stage = (assessment.stages_reached & ~told.stages) != 0;
  const bool has_risen = log_odds >= told.lowest_log_odds + rule.step_log_odds;
  const bool is_direct = (assessment.direct_rules & ~told.direct_rules) != 0 || (assessment.floors & ~told.signals) != 0;
  const bool is_above = log_odds >= floor && (has_new_signal || has_new_stage || has_risen);
  if (!is_direct && !is_above) {
    if (was_told) told.lowest_log_odds = std::min(told.lowest_log_odds, log_odds);
    return false;
  }
  told.lowest_log_odds = log_odds;
  told.signals |= assessment.signals;
  told.stages |= assessment.stages_reached;
  told.direct_rules |= assessment.direct_rules;
  return true;
}

bool is_renewal(const Assessment& assessment, const NewsRule& rule, const Told& told, EventTime before, EventTime now) {
  if (before == kNever || told.signals == 0 || assessment.log_odds < rule.renewal_log_odds) return false;
  return now.ms / rule.renewal.ms > before.ms / rule.renewal.ms;
}

}  // namespace pairwatch::relationship
