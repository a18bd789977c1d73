#include "processors/intake/intake.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "processors/core/check.h"
#include "processors/core/hash.h"
#include "processors/core/keys.h"
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

void write_channel(const ChannelView& channel, v1::Channel& out) {
  out.mutable_channel_id()->assign(channel.channel_id);
  out.set_kind(static_cast<v1::ChannelKind>(channel.kind));
  out.set_ephemeral(channel.ephemeral);
}

/// What the platform knows of the two.
void write_relation(const EventView& event, v1::Interaction& out) {
  out.clear_mutual_contacts();
  out.clear_mutual_contacts_recent();
  out.clear_trusted_until_ms();
  if (event.mutual_contacts) out.set_mutual_contacts(*event.mutual_contacts);
  if (event.mutual_contacts_recent) out.set_mutual_contacts_recent(*event.mutual_contacts_recent);
  out.set_trusted_relation(static_cast<v1::TrustedRelationKind>(event.trusted_relation.kind));
  if (const auto until = expiry_time(event.trusted_relation)) out.set_trusted_until_ms(until->ms);
}

/// Gifts and calls; zero and empty where the event is neither.
void write_gift_and_call(const EventView& event, v1::Interaction& out) {
  const GiftView gift = event.kind == InteractionKind::kGift ? event.gift : GiftView{};
  out.set_gift_kind(static_cast<v1::GiftKind>(gift.kind));
  out.set_gift_value_minor(gift.value_minor);
  out.mutable_gift_currency()->assign(gift.currency);
  const CallView call = event.kind == InteractionKind::kCall ? event.call : CallView{};
  out.set_call_kind(static_cast<v1::CallKind>(call.kind));
  out.set_call_duration_ms(call.duration_seconds * 1000 + call.duration_nanos / 1'000'000);
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
  v1::Interaction& out = is_move ? move_ : interaction_;  // every field is written, so that nothing of the last one stays
  out.mutable_event_id()->assign(event_.event_id);
  out.set_occurred_at_ms(event_time(event_.occurred_at).ms);
  out.mutable_tenant()->assign(event_.tenant);
  write_party(event_.actor, *out.mutable_actor());
  write_party(event_.target, *out.mutable_target());
  out.set_kind(static_cast<v1::InteractionKind>(event_.kind));
  write_channel(is_move && event_.channel_move.from.present ? event_.channel_move.from : event_.channel, *out.mutable_channel());
  if (is_move) write_channel(event_.channel_move.to, *out.mutable_moved_to());
  out.set_accepted(is_move && event_.channel_move.accepted);
  TextFindings findings;
  write_message(out, findings);
  out.set_indicators(stamper_.matches(event_, out.actor().account_id(), findings.all_handles()));
  write_gift_and_call(event_, out);
  write_relation(event_, out);
  out.set_source_partition(record.partition);
  out.set_source_offset(record.offset);

  write_pair_key(out.tenant(), {out.actor().account_id()}, {out.target().account_id()}, key_);
  write_headers(record);
  check(out.SerializeToString(&value_), "an interaction can be serialised");
  sink.emit({OutputPort::kInteractions, key_, value_, headers_});
}

void Intake::tell_account_change(const Record& record, Sink& sink) {
  v1::CaseInput& out = case_input_;
  out.mutable_tenant()->assign(event_.tenant);
  write_party(event_.actor, *out.mutable_actor());
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

void Intake::write_party(const AccountView& account, v1::Party& party) {
  if (pseudonyms_) {
    pseudonyms_->write(account.account_id, *party.mutable_account_id());
  } else {
    party.mutable_account_id()->assign(account.account_id);
  }
  party.set_age_band(static_cast<v1::AgeBand>(account.age_band));
  party.set_age_assurance(static_cast<v1::AgeAssurance>(account.age_assurance));
  party.clear_created_at_ms();
  party.clear_device();
  party.clear_utc_offset_minutes();
  if (const auto created = creation_time(account)) party.set_created_at_ms(created->ms);
  if (!account.device_hash.empty()) party.set_device(hash64(account.device_hash));
  if (account.utc_offset_minutes) party.set_utc_offset_minutes(*account.utc_offset_minutes);
  party.set_heightened_vulnerability(account.heightened_vulnerability);
}

void Intake::write_message(v1::Interaction& interaction, TextFindings& findings) {
  interaction.set_text_signals(0);
  interaction.clear_text_fingerprint();
  interaction.set_media(v1::MEDIA_KIND_UNSPECIFIED);
  interaction.set_link_count(0);
  interaction.clear_label_scores();
  if (event_.kind != InteractionKind::kMessage) return;

  const MessageView& message = event_.message;
  if (!message.text.empty()) findings = text_reader_.read(message.text, message.language);
  if (findings.truncated) ++tally_.texts_truncated;
  interaction.set_text_signals(findings.signals);
  if (message.text_fingerprint) {
    interaction.set_text_fingerprint(*message.text_fingerprint);
  } else if (findings.fingerprint != 0) {
    interaction.set_text_fingerprint(findings.fingerprint);
  }
  interaction.set_media(static_cast<v1::MediaKind>(message.media));
  interaction.set_link_count(message.link_count);
  if (message.label_count > 0) write_labels(interaction);
}

void Intake::write_labels(v1::Interaction& interaction) {
  const auto scores = event_.message.label_scores();
  for (const LabelRule& rule : config_.labels) {
    const auto last = std::find_if(scores.rbegin(), scores.rend(), [&](const auto& score) { return score.label == rule.label; });
    if (last == scores.rend()) continue;
    const auto number = static_cast<std::uint32_t>(rule.signal);
    auto& written = *interaction.mutable_label_scores();
    const auto same = std::find_if(written.begin(), written.end(), [&](const auto& score) { return score.signal() == number; });
    if (same != written.end()) {
      same->set_score(std::max(same->score(), last->score));
      continue;
    }
    v1::LabelScore& added = *written.Add();
    added.set_signal(number);
    added.set_score(last->score);
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
