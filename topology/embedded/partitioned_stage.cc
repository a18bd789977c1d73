#include "topology/embedded/partitioned_stage.h"

#include <algorithm>
#include <functional>
#include <optional>
#include <queue>
#include <tuple>

namespace pairwatch::embedded {
namespace {

/// Every entry is looked at this often within its time to live.
constexpr std::int64_t kSweepsInTimeToLive = 16;
/// How long after their time to live entries go: long after the room itself has treated them as forgotten.
constexpr Duration kGrace = hours(1);
/// Hot entries of one partition, at least.
constexpr std::size_t kLeastHotEntries = 64;

/// How many records ahead memory is asked for.
constexpr std::size_t kPrefetchDistance = 4;

void prefetch(std::string_view bytes) {
  constexpr std::size_t kCacheLine = 64;
  for (std::size_t i = 0; i < std::min<std::size_t>(bytes.size(), 4 * kCacheLine); i += kCacheLine)
    __builtin_prefetch(bytes.data() + i);
}

/// The hot entries of one task are shared out among the partitions.
ServiceConfigs shared_out(const ServiceConfigs& configs, std::int32_t partitions) {
  ServiceConfigs each = configs;
  const auto share = [&](std::size_t all) { return std::max(kLeastHotEntries, all / static_cast<std::size_t>(partitions)); };
  each.relationship.hot_entries = share(configs.relationship.hot_entries);
  each.escalation.hot_entries = share(configs.escalation.hot_entries);
  each.target.hot_entries = share(configs.target.hot_entries);
  return each;
}

}  // namespace

PartitionedStage::PartitionedStage(Service service, const ServiceConfigs& configs, std::int32_t partitions, Duration time_to_live)
    : service_(service),
      configs_(configs),
      time_to_live_(time_to_live),
      step_{std::max<std::int64_t>(1, time_to_live.ms / kSweepsInTimeToLive / MemoryStore::kParts)} {
  const ServiceConfigs each = shared_out(configs, partitions);
  for (std::int32_t i = 0; i < partitions; ++i) {
    Partition& partition = *partitions_.emplace_back(std::make_unique<Partition>(partitions));
    partition.processor = make_processor(service, each, partition.store);
  }
}

void PartitionedStage::begin_batch(EventTime now) {
  for (const std::uint32_t index : active_) {
    Partition& partition = *partitions_[index];
    partition.inputs.clear();
    partition.outputs.clear();
    partition.time = {};
  }
  active_.clear();
  now_ = now;
  parts_due_ = 0;
  if (now_ == kNever) return;
  if (swept_at_ == kNever) swept_at_ = now_;
  const std::int64_t due = (now_ - swept_at_).ms / step_.ms;
  parts_due_ = static_cast<int>(std::clamp<std::int64_t>(due, 0, MemoryStore::kParts));
  if (parts_due_ > 0) swept_at_ = now_;
}

void PartitionedStage::route(const ItemRef& input, std::uint32_t cause) {
  const StageBuffer::Item& item = input.item();
  partitions_[static_cast<std::size_t>(item.partition)]->inputs.push_back(
      {input, input.buffer->key(item), input.buffer->value(item), sequence_++, cause});
}

std::size_t PartitionedStage::prepare() {
  for (std::uint32_t i = 0; i < partitions_.size(); ++i) {
    if (parts_due_ > 0 || !partitions_[i]->inputs.empty()) active_.push_back(i);
  }
  return active_.size();
}

void PartitionedStage::work(std::size_t task) {
  Partition& partition = *partitions_[active_[task]];
  if (parts_due_ > 0) expire(partition);
  if (partition.inputs.empty()) return;
  const std::vector<Input>& inputs = partition.inputs;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    // A batch is larger than the cache, and what belongs to one partition is scattered over it.
    if (i + kPrefetchDistance < inputs.size()) prefetch(inputs[i + kPrefetchDistance].value);
    process(partition, inputs[i]);
  }
  partition.processor->checkpoint();
  partition.store.commit();
}

/// Forgets what the room has long stopped looking at. Hot entries go too, so that it does not matter which ones were hot.
void PartitionedStage::expire(Partition& partition) {
  const auto last_event = [this](std::string_view bytes) { return last_event_of(service_, bytes); };
  const std::size_t expired = partition.store.expire(last_event, now_ - time_to_live_ - kGrace, parts_due_);
  if (expired == 0) return;
  partition.store.commit();
  partition.processor->rollback();
  partition.expired += expired;
}

