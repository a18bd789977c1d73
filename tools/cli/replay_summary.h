// What a replay did, in words and numbers, for its end.
#pragma once

#include <absl/container/flat_hash_map.h>

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "pairwatch/v1/escalation.pb.h"
#include "processors/core/hash.h"
#include "processors/core/kinds.h"
#include "processors/core/tally.h"
#include "topology/embedded/embedded.h"

namespace pairwatch::cli {

/// The severity each case has come to. Costs about 40 bytes a case.
class CaseCount {
 public:
  void add(const v1::Escalation& escalation);
  std::uint64_t cases() const { return severities_.size(); }
  /// Cases by the highest severity they came to, by number of the severity.
  std::array<std::uint64_t, kSeverityCount> by_severity() const;

 private:
  absl::flat_hash_map<Hash128, Severity> severities_;
};

/// Several lines, each ended: events, what became of them at each service, what was rejected, pairs, cases, escalations.
std::string summary_of(const embedded::EmbeddedResult& result, const CaseCount& cases, double elapsed_seconds);

/// 1234567 as `1,234,567`.
std::string with_commas(std::uint64_t number);

}  // namespace pairwatch::cli
