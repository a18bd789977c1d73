// The group coordinator of a simulated Kafka, for one group that reads one topic: members, generations, offsets.
//
// Members    have a static instance id. Who joins under an id that is taken replaces the one before, with its partitions and
// without
//            a rebalance; the one before is fenced. Who is not heard of for session_timeout_ms is out.
// Rebalance  cooperative: all join with what they hold; a partition that another holds is not given to its new owner, but taken
// from
//            the old one, who joins again once it has let go. A new generation begins when all have joined, or without those who
//            have not after rebalance_timeout_ms.
// Offsets    arrive inside transactions, from a member of the current generation only. They show once the transaction's marker is
//            written here; until then is_unstable().
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "topology/broker.h"

namespace pairwatch::simulation {

enum class GroupAnswer : std::uint8_t { kOk, kUnknownMember, kFencedInstance, kIllegalGeneration, kRebalanceInProgress };

class GroupCoordinator {
 public:
  explicit GroupCoordinator(std::int32_t partition_count) : partition_count_(partition_count) {}

  std::int64_t session_timeout_ms = 6'000;
  std::int64_t rebalance_timeout_ms = 8'000;

  /// Joins for the first time, or after it was out. Returns the member id.
  std::int64_t join(const std::string& instance, std::int64_t now_ms);
  /// Joins the rebalance that is under way, or begins one; `owned` is what the member holds.
  GroupAnswer rejoin(std::int64_t member, const std::string& instance, const std::set<std::int32_t>& owned, std::int64_t now_ms);
  GroupAnswer heartbeat(std::int64_t member, const std::string& instance, std::int64_t now_ms);

  struct Assignment {
    std::int32_t generation = 0;
    std::set<std::int32_t> partitions;
  };
  /// What the member is given in the current generation; nothing while a rebalance is under way or to one who is not in.
  std::optional<Assignment> assignment_of(std::int64_t member) const;

  /// Begins a rebalance; `moves`: that does not leave partitions where they are.
  void rebalance(bool moves, std::int64_t now_ms);
  /// Puts out who was not heard of, ends a rebalance whose time has come.
  void advance(std::int64_t now_ms);

  /// Offsets within a producer's transaction.
  GroupAnswer stage(std::int64_t producer_id, std::int64_t member, const std::string& instance, std::int32_t generation,
                    const std::vector<CommittedOffset>& offsets);
  void end_transaction(std::int64_t producer_id, bool commit);
  /// A transaction that has not ended has an offset for this partition.
  bool is_unstable(std::int32_t partition) const;
  std::optional<CommittedOffset> committed(std::int32_t partition) const;

  std::int32_t generation() const { return generation_; }
  bool is_stable() const { return !is_rebalancing_; }
  std::size_t member_count() const { return members_.size(); }

 private:
  struct Member {
    std::string instance;
    std::int64_t heard_ms = 0;
    bool has_joined = false;  ///< the rebalance under way
    std::set<std::int32_t> owned;
    std::set<std::int32_t> assignment;
  };

  GroupAnswer check_member(std::int64_t member, const std::string& instance) const;
  bool is_all_assigned() const;
  void begin_rebalance(std::int64_t now_ms);
  void complete();
  std::map<std::int64_t, std::set<std::int32_t>> balanced() const;

  std::int32_t partition_count_;
  std::map<std::int64_t, Member> members_;  ///< by member id
  std::int64_t next_member_ = 1;
  std::int32_t generation_ = 0;
  bool is_rebalancing_ = false;
  std::int64_t rebalance_began_ms_ = 0;
  std::int32_t shift_ = 0;    ///< turns what is balanced
  bool keeps_owners_ = true;  ///< in the rebalance under way

  std::map<std::int32_t, CommittedOffset> committed_;
  std::map<std::int64_t, std::map<std::int32_t, CommittedOffset>> staged_;  ///< by producer id
};

}  // namespace pairwatch::simulation
