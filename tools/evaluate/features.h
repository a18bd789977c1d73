// What a fit of the weights reads (tools/calibrate): of each judged pair, however little it shows, what every signal and
// combination contributes to its log-odds. Contributions are capped, faded and shared out as the rooms compute them, so that each
// is a multiple of the signal's weight as long as its cap moves with it.
//
// In:      the escalations of a run with every_pair_told().
// Out:     JSON lines, one for a pair at its highest, and for a risky one another for its highest before harm; no ids.
// Bound:   about 400 bytes a judged pair.
#pragma once

#include <absl/container/flat_hash_map.h>

#include <array>
#include <cstdint>
#include <ostream>
#include <string>
#include <vector>

#include "pairwatch/v1/escalation.pb.h"
#include "processors/core/age.h"
#include "tools/evaluate/labels.h"
#include "tools/evaluate/measure.h"
#include "tools/evaluate/observation.h"
#include "topology/services/services.h"

namespace pairwatch::evaluate {

/// The same rules with every judged pair a case from its first event on, told at each small rise; priors lifted by kPriorLift,
/// since a case tells its risk with four decimals.
ServiceConfigs every_pair_told(ServiceConfigs services);
inline constexpr double kPriorLift = 3;

class Features {
 public:
  /// All outlive it; `observation` has seen every event, `services` are those that were given to every_pair_told().
  Features(const std::vector<Label>& labels, const Observation& observation, const ServiceConfigs& services);

  void add(const v1::Escalation& escalation);
  void write(std::ostream& out) const;

 private:
  struct Row {
    bool is_set = false;
    double log_odds = 0;                                         ///< of the contributions, less what protects; without the prior
    double protective = 0;                                       ///< what is taken off
    std::vector<std::pair<std::uint16_t, float>> contributions;  ///< by place in names_
  };
  struct Pair {
    bool is_left_out = false;  ///< gray, or of a risky account or minor, with nobody knowing of the pair itself
    std::int32_t label = -1;
    GateVerdict verdict = GateVerdict::kDropped;
    Row highest;
    Row before_harm;
  };

  Pair& pair_of(const v1::Subject& subject);
  Row row_of(const v1::Escalation& escalation, double prior);
  double protective_of(double risk, double prior, double contributed) const;
  std::uint16_t place_of(const std::string& name);
  void write_row(const Pair& pair, const Row& row, const char* moment, std::ostream& out) const;

  const std::vector<Label>& labels_;
  const Observation& observation_;
  const ServiceConfigs& services_;
  Judge judge_;
  absl::flat_hash_map<Hash128, std::size_t> places_;
  std::vector<Pair> pairs_;  ///< in the order in which they were told
  absl::flat_hash_map<std::string, std::uint16_t> name_places_;
  std::vector<std::string> names_;
};

}  // namespace pairwatch::evaluate
