#include "tests/simulation/simulated_changelog.h"

#include <algorithm>

namespace pairwatch::simulation {

BrokerResult SimulatedChangelog::bounds(std::int32_t partition, ChangelogBounds& found) {
  fate_.point("changelog.bounds");
  if (fate_.strikes(fate_.rates().retriable)) return BrokerError{ErrorClass::kRetriable, "changelog bounds: injected"};
  found = {0, cluster_.log(topic_, partition).end()};
  return {};
}

BrokerResult SimulatedChangelog::start(PartitionOffset from) {
  fate_.point("changelog.start");
  if (from.offset < 0 || positions_.contains(from.partition)) throw Violation("changelog start: once, from an offset");
  if (fate_.strikes(fate_.rates().retriable)) return BrokerError{ErrorClass::kRetriable, "changelog start: injected"};
  positions_[from.partition] = from.offset;
  fate_.note(from.offset == 0 ? "restore from the beginning" : "restore of a tail");
  if (fate_.is_traced()) {
    fate_.trace("changelog read from " + std::to_string(from.partition) + '@' + std::to_string(from.offset));
  }
  return {};
}

ChangelogRead SimulatedChangelog::poll(int timeout_ms) {
  records_.clear();
  kept_.clear();
  moved_.clear();
  if (positions_.empty()) return {};
  fate_.point("changelog.poll");
  if (!fate_.strikes(fate_.rates().short_poll)) {
    for (auto& [partition, position] : positions_) {
      const PartitionLog& log = cluster_.log(topic_, partition);
      const std::int64_t from = position;
      for (std::int64_t left = fate_.random().between(0, most_records); left > 0; --left) {
        const LogEntry* entry = isolation.committed_records_only ? log.next_committed(position) : log.next(position);
        if (entry == nullptr) {
          position = std::max(position, isolation.waits_for_markers ? log.last_stable() : log.end());
          break;
        }
        const StoredRecord& kept = kept_.emplace_back(entry->record);
        records_.push_back({kept.key ? std::string_view(*kept.key) : std::string_view{},
                            kept.value ? std::string_view(*kept.value) : std::string_view{},
                            {},
                            kept.timestamp_ms,
                            partition,
                            entry->offset});
        position = entry->offset + 1;
      }
      if (position != from) moved_.push_back({partition, position});
    }
  }
  if (moved_.empty()) fate_.wait_ms(fate_.random().between(1, std::max(1, timeout_ms)));
  return {records_, moved_};
}

}  // namespace pairwatch::simulation
