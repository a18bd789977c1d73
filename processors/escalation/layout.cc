#include "processors/escalation/layout.h"

#include <algorithm>
#include <cstdint>

#include "processors/core/case_layout.h"
#include "processors/core/check.h"
#include "processors/core/layout.h"
#include "processors/core/layout_time.h"
#include "processors/escalation/case_index.h"

namespace pairwatch::escalation {
namespace {

constexpr std::size_t kHeadLimit = 1 + 8 + 1 + 3 * kTimeLimit + 9 * 5 + 1 + kDeviceLimit * (8 + kTimeLimit);
constexpr std::size_t kTargetLimit = 1 + kTargetNameLimit + 2 + 5 * kTimeLimit + 4;
constexpr std::size_t kBusyLimit = 8 + 2 + kActivityLevels * kTimeLimit;
constexpr std::size_t kRiskLimit = 16 + 2 * kTimeLimit + 2 + kRiskPointLimit * (kTimeLimit + 16) + 2;  // and its story
constexpr std::size_t kQuietLimit = 16 + 5 + 5 + 1;
static_assert(kQuietLimit <= 32, "a case that was let go fits into 32 bytes");

void write_target(LayoutWriter& out, const TargetRecord& target, EventTime base) {
  out.bytes(target.name());  // its hash follows from it
  if (target.name_size == 0) out.fixed(target.hash);
  out.varint(target.marks);
  write_time(out, target.first_at, base);
  write_time(out, target.responded_at, base);
  write_time(out, target.complained_first_at, base);
  write_time(out, target.complained_last_at, base);
  if (!target.has(TargetMark::kOpened)) return;
  write_time(out, target.opened_at, base);
  out.fixed(target.opening);
}

TargetRecord read_target(LayoutReader& in, EventTime base) {
  TargetRecord target;
  const std::string_view name = in.bytes();
  if (name.empty()) {
    target.hash = in.fixed<std::uint64_t>();
  } else {
    target.set_name(name);
    target.hash = hash64(name);
  }
  target.marks = static_cast<std::uint16_t>(in.varint());
  target.first_at = read_time(in, base);
  target.responded_at = read_time(in, base);
  target.complained_first_at = read_time(in, base);
  target.complained_last_at = read_time(in, base);
  if (!target.has(TargetMark::kOpened)) return target;
  target.opened_at = read_time(in, base);
  target.opening = in.fixed<std::uint32_t>();
  return target;
}

void write_busy(LayoutWriter& out, const BusyTarget& target, EventTime base) {
  out.fixed(target.hash);
  unsigned told = 0;
  for (std::size_t level = 0; level < kActivityLevels; ++level) told |= (target.reached[level] != kNever ? 1U : 0U) << level;
  out.fixed(static_cast<std::uint16_t>(told));
  for (const EventTime reached : target.reached) {
    if (reached != kNever) write_time(out, reached, base);
  }
}

BusyTarget read_busy(LayoutReader& in, EventTime base) {
  BusyTarget target;
  target.hash = in.fixed<std::uint64_t>();
  const unsigned told = in.fixed<std::uint16_t>();
  for (std::size_t level = 0; level < kActivityLevels; ++level) {
    if ((told >> level & 1) != 0) target.reached[level] = read_time(in, base);
  }
  return target;
}

void write_risk(LayoutWriter& out, const RiskRecord& record, EventTime base) {
  write_subject(out, record.subject);
  write_time(out, record.since, base);
  write_age(out, record.target_band, record.target_assurance);
  write_time(out, record.age_at, base);
  out.fixed(static_cast<std::uint8_t>(static_cast<unsigned>(record.actor_band) | static_cast<unsigned>(record.point_count) << 4));
  for (const RiskPoint& point : record.all()) {
    write_time(out, point.at, base);
    out.fixed(point.log_odds);
    out.fixed(point.own_blocked);
  }
  out.bytes(record.story);
}

void read_risk(LayoutReader& in, EventTime base, RiskRecord& record) {
  record.subject = read_subject(in);
  record.since = read_time(in, base);
  read_age(in, record.target_band, record.target_assurance);
  record.age_at = read_time(in, base);
  const auto band_and_count = in.fixed<std::uint8_t>();
  record.actor_band = static_cast<AgeBand>(band_and_count & 0x0f);
  record.point_count = band_and_count >> 4;
  check(record.point_count >= 1 && record.point_count <= kRiskPointLimit, "a stored risk has its points");
  for (std::size_t i = 0; i < record.point_count; ++i) {
    record.points[i].at = read_time(in, base);
    record.points[i].log_odds = in.fixed<double>();
    record.points[i].own_blocked = in.fixed<double>();
  }
  record.story = in.bytes();
}

void write_quiet(LayoutWriter& out, const QuietCase& quiet) {
  write_subject(out, quiet.subject);
  out.varint(quiet.number);
  out.varint(quiet.revision);
  out.fixed(static_cast<std::uint8_t>(quiet.severity));
}

QuietCase read_quiet(LayoutReader& in) {
  QuietCase quiet;
  quiet.subject = read_subject(in);
  quiet.number = static_cast<std::uint32_t>(in.varint());
  quiet.revision = static_cast<std::uint32_t>(in.varint());
  quiet.severity = static_cast<Severity>(in.fixed<std::uint8_t>());
  return quiet;
}

struct Head {
  EventTime last_news_at;
  EventTime next_due = kNever;
};

Head read_head(LayoutReader& in) {
  const char version = in.fixed<char>();
  const EventTime at{in.fixed<std::int64_t>()};
  check(in.ok() && (version == kActorStateVersion || version == kActorStateVersion - 1),
        "a stored actor has a layout that this release reads; use the release that wrote it, or reset the store");
  return {at, version == kActorStateVersion ? read_time(in, at) : kNever};
}

/// A count that the bytes which are left can hold.
std::size_t read_count(LayoutReader& in) {
  const std::uint64_t count = in.varint();
  check(count <= kActorStateLimit, "a stored list is shorter than an entry");
  return static_cast<std::size_t>(count);
}

}  // namespace

void encode(const ActorState& state, std::string& out) {
  LayoutWriter writer(out);
  const EventTime base = state.last_news_at;
  writer.fixed(kActorStateVersion);
  writer.fixed(base.ms);
  write_time(writer, state.next_due, base);
  write_age(writer, state.age_band, state.age_assurance);
  write_time(writer, state.first_contact_at, base);
  write_time(writer, state.age_at, base);
  writer.varint(state.forgotten_targets);
  writer.varint(state.number_floor);
  writer.varint(state.confirmed_count);
  write_time(writer, state.confirmed_at, base);
  writer.varint(state.devices.size());
  for (const DeviceRecord& device : state.devices) {
    writer.fixed(device.digest);
    write_time(writer, device.last_at, base);
  }
  writer.varint(state.targets.size());
  for (const TargetRecord& target : state.targets) write_target(writer, target, base);
  writer.varint(state.busy.size());
  for (const BusyTarget& target : state.busy) write_busy(writer, target, base);
  writer.varint(state.risks.size());
  for (const RiskRecord& record : state.risks) write_risk(writer, record, base);
  writer.varint(state.cases.size());
  for (const CaseRecord& record : state.cases) write_case(writer, record, base);
  writer.varint(state.quiet.size());
  for (const QuietCase& quiet : state.quiet) write_quiet(writer, quiet);
  if (state.actor_case.exists()) write_case(writer, state.actor_case, base);
}

EventTime last_news_of(std::string_view bytes) {
  LayoutReader reader(bytes);
  if (!bytes.empty() && bytes.front() != kCasePlaceVersion) return read_head(reader).last_news_at;
  CasePlace place;
  CasePlaceCodec::decode(bytes, place);
  return place.at;
}

EventTime next_due_of(std::string_view bytes) {
  if (bytes.empty() || bytes.front() == kCasePlaceVersion) return kNever;
  LayoutReader reader(bytes);
  return read_head(reader).next_due;
}

void decode(std::string_view bytes, ActorState& state) {
  LayoutReader reader(bytes);
  const auto [base, next_due] = read_head(reader);
  state.last_news_at = base;
  state.next_due = next_due;
  read_age(reader, state.age_band, state.age_assurance);
  state.first_contact_at = read_time(reader, base);
  state.age_at = read_time(reader, base);
  state.forgotten_targets = static_cast<std::uint32_t>(reader.varint());
  state.number_floor = static_cast<std::uint32_t>(reader.varint());
  state.confirmed_count = static_cast<std::uint32_t>(reader.varint());
  state.confirmed_at = read_time(reader, base);
  state.devices.resize(read_count(reader));
  for (DeviceRecord& device : state.devices) {
    device.digest = reader.fixed<std::uint64_t>();
    device.last_at = read_time(reader, base);
  }
  state.targets.resize(read_count(reader));
  for (TargetRecord& target : state.targets) target = read_target(reader, base);
  state.busy.resize(read_count(reader));
  for (BusyTarget& target : state.busy) target = read_busy(reader, base);
  state.risks.resize(read_count(reader));
  for (RiskRecord& record : state.risks) read_risk(reader, base, record);
  state.cases.resize(read_count(reader));
  for (CaseRecord& record : state.cases) record = read_case(reader, base);
  state.quiet.resize(read_count(reader));
  for (QuietCase& quiet : state.quiet) quiet = read_quiet(reader);
  if (!reader.at_end()) state.actor_case = read_case(reader, base);
  check(reader.ok() && reader.at_end(), "the stored actor is whole");
}

std::size_t encoded_size(const ActorState& state) {
  std::string bytes;
  bytes.reserve(largest_size(state));
  encode(state, bytes);
  return bytes.size();
}

std::size_t largest_size(const ActorState& state) {
  std::size_t size = kHeadLimit + state.targets.size() * kTargetLimit + state.risks.size() * kRiskLimit +
                     (state.cases.size() + 1) * kCaseRecordLimit + state.quiet.size() * kQuietLimit +
                     state.busy.size() * kBusyLimit;
  for (const RiskRecord& record : state.risks) size += record.story.size();
  return size;
}

}  // namespace pairwatch::escalation
