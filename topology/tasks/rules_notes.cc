#include "topology/tasks/rules_notes.h"

#include "processors/core/layout.h"

namespace pairwatch {
namespace {

constexpr std::uint8_t kTag = 0xE6;  // layouts of rooms count from 1, 0xE5 is a case held back
constexpr std::uint8_t kVersion = 1;

}  // namespace

std::string as_entry(const RulesNote& note) {
  std::string entry;
  LayoutWriter out(entry);
  out.fixed(kTag);
  out.fixed(kVersion);
  out.fixed(note.change);
  out.fixed(note.from_offset);
  out.bytes(note.sha256);
  return entry;
}

bool is_rules_note(std::string_view entry) { return !entry.empty() && static_cast<std::uint8_t>(entry.front()) == kTag; }

std::optional<RulesNote> rules_note_from(std::string_view entry) {
  LayoutReader in(entry);
  if (in.fixed<std::uint8_t>() != kTag || in.fixed<std::uint8_t>() != kVersion) return {};
  RulesNote note;
  note.change = in.fixed<std::uint64_t>();
  note.from_offset = in.fixed<std::int64_t>();
  note.sha256 = in.bytes();
  return in.ok() ? std::optional(note) : std::nullopt;
}

Hash128 newest_rules_note_key() { return hash128("rules: newest change"); }

Hash128 rules_note_key(std::uint64_t change) { return hash128("rules: change " + std::to_string(change % RulesNote::kMostKept)); }

}  // namespace pairwatch
