#include "tests/simulation/setting.h"

#include <initializer_list>

namespace pairwatch::simulation {
namespace {

template <typename Value>
Value one_of(Random& random, std::initializer_list<Value> values) {
  return values.begin()[random.below(std::ssize(values))];
}

}  // namespace

Setting draw_setting(Random& random) {
  Setting setting;
  setting.processes = random.between(1, 3);
  setting.workers = random.between(1, 2);
  setting.partitions = static_cast<std::int32_t>(random.between(1, 4));
  setting.keys = random.between(2, 10);
  setting.records = random.between(10, 120);
  setting.steps = random.between(150, 900);
  setting.has_disk = !random.one_in(3);

  setting.faults.retriable = one_of(random, {0.0, 0.0, 0.01, 0.1});
  setting.faults.abortable = one_of(random, {0.0, 0.0, 0.002, 0.02});
  setting.faults.fatal = one_of(random, {0.0, 0.0, 0.002, 0.02});
  setting.faults.unknown = one_of(random, {0.0, 0.0, 0.03, 0.2});
  setting.faults.short_poll = one_of(random, {0.0, 0.2});
  setting.faults.late_seek = one_of(random, {0.0, 0.0, 0.5});
  setting.faults.delivery = one_of(random, {0.0, 0.5, 1.0});
  setting.crash = one_of(random, {0.0, 0.0, 0.0005, 0.003});
  setting.pause = one_of(random, {0.0, 0.0, 0.0005, 0.002});
  setting.interleave = one_of(random, {0.01, 0.05, 0.2});
  setting.disk_failure = one_of(random, {0.0, 0.0, 0.0, 0.005});
  setting.sync_one_in = one_of<std::int64_t>(random, {1, 4, 20});

  setting.feed = one_of<std::int64_t>(random, {10, 40});
  setting.kill = one_of<std::int64_t>(random, {0, 0, 1});
  setting.stop = one_of<std::int64_t>(random, {0, 0, 1});
  setting.replace = one_of<std::int64_t>(random, {0, 0, 1});
  setting.power_loss = one_of<std::int64_t>(random, {0, 0, 1});
  setting.disk_loss = one_of<std::int64_t>(random, {0, 0, 1});
  setting.rebalance = one_of<std::int64_t>(random, {0, 1, 4});
  setting.compact = one_of<std::int64_t>(random, {0, 3});
  setting.idle = one_of<std::int64_t>(random, {0, 0, 0, 1});
  setting.restart = one_of<std::int64_t>(random, {3, 30});

  setting.session_timeout_ms = one_of<std::int64_t>(random, {500, 2'000, 6'000});
  setting.transaction_timeout_ms = one_of<std::int64_t>(random, {1'000, 4'000, 10'000});
  setting.marker_delay_ms = one_of<std::int64_t>(random, {0, 20, 300, 2'000});
  setting.retry_timeout_ms = one_of<std::int64_t>(random, {200, 4'000});
  setting.commit_interval_ms = one_of<std::int64_t>(random, {10, 100});
  setting.commit_records = one_of<std::int64_t>(random, {2, 10, 50});
  setting.commit_interval_behind_ms = setting.commit_interval_ms * one_of<std::int64_t>(random, {1, 10});
  return setting;
}

}  // namespace pairwatch::simulation
