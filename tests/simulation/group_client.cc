#include "tests/simulation/group_client.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace pairwatch::simulation {

GroupClient::GroupClient(SimulatedCluster& cluster, Fate& fate, std::string instance)
    : cluster_(cluster), fate_(fate), instance_(std::move(instance)) {
  cluster_.add_client(this);
}

GroupClient::~GroupClient() { cluster_.remove_client(this); }

void GroupClient::tick() {
  if (fenced_ || !fate_.is_running()) return;
  const bool is_busy = !events_.empty() || taken_;
  if (member_ == 0) {
    if (is_busy) return;
    member_ = cluster_.group().join(instance_, cluster_.now_ms());
    generation_ = 0;
    return;
  }
  switch (cluster_.group().heartbeat(member_, instance_, cluster_.now_ms())) {
    case GroupAnswer::kUnknownMember:
      if (!is_busy) lose();
      return;
    case GroupAnswer::kFencedInstance: fenced_ = true; return;
    case GroupAnswer::kRebalanceInProgress:
    case GroupAnswer::kIllegalGeneration:
      if (!is_busy) {
        rejoins_ = false;
        cluster_.group().rejoin(member_, instance_, owned_, cluster_.now_ms());
      }
      return;
    case GroupAnswer::kOk: break;
  }
  if (is_busy) return;
  if (std::exchange(rejoins_, false)) {
    cluster_.group().rejoin(member_, instance_, owned_, cluster_.now_ms());
    return;
  }
  const auto assignment = cluster_.group().assignment_of(member_);
  if (assignment && assignment->generation != generation_) accept(*assignment);
}

void GroupClient::lose() {
  member_ = 0;
  rejoins_ = false;
  if (!owned_.empty()) events_.push_back({Polled::Kind::kLost, {owned_.begin(), owned_.end()}});
}

void GroupClient::accept(const GroupCoordinator::Assignment& assignment) {
  generation_ = assignment.generation;
  std::vector<std::int32_t> revoked, added;
  std::set_difference(owned_.begin(), owned_.end(), assignment.partitions.begin(), assignment.partitions.end(),
                      std::back_inserter(revoked));
  std::set_difference(assignment.partitions.begin(), assignment.partitions.end(), owned_.begin(), owned_.end(),
                      std::back_inserter(added));
  if (!revoked.empty()) {
    events_.push_back({Polled::Kind::kRevoked, revoked});
    rejoins_ = true;
  }
  events_.push_back({Polled::Kind::kAssigned, added});
}

std::optional<GroupClient::Event> GroupClient::take() {
  if (taken_ || events_.empty()) return std::nullopt;
  taken_ = std::move(events_.front());
  events_.pop_front();
  if (taken_->kind == Polled::Kind::kAssigned) owned_.insert(taken_->partitions.begin(), taken_->partitions.end());
  return taken_;
}

void GroupClient::answered() {
  if (!taken_) return;
  if (taken_->kind != Polled::Kind::kAssigned) {
    for (const std::int32_t partition : taken_->partitions) owned_.erase(partition);
  }
  taken_.reset();
}

GroupAnswer GroupClient::stage(std::int64_t producer_id, const std::vector<CommittedOffset>& offsets) {
  return cluster_.group().stage(producer_id, member_, instance_, generation_, offsets);
}

}  // namespace pairwatch::simulation
