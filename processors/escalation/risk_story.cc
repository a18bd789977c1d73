#include "processors/escalation/risk_story.h"

#include <cstdint>

#include "processors/core/check.h"
#include "processors/core/layout_time.h"

namespace pairwatch::escalation {
namespace {

enum Flag : std::uint8_t {
  kVulnerableTarget = 1,
  kActorStarted = 2,
  kKnowsMutualContacts = 4,
};
constexpr double kContributionSteps = 10000;  // what is told has 4 decimals

void write_evidence(LayoutWriter& out, const EvidenceItem& item, EventTime base) {
  const double steps = item.contribution * kContributionSteps;
  out.fixed(static_cast<std::uint8_t>(item.signal));
  out.signed_varint(static_cast<std::int64_t>(steps < 0 ? steps - 0.5 : steps + 0.5));
  out.varint(item.count);
  write_time(out, item.first_at, base);
  write_time(out, item.last_at, base);
  out.fixed(static_cast<std::uint8_t>(item.source.has_value()));
  if (!item.source) return;
  out.signed_varint(item.source->partition);
  out.signed_varint(item.source->offset);
}

EvidenceItem read_evidence(LayoutReader& in, EventTime base) {
  EvidenceItem item;
  const auto signal = evidence_numbered(in.fixed<std::uint8_t>());
  check(signal.has_value(), "a remembered risk has signals that this release knows");
  item.signal = *signal;
  item.contribution = static_cast<double>(in.signed_varint()) / kContributionSteps;
  item.count = static_cast<std::uint32_t>(in.varint());
  item.first_at = read_time(in, base);
  item.last_at = read_time(in, base);
  if (in.fixed<std::uint8_t>() == 0) return item;
  SourcePosition source;
  source.partition = static_cast<std::int32_t>(in.signed_varint());
  source.offset = in.signed_varint();
  item.source = source;
  return item;
}

const ChannelItem* newest_channel(const RiskNews& risk) {
  const ChannelItem* newest = nullptr;
  for (std::size_t i = 0; i < risk.channel_count; ++i) {
    const ChannelItem& channel = risk.channels[i];
    if (newest == nullptr || channel.last_seen_at > newest->last_seen_at) newest = &channel;
  }
  return newest;
}

void write_channel(LayoutWriter& out, const ChannelItem& channel, EventTime base) {
  out.bytes(channel.id);
  out.fixed(static_cast<std::uint8_t>(channel.kind));
  write_time(out, channel.first_seen_at, base);
  write_time(out, channel.last_seen_at, base);
}

/// With that many of the evidence, the weightiest.
void write_with(const RiskNews& risk, std::size_t evidence_count, EventTime at, std::string& out) {
  out.clear();
  LayoutWriter writer(out);
  writer.fixed(at.ms);
  writer.bytes(risk.target.id.value);
  unsigned flags = 0;
  if (risk.target.heightened_vulnerability) flags |= kVulnerableTarget;
  if (risk.actor_started) flags |= kActorStarted;
  if (risk.mutual_contacts) flags |= kKnowsMutualContacts;
  writer.fixed(static_cast<std::uint8_t>(flags));
  write_time(writer, risk.first_contact_at, at);
  writer.varint(risk.message_count);
  writer.varint(risk.received_count);
  writer.varint(risk.gift_count);
  if (risk.mutual_contacts) writer.varint(*risk.mutual_contacts);
  writer.varint(evidence_count);
  for (std::size_t i = 0; i < evidence_count; ++i) write_evidence(writer, risk.evidence.items[i], at);
  writer.varint(risk.stages.count);
  for (const StageItem& item : risk.stages.all()) {
    writer.fixed(static_cast<std::uint8_t>(item.stage));
    write_time(writer, item.reached_at, at);
  }
  const std::size_t without_channel = out.size();
  if (const ChannelItem* channel = newest_channel(risk)) write_channel(writer, *channel, at);
  if (out.size() > kRiskStoryLimit) out.resize(without_channel);
}

}  // namespace

bool write_story(const RiskNews& risk, EventTime at, std::string& out) {
  std::size_t evidence_count = risk.evidence.count;
  write_with(risk, evidence_count, at, out);
  while (out.size() > kRiskStoryLimit && evidence_count > 0) write_with(risk, --evidence_count, at, out);
  return out.size() <= kRiskStoryLimit;
}

std::string_view target_of_story(std::string_view story) {
  LayoutReader reader(story);
  reader.fixed<std::int64_t>();
  return reader.bytes();
}

void read_story(std::string_view story, RiskNews& risk) {
  LayoutReader reader(story);
  const EventTime at{reader.fixed<std::int64_t>()};
  risk.target.id = {reader.bytes()};
  const unsigned flags = reader.fixed<std::uint8_t>();
  risk.target.heightened_vulnerability = (flags & kVulnerableTarget) != 0;
  risk.actor_started = (flags & kActorStarted) != 0;
  risk.first_contact_at = read_time(reader, at);
  risk.message_count = static_cast<std::uint32_t>(reader.varint());
  risk.received_count = static_cast<std::uint32_t>(reader.varint());
  risk.gift_count = static_cast<std::uint32_t>(reader.varint());
  if ((flags & kKnowsMutualContacts) != 0) risk.mutual_contacts = static_cast<std::uint32_t>(reader.varint());
  risk.evidence.count = reader.varint();
  check(risk.evidence.count <= risk.evidence.items.size(), "a remembered risk has each signal at most once");
  for (EvidenceItem& item : risk.evidence.all()) item = read_evidence(reader, at);
  const std::uint64_t stages = reader.varint();
  check(stages <= risk.stages.items.size(), "a remembered risk has each stage at most once");
  for (std::uint64_t i = 0; i < stages; ++i) {
    const auto stage = static_cast<Stage>(reader.fixed<std::uint8_t>());
    risk.stages.add(stage, read_time(reader, at));
  }
  if (!reader.at_end()) {
    ChannelItem& channel = risk.channels[risk.channel_count++];
    channel.id = reader.bytes();
    channel.kind = static_cast<ChannelKind>(reader.fixed<std::uint8_t>());
    channel.first_seen_at = read_time(reader, at);
    channel.last_seen_at = read_time(reader, at);
  }
  check(reader.ok() && reader.at_end(), "a remembered risk is whole");
}

}  // namespace pairwatch::escalation
