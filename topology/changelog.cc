#include "topology/changelog.h"

#include <charconv>

namespace pairwatch {
namespace {

constexpr std::string_view kChangelogField = "changelog=";
constexpr std::string_view kTransactionField = ";transaction=";
constexpr std::string_view kWarming = ";warm-up";

void append_big_endian(std::uint64_t value, std::string& out) {
  for (int shift = 56; shift >= 0; shift -= 8) out.push_back(static_cast<char>(value >> shift));
}

std::uint64_t read_big_endian(std::string_view bytes) {
  std::uint64_t value = 0;
  for (const char byte : bytes) value = value << 8 | static_cast<unsigned char>(byte);
  return value;
}

/// Takes a name and the number after it from the front; false where they are not there.
template <typename Number>
bool take_field(std::string_view name, std::string_view& text, Number& value) {
  if (!text.starts_with(name)) return false;
  text.remove_prefix(name.size());
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{}) return false;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return true;
}

}  // namespace

std::string changelog_key(const Hash128& key) {
  std::string bytes;
  bytes.reserve(sizeof(Hash128));
  append_big_endian(key.high, bytes);
  append_big_endian(key.low, bytes);
  return bytes;
}

std::optional<Hash128> changelog_key_from(std::string_view bytes) {
  if (bytes.size() != sizeof(Hash128)) return {};
  return Hash128{read_big_endian(bytes.substr(0, 8)), read_big_endian(bytes.substr(8))};
}

std::string as_metadata(const OffsetNote& note) {
  std::string text(kChangelogField);
  text.append(std::to_string(note.changelog_offset)).append(kTransactionField).append(std::to_string(note.transaction));
  if (note.is_warming) text.append(kWarming);
  return text;
}

std::optional<OffsetNote> note_from(std::string_view metadata) {
  OffsetNote note;
  bool is_note = take_field(kChangelogField, metadata, note.changelog_offset) &&
                 take_field(kTransactionField, metadata, note.transaction) && note.changelog_offset >= 0;
  note.is_warming = metadata == kWarming;
  is_note = is_note && (metadata.empty() || note.is_warming);
  return is_note ? std::optional(note) : std::nullopt;
}

}  // namespace pairwatch
