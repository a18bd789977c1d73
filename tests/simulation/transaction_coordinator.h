// The transaction coordinator of a simulated Kafka, as brokers before KIP-890's second part know it (an epoch is a producer's, not
// a transaction's): by transactional id, who may write, what a transaction has touched, how it ends.
//
//   Empty --add--> Ongoing --end--> Preparing --marker of each target written--> Ended --add--> Ongoing
//                     \--timeout, init by the next producer (both raise the epoch)--> Preparing to abort
//
// Markers take their time, each its own: what a transaction did becomes visible in one partition before the other. Until the last
// is written whoever wants to go on under that id is told kConcurrent.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "tests/simulation/random.h"

namespace pairwatch::simulation {

/// What a producer shows with each request: the newest epoch of an id counts.
struct ProducerIdentity {
  std::int64_t id = -1;
  std::int32_t epoch = -1;
};

/// A place where a transaction leaves something: a partition of a topic, or the offsets of a group.
struct TransactionTarget {
  bool is_group = false;
  std::string name;  ///< of the topic or the group
  std::int32_t partition = 0;

  friend auto operator<=>(const TransactionTarget&, const TransactionTarget&) = default;
};

enum class TransactionAnswer : std::uint8_t {
  kOk,
  kConcurrent,  ///< the one before has not ended: ask again
  kFenced,      ///< a newer producer has this id, or the transaction took too long
  kInvalid,     ///< nothing to be ended, or in another way
};

class TransactionCoordinator {
 public:
  using WriteMarker = std::function<void(const TransactionTarget& target, std::int64_t producer_id, bool commit)>;

  /// `random` outlives this.
  TransactionCoordinator(Random& random, WriteMarker write_marker) : random_(random), write_marker_(std::move(write_marker)) {}

  std::int64_t timeout_ms = 10'000;         ///< of a transaction, from its first target on
  std::int64_t most_marker_delay_ms = 100;  ///< a marker is written at once, or up to so much later

  /// Begins anew under this id: whatever was open is aborted, a commit on its way is finished (kConcurrent meanwhile).
  TransactionAnswer init(const std::string& transactional_id, std::int64_t now_ms, ProducerIdentity& identity);
  /// The transaction is about to leave something there.
  TransactionAnswer add(const std::string& transactional_id, ProducerIdentity identity, const TransactionTarget& target,
                        std::int64_t now_ms);
  /// Whether a write by this producer would belong to its running transaction.
  bool may_write(const std::string& transactional_id, ProducerIdentity identity, const TransactionTarget& target) const;
  TransactionAnswer end(const std::string& transactional_id, ProducerIdentity identity, bool commit, std::int64_t now_ms);

  /// Aborts what took too long, writes the markers that are due.
  void advance(std::int64_t now_ms);
  /// No transaction is running or ending.
  bool is_idle() const;

 private:
  enum class State : std::uint8_t { kEmpty, kOngoing, kPreparing, kEnded };
  struct Producer {
    ProducerIdentity identity;
    State state = State::kEmpty;
    bool commits = false;  ///< of kPreparing and kEnded
    std::int64_t began_ms = 0;
    std::set<TransactionTarget> targets;
  };
  struct Marker {
    std::int64_t due_ms;
    std::string transactional_id;
    TransactionTarget target;
  };

  void prepare(const std::string& transactional_id, Producer& producer, bool commit, std::int64_t now_ms);

  Random& random_;
  WriteMarker write_marker_;
  std::map<std::string, Producer> producers_;
  std::vector<Marker> markers_;
  std::int64_t next_producer_id_ = 1000;
};

}  // namespace pairwatch::simulation
