#include "tests/simulation/group_coordinator.h"

#include <algorithm>

namespace pairwatch::simulation {

std::int64_t GroupCoordinator::join(const std::string& instance, std::int64_t now_ms) {
  const std::int64_t id = next_member_++;
  const auto taken =
      std::find_if(members_.begin(), members_.end(), [&](const auto& entry) { return entry.second.instance == instance; });
  if (taken != members_.end()) {
    Member member = std::move(taken->second);
    members_.erase(taken);
    member.heard_ms = now_ms;
    member.has_joined = true;
    member.owned.clear();  // the new client holds nothing yet
    members_.emplace(id, std::move(member));
    // Was the one before about to let go of something, nobody would ask for it any more.
    if (!is_rebalancing_ && !is_all_assigned()) {
      begin_rebalance(now_ms);
      members_.at(id).has_joined = true;
    }
  } else {
    members_.emplace(id, Member{instance, now_ms, true, {}, {}});
    begin_rebalance(now_ms);
    members_.at(id).has_joined = true;
  }
  return id;
}

GroupAnswer GroupCoordinator::rejoin(std::int64_t member, const std::string& instance, const std::set<std::int32_t>& owned,
                                     std::int64_t now_ms) {
  if (const GroupAnswer answer = check_member(member, instance); answer != GroupAnswer::kOk) return answer;
  if (!is_rebalancing_) begin_rebalance(now_ms);
  Member& joined = members_.at(member);
  joined.heard_ms = now_ms;
  joined.has_joined = true;
  joined.owned = owned;
  return GroupAnswer::kOk;
}

GroupAnswer GroupCoordinator::heartbeat(std::int64_t member, const std::string& instance, std::int64_t now_ms) {
  if (const GroupAnswer answer = check_member(member, instance); answer != GroupAnswer::kOk) return answer;
  members_.at(member).heard_ms = now_ms;
  return is_rebalancing_ && !members_.at(member).has_joined ? GroupAnswer::kRebalanceInProgress : GroupAnswer::kOk;
}

std::optional<GroupCoordinator::Assignment> GroupCoordinator::assignment_of(std::int64_t member) const {
  const auto found = members_.find(member);
  if (is_rebalancing_ || found == members_.end()) return std::nullopt;
  return Assignment{generation_, found->second.assignment};
}

void GroupCoordinator::rebalance(bool moves, std::int64_t now_ms) {
  if (is_rebalancing_ || members_.empty()) return;
  begin_rebalance(now_ms);
  if (moves) {
    keeps_owners_ = false;
    ++shift_;
  }
}

void GroupCoordinator::advance(std::int64_t now_ms) {
  const std::size_t out =
      std::erase_if(members_, [&](const auto& entry) { return now_ms - entry.second.heard_ms > session_timeout_ms; });
  if (out > 0 && !is_rebalancing_) begin_rebalance(now_ms);
  if (!is_rebalancing_) return;
  if (now_ms - rebalance_began_ms_ > rebalance_timeout_ms) {
    std::erase_if(members_, [](const auto& entry) { return !entry.second.has_joined; });
  }
  if (std::all_of(members_.begin(), members_.end(), [](const auto& entry) { return entry.second.has_joined; })) complete();
}

GroupAnswer GroupCoordinator::check_member(std::int64_t member, const std::string& instance) const {
  if (members_.contains(member)) return GroupAnswer::kOk;
  const bool is_taken =
      std::any_of(members_.begin(), members_.end(), [&](const auto& entry) { return entry.second.instance == instance; });
  return is_taken ? GroupAnswer::kFencedInstance : GroupAnswer::kUnknownMember;
}

bool GroupCoordinator::is_all_assigned() const {
  std::size_t assigned = 0;
  for (const auto& [id, member] : members_) assigned += member.assignment.size();
  return assigned == static_cast<std::size_t>(partition_count_);
}

void GroupCoordinator::begin_rebalance(std::int64_t now_ms) {
  if (is_rebalancing_) return;
  is_rebalancing_ = true;
  rebalance_began_ms_ = now_ms;
  for (auto& [id, member] : members_) member.has_joined = false;
}

void GroupCoordinator::complete() {
  is_rebalancing_ = false;
  ++generation_;
  std::map<std::int64_t, std::set<std::int32_t>> wanted = balanced();
  for (auto& [id, member] : members_) {
    member.assignment.clear();
    for (const std::int32_t partition : wanted[id]) {
      const bool is_held_by_another = std::any_of(members_.begin(), members_.end(), [&](const auto& other) {
        return other.first != id && other.second.owned.contains(partition);
      });
      if (!is_held_by_another) member.assignment.insert(partition);
    }
  }
  keeps_owners_ = true;
}

/// Each member holds partition_count / members, some one more. Who holds partitions keeps them as far as that allows, or, in a
/// rebalance that moves, they are dealt out from another member on.
std::map<std::int64_t, std::set<std::int32_t>> GroupCoordinator::balanced() const {
  std::vector<std::pair<std::string, std::int64_t>> order;  // by instance, so that it stays the same
  for (const auto& [id, member] : members_) order.emplace_back(member.instance, id);
  std::sort(order.begin(), order.end());
  std::map<std::int64_t, std::set<std::int32_t>> wanted;
  if (order.empty()) return wanted;
  const auto members = static_cast<std::int32_t>(order.size());
  if (!keeps_owners_) {
    for (std::int32_t partition = 0; partition < partition_count_; ++partition) {
      wanted[order[static_cast<std::size_t>((partition + shift_) % members)].second].insert(partition);
    }
    return wanted;
  }
  std::stable_sort(order.begin(), order.end(), [&](const auto& left, const auto& right) {
    return members_.at(left.second).owned.size() > members_.at(right.second).owned.size();
  });
  std::vector<std::int32_t> free;
  for (std::int32_t partition = 0; partition < partition_count_; ++partition) free.push_back(partition);
  std::map<std::int64_t, std::size_t> quota;
  for (std::int32_t i = 0; i < members; ++i) {
    const std::int64_t id = order[static_cast<std::size_t>(i)].second;
    const std::int32_t share = partition_count_ / members + (i < partition_count_ % members ? 1 : 0);
    quota[id] = static_cast<std::size_t>(share);
    for (const std::int32_t partition : members_.at(id).owned) {
      if (wanted[id].size() < quota[id] && std::erase(free, partition) > 0) wanted[id].insert(partition);
    }
  }
  for (const auto& [instance, id] : order) {
    while (wanted[id].size() < quota[id] && !free.empty()) {
      wanted[id].insert(free.front());
      free.erase(free.begin());
    }
  }
  return wanted;
}

GroupAnswer GroupCoordinator::stage(std::int64_t producer_id, std::int64_t member, const std::string& instance,
                                    std::int32_t generation, const std::vector<CommittedOffset>& offsets) {
  if (const GroupAnswer answer = check_member(member, instance); answer != GroupAnswer::kOk) return answer;
  if (generation != generation_) return GroupAnswer::kIllegalGeneration;
  for (const CommittedOffset& offset : offsets) staged_[producer_id][offset.partition] = offset;
  return GroupAnswer::kOk;
}

void GroupCoordinator::end_transaction(std::int64_t producer_id, bool commit) {
  const auto found = staged_.find(producer_id);
  if (found == staged_.end()) return;
  if (commit) {
    for (const auto& [partition, offset] : found->second) committed_[partition] = offset;
  }
  staged_.erase(found);
}

bool GroupCoordinator::is_unstable(std::int32_t partition) const {
  return std::any_of(staged_.begin(), staged_.end(), [&](const auto& entry) { return entry.second.contains(partition); });
}

std::optional<CommittedOffset> GroupCoordinator::committed(std::int32_t partition) const {
  const auto found = committed_.find(partition);
  return found == committed_.end() ? std::nullopt : std::optional(found->second);
}

}  // namespace pairwatch::simulation
