#include "topology/tasks/warm_up.h"

#include "processors/core/layout.h"

namespace pairwatch {
namespace {

constexpr std::uint8_t kTag = 0xE5;  // layouts of rooms count from 1
constexpr std::uint8_t kVersion = 1;

}  // namespace

std::string as_entry(const HeldCase& held) {
  std::string entry;
  LayoutWriter out(entry);
  out.fixed(kTag);
  out.fixed(kVersion);
  out.fixed(held.raised_at.ms);
  out.fixed(static_cast<std::uint8_t>(held.port));
  out.fixed(held.received_ms);
  out.bytes(held.key);
  out.bytes(held.source);
  out.bytes(held.value);
  return entry;
}

bool is_held_case(std::string_view entry) { return !entry.empty() && static_cast<std::uint8_t>(entry.front()) == kTag; }

std::optional<HeldCase> held_case_from(std::string_view entry) {
  LayoutReader in(entry);
  if (in.fixed<std::uint8_t>() != kTag || in.fixed<std::uint8_t>() != kVersion) return {};
  HeldCase held;
  held.raised_at.ms = in.fixed<std::int64_t>();
  const auto port = in.fixed<std::uint8_t>();
  if (port >= kOutputPortCount) return {};
  held.port = static_cast<OutputPort>(port);
  held.received_ms = in.fixed<std::int64_t>();
  held.key = in.bytes();
  held.source = in.bytes();
  held.value = in.bytes();
  return in.ok() ? std::optional(held) : std::nullopt;
}

EventTime raised_at_of(std::string_view entry) {
  const std::optional<HeldCase> held = held_case_from(entry);
  return held ? held->raised_at : kNever;
}

Hash128 held_case_key(std::string_view escalation_id) { return hash128("case held back: " + std::string(escalation_id)); }

}  // namespace pairwatch
