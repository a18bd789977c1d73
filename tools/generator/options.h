// What `pairwatch generate` can be told. The defaults are the reference mix, on which speed is measured.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "processors/core/time.h"

namespace pairwatch::generator {

enum class Format : std::uint8_t {
  kJson,      ///< one proto3 JSON object a line
  kProtobuf,  ///< varint length and message, one after another
};

struct Options {
  Format format = Format::kJson;
  std::uint64_t seed = 1;
  /// Ordinary pairs; how much each says follows a power law of exponent 1. Costs 9 bytes each.
  std::uint64_t pairs = 100'000;
  /// Ordinary events.
  std::uint64_t events = 1'000'000;
  std::uint32_t days = 30;
  /// Relations of each kind laid into the ordinary traffic, the archetypes in turn. Benign ones look risky at a glance.
  std::uint64_t risky = 0;
  /// As many as risky ones, unless told.
  std::optional<std::uint64_t> benign;
  /// Without a network: share of ordinary pairs in which a minor or an unknown age takes part, so that they pass the gate
  /// (0.1). With a network: share of accounts that belong to minors (0.2).
  std::optional<double> minor_share;
  /// Archetypes by name; where none of a kind (risky, ordinary) is named, all of that kind.
  std::vector<std::string> archetypes;
  /// Share of risky relations that try not to be seen, each in a way of its own.
  double evasion_share = 0;
  /// Ordinary pairs and relations are spread over as many tenants; 1: without a tenant.
  std::uint32_t tenants = 1;
  /// Events sent twice, of a thousand.
  std::uint32_t duplicates_per_mille = 0;
  /// A file of lines `src dst unix_seconds`, plain or gzip: ordinary traffic comes from it instead of from pairs, events, days.
  std::string network;
  /// Gives the network's messages harmless words; without, they have none.
  bool network_text = false;
  /// A file of texts to be said in stories instead of the generator's own (Sayings::read).
  std::string sayings;
  /// Time of the first event. A network keeps its own times where they lie within bounds, else it is moved here.
  EventTime start{1'735'689'600'000};  // 2025-01-01T00:00:00Z
};

/// Everything wrong with the values, one sentence each.
std::vector<std::string> problems_of(const Options& options);

}  // namespace pairwatch::generator
