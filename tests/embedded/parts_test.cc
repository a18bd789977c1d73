// The small parts of the embedded runtime: threads, buffers between stages, how far a file has come in time.
#include <gtest/gtest.h>

#include <atomic>
#include <map>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

#include "pairwatch/v1/interaction.pb.h"
#include "processors/core/hash.h"
#include "topology/embedded/file_time.h"
#include "topology/embedded/stage_buffer.h"
#include "topology/embedded/worker_pool.h"

namespace pairwatch::embedded {
namespace {

TEST(WorkerPool, DoesEachTaskOnceOnAnyNumberOfThreads) {
  for (const std::size_t workers : {1u, 2u, 8u}) {
    WorkerPool pool(workers);
    std::vector<int> done(1000, 0);  // each task has its own place, so that no lock is needed
    for (int list = 0; list < 20; ++list) {
      pool.run(done.size(), [&](std::size_t worker, std::size_t task) {
        EXPECT_LT(worker, workers);
        ++done[task];
      });
    }
    EXPECT_EQ(done, std::vector<int>(1000, 20)) << workers << " workers";
  }
}

TEST(WorkerPool, ShowsEachListWhatTheOneBeforeWrote) {
  WorkerPool pool(4);
  std::vector<int> values(64, 1);
  for (int list = 0; list < 10; ++list) {
    const std::vector<int> before = values;
    pool.run(values.size(), [&](std::size_t, std::size_t task) { values[task] = before[task] + before[63 - task]; });
  }
  EXPECT_EQ(values, std::vector<int>(64, 1024));
}

TEST(WorkerPool, DoesNothingForAnEmptyList) {
  WorkerPool pool(3);
  pool.run(0, [](std::size_t, std::size_t) { FAIL(); });
}

TEST(WorkerPool, ThrowsAgainWhatATaskThrewAndCanGoOn) {
  WorkerPool pool(3);
  EXPECT_THROW(pool.run(100,
                        [](std::size_t, std::size_t task) {
                          if (task == 41) throw std::runtime_error("task 41");
                        }),
               std::runtime_error);
  std::atomic<int> done = 0;
  pool.run(10, [&](std::size_t, std::size_t) { ++done; });
  EXPECT_EQ(done, 10);
}

TEST(StageBuffer, GivesBackKeysValuesAndHeadersWithTheirCauses) {
  StageBuffer buffer(64);
  const std::vector<Header> headers = {{"traceparent", "00-1"}, {"pairwatch-source", "platform.events/0/7"}};
  buffer.begin(7);
  buffer.emit({OutputPort::kInteractions, "key", "value", headers});
  buffer.begin(9);
  buffer.emit({OutputPort::kWatch, "", "escalation", {}});
  buffer.reject(Record{}, Reject::kMalformedJson);

  ASSERT_EQ(buffer.items().size(), 2u);
  const StageBuffer::Item& first = buffer.items()[0];
  EXPECT_EQ(first.cause, 7u);
  EXPECT_EQ(first.port, OutputPort::kInteractions);
  EXPECT_EQ(first.partition, partition_of("key", 64));
  EXPECT_EQ(buffer.key(first), "key");
  EXPECT_EQ(buffer.value(first), "value");
  std::vector<Header> read;
  buffer.read_headers(first, read);
  ASSERT_EQ(read.size(), 2u);
  EXPECT_EQ(read[0].name, "traceparent");
  EXPECT_EQ(read[0].value, "00-1");
  EXPECT_EQ(read[1].name, "pairwatch-source");
  EXPECT_EQ(read[1].value, "platform.events/0/7");

  EXPECT_EQ(buffer.value(buffer.items()[1]), "escalation");
  buffer.read_headers(buffer.items()[1], read);
  EXPECT_TRUE(read.empty());
  ASSERT_EQ(buffer.rejects().size(), 1u);
  EXPECT_EQ(buffer.rejects()[0].cause, 9u);

  buffer.clear();
  EXPECT_TRUE(buffer.items().empty());
  EXPECT_TRUE(buffer.rejects().empty());
}

TEST(FileTime, IsNotMovedByOneActorAlone) {
  FileTime time;
  time.add(1, EventTime{5000});
  time.add(1, EventTime{9'000'000});
  EXPECT_EQ(time.reached(), kNever);
  time.add(2, EventTime{4000});
  EXPECT_EQ(time.reached(), EventTime{4000});
  time.add(2, EventTime{6000});
  EXPECT_EQ(time.reached(), EventTime{6000});
}

TEST(FileTime, AgreesWithTheSecondLargestOfActorsNewestInAnyOrderAndGrouping) {
  const std::uint64_t seed = std::random_device{}();
  SCOPED_TRACE(::testing::Message() << "seed " << seed);
  std::mt19937_64 random(seed);
  for (int round = 0; round < 500; ++round) {
    std::map<std::uint64_t, EventTime> newest;
    FileTime whole;
    for (std::uint64_t group = random() % 6; group > 0; --group) {
      FileTime part;
      for (std::uint64_t event = random() % 6; event > 0; --event) {
        const std::uint64_t actor = 1 + random() % 5;
        const EventTime at{static_cast<std::int64_t>(1 + random() % 50)};
        part.add(actor, at);
        newest[actor] = std::max(newest[actor], at);
      }
      whole.add(part);
    }
    std::vector<EventTime> times;
    for (const auto& [actor, at] : newest) times.push_back(at);
    std::sort(times.begin(), times.end());
    ASSERT_EQ(whole.reached(), times.size() < 2 ? kNever : times[times.size() - 2]);
  }
}

TEST(ActorAndTime, AreReadFromWhatTheGeneratedClassWrites) {
  v1::Interaction interaction;
  interaction.set_event_id("e1");
  interaction.set_occurred_at_ms(1'772'388'000'000);
  interaction.set_tenant("app");
  interaction.mutable_actor()->set_account_id("a7");
  interaction.mutable_actor()->set_device(12);
  interaction.mutable_target()->set_account_id("m3");
  interaction.set_text_signals(77);
  const auto found = actor_and_time_of(interaction.SerializeAsString());
  ASSERT_TRUE(found);
  EXPECT_EQ(found->actor, hash64("a7"));
  EXPECT_EQ(found->at, EventTime{1'772'388'000'000});
}

TEST(ActorAndTime, AreNothingInBytesThatAreNoInteraction) {
  v1::Interaction interaction;
  interaction.set_occurred_at_ms(1'772'388'000'000);
  interaction.mutable_actor()->set_account_id("a7");
  const std::string bytes = interaction.SerializeAsString();
  for (std::size_t size = 0; size < bytes.size(); ++size) EXPECT_FALSE(actor_and_time_of(std::string_view(bytes).substr(0, size)));
  EXPECT_FALSE(actor_and_time_of("\xFF\xFF\xFF"));
}

}  // namespace
}  // namespace pairwatch::embedded
