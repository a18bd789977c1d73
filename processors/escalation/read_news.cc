#include "processors/escalation/read_news.h"

#include <algorithm>
#include <cstdint>

#include "processors/core/timestamp.h"

namespace pairwatch::escalation {
namespace {

/// Log-odds beyond this are no scores: the sum of all caps is far below.
constexpr double kLogOddsLimit = 1000;

EventTime time_of(const google::protobuf::Timestamp& time) { return event_time_of(time).value_or(kNever); }

/// Not a NaN either: that compares with nothing.
bool is_log_odds(double value) { return value <= kLogOddsLimit && value >= -kLogOddsLimit; }

bool read_account(const v1::Party& party, AccountNews& account) {
  if (party.account_id().empty() || !v1::AgeBand_IsValid(party.age_band()) || !v1::AgeAssurance_IsValid(party.age_assurance())) {
    return false;
  }
  account.id = {party.account_id()};
  account.age_band = static_cast<AgeBand>(party.age_band());
  account.age_assurance = static_cast<AgeAssurance>(party.age_assurance());
  account.heightened_vulnerability = party.heightened_vulnerability();
  account.device = party.device();
  return true;
}

bool read_evidence(const v1::Risk& risk, EvidenceList& list) {
  for (const v1::RiskEvidence& evidence : risk.evidence()) {
    const auto signal = evidence_numbered(evidence.signal());
    if (!signal || list.find(*signal) != nullptr || !is_log_odds(evidence.contribution())) return false;
    EvidenceItem& item = list.items[list.count++];
    item.signal = *signal;
    item.contribution = evidence.contribution();
    item.count = evidence.count();
    item.first_at = {evidence.first_at_ms()};
    item.last_at = {evidence.last_at_ms()};
    item.event_id = evidence.event_id();
    if (!is_combination(*signal)) item.source = SourcePosition{evidence.source_partition(), evidence.source_offset()};
    if (!is_event_time(item.first_at) || !is_event_time(item.last_at)) return false;
  }
  return true;
}

bool read_stages(const v1::Risk& risk, StageList& list) {
  unsigned seen = 0;
  for (const v1::StageReached& reached : risk.stages()) {
    if (reached.stage() == v1::STAGE_UNSPECIFIED || !v1::Stage_IsValid(reached.stage())) return false;
    const EventTime at = time_of(reached.reached_at());
    const unsigned bit = 1U << static_cast<unsigned>(reached.stage());
    if (at == kNever || (seen & bit) != 0) return false;
    seen |= bit;
    list.add(static_cast<Stage>(reached.stage()), at);
  }
  std::stable_sort(list.items.begin(), list.items.begin() + static_cast<std::ptrdiff_t>(list.count),
                   [](const StageItem& a, const StageItem& b) { return a.reached_at < b.reached_at; });
  return true;
}

bool read_channels(const v1::Risk& risk, RiskNews& news) {
  if (static_cast<std::size_t>(risk.channels_size()) > kChannelLimit) return false;
  for (const v1::ChannelSeen& seen : risk.channels()) {
    ChannelItem& item = news.channels[news.channel_count++];
    item = {seen.channel_id(), static_cast<ChannelKind>(seen.kind()), time_of(seen.first_seen_at()), time_of(seen.last_seen_at())};
    if (!v1::ChannelKind_IsValid(seen.kind()) || item.first_seen_at == kNever || item.last_seen_at == kNever) return false;
  }
  return true;
}

bool read_risk(const v1::Risk& risk, RiskNews& news) {
  news.first_contact_at = {risk.first_contact_at_ms()};
  news.log_odds = risk.log_odds();
  if (risk.direct_rules() >> kDirectRuleCount != 0) return false;
  news.direct_rules = static_cast<std::uint8_t>(risk.direct_rules());
  news.actor_started = risk.actor_started();
  news.message_count = risk.message_count();
  news.received_count = risk.received_count();
  if (risk.has_mutual_contacts()) news.mutual_contacts = risk.mutual_contacts();
  return is_log_odds(news.log_odds) && (news.first_contact_at == kNever || is_event_time(news.first_contact_at)) &&
         read_account(risk.target(), news.target) && read_evidence(risk, news.evidence) && read_stages(risk, news.stages) &&
         read_channels(risk, news);
}

bool read_fact(const v1::Fact& fact, FactNews& news) {
  if (fact.kind() == v1::FACT_KIND_UNSPECIFIED || !v1::FactKind_IsValid(fact.kind())) return false;
  news.kind = static_cast<FactKind>(fact.kind());
  news.stranger = fact.stranger();
  news.count = fact.count();
  if (fact.has_text_fingerprint()) news.text_fingerprint = fact.text_fingerprint();
  return read_account(fact.target(), news.target);
}

}  // namespace

bool read_decision(const v1::CaseInput& input, CaseNews& news) {
  news.at = {input.occurred_at_ms()};
  news.source = {input.source_partition(), input.source_offset()};
  const v1::Decision& told = input.decision();
  const std::optional<CaseId> id = read_case_id(told.escalation_id());
  if (!id || !is_event_time(news.at) || told.verdict() == v1::VERDICT_UNSPECIFIED || !v1::Verdict_IsValid(told.verdict())) {
    return false;
  }
  DecisionNews& decision = news.what.emplace<DecisionNews>();
  decision.id = *id;
  decision.verdict = static_cast<Verdict>(told.verdict());
  if (told.has_snooze_until()) decision.snooze_until = time_of(told.snooze_until());
  return true;
}

bool read_news(const v1::CaseInput& input, CaseNews& news) {
  news.tenant = input.tenant();
  news.at = {input.occurred_at_ms()};
  news.source = {input.source_partition(), input.source_offset()};
  if (!is_event_time(news.at) || !read_account(input.actor(), news.actor)) return false;
  switch (input.what_case()) {
    case v1::CaseInput::kRisk: {
      RiskNews& risk = news.what.emplace<RiskNews>();
      return read_risk(input.risk(), risk) && risk.target.id != news.actor.id;
    }
    case v1::CaseInput::kFact: {
      FactNews& fact = news.what.emplace<FactNews>();
      return read_fact(input.fact(), fact) && fact.target.id != news.actor.id;
    }
    case v1::CaseInput::kAccountChange: news.what.emplace<AccountChangeNews>(); return true;
    case v1::CaseInput::kDecision:  // names no account: read_decision()
    case v1::CaseInput::kErasure:   // nobody writes it yet: a record that holds one is not ours
    case v1::CaseInput::WHAT_NOT_SET: return false;
  }
  return false;
}

}  // namespace pairwatch::escalation
