// What befalls a simulated process at each of its calls: time, other processes, faults, death.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

#include "tests/simulation/random.h"

namespace pairwatch::simulation {

/// The process has died: unwinds whatever its worker was doing, up to the world. Nothing else may catch it.
struct Crash {};

/// Somebody broke a contract: what must never happen, whatever befalls. The seed has failed.
struct Violation : std::logic_error {
  using std::logic_error::logic_error;
};

/// How often things go wrong, each for one call. All zero: a quiet world.
struct FaultRates {
  double retriable = 0;   ///< nothing happened, says the call; of what may be repeated without harm it may have happened
  double abortable = 0;   ///< in the course of a transaction
  double fatal = 0;       ///< the producer is of no further use
  double unknown = 0;     ///< of a commit: it took effect, will take effect late, or never does
  double short_poll = 0;  ///< a poll brings nothing although there is something
  double late_seek = 0;   ///< after a seek, records fetched before it come once more
  double delivery = 0;    ///< what was produced is written at some later call, before flush
};

class Fate {
 public:
  virtual ~Fate() = default;
  /// Somewhere in a call named `what`: time passes, others may run, the process may die there (throws Crash).
  virtual void point(std::string_view what) = 0;
  /// As point(), for so long.
  virtual void wait_ms(std::int64_t duration_ms) = 0;
  /// False: it has died; what is left of it is about to be destroyed.
  virtual bool is_alive() const = 0;
  /// False: paused or dead, its clients send no heartbeats.
  virtual bool is_running() const = 0;
  virtual std::int64_t now_ms() const = 0;
  virtual Random& random() = 0;
  virtual const FaultRates& rates() const = 0;
  /// Whether trace() is listened to.
  virtual bool is_traced() const = 0;
  virtual void trace(const std::string& line) = 0;
  /// Something worth counting has happened.
  virtual void note(const std::string& what) = 0;

  bool strikes(double rate) { return rate > 0 && random().chance(rate); }
};

}  // namespace pairwatch::simulation
