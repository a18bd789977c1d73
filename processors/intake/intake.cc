#include "processors/intake/intake.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "processors/core/check.h"
#include "processors/core/hash.h"
#include "processors/core/interaction_wire.h"
#include "processors/core/keys.h"
#include "processors/core/party_message.h"
#include "processors/intake/validate.h"

namespace pairwatch::intake {
namespace {

constexpr std::string_view kSourceHeader = "pairwatch-source";

void append_number(std::int64_t number, std::string& out) {
  char digits[20];
  const auto end = std::to_chars(digits, digits + sizeof digits, number);
  out.append(digits, end.ptr);
}

/// Whether a header speaks of the value that stays here, or is one that only pairwatch writes.
bool stays_here(std::string_view name) {
  return name == "content-type" || name.starts_with("ce_") || name == kSourceHeader || name.starts_with("__pairwatch.");
}

ChannelRef channel_of(const ChannelView& channel) {
  return {channel.channel_id, static_cast<ChannelKind>(channel.kind), channel.ephemeral};
}

/// What the platform knows of the two.
void read_relation(const EventView& event, Interaction& out) {
  out.mutual_contacts = event.mutual_contacts;
  out.mutual_contacts_recent = event.mutual_contacts_recent;
  out.trusted_relation = static_cast<TrustedRelationKind>(event.trusted_relation.kind);
  out.trusted_until = expiry_time(event.trusted_relation);
}

/// Gifts and calls; zero and empty where the event is neither.
void read_gift_and_call(const EventView& event, Interaction& out) {
  const GiftView gift = event.kind == InteractionKind::kGift ? event.gift : GiftView{};
  out.gift_kind = static_cast<GiftKind>(gift.kind);
  out.gift_value_minor = gift.value_minor;
  out.gift_currency = gift.currency;
  const CallView call = event.kind == InteractionKind::kCall ? event.call : CallView{};
  out.call_kind = static_cast<CallKind>(call.kind);
  out.call_duration = milliseconds(call.duration_seconds * 1000 + call.duration_nanos / 1'000'000);
}

}  // namespace

std::uint64_t fingerprint_seed_of(const IntakeConfig& config) {
  if (config.pseudonym_key.id.empty()) return config.fingerprint_seed;
  return Pseudonyms(config.pseudonym_key).derive("pairwatch text fingerprint");
}

Intake::Intake(const IntakeConfig& config, EventDecoder& decoder, TextReader& text_reader, Indicators* indicators)
    : config_(config), decoder_(decoder), text_reader_(text_reader), stamper_(indicators, config.confirmed_for) {
  check(problems_of(config_).empty(), "intake's configuration has been checked by problems_of");
  if (!config_.pseudonym_key.id.empty()) pseudonyms_ = std::make_unique<Pseudonyms>(config_.pseudonym_key);
  // Once: nothing else writes them, and other rules come with another Intake.
  interaction_.rules = config_.rules;
  case_input_.mutable_account_change()->set_rules(config_.rules);
}

Tally Intake::take_tally() { return std::exchange(tally_, Tally{}); }

Outcome Intake::process(const Record& record, Sink& sink) {
  const Outcome outcome = decide(record, sink);
  tally_.count(outcome);
  return outcome;
}

Outcome Intake::decide(const Record& record, Sink& sink) {
  if (record.value.size() > config_.max_record_bytes) return dead_letter(record, Reject::kRecordTooLarge, sink);
  const DecodeResult decoded = decoder_.decode(record.value, record.headers, event_);
  if (decoded.reject) return dead_letter(record, *decoded.reject, sink);
  tally_.unknown_fields += event_.unknown_fields;

  const Judgement judgement = judge(event_, config_, record.timestamp_ms);
  if (judgement.reject) return dead_letter(record, *judgement.reject, sink);
  tally_.note(event_time(event_.occurred_at));
  if (judgement.outcome == Outcome::kForwarded) forward(record, sink);
  if (judgement.outcome == Outcome::kAccountChange) tell_account_change(record, sink);
  return judgement.outcome;
}

Outcome Intake::dead_letter(const Record& record, Reject reason, Sink& sink) {
  tally_.count(reason);
  sink.reject(record, reason);
  return Outcome::kDeadLetter;
}

void Intake::forward(const Record& record, Sink& sink) {
  const bool is_move = event_.kind == InteractionKind::kChannelMove;
  Interaction& out = interaction_;  // every field but `rules` is written, so that nothing of the last one stays
  out.event_id = event_.event_id;
  out.at = event_time(event_.occurred_at);
  out.tenant = event_.tenant;
  out.actor = party_of(event_.actor, actor_pseudonym_);
  out.target = party_of(event_.target, target_pseudonym_);
  out.kind = event_.kind;
  out.channel = channel_of(is_move && event_.channel_move.from.present ? event_.channel_move.from : event_.channel);
  out.moved_to = is_move ? channel_of(event_.channel_move.to) : ChannelRef{};
  out.accepted = is_move && event_.channel_move.accepted;
  const TextFindings findings = read_message();
  out.indicators = stamper_.matches(event_, out.actor.id.value, findings.all_handles());
  read_gift_and_call(event_, out);
  read_relation(event_, out);
  out.source = {record.partition, record.offset};

  write_pair_key(out.tenant, out.actor.id, out.target.id, key_);
  write_headers(record);
  sink.emit({OutputPort::kInteractions, key_, write_interaction(out, value_), headers_});
}

void Intake::tell_account_change(const Record& record, Sink& sink) {
  v1::CaseInput& out = case_input_;
  out.mutable_tenant()->assign(event_.tenant);
  write_party(party_of(event_.actor, actor_pseudonym_), *out.mutable_actor());
  out.set_occurred_at_ms(event_time(event_.occurred_at).ms);
  out.set_source_partition(record.partition);
  out.set_source_offset(record.offset);
  v1::AccountChange& change = *out.mutable_account_change();
  change.set_previous_age_band(static_cast<v1::AgeBand>(event_.profile_change.previous_age_band));
  change.set_previous_age_assurance(static_cast<v1::AgeAssurance>(event_.profile_change.previous_age_assurance));

  write_account_key(out.tenant(), {out.actor().account_id()}, key_);
  write_headers(record);
  check(out.SerializeToString(&value_), "a case input can be serialised");
  sink.emit({OutputPort::kCaseInputs, key_, value_, headers_});
}

Party Intake::party_of(const AccountView& account, std::string& pseudonym) {
  Party party;
  party.id = {account.account_id};
  if (pseudonyms_) {
    pseudonyms_->write(account.account_id, pseudonym);
    party.id = {pseudonym};
  }
  party.age_band = static_cast<AgeBand>(account.age_band);
  party.age_assurance = static_cast<AgeAssurance>(account.age_assurance);
  party.created_at = creation_time(account).value_or(kNever);
  if (!account.device_hash.empty()) party.device = hash64(account.device_hash);
  party.utc_offset_minutes = account.utc_offset_minutes;
  party.heightened_vulnerability = account.heightened_vulnerability;
  return party;
}

TextFindings Intake::read_message() {
  Interaction& out = interaction_;
  out.text_signals = 0;
  out.text_fingerprint.reset();
  out.media = MediaKind::kNone;
  out.link_count = 0;
  out.label_count = 0;
  if (event_.kind != InteractionKind::kMessage) return {};

  const MessageView& message = event_.message;
  const TextFindings findings = message.text.empty() ? TextFindings{} : text_reader_.read(message.text, message.language);
  if (findings.truncated) ++tally_.texts_truncated;
  out.text_signals = findings.signals;
  out.text_fingerprint = message.text_fingerprint;
  if (!out.text_fingerprint && findings.fingerprint != 0) out.text_fingerprint = findings.fingerprint;
  out.media = static_cast<MediaKind>(message.media);
  out.link_count = message.link_count;
  if (message.label_count > 0) read_labels();
  return findings;
}

void Intake::read_labels() {
  const auto scores = event_.message.label_scores();
  for (const LabelRule& rule : config_.labels) {
    const auto last = std::find_if(scores.rbegin(), scores.rend(), [&](const auto& score) { return score.label == rule.label; });
    if (last == scores.rend()) continue;
    const auto known = std::span(interaction_.labels).first(interaction_.label_count);
    const auto same = std::find_if(known.begin(), known.end(), [&](const auto& label) { return label.signal == rule.signal; });
    if (same != known.end()) {
      same->score = std::max(same->score, last->score);
    } else {
      interaction_.labels[interaction_.label_count++] = {rule.signal, last->score};  // as many as there are signals, at most
    }
  }
}

void Intake::write_headers(const Record& record) {
  source_.assign(config_.source_topic).push_back('/');
  append_number(record.partition, source_);
  source_.push_back('/');
  append_number(record.offset, source_);

  headers_.clear();
  for (const Header& header : record.headers) {
    if (!stays_here(header.name)) headers_.push_back(header);
  }
  headers_.push_back({kSourceHeader, source_});
}

}  // namespace pairwatch::intake
