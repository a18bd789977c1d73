// What one seed's world is like: how big, how often what goes wrong. Drawn so that most worlds lack most faults: what hides behind
// one of them shows in a world without it.
#pragma once

#include <cstdint>

#include "tests/simulation/fate.h"
#include "tests/simulation/random.h"

namespace pairwatch::simulation {

struct Setting {
  std::int64_t processes = 1;
  std::int64_t workers = 1;  ///< of each process
  std::int32_t partitions = 1;
  std::int64_t keys = 3;
  std::int64_t records = 50;  ///< of the input, about
  std::int64_t steps = 500;   ///< before faults end
  bool standby = false;       ///< every process keeps copies of all partitions
  bool has_disk = true;       ///< false: state dies with its process

  FaultRates faults;
  double crash = 0;         ///< at a point of a call
  double pause = 0;         ///< likewise, of the whole process
  double interleave = 0;    ///< likewise, somebody else does something
  double disk_failure = 0;  ///< of a store's commit
  std::int64_t sync_one_in = 4;

  // Weights of what happens between the steps of workers; one step has 100.
  std::int64_t feed = 20;
  std::int64_t kill = 0;
  std::int64_t stop = 0;
  std::int64_t replace = 0;  ///< a process goes on, but another takes its place
  std::int64_t power_loss = 0;
  std::int64_t disk_loss = 0;
  std::int64_t rebalance = 0;
  std::int64_t compact = 0;
  std::int64_t idle = 0;  ///< for a long time, together
  std::int64_t restart = 15;

  std::int64_t session_timeout_ms = 6'000;
  std::int64_t transaction_timeout_ms = 10'000;
  std::int64_t marker_delay_ms = 100;
  std::int64_t retry_timeout_ms = 4'000;
  std::int64_t commit_interval_ms = 100;
  std::int64_t commit_interval_behind_ms = 100;
  std::int64_t commit_records = 50;
};

Setting draw_setting(Random& random);

}  // namespace pairwatch::simulation
