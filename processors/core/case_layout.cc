#include "processors/core/case_layout.h"

#include <cstdint>

namespace pairwatch {
namespace {

// Beside the severities of `written`; bit 0 is free there, since no case is told without a severity.
constexpr unsigned kConfirmed = 0x01;
constexpr unsigned kDecays = 0x40;
constexpr unsigned kWasClosed = 0x80;

}  // namespace

void write_subject(LayoutWriter& out, const Hash128& subject) {
  out.fixed(subject.high);
  out.fixed(subject.low);
}

Hash128 read_subject(LayoutReader& in) {
  const auto high = in.fixed<std::uint64_t>();
  return {high, in.fixed<std::uint64_t>()};
}

void write_age(LayoutWriter& out, AgeBand band, AgeAssurance assurance) {
  out.fixed(static_cast<std::uint8_t>(static_cast<unsigned>(band) | static_cast<unsigned>(assurance) << 4));
}

void read_age(LayoutReader& in, AgeBand& band, AgeAssurance& assurance) {
  const auto age = in.fixed<std::uint8_t>();
  band = static_cast<AgeBand>(age & 0x0f);
  assurance = static_cast<AgeAssurance>(age >> 4);
}

void write_case(LayoutWriter& out, const CaseRecord& record, EventTime base) {
  write_subject(out, record.subject);
  out.varint(record.number);
  out.varint(record.revision);
  out.fixed(static_cast<std::uint8_t>(record.severity));
  out.varint(record.risk_told);
  out.varint(record.signals_told);
  out.fixed(record.stages_told);
  out.signed_varint(record.update_day);
  out.varint(record.updates_that_day);
  out.varint(record.held_back);
  write_time(out, record.opened_at, base);
  write_time(out, record.last_news_at, base);
  write_time(out, record.since, base);
  const bool was_closed = record.closed_at != kNever || record.dismissed != 0;
  const bool decays = record.decays_at != kNever;
  out.fixed(static_cast<std::uint8_t>(record.written | (record.is_confirmed ? kConfirmed : 0U) | (decays ? kDecays : 0U) |
                                      (was_closed ? kWasClosed : 0U)));
  if (decays) write_time(out, record.decays_at, base);
  if (!was_closed) return;
  write_time(out, record.closed_at, base);
  write_time(out, record.snooze_until, base);
  out.varint(record.dismissed);
}

CaseRecord read_case(LayoutReader& in, EventTime base) {
  CaseRecord record;
  record.subject = read_subject(in);
  record.number = static_cast<std::uint32_t>(in.varint());
  record.revision = static_cast<std::uint32_t>(in.varint());
  record.severity = static_cast<Severity>(in.fixed<std::uint8_t>());
  record.risk_told = static_cast<std::uint32_t>(in.varint());
  record.signals_told = in.varint();
  record.stages_told = in.fixed<std::uint8_t>();
  record.update_day = static_cast<std::int32_t>(in.signed_varint());
  record.updates_that_day = static_cast<std::uint32_t>(in.varint());
  record.held_back = static_cast<std::uint32_t>(in.varint());
  record.opened_at = read_time(in, base);
  record.last_news_at = read_time(in, base);
  record.since = read_time(in, base);
  const unsigned flags = in.fixed<std::uint8_t>();
  record.is_confirmed = (flags & kConfirmed) != 0;
  record.written = static_cast<std::uint8_t>(flags & ~(kConfirmed | kDecays | kWasClosed));
  if ((flags & kDecays) != 0) record.decays_at = read_time(in, base);
  if ((flags & kWasClosed) == 0) return record;
  record.closed_at = read_time(in, base);
  record.snooze_until = read_time(in, base);
  record.dismissed = in.varint();
  return record;
}

}  // namespace pairwatch
