// What the services decide by, which can be replaced while they run: as a whole, never in parts.
//
// Thread: any. number() is an atomic read, so that every worker can ask between any two transactions.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <utility>

#include "topology/services/services.h"

namespace pairwatch {

class LiveConfigs {
 public:
  explicit LiveConfigs(ServiceConfigs first) : configs_(std::make_shared<const ServiceConfigs>(std::move(first))) {}

  struct Numbered {
    std::uint64_t number = 0;
    std::shared_ptr<const ServiceConfigs> configs;  ///< never null
  };

  /// Counts from 1; another one for each replacement.
  std::uint64_t number() const { return number_.load(std::memory_order_acquire); }
  Numbered now() const {
    const std::lock_guard lock(mutex_);
    return {number_.load(std::memory_order_relaxed), configs_};
  }
  /// Whoever works with what was before may go on with it as long as it likes.
  void replace(ServiceConfigs next) {
    auto configs = std::make_shared<const ServiceConfigs>(std::move(next));
    const std::lock_guard lock(mutex_);
    configs_ = std::move(configs);
    number_.fetch_add(1, std::memory_order_release);
  }

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<const ServiceConfigs> configs_;  ///< guarded by mutex_
  std::atomic<std::uint64_t> number_{1};
};

}  // namespace pairwatch
