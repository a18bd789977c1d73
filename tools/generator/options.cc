#include "tools/generator/options.h"

#include "tools/generator/archetypes.h"

namespace pairwatch::generator {
namespace {

constexpr std::uint64_t kMostPairs = 1'000'000'000;
constexpr std::uint64_t kMostEvents = 1'000'000'000'000;
constexpr std::uint64_t kMostRelations = 10'000'000;
constexpr std::uint32_t kMostDays = 3'650;
constexpr std::uint32_t kMostTenants = 1000;

}  // namespace

std::vector<std::string> problems_of(const Options& options) {
  std::vector<std::string> problems;
  if (options.pairs < 1 || options.pairs > kMostPairs) problems.push_back("--pairs must be 1 to 1000000000");
  if (options.events > kMostEvents) problems.push_back("--events must be at most 1000000000000");
  if (options.days < 1 || options.days > kMostDays) problems.push_back("--days must be 1 to 3650");
  if (options.risky > kMostRelations) problems.push_back("--risky must be at most 10000000");
  if (options.benign && *options.benign > kMostRelations) problems.push_back("--benign must be at most 10000000");
  if (options.minor_share && !(*options.minor_share >= 0 && *options.minor_share <= 1)) {
    problems.push_back("--minor-share must be from 0 to 1");
  }
  for (const std::string& name : options.archetypes) {
    if (find_archetype(name) == nullptr) problems.push_back("--archetypes: there is no " + name + "; --list names them all");
  }
  if (!(options.evasion_share >= 0 && options.evasion_share <= 1)) problems.push_back("--evasion must be from 0 to 1");
  if (options.tenants < 1 || options.tenants > kMostTenants) problems.push_back("--tenants must be 1 to 1000");
  if (options.tenants > 1 && !options.network.empty()) problems.push_back("--tenants is not for --network, which is one");
  if (options.duplicates_per_mille > 1000) problems.push_back("--duplicates must be at most 1000, of a thousand");
  if (options.network_text && options.network.empty())
    problems.push_back("--text is for --network; other traffic always has words");
  if (options.start < kEarliestEventTime || options.start + days(options.days) > kLatestEventTime) {
    problems.push_back("--start and --days must lie within 2000 to 2100");
  }
  return problems;
}

}  // namespace pairwatch::generator
