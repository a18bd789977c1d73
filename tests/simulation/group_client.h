// A member of the group as its client library sees it: joins, answers heartbeats, and makes the changes of the assignment into
// events that its owner takes one at a time.
//
// In:     tick() by the cluster; answered() when the owner has done what an event asks for.
// Out:    take(): lost, revoked before assigned, an assignment also when it is empty. While an event is not answered the member
// takes
//         no part in rebalances; if that lasts too long it is put out.
// Fails:  fenced(): another member has joined under this instance id.
#pragma once

#include <deque>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "tests/simulation/fate.h"
#include "tests/simulation/simulated_cluster.h"
#include "topology/broker.h"

namespace pairwatch::simulation {

class GroupClient final : public BackgroundClient {
 public:
  struct Event {
    Polled::Kind kind;
    std::vector<std::int32_t> partitions;
  };

  /// Both outlive the client.
  GroupClient(SimulatedCluster& cluster, Fate& fate, std::string instance);
  ~GroupClient() override;
  GroupClient(const GroupClient&) = delete;
  GroupClient& operator=(const GroupClient&) = delete;

  void tick() override;
  /// The next event, when the one before is answered. The partitions of an assignment are owned from here on.
  std::optional<Event> take();
  /// The event that was taken is dealt with: what was revoked or lost is owned no longer.
  void answered();

  bool has_unanswered() const { return taken_.has_value(); }
  const std::optional<Event>& unanswered() const { return taken_; }
  bool fenced() const { return fenced_; }
  const std::set<std::int32_t>& owned() const { return owned_; }

  /// Offsets within a producer's transaction, under this member's name.
  GroupAnswer stage(std::int64_t producer_id, const std::vector<CommittedOffset>& offsets);

 private:
  void lose();
  void accept(const GroupCoordinator::Assignment& assignment);

  SimulatedCluster& cluster_;
  Fate& fate_;
  std::string instance_;
  std::int64_t member_ = 0;  ///< 0: not in the group
  std::int32_t generation_ = 0;
  std::set<std::int32_t> owned_;
  std::deque<Event> events_;
  std::optional<Event> taken_;
  bool rejoins_ = false;  ///< something was revoked: the group is waiting for it
  bool fenced_ = false;
};

}  // namespace pairwatch::simulation
