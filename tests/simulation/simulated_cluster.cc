#include "tests/simulation/simulated_cluster.h"

#include <algorithm>

namespace pairwatch::simulation {

SimulatedCluster::SimulatedCluster(Random& random, const std::string& input_topic, std::int32_t input_partitions)
    : group_(input_partitions),
      transactions_(random, [this](const TransactionTarget& target, std::int64_t producer_id, bool commit) {
        if (target.is_group) {
          group_.end_transaction(producer_id, commit);
        } else {
          log(target.name, target.partition).end_transaction(producer_id, commit);
        }
      }) {
  add_topic(input_topic, input_partitions);
}

void SimulatedCluster::add_topic(const std::string& topic, std::int32_t partitions) {
  topics_[topic].resize(static_cast<std::size_t>(partitions));
}

std::int32_t SimulatedCluster::partition_count(const std::string& topic) const {
  return static_cast<std::int32_t>(topics_.at(topic).size());
}

PartitionLog& SimulatedCluster::log(const std::string& topic, std::int32_t partition) {
  return topics_.at(topic).at(static_cast<std::size_t>(partition));
}

const PartitionLog& SimulatedCluster::log(const std::string& topic, std::int32_t partition) const {
  return topics_.at(topic).at(static_cast<std::size_t>(partition));
}

void SimulatedCluster::end_transaction_later(const std::string& transactional_id, ProducerIdentity identity, bool commit,
                                             std::int64_t due_ms) {
  late_ends_.push_back({due_ms, transactional_id, identity, commit});
}

void SimulatedCluster::advance(std::int64_t now_ms) {
  now_ms_ = std::max(now_ms_, now_ms);
  std::vector<LateEnd> due;
  std::erase_if(late_ends_, [&](const LateEnd& late) {
    if (late.due_ms > now_ms_) return false;
    due.push_back(late);
    return true;
  });
  for (const LateEnd& late : due) transactions_.end(late.transactional_id, late.identity, late.commit, now_ms_);
  transactions_.advance(now_ms_);
  for (BackgroundClient* client : clients_) client->tick();
  group_.advance(now_ms_);
}

}  // namespace pairwatch::simulation
