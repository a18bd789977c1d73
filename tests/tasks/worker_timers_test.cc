// What a worker lets happen in silence, and when it believes it.
#include <gmock/gmock.h>

#include "tests/tasks/world.h"

namespace pairwatch::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

/// A count is told once more by a timer, and forgotten.
class TimedProcessor final : public CountsInStore {
 public:
  using CountsInStore::CountsInStore;

  Outcome process(const Record& record, Sink&) override {
    ++count_of(std::string(record.key));
    v1::Interaction interaction;
    if (interaction.ParseFromArray(record.value.data(), static_cast<int>(record.value.size())) && interaction.occurred_at_ms() > 0)
      tally_.note(EventTime{interaction.occurred_at_ms()});
    tally_.count(Outcome::kNoted);
    return Outcome::kNoted;
  }
  EventTime fire(const Hash128& key, EventTime, Sink& sink) override {
    for (const char* name : {"a", "b", "c"}) {
      if (hash128(name) != key) continue;
      int& count = count_of(name);
      if (count > 0) sink.emit({OutputPort::kCaseInputs, name, std::string(name) + " is due", {}});
      count = 0;
    }
    return kNever;
  }
};

class WorkerTimers : public WorkerTest {
 protected:
  WorkerTimers() {
    make_processor = [](Store& store) { return std::make_unique<TimedProcessor>(store); };
    config.next_due = [this](std::string_view) { return due; };
    broker.tells_ends = true;
  }
  /// Time passes, a round a second.
  void pass(Duration span) {
    for (std::int64_t s = 0; s * 1000 < span.ms; ++s) {
      clock.advance_ms(1000);
      round();
    }
  }
  void event_at(std::int64_t offset, const std::string& key, EventTime at) {
    v1::Interaction interaction;
    interaction.set_occurred_at_ms(at.ms);
    broker.append({0, offset, key, interaction.SerializeAsString(), {}});
  }
  static constexpr Duration kARound = minutes(2);  ///< longer than all parts of a store take

  EventTime due = kEarliestEventTime;
};

TEST_F(WorkerTimers, FireOnceAPartitionWasIdleForAnHour) {
  assign({0});
  receive(0, {"a", "b"});
  pass(minutes(55));
  EXPECT_THAT(written(), IsEmpty());
  pass(minutes(6) + kARound);
  EXPECT_THAT(written(), testing::UnorderedElementsAre("a is due", "b is due"));
  EXPECT_EQ(worker().task(0)->entry_count(), 0U) << "what they changed was committed with them";
  pass(kARound);
  EXPECT_EQ(written().size(), 2U) << "once";
}

TEST_F(WorkerTimers, AreCausedByNoRecord) {
  assign({0});
  receive(0, {"a"});
  pass(minutes(61) + kARound);
  ASSERT_EQ(broker.written.size(), 1U);
  EXPECT_EQ(broker.written[0].header("pairwatch-source"), "");
  EXPECT_EQ(broker.written[0].header("pairwatch-received"), "");
}

TEST_F(WorkerTimers, WaitUntilTheyAreAnHourOverdueByTheClock) {
  due = EventTime{clock.now_ms()} + hours(5);
  assign({0});
  receive(0, {"a"});
  pass(hours(5) + minutes(58));
  EXPECT_THAT(written(), IsEmpty());
  pass(minutes(3) + kARound);
  EXPECT_THAT(written(), ElementsAre("a is due"));
}

TEST_F(WorkerTimers, DoNotFireWhileHistoryIsRead) {
  assign({0});
  for (int i = 0; i < 100; ++i) {
    event_at(i, "a", kEarliestEventTime + days(i));
    pass(minutes(2));
  }
  EXPECT_THAT(written(), IsEmpty());
  pass(minutes(61) + kARound);
  EXPECT_THAT(written(), ElementsAre("a is due"));
}

TEST_F(WorkerTimers, FireBesideTrafficThatIsNearTheClock) {
  assign({0});
  receive(0, {"a"});
  for (int i = 1; i <= 40; ++i) {
    event_at(i, "b", EventTime{clock.now_ms()});
    pass(minutes(2));
  }
  EXPECT_THAT(written(), testing::Contains("a is due"));
}

TEST_F(WorkerTimers, OfATransactionThatDidNotCommitFireAgain) {
  assign({0});
  receive(0, {"a"});
  pass(minutes(59));
  for (int i = 0; i < 1; ++i) broker.fail("commit", ErrorClass::kAbortable);
  pass(minutes(2) + kARound + kARound);
  EXPECT_EQ(observer.aborts, 1);
  EXPECT_THAT(written(), ElementsAre("a is due"));
}

}  // namespace
}  // namespace pairwatch::test
