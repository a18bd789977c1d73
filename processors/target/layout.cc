#include "processors/target/layout.h"

#include <cstdint>

#include "processors/core/case_layout.h"
#include "processors/core/check.h"
#include "processors/core/layout.h"
#include "processors/target/config.h"

namespace pairwatch::target {
namespace {

/// Bits of a contact, and of the minor.
enum Flag : std::uint8_t { kConfirmed = 1, kKnowsMutualContacts = 2, kVulnerable = 4 };

constexpr std::size_t kHeadLimit = 1 + 8 + (1 + kTenantLimit) + (2 + kIdLimit) + 1 + kTimeLimit + 1 + 1;
constexpr std::size_t kContactLimit =
    (2 + kIdLimit) + 1 + 1 + 5 + 1 + 3 + 5 * kTimeLimit + 5 + 1 + static_cast<std::size_t>(kStageCount) * kTimeLimit;
static_assert(kHeadLimit + kMostContacts * kContactLimit + kCaseRecordLimit <= kTargetStateLimit, "an entry stays below its cap");

void write_contact(LayoutWriter& out, const ContactRecord& contact, EventTime base) {
  out.bytes(contact.id);
  write_age(out, contact.age_band, contact.age_assurance);
  write_time(out, contact.age_at, base);
  out.fixed(static_cast<std::uint8_t>(contact.severity));
  out.varint(contact.case_number);
  out.fixed(
      static_cast<std::uint8_t>((contact.is_confirmed ? kConfirmed : 0) | (contact.mutual_contacts ? kKnowsMutualContacts : 0)));
  out.varint(contact.risk);
  write_time(out, contact.risky_from, base);
  write_time(out, contact.risky_until, base);
  write_time(out, contact.first_contact_at, base);
  write_time(out, contact.ended_at, base);
  if (contact.mutual_contacts) out.varint(*contact.mutual_contacts);
  unsigned reached = 0;
  for (std::size_t stage = 0; stage < contact.stages.size(); ++stage)
    reached |= (contact.stages[stage] != kNever ? 1U : 0U) << stage;
  out.fixed(static_cast<std::uint8_t>(reached));
  for (const EventTime at : contact.stages) {
    if (at != kNever) write_time(out, at, base);
  }
}

ContactRecord read_contact(LayoutReader& in, EventTime base) {
  ContactRecord contact;
  contact.id = in.bytes();
  read_age(in, contact.age_band, contact.age_assurance);
  contact.age_at = read_time(in, base);
  contact.severity = static_cast<Severity>(in.fixed<std::uint8_t>());
  contact.case_number = static_cast<std::uint32_t>(in.varint());
  const unsigned flags = in.fixed<std::uint8_t>();
  contact.is_confirmed = (flags & kConfirmed) != 0;
  contact.risk = static_cast<std::uint32_t>(in.varint());
  contact.risky_from = read_time(in, base);
  contact.risky_until = read_time(in, base);
  contact.first_contact_at = read_time(in, base);
  contact.ended_at = read_time(in, base);
  if ((flags & kKnowsMutualContacts) != 0) contact.mutual_contacts = static_cast<std::uint32_t>(in.varint());
  const unsigned reached = in.fixed<std::uint8_t>();
  for (std::size_t stage = 0; stage < contact.stages.size(); ++stage) {
    if ((reached >> stage & 1U) != 0) contact.stages[stage] = read_time(in, base);
  }
  return contact;
}

/// Version and time of the last news.
EventTime read_head(LayoutReader& in) {
  const bool is_known = in.fixed<char>() == kTargetStateVersion;
  const EventTime at{in.fixed<std::int64_t>()};
  check(in.ok() && is_known,
        "a stored minor has a layout that this release reads; use the release that wrote it, or reset the store");
  return at;
}

}  // namespace

void encode(const TargetState& state, std::string& out) {
  LayoutWriter writer(out);
  const EventTime base = state.last_news_at;
  writer.fixed(kTargetStateVersion);
  writer.fixed(base.ms);
  writer.bytes(state.tenant);
  writer.bytes(state.id);
  write_age(writer, state.age_band, state.age_assurance);
  write_time(writer, state.age_at, base);
  writer.fixed(static_cast<std::uint8_t>(state.is_vulnerable ? kVulnerable : 0));
  writer.varint(state.contacts.size());
  for (const ContactRecord& contact : state.contacts) write_contact(writer, contact, base);
  if (state.target_case.exists()) write_case(writer, state.target_case, base);
}

EventTime last_news_of(std::string_view bytes) {
  LayoutReader reader(bytes);
  return read_head(reader);
}

void decode(std::string_view bytes, TargetState& state) {
  LayoutReader reader(bytes);
  const EventTime base = read_head(reader);
  state.last_news_at = base;
  state.tenant = reader.bytes();
  state.id = reader.bytes();
  read_age(reader, state.age_band, state.age_assurance);
  state.age_at = read_time(reader, base);
  state.is_vulnerable = (reader.fixed<std::uint8_t>() & kVulnerable) != 0;
  const std::uint64_t contacts = reader.varint();
  check(contacts <= kMostContacts, "a stored minor has no more contacts than fit");
  for (std::uint64_t i = 0; i < contacts; ++i) state.contacts.push_back(read_contact(reader, base));
  if (!reader.at_end()) state.target_case = read_case(reader, base);
  check(reader.ok() && reader.at_end(), "the stored minor is whole");
}

}  // namespace pairwatch::target
