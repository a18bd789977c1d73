#include "tests/simulation/transaction_coordinator.h"

#include <algorithm>

namespace pairwatch::simulation {

TransactionAnswer TransactionCoordinator::init(const std::string& transactional_id, std::int64_t now_ms,
                                               ProducerIdentity& identity) {
  Producer& producer = producers_[transactional_id];
  if (producer.state == State::kOngoing) {
    ++producer.identity.epoch;  // fences the one before, whatever becomes of the transaction
    prepare(transactional_id, producer, false, now_ms);
  }
  if (producer.state == State::kPreparing) return TransactionAnswer::kConcurrent;
  if (producer.identity.id < 0) producer.identity.id = next_producer_id_++;
  ++producer.identity.epoch;
  producer.state = State::kEmpty;
  identity = producer.identity;
  return TransactionAnswer::kOk;
}

TransactionAnswer TransactionCoordinator::add(const std::string& transactional_id, ProducerIdentity identity,
                                              const TransactionTarget& target, std::int64_t now_ms) {
  Producer& producer = producers_[transactional_id];
  if (producer.identity.epoch != identity.epoch) return TransactionAnswer::kFenced;
  if (producer.state == State::kPreparing) return TransactionAnswer::kConcurrent;
  if (producer.state != State::kOngoing) {
    producer.state = State::kOngoing;
    producer.began_ms = now_ms;
  }
  producer.targets.insert(target);
  return TransactionAnswer::kOk;
}

bool TransactionCoordinator::may_write(const std::string& transactional_id, ProducerIdentity identity,
                                       const TransactionTarget& target) const {
  const auto found = producers_.find(transactional_id);
  return found != producers_.end() && found->second.identity.epoch == identity.epoch && found->second.state == State::kOngoing &&
         found->second.targets.contains(target);
}

TransactionAnswer TransactionCoordinator::end(const std::string& transactional_id, ProducerIdentity identity, bool commit,
                                              std::int64_t now_ms) {
  Producer& producer = producers_[transactional_id];
  if (producer.identity.epoch != identity.epoch) return TransactionAnswer::kFenced;
  switch (producer.state) {
    case State::kEmpty: return TransactionAnswer::kInvalid;
    case State::kOngoing: prepare(transactional_id, producer, commit, now_ms); return TransactionAnswer::kOk;
    case State::kPreparing: return producer.commits == commit ? TransactionAnswer::kConcurrent : TransactionAnswer::kInvalid;
    case State::kEnded: return producer.commits == commit ? TransactionAnswer::kOk : TransactionAnswer::kInvalid;
  }
  return TransactionAnswer::kInvalid;
}

void TransactionCoordinator::prepare(const std::string& transactional_id, Producer& producer, bool commit, std::int64_t now_ms) {
  producer.state = State::kPreparing;
  producer.commits = commit;
  for (const TransactionTarget& target : producer.targets) {
    const std::int64_t delay_ms = random_.one_in(2) ? 0 : random_.between(0, most_marker_delay_ms);
    markers_.push_back({now_ms + delay_ms, transactional_id, target});
  }
}

void TransactionCoordinator::advance(std::int64_t now_ms) {
  for (auto& [transactional_id, producer] : producers_) {
    if (producer.state != State::kOngoing || now_ms - producer.began_ms < timeout_ms) continue;
    ++producer.identity.epoch;
    prepare(transactional_id, producer, false, now_ms);
  }
  std::vector<Marker> due;
  std::erase_if(markers_, [&](const Marker& marker) {
    if (marker.due_ms > now_ms) return false;
    due.push_back(marker);
    return true;
  });
  for (const Marker& marker : due) {
    Producer& producer = producers_[marker.transactional_id];
    write_marker_(marker.target, producer.identity.id, producer.commits);
    producer.targets.erase(marker.target);
    if (producer.targets.empty()) producer.state = State::kEnded;
  }
}

bool TransactionCoordinator::is_idle() const {
  return std::all_of(producers_.begin(), producers_.end(),
                     [](const auto& entry) { return entry.second.state == State::kEmpty || entry.second.state == State::kEnded; });
}

}  // namespace pairwatch::simulation
