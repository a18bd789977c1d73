// What a partition's changelog says of the rules that decided it: from which input offset on which bundle, so that a replay can
// change rules where the live run did.
//
//   deciding the first record after a start or a change of rules -> is its bundle the one noted last? If not, a note of the offset
//                                                                   and the bundle's hash goes into the store, in the record's own
//                                                                   transaction: state, outputs and note last together or not at
//                                                                   all
//
// Bound:  the newest kMostKept changes of a partition, about 100 bytes each, and once more the last of them.
// Thread: values only.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "processors/core/hash.h"

namespace pairwatch {

struct RulesNote {
  static constexpr std::uint64_t kMostKept = 64;

  std::uint64_t change = 0;      ///< counts the changes of the partition, from 1
  std::int64_t from_offset = 0;  ///< of its input: the first record that these rules decided
  std::string sha256;            ///< of the bundle, as in every escalation

  friend bool operator==(const RulesNote&, const RulesNote&) = default;
};

/// The bytes of its entry. The first one is none with which a room's layout begins, nor a case held back (warm_up.h).
std::string as_entry(const RulesNote& note);
bool is_rules_note(std::string_view entry);
/// Nullopt: the bytes are none, or of a newer release.
std::optional<RulesNote> rules_note_from(std::string_view entry);
/// Where the newest note stands ...
Hash128 newest_rules_note_key();
/// ... and where each does, until kMostKept more have come.
Hash128 rules_note_key(std::uint64_t change);

}  // namespace pairwatch
