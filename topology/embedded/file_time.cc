#include "topology/embedded/file_time.h"

#include <algorithm>

#include "processors/core/hash.h"
#include "processors/core/layout.h"

namespace pairwatch::embedded {
namespace {

// Field numbers of pairwatch.v1.Interaction and Party; a test reads what the generated class wrote.
constexpr std::uint64_t kOccurredAtMs = 2;
constexpr std::uint64_t kActor = 4;
constexpr std::uint64_t kAccountId = 1;

constexpr std::uint64_t kVarint = 0;
constexpr std::uint64_t kFixed64 = 1;
constexpr std::uint64_t kLengthDelimited = 2;
constexpr std::uint64_t kFixed32 = 5;

/// One field of a message: its number, and what it holds.
struct Field {
  std::uint64_t number = 0;
  std::uint64_t varint = 0;
  std::string_view bytes;
};

std::optional<Field> next_field(LayoutReader& reader) {
  if (reader.at_end()) return std::nullopt;
  const std::uint64_t tag = reader.varint();
  Field field{.number = tag >> 3, .varint = 0, .bytes = {}};
  switch (tag & 7) {
    case kVarint: field.varint = reader.varint(); break;
    case kFixed64: reader.fixed<std::uint64_t>(); break;
    case kLengthDelimited: field.bytes = reader.bytes(); break;
    case kFixed32: reader.fixed<std::uint32_t>(); break;
    default: return std::nullopt;
  }
  if (!reader.ok()) return std::nullopt;
  return field;
}

}  // namespace

void FileTime::add(std::uint64_t actor, EventTime at) {
  if (actor == first_actor_) {
    first_ = std::max(first_, at);
  } else if (at > first_) {
    second_ = first_;
    first_ = at;
    first_actor_ = actor;
  } else {
    second_ = std::max(second_, at);
  }
}

void FileTime::add(const FileTime& other) {
  const EventTime second = std::max(second_, other.second_);
  add(other.first_actor_, other.first_);
  second_ = std::max(second_, second);
}

std::optional<ActorAndTime> actor_and_time_of(std::string_view interaction) {
  ActorAndTime found;
  bool has_time = false;
  LayoutReader reader(interaction);
  while (const std::optional<Field> field = next_field(reader)) {
    if (field->number == kOccurredAtMs) {
      found.at = {static_cast<std::int64_t>(field->varint)};
      has_time = true;
    }
    if (field->number != kActor) continue;
    LayoutReader party(field->bytes);
    while (const std::optional<Field> part = next_field(party)) {
      if (part->number != kAccountId) continue;
      found.actor = hash64(part->bytes);
      if (has_time) return found;  // fields come in the order of their numbers
      break;
    }
  }
  return std::nullopt;
}

}  // namespace pairwatch::embedded
