// Rules that change under a running worker.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <utility>

#include "tests/tasks/world.h"

namespace pairwatch::test {
namespace {

using testing::ElementsAre;
using testing::Pair;

/// Says beside each count by which rules it was made: `a=3@2`.
class NamedProcessor final : public CountsInStore {
 public:
  NamedProcessor(Store& store, std::string name) : CountsInStore(store), name_(std::move(name)) {}

  Outcome process(const Record& record, Sink& sink) override {
    const std::string key(record.key);
    const std::string value = key + '=' + std::to_string(++count_of(key)) + '@' + name_;
    sink.emit({OutputPort::kCaseInputs, record.key, value, {}});
    tally_.count(Outcome::kTold);
    return Outcome::kTold;
  }

 private:
  std::string name_;
};

class RulesOfAWorker : public WorkerTest {
 protected:
  RulesOfAWorker() {
    config.newer_rules = [this](std::uint64_t known) -> std::optional<RulesBundle> {
      if (known == number_) return {};
      return RulesBundle{number_, std::string(64, static_cast<char>('0' + number_)),
                         [name = std::to_string(number_)](Store& store) { return std::make_unique<NamedProcessor>(store, name); }};
    };
    make_processor = config.newer_rules(0)->make_processor;
  }

  void change_rules() { ++number_; }

  std::uint64_t number_ = 1;
};

TEST_F(RulesOfAWorker, AreTheFirstOnesUntilThereAreOthers) {
  assign({0});
  receive(0, {"a", "a"});
  round_and_commit();
  EXPECT_THAT(written(), ElementsAre("a=1@1", "a=2@1"));
}

TEST_F(RulesOfAWorker, ChangeBetweenTwoTransactionsAndStateStays) {
  assign({0, 1});
  receive(0, {"a"});
  receive(1, {"b"});
  round_and_commit();
  change_rules();
  receive(0, {"a"});
  receive(1, {"b"});
  round_and_commit();
  EXPECT_THAT(written(), ElementsAre("a=1@1", "b=1@1", "a=2@2", "b=2@2"));
  EXPECT_THAT(broker.group_offsets, ElementsAre(Pair(0, 2), Pair(1, 2)));
}

TEST_F(RulesOfAWorker, EndTheTransactionThatIsOpenFirst) {
  assign({0});
  receive(0, {"a"});
  round();
  EXPECT_EQ(broker.count_of("commit"), 0);
  change_rules();
  receive(0, {"a"});
  round();
  EXPECT_EQ(broker.count_of("commit"), 1);
  round_and_commit();
  EXPECT_THAT(written(), ElementsAre("a=1@1", "a=2@2"));
}

TEST_F(RulesOfAWorker, ChangeOneTransactionLaterWhereTheOpenOneDoesNotCommit) {
  assign({0});
  receive(0, {"a"});
  round();
  change_rules();
  broker.fail("commit", ErrorClass::kAbortable);
  round();
  EXPECT_EQ(observer.aborts, 1);
  round_and_commit();
  receive(0, {"a"});
  round_and_commit();
  EXPECT_THAT(written(), ElementsAre("a=1@1", "a=2@2"));
  EXPECT_THAT(broker.group_offsets, ElementsAre(Pair(0, 2)));
}

TEST_F(RulesOfAWorker, AreTheNewestForAPartitionThatComesLater) {
  assign({0});
  change_rules();
  assign({1});
  receive(1, {"b"});
  round_and_commit();
  EXPECT_THAT(written(), ElementsAre("b=1@2"));
}

TEST_F(RulesOfAWorker, ThatChangeWhileNothingComesCostNoTransaction) {
  assign({0});
  receive(0, {"a"});
  round_and_commit();
  const int commits = broker.count_of("commit");
  change_rules();
  round_and_commit();
  EXPECT_EQ(broker.count_of("commit"), commits);
}

}  // namespace
}  // namespace pairwatch::test
