#include "topology/embedded/worker_pool.h"

#include <utility>

#include "processors/core/check.h"

namespace pairwatch::embedded {

WorkerPool::WorkerPool(std::size_t workers) {
  check(workers >= 1, "a pool has at least one worker");
  for (std::size_t worker = 1; worker < workers; ++worker) threads_.emplace_back([this, worker] { wait_for_lists(worker); });
}

WorkerPool::~WorkerPool() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  changed_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

void WorkerPool::run(std::size_t tasks, Work work) {
  if (tasks == 0) return;
  {
    const std::lock_guard lock(mutex_);
    work_ = &work;
    tasks_ = tasks;
    next_task_ = 0;
    busy_ = threads_.size();
    ++list_;
  }
  changed_.notify_all();
  take_tasks(0);
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return busy_ == 0; });
  work_ = nullptr;
  if (failure_) std::rethrow_exception(std::exchange(failure_, nullptr));
}

void WorkerPool::wait_for_lists(std::size_t worker) {
  std::uint64_t done = 0;
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [&] { return ending_ || list_ != done; });
    if (ending_) return;
    done = list_;
    lock.unlock();
    take_tasks(worker);
    lock.lock();
    if (--busy_ == 0) changed_.notify_all();
  }
}

void WorkerPool::take_tasks(std::size_t worker) {
  try {
    for (std::size_t task = next_task_++; task < tasks_; task = next_task_++) (*work_)(worker, task);
  } catch (...) {
    next_task_ = tasks_;
    const std::lock_guard lock(mutex_);
    if (!failure_) failure_ = std::current_exception();
  }
}

}  // namespace pairwatch::embedded
