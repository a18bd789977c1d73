// The life-cycle of one partition.
#include "topology/tasks/task.h"

#include <gtest/gtest.h>

#include <array>
#include <set>

#include "tests/support/fakes.h"
#include "tests/tasks/world.h"

namespace pairwatch::test {
namespace {

constexpr std::array kStates = {TaskState::kCreated, TaskState::kRestoring, TaskState::kRunning, TaskState::kSuspended,
                                TaskState::kClosed};

Task task_in(TaskState state) {
  Task task(0);
  if (state == TaskState::kCreated) return task;
  if (state == TaskState::kClosed) {
    task.become(TaskState::kClosed);
    return task;
  }
  task.open(std::make_unique<MemoryStore>());
  if (state == TaskState::kRestoring) return task;
  task.start(10, [](Store& store) { return std::make_unique<CountingProcessor>(store); });
  if (state == TaskState::kSuspended) task.become(state);
  return task;
}

TEST(TaskDeathTest, MovesOnlyAlongTheArrowsOfItsLifeCycle) {
  const std::set<std::pair<TaskState, TaskState>> arrows = {
      {TaskState::kCreated, TaskState::kRestoring}, {TaskState::kCreated, TaskState::kClosed},
      {TaskState::kRestoring, TaskState::kRunning}, {TaskState::kRestoring, TaskState::kClosed},
      {TaskState::kRunning, TaskState::kSuspended}, {TaskState::kRunning, TaskState::kClosed},
      {TaskState::kSuspended, TaskState::kClosed}};
  for (const TaskState from : kStates) {
    for (const TaskState to : kStates) {
      if (arrows.contains({from, to})) {
        Task task = task_in(from);
        task.become(to);
        EXPECT_EQ(task.state(), to);
      } else {
        EXPECT_DEATH(task_in(from).become(to), "life-cycle") << static_cast<int>(from) << " to " << static_cast<int>(to);
      }
    }
  }
}

class RunningTask : public testing::Test {
 protected:
  void process(std::int64_t offset) {
    Record record;
    record.key = "a";
    record.value = "good";
    record.offset = offset;
    task_.process(record, sink_);
  }

  Task task_ = task_in(TaskState::kRunning);
  CollectingSink sink_;
};

TEST_F(RunningTask, IsTouchedByWhatItProcessedUntilTheCommit) {
  EXPECT_FALSE(task_.touched());
  process(10);
  EXPECT_TRUE(task_.touched());
  EXPECT_EQ(task_.next_offset(), 11);
  EXPECT_EQ(task_.committed_offset(), 10);
  task_.checkpoint();
  EXPECT_EQ(task_.commit(0).count_of(Outcome::kTold), 1u);
  EXPECT_FALSE(task_.touched());
  EXPECT_EQ(task_.entry_count(), 1u);
}

TEST_F(RunningTask, TakesGapsInOffsetsAsMarkersOrCompactedRecords) {
  process(10);
  EXPECT_EQ(task_.admit(15), Task::Admission::kProcess);
}

TEST_F(RunningTask, SkipsWhatItHasSeenBefore) {
  process(10);
  EXPECT_EQ(task_.admit(10), Task::Admission::kSeenBefore);
  EXPECT_EQ(task_.admit(9), Task::Admission::kSeenBefore);
}

TEST_F(RunningTask, WantsTheSameRecordAgainAfterAnAbort) {
  process(12);
  process(13);
  task_.abort();
  EXPECT_EQ(task_.next_offset(), 10);
  EXPECT_EQ(task_.admit(14), Task::Admission::kSkipsAhead);
  EXPECT_EQ(task_.admit(12), Task::Admission::kProcess);
  process(12);
  EXPECT_EQ(task_.admit(14), Task::Admission::kProcess);
}

TEST_F(RunningTask, IsNotMovedByAnEndThatLiesBehindARewind) {
  process(10);
  task_.abort();
  task_.reached_end(11);
  EXPECT_EQ(task_.next_offset(), 10);
}

TEST_F(RunningTask, CountsNothingOfAnAbortedTransaction) {
  process(10);
  task_.checkpoint();
  task_.abort();
  EXPECT_EQ(task_.entry_count(), 0u);
  process(10);
  task_.checkpoint();
  EXPECT_EQ(task_.commit(0).count_of(Outcome::kTold), 1u);
}

}  // namespace
}  // namespace pairwatch::test
