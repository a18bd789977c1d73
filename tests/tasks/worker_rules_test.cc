// Rules that change under a running worker.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <set>
#include <utility>

#include "tests/tasks/world.h"
#include "topology/tasks/rules_notes.h"

namespace pairwatch::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
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

class NotesOfRules : public RulesOfAWorker {
 protected:
  NotesOfRules() { has_changelog = true; }

  /// `change@offset:rules` of each note in the changelog, in order; each stands there under two keys.
  std::vector<std::string> notes() const {
    std::vector<std::string> lines;
    for (const std::string& value : written(kChangelog)) {
      const std::optional<RulesNote> note = rules_note_from(value);
      if (!note) continue;
      lines.push_back(std::to_string(note->change) + '@' + std::to_string(note->from_offset) + ':' + note->sha256.substr(0, 1));
    }
    EXPECT_EQ(lines.size() % 2, 0u);
    lines.erase(std::unique(lines.begin(), lines.end()), lines.end());
    return lines;
  }
};

TEST_F(NotesOfRules, TellFromWhichRecordOnTheyDecide) {
  assign({0});
  receive(0, {"a", "a"});
  round_and_commit();
  EXPECT_THAT(notes(), ElementsAre("1@0:1"));
  change_rules();
  receive(0, {"a"});
  round_and_commit();
  receive(0, {"a"});
  round_and_commit();
  EXPECT_THAT(notes(), ElementsAre("1@0:1", "2@2:2"));
}

TEST_F(NotesOfRules, AreNotWrittenForRulesThatDecidedNothing) {
  assign({0});
  change_rules();
  round_and_commit();
  change_rules();
  receive(0, {"a"});
  round_and_commit();
  EXPECT_THAT(notes(), ElementsAre("1@0:3"));
}

TEST_F(NotesOfRules, AreNotRepeatedAfterARestartByTheSameRules) {
  assign({0});
  receive(0, {"a"});
  round_and_commit();
  for (const int more : {0, 0, 1}) {
    number_ += static_cast<std::uint64_t>(more);
    crash();
    make_processor = config.newer_rules(0)->make_processor;
    assign({0});
    for (int i = 0; i < 5; ++i) round();
    receive(0, {"a"});
    round_and_commit();
  }
  EXPECT_THAT(notes(), ElementsAre("1@0:1", "2@3:2"));
}

TEST_F(NotesOfRules, BelongToTheTransactionOfTheirRecord) {
  assign({0});
  receive(0, {"a"});
  broker.fail("commit", ErrorClass::kAbortable);
  round_and_commit();
  EXPECT_THAT(notes(), IsEmpty());
  round_and_commit();
  EXPECT_THAT(notes(), ElementsAre("1@0:1"));
}

TEST_F(NotesOfRules, AreBounded) {
  assign({0});
  for (std::uint64_t i = 0; i < RulesNote::kMostKept + 10; ++i) {
    receive(0, {"a"});
    round_and_commit();
    ++number_;
  }
  std::set<std::string> keys;
  for (const ProducedRecord& record : broker.written) {
    if (record.topic == kChangelog && is_rules_note(record.value)) keys.insert(record.key);
  }
  EXPECT_EQ(keys.size(), RulesNote::kMostKept + 1);
}

TEST(RulesNoteEntry, IsReadBackAndNothingElseIs) {
  const RulesNote note{7, 1'234'567'890'123, std::string(64, 'f')};
  const std::string entry = as_entry(note);
  EXPECT_EQ(rules_note_from(entry), note);
  EXPECT_TRUE(is_rules_note(entry));
  EXPECT_FALSE(is_rules_note(""));
  EXPECT_FALSE(is_rules_note("\x01"));
  for (std::size_t size = 0; size < entry.size(); ++size)
    EXPECT_EQ(rules_note_from(std::string_view(entry).substr(0, size)), std::nullopt);
}

}  // namespace
}  // namespace pairwatch::test
