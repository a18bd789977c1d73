// Where a case lives: what a decision, which names only the case, needs to find its account. One entry of the same store for each
// case that was opened, keyed by the case's subject; at most 600 bytes, about 50 as a rule.
#pragma once

#include <string>
#include <string_view>

#include "processors/core/time.h"

namespace pairwatch::escalation {

struct CasePlace {
  EventTime at = kNever;    ///< of the news that was told of it last: from it the time to live counts
  std::string routing_key;  ///< of the account that is judged
  std::string target;       ///< id of the other; empty for a case about the account

  friend bool operator==(const CasePlace&, const CasePlace&) = default;
};

/// First byte of an entry; differs from those of actors (layout.h).
inline constexpr char kCasePlaceVersion = 'c';

/// For topology/store/hot_entries.h.
struct CasePlaceCodec {
  using State = CasePlace;
  static void decode(std::string_view bytes, CasePlace& place);
  static void encode(const CasePlace& place, std::string& out);
};

}  // namespace pairwatch::escalation
