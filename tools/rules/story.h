// Rule tests: small stories of who does what to whom, and the cases that must, or must not, come of it. They stand beside the rules
// (config/rules/tests/*.yaml) and are run by `pairwatch validate` and by the tests.
//
//   stories:
//     - name: presents and secrecy
//       accounts: {a: {age: adult}, m: {age: 13_to_15}}
//       mutual_contacts: 0
//       events:
//         - {who: a, to: m, does: message, shows: [secrecy_request]}
//         - {who: a, to: m, does: gift, value: 2500, after: 1h, as: present}
//       expect:
//         cases: [{kind: pair, actor: a, target: m, at_least: REVIEW, before: present, signals: [secrecy_request]}]
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "config/files.h"
#include "config/problem.h"
#include "config/settings.h"
#include "pairwatch/v1/event.pb.h"
#include "processors/core/kinds.h"
#include "topology/services/services.h"

namespace pairwatch::rules {

/// A case that must come, or must not be more than so severe.
struct ExpectedCase {
  config::Place place;
  SubjectKind kind = SubjectKind::kPair;
  std::string actor;                     ///< by its name in the story; of a TARGET case, nobody
  std::string target;                    ///< of a PAIR or TARGET case
  Severity at_least = Severity::kWatch;  ///< it comes to this, at some time
  std::string before;                    ///< ... and does so before the event of that name; empty: at any time
  std::vector<std::string> signals;      ///< each is evidence of some revision; combinations as `combination:<name>`
};

struct Story {
  config::Place place;
  std::string name;
  std::vector<v1::InteractionEvent> events;  ///< in order of time
  std::vector<std::string> names;            ///< of the events, by place; mostly empty
  std::vector<ExpectedCase> cases;
  Severity at_most = Severity::kUrgent;  ///< no case of the story comes above it; kNone: there is no case at all
};

/// Reads the stories of a file; adds what is wrong with it to `problems`.
std::vector<Story> read_stories(const config::ConfigFile& file, config::Problems& problems);

/// The stories that ship with the program.
std::vector<config::ConfigFile> shipped_story_files();

/// Plays stories through all services with the settings, each by itself. Cost: some milliseconds a story.
class StoryRunner {
 public:
  explicit StoryRunner(const config::Settings& settings);

  /// What came instead of what the story expects, each at the place of the expectation; empty where the story holds.
  config::Problems run(const Story& story) const;

 private:
  ServiceConfigs services_;
};

}  // namespace pairwatch::rules
