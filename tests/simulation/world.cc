#include "tests/simulation/world.h"

#include <algorithm>
#include <exception>
#include <utility>

#include "tests/simulation/checker.h"
#include "topology/changelog.h"

namespace pairwatch::simulation {
namespace {

constexpr std::int64_t kMostPointTime_us = 200;
constexpr std::int64_t kMostSlice_ms = 50;
constexpr std::int64_t kMostPause_ms = 20'000;
constexpr std::int32_t kOutputPartitions = 3;
constexpr std::int64_t kFeeders = 2;

}  // namespace

World::World(std::uint64_t seed, const SimulatedService& service, const Interposer& interposer, Tracer tracer)
    : random_(seed),
      service_(service),
      interposer_(interposer),
      tracer_(std::move(tracer)),
      setting_(draw_setting(random_)),
      cluster_(random_, kInputTopic, setting_.partitions) {
  setting_.standby = seed % 3 == 0;
}

World::~World() = default;

Verdict World::run() {
  try {
    set_up();
    for (std::int64_t i = 0; i < setting_.steps; ++i) act();
    verdict_.failure = come_to_rest();
    if (verdict_.failure.empty()) verdict_.failure = judge();
  } catch (const Violation& violation) {
    verdict_.failure = std::string("broke a contract: ") + violation.what();
  }
  return std::move(verdict_);
}

void World::set_up() {
  cluster_.add_topic(kOutputTopic, kOutputPartitions);
  cluster_.add_topic(kDeadLetterTopic, 1);
  cluster_.add_topic(kChangelogTopic, setting_.partitions);
  cluster_.group().session_timeout_ms = setting_.session_timeout_ms;
  cluster_.group().rebalance_timeout_ms = setting_.session_timeout_ms * 2;
  cluster_.transactions().timeout_ms = setting_.transaction_timeout_ms;
  cluster_.transactions().most_marker_delay_ms = setting_.marker_delay_ms;
  for (std::int64_t i = 0; i < setting_.processes; ++i) slots_.push_back({"i" + std::to_string(i), nullptr, nullptr, 0});
  for (Slot& slot : slots_) start(slot);
}

std::string World::come_to_rest() {
  is_quiet_ = true;
  trace("-- faults end");
  while (!open_feeds_.empty()) end_feed(open_feeds_.begin()->first, true);
  std::string unrest = "nothing yet";
  for (int i = 0; i < kMostQuietSteps && !unrest.empty(); ++i) {
    for (Slot& slot : slots_) {
      if (!slot.process) start(slot);
    }
    step_some_worker();
    if (i % 40 == 0) unrest = at_rest();
  }
  return unrest.empty() ? std::string() : "does not come to rest: " + unrest;
}

/// What is still missing; empty: nothing.
std::string World::at_rest() const {
  if (!cluster_.transactions().is_idle()) return "a transaction is under way";
  for (std::int32_t partition = 0; partition < setting_.partitions; ++partition) {
    const PartitionLog& input = cluster_.log(kInputTopic, partition);
    const std::vector<const LogEntry*> records = input.committed();
    const std::int64_t least = records.empty() ? 0 : records.back()->offset + 1;
    const auto committed = cluster_.group().committed(partition);
    if (least > (committed ? committed->offset : 0)) {
      return "partition " + std::to_string(partition) + " stands at " + std::to_string(committed ? committed->offset : -1) +
             ", and its last record ends at " + std::to_string(least);
    }
  }
  for (std::int32_t partition = 0; partition < setting_.partitions; ++partition) {
    const auto committed = cluster_.group().committed(partition);
    const auto note = committed ? note_from(committed->metadata) : std::nullopt;
    if (note && note->is_warming) return "partition " + std::to_string(partition) + " warms up";
  }
  std::size_t running = 0;
  for (const Slot& slot : slots_) running += slot.process ? slot.process->running_tasks() : 0;
  if (running != static_cast<std::size_t>(setting_.partitions)) return std::to_string(running) + " tasks are running";
  return {};
}

std::string World::judge() {
  const Checker checker(cluster_, service_);
  std::string wrong = checker.check_cluster();
  for (Slot& slot : slots_) {
    if (slot.process) stop(slot.process, "at the end");
    if (wrong.empty()) wrong = checker.check_disk(*slot.disk, "disk of " + slot.instance);
  }
  return wrong;
}

void World::act() {
  advance_us(random_.between(1, kMostPointTime_us * 5));
  const std::pair<std::int64_t, void (*)(World&)> events[] = {
      {100, [](World& world) { world.step_some_worker(); }},
      {setting_.feed, [](World& world) { world.feed(); }},
      {setting_.restart,
       [](World& world) {
         if (Slot* slot = world.some_slot(false)) world.start(*slot);
       }},
      {setting_.kill,
       [](World& world) {
         if (Slot* slot = world.some_slot(true)) world.kill(slot->process, "killed");
       }},
      {setting_.stop,
       [](World& world) {
         Slot* slot = world.some_slot(true);
         if (slot != nullptr && !slot->process->is_any_busy()) world.stop(slot->process, "stopped");
       }},
      {setting_.replace,
       [](World& world) {
         if (Slot* slot = world.some_slot(true)) world.replace(*slot);
       }},
      {setting_.power_loss,
       [](World& world) {
         world.lose_power(world.slots_[static_cast<std::size_t>(world.random_.below(std::ssize(world.slots_)))]);
       }},
      {setting_.disk_loss,
       [](World& world) {
         if (Slot* slot = world.some_slot(false)) {
           slot->disk.reset();
           world.count("disk lost");
         }
       }},
      {setting_.rebalance,
       [](World& world) {
         world.cluster_.group().rebalance(world.random_.one_in(2), world.cluster_.now_ms());
         world.count("rebalance");
       }},
      {setting_.compact, [](World& world) { world.compact(); }},
      {setting_.idle, [](World& world) { world.idle(); }},
  };
  std::int64_t sum = 0;
  for (const auto& [weight, event] : events) sum += weight;
  std::int64_t drawn = random_.below(sum);
  for (const auto& [weight, event] : events) {
    if (drawn < weight) return event(*this);
    drawn -= weight;
  }
}

World::Slot* World::some_slot(bool running) {
  std::vector<Slot*> fitting;
  for (Slot& slot : slots_) {
    if ((slot.process != nullptr) == running) fitting.push_back(&slot);
  }
  return fitting.empty() ? nullptr : fitting[static_cast<std::size_t>(random_.below(std::ssize(fitting)))];
}

void World::step_some_worker() {
  std::vector<std::pair<ProcessPointer, std::size_t>> able;
  const auto add = [&](const ProcessPointer& process) {
    if (!process || !process->is_running()) return;
    for (std::size_t i = 0; i < process->worker_count(); ++i) {
      if (!process->is_busy(i)) able.emplace_back(process, i);
    }
  };
  for (const Slot& slot : slots_) add(slot.process);
  for (const ProcessPointer& process : replaced_) add(process);
  if (able.empty()) {
    advance_us(random_.between(1, kMostSlice_ms) * 1000);
    return;
  }
  const auto& [process, worker] = able[static_cast<std::size_t>(random_.below(std::ssize(able)))];
  step(process, worker);
}

void World::step(const ProcessPointer& process, std::size_t worker) {
  ++depth_;
  try {
    if (!process->step(worker) && process->is_alive()) {
      const std::string why = process->reason(worker);
      // Whatever else a worker takes for a reason to give up has not happened here, and sends its operator after it.
      const bool has_reason = why.find("injected") != std::string::npos || why.find("another process") != std::string::npos;
      if (!has_reason) throw Violation(process->name() + " gives up: " + why);
      stop(process, "ended: " + why);
    }
  } catch (const Crash&) {
    kill(process, "unwound");
  }
  --depth_;
}

void World::feed() {
  if (fed_ >= setting_.records) return;
  const std::int64_t count = random_.between(1, 6);
  const std::int64_t producer = random_.one_in(2) ? PartitionLog::kNoTransaction : random_.between(1, kFeeders);
  for (std::int64_t i = 0; i < count; ++i) {
    StoredRecord record = service_.make_record(random_, setting_.keys, fed_++);
    record.timestamp_ms = kWallClockAtStart_ms + now_us_ / 1000;
    const std::int32_t partition = partition_of(*record.key, setting_.partitions);
    cluster_.log(kInputTopic, partition).append(std::move(record), producer);
    if (producer != PartitionLog::kNoTransaction) open_feeds_[producer].insert(partition);
  }
  if (producer != PartitionLog::kNoTransaction && random_.one_in(2)) end_feed(producer, !random_.one_in(3));
}

void World::end_feed(std::int64_t producer, bool commit) {
  for (const std::int32_t partition : open_feeds_[producer]) cluster_.log(kInputTopic, partition).end_transaction(producer, commit);
  open_feeds_.erase(producer);
}

void World::start(Slot& slot) {
  if (!slot.disk || !setting_.has_disk) {
    slot.disk = std::make_shared<SimulatedDisk>();
    slot.disk->sync_one_in = setting_.sync_one_in;
  }
  slot.disk->failure_rate = is_quiet_ ? 0 : setting_.disk_failure;
  const std::string name = slot.instance + '.' + std::to_string(++slot.started);
  trace("-- " + name + " starts");
  slot.process = std::make_shared<SimulatedProcess>(*this, setting_, service_, interposer_, slot.disk, slot.instance, name);
}

/// It dies where it stands. What is below on the stack unwinds when control comes back to it.
void World::kill(ProcessPointer process, const std::string& why) {
  if (process->is_alive()) trace("-- " + process->name() + " dies: " + why);
  process->die();
  for (Slot& slot : slots_) {
    if (slot.process == process) slot.process.reset();
  }
  std::erase(replaced_, process);
}

/// As the runtime does when it is asked to, or when one of its workers has ended; where that cannot be, because another worker is
/// in a call, it dies.
void World::stop(ProcessPointer process, const std::string& why) {
  count(why);
  trace("-- " + process->name() + " stops: " + why);
  if (!process->is_any_busy()) {
    ++depth_;
    try {
      process->finish();
    } catch (const Crash&) {
      count("died while it stopped");
    }
    --depth_;
  }
  kill(process, "stopped");
}

/// Whoever watches over processes takes one for dead and starts another of the same name, elsewhere.
void World::replace(Slot& slot) {
  count("replaced");
  trace("-- " + slot.process->name() + " is replaced");
  replaced_.push_back(std::move(slot.process));
  slot.disk.reset();
  start(slot);
}

void World::lose_power(Slot& slot) {
  count("power lost");
  if (slot.process) kill(slot.process, "power lost");
  if (slot.disk) slot.disk->lose_power(random_);
}

void World::compact() {
  const auto partition = static_cast<std::int32_t>(random_.below(setting_.partitions));
  compact(partition, random_.between(0, cluster_.log(kChangelogTopic, partition).end()));
}

void World::compact_everything() {
  if (setting_.compact == 0) return;
  for (std::int32_t partition = 0; partition < setting_.partitions; ++partition) {
    compact(partition, cluster_.log(kChangelogTopic, partition).end());
  }
}

void World::compact(std::int32_t partition, std::int64_t before) {
  PartitionLog& log = cluster_.log(kChangelogTopic, partition);
  const std::size_t entries = log.entry_count();
  log.compact(before, now_us_ / 1000, kTombstonesKept_ms);
  if (log.entry_count() < entries) count("compacted");
}

/// A long time in which nothing happens. Not in the middle of a restore: one that takes longer than the changelog keeps erasures
/// cannot be right.
void World::idle() {
  const auto is_restoring = [](const ProcessPointer& process) { return process && process->is_restoring(); };
  const bool restores = std::any_of(slots_.begin(), slots_.end(), [&](const Slot& slot) { return is_restoring(slot.process); }) ||
                        std::any_of(replaced_.begin(), replaced_.end(), is_restoring);
  if (depth_ > 0 || restores) return;
  count("idled");
  trace("-- nothing happens");
  compact_everything();
  for (std::int64_t left_ms = random_.between(1'000, kTombstonesKept_ms * 3); left_ms > 0; left_ms -= 1'000) advance_us(1'000'000);
  compact_everything();
}

void World::advance_us(std::int64_t duration_us) {
  now_us_ += duration_us;
  cluster_.advance(now_us_ / 1000);
}

void World::point(SimulatedProcess& process, std::string_view what) {
  if (std::uncaught_exceptions() > 0) return;  // a destructor on the way out
  if (!process.is_alive()) throw Crash{};
  advance_us(random_.between(1, kMostPointTime_us));
  interrupt(process, what);
  if (!process.is_alive()) throw Crash{};
}

void World::interrupt(SimulatedProcess& process, std::string_view what) {
  if (is_quiet_) {
    if (may_nest() && random_.one_in(20)) step_some_worker();
    return;
  }
  if (random_.chance(setting_.crash)) {
    count("crash at " + std::string(what));
    trace("-- " + process.name() + " crashes at " + std::string(what));
    process.die();
    return;
  }
  if (!may_nest()) return;
  if (random_.chance(setting_.pause)) pause(process);
  if (random_.chance(setting_.interleave)) act();
}

void World::wait_ms(SimulatedProcess& process, std::int64_t duration_ms) {
  if (std::uncaught_exceptions() > 0) return;
  const std::int64_t end_us = now_us_ + duration_ms * 1000;
  while (process.is_alive() && now_us_ < end_us) {
    advance_us(std::min(end_us - now_us_, random_.between(1, kMostSlice_ms) * 1000));
    if (!may_nest() || !random_.one_in(3)) continue;
    if (is_quiet_) {
      step_some_worker();
    } else {
      act();
    }
  }
  if (!process.is_alive()) throw Crash{};
}

void World::pause(SimulatedProcess& process) {
  if (process.is_paused()) return;
  count("paused");
  const std::int64_t end_us = now_us_ + random_.between(1, kMostPause_ms) * 1000;
  trace("-- " + process.name() + " is paused until " + std::to_string(end_us / 1000));
  process.set_paused(true);
  while (process.is_alive() && now_us_ < end_us) {
    advance_us(random_.between(1, std::max<std::int64_t>(1, (end_us - now_us_) / 8)));
    act();
  }
  process.set_paused(false);
  trace("-- " + process.name() + " goes on");
}

void World::trace(const std::string& line) {
  if (!tracer_) return;
  std::string time = std::to_string(now_us_ / 1000);
  time.insert(0, time.size() < 7 ? 7 - time.size() : 0, ' ');
  tracer_(time + ' ' + std::string(static_cast<std::size_t>(depth_) * 2, ' ') + line);
}

}  // namespace pairwatch::simulation
