// A fate in which nothing happens but what a test asks for: time moves when it is told to, faults strike at rates the test sets.
#pragma once

#include <string>
#include <string_view>

#include "tests/simulation/fate.h"
#include "tests/simulation/simulated_cluster.h"

namespace pairwatch::simulation {

class StillFate final : public Fate {
 public:
  explicit StillFate(Random& random) : random_(random) {}

  /// The cluster whose time this moves.
  void drive(SimulatedCluster& cluster) { cluster_ = &cluster; }
  void pass_ms(std::int64_t duration_ms) {
    cluster_->advance(cluster_->now_ms() + duration_ms);
    for (int i = 0; i < 3; ++i) cluster_->advance(cluster_->now_ms());  // answers to what the others have done
  }

  void point(std::string_view what) override {
    cluster_->advance(cluster_->now_ms());
    if (what == dies_at) throw Crash{};
  }
  void wait_ms(std::int64_t duration_ms) override { cluster_->advance(cluster_->now_ms() + duration_ms); }
  bool is_alive() const override { return true; }
  bool is_running() const override { return running; }
  std::int64_t now_ms() const override { return cluster_->now_ms(); }
  Random& random() override { return random_; }
  const FaultRates& rates() const override { return faults; }
  bool is_traced() const override { return false; }
  void trace(const std::string&) override {}
  void note(const std::string&) override {}

  FaultRates faults;
  std::string dies_at;
  bool running = true;

 private:
  Random& random_;
  SimulatedCluster* cluster_ = nullptr;
};

}  // namespace pairwatch::simulation