void PartitionedStage::fire(EventTime until) {
  struct Timer {
    EventTime due;
    Hash128 key;
    std::uint32_t partition = 0;
    auto order() const { return std::tie(due, key, partition); }
    bool operator>(const Timer& other) const { return order() > other.order(); }
  };
  std::priority_queue<Timer, std::vector<Timer>, std::greater<>> timers;
  for (std::uint32_t i = 0; i < partitions_.size(); ++i) {
    partitions_[i]->store.for_each([&](const Hash128& key, std::string_view stored) {
      const EventTime due = next_due_of(service_, configs_, stored);
      if (due != kNever && due < until) timers.push({due, key, i});
    });
  }
  fired_.clear();
  while (!timers.empty()) {
    const Timer timer = timers.top();
    timers.pop();
    Partition& partition = *partitions_[timer.partition];
    const std::size_t before = partition.outputs.items().size();
    const EventTime next = partition.processor->fire(timer.key, timer.due + milliseconds(1), partition.outputs);
    for (std::size_t item = before; item < partition.outputs.items().size(); ++item) {
      fired_.push_back({timer.due, {&partition.outputs, static_cast<std::uint32_t>(item)}});
    }
    if (next != kNever && next < until) timers.push({next, timer.key, timer.partition});
  }
  for (const auto& partition : partitions_) {
    partition->processor->checkpoint();
    partition->store.commit();
  }
}

void PartitionedStage::process(Partition& partition, const Input& input) {
  input.item.buffer->read_headers(input.item.item(), partition.headers);
  Record record;
  record.key = input.key;
  record.value = input.value;
  record.headers = partition.headers;
  record.offset = input.sequence;
  if (service_ == Service::kRelationship) {
    if (const auto seen = actor_and_time_of(record.value)) partition.time.add(seen->actor, seen->at);
  }
  partition.outputs.begin(input.cause);
  partition.processor->process(record, partition.outputs);
}

void PartitionedStage::merge(std::uint32_t causes, const std::vector<Output>& extra, std::vector<Output>& outputs) const {
  // A counting sort by cause. All that one cause led to here lies in one partition, in order; what is extra goes before it.
  std::vector<std::uint32_t> places(causes + 1, 0);
  for (const Output& output : extra) ++places[output.cause + 1];
  for (const std::uint32_t index : active_) {
    for (const StageBuffer::Item& item : partitions_[index]->outputs.items()) ++places[item.cause + 1];
  }
  for (std::size_t i = 1; i < places.size(); ++i) places[i] += places[i - 1];
  outputs.resize(places.back());
  for (const Output& output : extra) outputs[places[output.cause]++] = output;
  for (const std::uint32_t index : active_) {
    const StageBuffer& buffer = partitions_[index]->outputs;
    for (std::uint32_t i = 0; i < buffer.items().size(); ++i) {
      const std::uint32_t cause = buffer.items()[i].cause;
      outputs[places[cause]++] = {{&buffer, i}, cause};
    }
  }
}

void PartitionedStage::rejects(std::vector<StageBuffer::Rejected>& rejects) const {
  for (const std::uint32_t index : active_) {
    const auto& some = partitions_[index]->outputs.rejects();
    rejects.insert(rejects.end(), some.begin(), some.end());
  }
}

FileTime PartitionedStage::time_of_batch() const {
  FileTime time;
  for (const std::uint32_t index : active_) time.add(partitions_[index]->time);
  return time;
}

Tally PartitionedStage::take_tally() {
  Tally tally;
  for (const auto& partition : partitions_) {
    tally.add(partition->processor->take_tally());
    tally.entries_expired += std::exchange(partition->expired, 0);
  }
  return tally;
}

std::uint64_t PartitionedStage::entry_count() const {
  std::uint64_t count = 0;
  for (const auto& partition : partitions_) count += partition->store.entry_count();
  return count;
}

std::uint64_t PartitionedStage::byte_count() const {
  std::uint64_t count = 0;
  for (const auto& partition : partitions_) count += partition->store.byte_count();
  return count;
}

}  // namespace pairwatch::embedded
