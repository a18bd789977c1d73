// Threads that do one list of tasks at a time, with a barrier after each list.
//
// In:        run(tasks, work): work(worker, task) for each task from 0 up, each once, begun in that order by whoever is free.
// Remembers: nothing between lists. What one list wrote, the next one sees.
// Cost:      two wake-ups of each thread a list: some 10 us.
// Fails:     an exception of a task ends the list early and is thrown again by run().
// Thread:    run() from one thread, which works too as worker 0; so one worker means no threads at all.
#pragma once

#include <absl/functional/function_ref.h>

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace pairwatch::embedded {

class WorkerPool {
 public:
  using Work = absl::FunctionRef<void(std::size_t worker, std::size_t task)>;

  /// `workers` is at least 1.
  explicit WorkerPool(std::size_t workers);
  ~WorkerPool();
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  void run(std::size_t tasks, Work work);
  std::size_t workers() const { return threads_.size() + 1; }

 private:
  void wait_for_lists(std::size_t worker);
  void take_tasks(std::size_t worker);

  std::mutex mutex_;
  std::condition_variable changed_;
  std::uint64_t list_ = 0;  ///< number of the current list
  std::size_t busy_ = 0;    ///< threads still at it
  bool ending_ = false;
  std::exception_ptr failure_;

  const Work* work_ = nullptr;
  std::size_t tasks_ = 0;
  std::atomic<std::size_t> next_task_{0};
  std::vector<std::thread> threads_;  ///< last, so that everything exists before they start
};

}  // namespace pairwatch::embedded
