// A whole simulation from one seed: processes that come and go on a cluster that does as it likes, then quiet, then the judge.
//
// Time       virtual, moves with every call. One thread: whoever is in a call of the cluster's or the disk's may be interrupted
// there
//            by anybody else, or by its own death (Fate::point), so every interleaving at the grain of those calls can happen, but
//            that calls nest: who interrupted comes to its end first.
// Faults     end after setting.steps; then everything must come to rest within kMostQuietSteps, and the checker must agree.
// Replay     the same seed gives the same run, step by step, whatever is traced.
// Fails      by Verdict::failure, in words.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "tests/simulation/setting.h"
#include "tests/simulation/simulated_cluster.h"
#include "tests/simulation/simulated_process.h"
#include "tests/simulation/simulated_service.h"

namespace pairwatch::simulation {

struct Verdict {
  std::string failure;                            ///< empty: all is well
  std::map<std::string, std::uint64_t> happened;  ///< what befell, and how often
};

/// Takes a line of the trace.
using Tracer = std::function<void(const std::string& line)>;

class World final : public Surroundings {
 public:
  static constexpr int kMostQuietSteps = 20'000;

  /// `tracer` null: not traced. References outlive the world.
  World(std::uint64_t seed, const SimulatedService& service, const Interposer& interposer, Tracer tracer);
  ~World() override;

  Verdict run();

  SimulatedCluster& cluster() override { return cluster_; }
  Random& random() override { return random_; }
  const FaultRates& rates() const override { return is_quiet_ ? no_faults_ : setting_.faults; }
  std::int64_t now_us() const override { return now_us_; }
  void point(SimulatedProcess& process, std::string_view what) override;
  void wait_ms(SimulatedProcess& process, std::int64_t duration_ms) override;
  bool is_history_over() const override { return is_quiet_ || fed_ >= setting_.records / 2; }
  bool is_traced() const override { return tracer_ != nullptr; }
  void trace(const std::string& line) override;
  void note(const std::string& what) override {
    count(what);
    trace("-- " + what);
  }

 private:
  using ProcessPointer = std::shared_ptr<SimulatedProcess>;
  /// Where a process runs, again and again.
  struct Slot {
    std::string instance;
    std::shared_ptr<SimulatedDisk> disk;
    ProcessPointer process;  ///< or none at the moment
    int started = 0;
  };

  void set_up();
  std::string come_to_rest();
  std::string at_rest() const;
  std::string judge();

  // What happens, each at a moment of chance.
  void act();
  void step_some_worker();
  void step(const ProcessPointer& process, std::size_t worker);
  void feed();
  void end_feed(std::int64_t producer, bool commit);
  void start(Slot& slot);
  // By value: it may be the slot's own that is cleared.
  void kill(ProcessPointer process, const std::string& why);
  void stop(ProcessPointer process, const std::string& why);
  void replace(Slot& slot);
  void pause(SimulatedProcess& process);
  void lose_power(Slot& slot);
  void compact();
  void compact_everything();
  void compact(std::int32_t partition, std::int64_t before);
  void idle();

  void advance_us(std::int64_t duration_us);
  void interrupt(SimulatedProcess& process, std::string_view what);
  Slot* some_slot(bool running);
  void count(const std::string& what) { ++verdict_.happened[what]; }
  bool may_nest() const { return depth_ < kMostDepth; }

  static constexpr int kMostDepth = 4;

  Random random_;
  const SimulatedService& service_;
  const Interposer& interposer_;
  Tracer tracer_;
  Setting setting_;
  FaultRates no_faults_;
  SimulatedCluster cluster_;
  std::vector<Slot> slots_;
  std::vector<ProcessPointer> replaced_;  ///< still there, although another has taken their place
  Verdict verdict_;

  std::int64_t now_us_ = 0;
  int depth_ = 0;  ///< workers that are in a call
  bool is_quiet_ = false;
  std::int64_t fed_ = 0;
  std::map<std::int64_t, std::set<std::int32_t>> open_feeds_;  ///< transactions of who writes the input, by producer id
};

}  // namespace pairwatch::simulation
