#include "tools/evaluate/features.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "processors/core/decay.h"
#include "processors/relationship/weigh.h"

namespace pairwatch::evaluate {
namespace {

/// From here on a risk of four decimals tells little of its log-odds.
constexpr double kLeastClearRisk = 0.0001;
constexpr double kMostClearRisk = 0.9999;
constexpr double kFinestNews = 0.05;

std::string_view name_of(GateVerdict verdict) {
  switch (verdict) {
    case GateVerdict::kJudged: return "judged";
    case GateVerdict::kJudgedLower: return "judged_lower";
    case GateVerdict::kJudgedLowest: return "judged_lowest";
    case GateVerdict::kJudgedPeer: return "judged_peer";
    case GateVerdict::kJudgedAssured: return "judged_assured";
    case GateVerdict::kDropped:
    case GateVerdict::kContext: break;
  }
  return "";
}

AgeClass class_of(v1::AgeBand band, v1::AgeAssurance assurance) {
  return age_class(static_cast<AgeBand>(band), static_cast<AgeAssurance>(assurance));
}

}  // namespace

ServiceConfigs every_pair_told(ServiceConfigs services) {
  relationship::RelationshipRules& pairs = services.relationship.rules;
  for (double* prior : {&pairs.priors.judged, &pairs.priors.judged_lower, &pairs.priors.judged_lowest, &pairs.priors.judged_peer,
                        &pairs.priors.judged_assured}) {
    *prior += kPriorLift;
  }
  pairs.news.floor_log_odds = pairs.news.peer_floor_log_odds = std::numeric_limits<double>::lowest() / 2;
  pairs.news.step_log_odds = kFinestNews;
  escalation::EscalationConfig& accounts = services.escalation;
  accounts.rules.severity.watch = 0;
  accounts.rules.severity.update_step = 0;
  accounts.max_updates_per_day = std::numeric_limits<std::uint32_t>::max();
  return services;
}

Features::Features(const std::vector<Label>& labels, const Observation& observation, const ServiceConfigs& services)
    : labels_(labels), observation_(observation), services_(services), judge_(labels) {}

Features::Pair& Features::pair_of(const v1::Subject& subject) {
  const Hash128 key = directed_pair_key(subject.tenant(), subject.actor_id(), subject.target_id());
  const auto [at, is_new] = places_.try_emplace(key, pairs_.size());
  if (!is_new) return pairs_[at->second];
  Pair& made = pairs_.emplace_back();
  Case told;
  told.kind = SubjectKind::kPair;
  told.tenant = subject.tenant();
  told.actor_id = subject.actor_id();
  told.target_id = subject.target_id();
  const Verdict verdict = judge_.judge(told);
  made.is_left_out = verdict.truth == Truth::kGray || verdict.truth == Truth::kOther;
  for (const std::uint32_t label : verdict.labels) {
    if (labels_[label].kind == SubjectKind::kTarget) made.is_left_out |= labels_[label].is_risky;
    // What is known of the pair itself goes before what is known of its account.
    if (made.label < 0 || labels_[label].kind == SubjectKind::kPair) made.label = static_cast<std::int32_t>(label);
  }
  return made;
}

double Features::protective_of(double risk, double prior, double contributed) const {
  if (risk <= kLeastClearRisk || risk >= kMostClearRisk) return 0;
  const relationship::ProtectiveRules& rules = services_.relationship.rules.protective;
  const double taken = prior + contributed - std::log(risk / (1 - risk));
  double nearest = 0;
  for (const double mutual : {0.0, rules.many_mutual_contacts_weight}) {
    for (const double history : {0.0, rules.long_history_weight}) {
      if (std::abs(mutual + history - taken) < std::abs(nearest - taken)) nearest = mutual + history;
    }
  }
  return nearest;
}

std::uint16_t Features::place_of(const std::string& name) {
  const auto [at, is_new] = name_places_.try_emplace(name, static_cast<std::uint16_t>(names_.size()));
  if (is_new) names_.push_back(name);
  return at->second;
}

Features::Row Features::row_of(const v1::Escalation& escalation, double prior) {
  Row row;
  row.is_set = true;
  for (const v1::Evidence& evidence : escalation.evidence()) {
    row.log_odds += evidence.contribution();
    row.contributions.emplace_back(place_of(evidence.signal()), static_cast<float>(evidence.contribution()));
  }
  row.protective = protective_of(escalation.risk(), prior, row.log_odds);
  row.log_odds -= row.protective;
  return row;
}

void Features::add(const v1::Escalation& escalation) {
  const v1::Subject& subject = escalation.subject();
  if (subject.kind() != v1::SUBJECT_KIND_PAIR || escalation.status() == v1::ESCALATION_STATUS_STOOD_DOWN) return;
  Pair& pair = pair_of(subject);
  const GateVerdict verdict =
      services_.relationship.rules.gate.verdict(class_of(subject.actor_age_band(), subject.actor_age_assurance()),
                                                class_of(subject.target_age_band(), subject.target_age_assurance()));
  if (pair.is_left_out || !is_judged(verdict)) return;
  pair.verdict = verdict;
  const Row row = row_of(escalation, relationship::prior_of(verdict, services_.relationship.rules.priors) + kPriorLift);
  const auto raise = [&](Row& known) {
    if (!known.is_set || row.log_odds > known.log_odds) known = row;
  };
  raise(pair.highest);
  if (pair.label < 0 || !labels_[static_cast<std::size_t>(pair.label)].is_risky) return;
  const Moment& harm = observation_.relations()[static_cast<std::size_t>(pair.label)].harm;
  if (harm.is_known() && escalation.decided_at().offset() < harm.offset) raise(pair.before_harm);
}

void Features::write_row(const Pair& pair, const Row& row, const char* moment, std::ostream& out) const {
  nlohmann::ordered_json line;
  line["relation"] = pair.label;
  line["risky"] = false;
  line["archetype"] = "";
  line["evasion"] = "";
  if (pair.label >= 0) {
    const Label& label = labels_[static_cast<std::size_t>(pair.label)];
    line["risky"] = label.is_risky;
    line["archetype"] = label.archetype;
    line["evasion"] = label.evasion;
  }
  line["moment"] = moment;
  line["gate"] = name_of(pair.verdict);
  line["prior"] = relationship::prior_of(pair.verdict, services_.relationship.rules.priors);
  line["protective"] = row.protective;
  nlohmann::ordered_json& contributions = line["contributions"] = nlohmann::ordered_json::object();
  for (const auto& [place, log_odds] : row.contributions) contributions[names_[place]] = round_to_4_decimals(log_odds);
  out << line.dump() << '\n';
}

void Features::write(std::ostream& out) const {
  for (const Pair& pair : pairs_) {
    if (pair.highest.is_set) write_row(pair, pair.highest, "highest", out);
    if (pair.before_harm.is_set) write_row(pair, pair.before_harm, "before_harm", out);
  }
}

}  // namespace pairwatch::evaluate
