// What the events themselves tell, beside what is decided from them: how many pairs of which ages there are, how many accounts were
// active on how many days, and where the events of labelled relations stand.
//
// Costs about 60 bytes a pair, 40 an account, 8 an event of a labelled relation.
#pragma once

#include <absl/container/flat_hash_map.h>

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "processors/core/age.h"
#include "processors/core/event_view.h"
#include "processors/core/hash.h"
#include "processors/core/time.h"
#include "tools/evaluate/labels.h"

namespace pairwatch::evaluate {

/// Where an event stands in the input, and when it happened.
struct Moment {
  std::int64_t offset = -1;  ///< of the record, from zero; -1: never
  EventTime at;

  bool is_known() const { return offset >= 0; }
};

/// What was seen of the accounts of a label.
struct Relation {
  Moment first;
  Moment harm;
  std::vector<std::int64_t> offsets;  ///< of its events, in order of the input

  /// How many of its events stand at or before `offset`.
  std::size_t events_until(std::int64_t offset) const;
};

/// Who is with whom, by ages alone.
enum class Ages : std::uint8_t { kAdults, kAdultMinor, kUnknownMinor, kMinors, kUnknown };
inline constexpr std::size_t kAgesCount = 5;
Ages ages_of(AgeBand one, AgeBand other);
std::string_view ages_name(Ages ages);

struct Pair {
  Ages ages = Ages::kUnknown;
  AgeBand minor = AgeBand::kUnknown;  ///< band of the (younger) minor, where there is one
  bool is_trusted = false;            ///< some event told a trusted relation
  std::uint16_t tenant = 0;           ///< place in Observation::tenants
  std::uint16_t language = 0;         ///< place in Observation::languages: the last that was told
};

/// Account keys and pair keys, hashed.
Hash128 account_key(std::string_view tenant, std::string_view id);
/// With its direction.
Hash128 directed_pair_key(std::string_view tenant, std::string_view actor, std::string_view target);
Hash128 pair_key(std::string_view tenant, std::string_view one, std::string_view other);

class Observation {
 public:
  /// `labels` outlives it.
  explicit Observation(const std::vector<Label>& labels);

  /// Each record once, in order of the input.
  void observe(const EventView& event, std::int64_t offset);

  const std::vector<Relation>& relations() const { return relations_; }  ///< one for each label
  const absl::flat_hash_map<Hash128, Pair>& pairs() const { return pairs_; }
  const std::vector<std::string>& tenants() const { return tenants_.names; }
  const std::vector<std::string>& languages() const { return languages_.names; }
  std::uint64_t events() const { return events_; }
  /// An account counts once for each day on which it acted.
  std::uint64_t user_days() const { return user_days_; }
  std::uint64_t minor_days() const { return minor_days_; }
  /// Of accounts that a risky label names as actor.
  std::uint64_t risky_days() const { return risky_days_; }

 private:
  struct Names {
    std::vector<std::string> names;
    std::map<std::string, std::uint16_t, std::less<>> places;
    std::uint16_t place_of(std::string_view name);
  };
  struct Account {
    std::int32_t last_day = INT32_MIN;
    bool is_risky = false;
  };
  struct Named {
    std::uint32_t label;
    bool is_harm;
  };

  void count_day(const EventView& event, EventTime at);
  void note_pair(const EventView& event);
  void note_relations(const EventView& event, const Moment& moment);

  absl::flat_hash_map<Hash128, Pair> pairs_;
  absl::flat_hash_map<Hash128, Account> accounts_;
  absl::flat_hash_map<Hash128, std::vector<std::uint32_t>> labels_of_pair_;
  absl::flat_hash_map<Hash128, std::vector<std::uint32_t>> labels_of_account_;
  absl::flat_hash_map<Hash128, std::vector<Named>> named_events_;
  std::vector<Relation> relations_;
  Names tenants_;
  Names languages_;
  std::uint64_t events_ = 0, user_days_ = 0, minor_days_ = 0, risky_days_ = 0;
};

}  // namespace pairwatch::evaluate
