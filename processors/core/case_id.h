// The name of a case, as others see it: `P-1a2b3c4d-0123456789abcdef0123456789abcdef-1`. The kind's letter, murmur2 of the routing
// key, the hash of tenant, kind and ids, and the number of the case for that subject.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "processors/core/hash.h"
#include "processors/core/kinds.h"

namespace pairwatch {

struct CaseId {
  SubjectKind kind = SubjectKind::kPair;
  std::uint32_t routing_hash = 0;
  Hash128 subject;
  std::uint32_t number = 0;  ///< from 1

  friend bool operator==(const CaseId&, const CaseId&) = default;
};

std::string write_case_id(const CaseId& id);

/// What write_case_id() writes and nothing else; nullopt for anything else.
std::optional<CaseId> read_case_id(std::string_view text);

}  // namespace pairwatch
