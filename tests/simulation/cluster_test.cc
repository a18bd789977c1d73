// Transactions and group membership of the simulated cluster, against what Kafka promises.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/simulation/group_client.h"
#include "tests/simulation/simulated_cluster.h"
#include "tests/simulation/still_fate.h"

namespace pairwatch::simulation {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const TransactionTarget kOut{false, "out", 0};
const TransactionTarget kGroup{true, "group", 0};

class TransactionsTest : public testing::Test {
 protected:
  TransactionsTest() {
    cluster.add_topic("out", 1);
    transactions.most_marker_delay_ms = 0;
  }

  ProducerIdentity init(const std::string& id) {
    ProducerIdentity identity;
    EXPECT_EQ(transactions.init(id, cluster.now_ms(), identity), TransactionAnswer::kOk);
    return identity;
  }
  void write(const std::string& id, ProducerIdentity identity, const std::string& value) {
    EXPECT_EQ(transactions.add(id, identity, kOut, cluster.now_ms()), TransactionAnswer::kOk);
    log().append({"key", value, {}, 0}, identity.id);
  }
  TransactionAnswer end(const std::string& id, ProducerIdentity identity, bool commit) {
    return transactions.end(id, identity, commit, cluster.now_ms());
  }
  void pass_ms(std::int64_t duration_ms) { cluster.advance(cluster.now_ms() + duration_ms); }
  PartitionLog& log() { return cluster.log("out", 0); }
  std::vector<std::string> seen() {
    std::vector<std::string> values;
    for (const LogEntry* entry : log().committed()) values.push_back(*entry->record.value);
    return values;
  }

  Random random{1};
  SimulatedCluster cluster{random, "in", 2};
  TransactionCoordinator& transactions = cluster.transactions();
};

TEST_F(TransactionsTest, ShowsWhatWasCommittedOnceItsMarkerIsWritten) {
  const ProducerIdentity producer = init("p");
  write("p", producer, "1");
  EXPECT_EQ(end("p", producer, true), TransactionAnswer::kOk);
  EXPECT_THAT(seen(), IsEmpty());
  pass_ms(0);
  EXPECT_THAT(seen(), ElementsAre("1"));
  EXPECT_TRUE(transactions.is_idle());
}

TEST_F(TransactionsTest, TheNextTransactionWaitsForTheMarkersOfTheOneBefore) {
  const ProducerIdentity producer = init("p");
  write("p", producer, "1");
  end("p", producer, true);
  EXPECT_EQ(transactions.add("p", producer, kOut, 0), TransactionAnswer::kConcurrent);
  pass_ms(0);
  EXPECT_EQ(transactions.add("p", producer, kOut, 0), TransactionAnswer::kOk);
}

TEST_F(TransactionsTest, TheNextProducerOfAnIdFencesTheOneBeforeAndAbortsWhatItHadOpen) {
  const ProducerIdentity first = init("p");
  write("p", first, "1");
  ProducerIdentity second;
  EXPECT_EQ(transactions.init("p", 0, second), TransactionAnswer::kConcurrent);
  EXPECT_EQ(end("p", first, true), TransactionAnswer::kFenced);
  pass_ms(0);
  second = init("p");
  EXPECT_EQ(transactions.add("p", first, kOut, 0), TransactionAnswer::kFenced);
  EXPECT_FALSE(transactions.may_write("p", first, kOut));
  write("p", second, "2");
  end("p", second, true);
  pass_ms(0);
  EXPECT_THAT(seen(), ElementsAre("2"));
}

TEST_F(TransactionsTest, TheNextProducerOfAnIdFinishesACommitOnItsWay) {
  const ProducerIdentity first = init("p");
  write("p", first, "1");
  end("p", first, true);
  ProducerIdentity second;
  EXPECT_EQ(transactions.init("p", 0, second), TransactionAnswer::kConcurrent);
  pass_ms(0);
  init("p");
  EXPECT_THAT(seen(), ElementsAre("1"));
}

TEST_F(TransactionsTest, ATransactionThatTakesTooLongIsAbortedAndItsProducerFenced) {
  const ProducerIdentity producer = init("p");
  write("p", producer, "1");
  pass_ms(transactions.timeout_ms - 1);
  EXPECT_TRUE(transactions.may_write("p", producer, kOut));
  pass_ms(1);
  EXPECT_EQ(end("p", producer, true), TransactionAnswer::kFenced);
  EXPECT_THAT(seen(), IsEmpty());
  EXPECT_EQ(log().last_stable(), log().end());
}

TEST_F(TransactionsTest, EndingTwiceTheSameWayIsFineAndTheOtherWayIsNot) {
  const ProducerIdentity producer = init("p");
  EXPECT_EQ(end("p", producer, true), TransactionAnswer::kInvalid);
  write("p", producer, "1");
  end("p", producer, true);
  pass_ms(0);
  EXPECT_EQ(end("p", producer, true), TransactionAnswer::kOk);
  EXPECT_EQ(end("p", producer, false), TransactionAnswer::kInvalid);
}

TEST_F(TransactionsTest, ALateEndHitsTheNextTransactionOfTheSameProducerButNotOfTheNext) {
  ProducerIdentity producer = init("p");
  write("p", producer, "1");
  cluster.end_transaction_later("p", producer, true, 10);
  end("p", producer, false);
  pass_ms(0);
  write("p", producer, "2");
  pass_ms(10);
  EXPECT_THAT(seen(), ElementsAre("2")) << "why a producer is made anew after a commit in doubt";
  write("p", producer, "3");
  cluster.end_transaction_later("p", producer, true, 20);
  transactions.init("p", 0, producer);
  pass_ms(10);
  EXPECT_THAT(seen(), ElementsAre("2"));
}

TEST_F(TransactionsTest, MarkersOfOneTransactionAreWrittenApart) {
  transactions.most_marker_delay_ms = 1000;
  GroupCoordinator& group = cluster.group();
  const std::int64_t member = group.join("m", 0);
  pass_ms(0);
  bool apart = false;
  for (int i = 1; i <= 20; ++i) {
    const ProducerIdentity producer = init("p");
    write("p", producer, "1");
    transactions.add("p", producer, kGroup, cluster.now_ms());
    EXPECT_EQ(group.stage(producer.id, member, "m", group.generation(), {{0, i, ""}}), GroupAnswer::kOk);
    end("p", producer, true);
    const std::size_t before = seen().size();
    for (int ms = 0; ms <= 1000; ms += 10) {
      const auto committed = group.committed(0);
      const bool offsets_show = committed && committed->offset == i;
      EXPECT_NE(offsets_show, group.is_unstable(0));
      apart = apart || offsets_show != (seen().size() > before);
      group.heartbeat(member, "m", cluster.now_ms());
      pass_ms(10);
    }
    EXPECT_EQ(seen().size(), before + 1);
  }
  EXPECT_TRUE(apart);
}

class GroupTest : public testing::Test {
 protected:
  struct Client {
    explicit Client(GroupTest& test, const std::string& instance) : fate(test.random), client(test.cluster, fate, instance) {
      fate.drive(test.cluster);
    }
    StillFate fate;
    GroupClient client;
  };

  /// What a client is told, answered at once.
  std::vector<std::string> told(Client& member) {
    std::vector<std::string> lines;
    for (auto event = member.client.take(); event; event = member.client.take()) {
      lines.push_back(line_of(*event));
      member.client.answered();
    }
    return lines;
  }
  static std::string line_of(const GroupClient::Event& event) {
    std::string line = event.kind == Polled::Kind::kAssigned  ? "assigned"
                       : event.kind == Polled::Kind::kRevoked ? "revoked"
                                                              : "lost";
    for (const std::int32_t partition : event.partitions) line += ' ' + std::to_string(partition);
    return line;
  }
  void pass_ms(std::int64_t duration_ms) {
    for (std::int64_t ms = 0; ms <= duration_ms; ms += 100) {
      for (int i = 0; i < 4; ++i) cluster.advance(cluster.now_ms() + (i == 0 && ms < duration_ms ? 100 : 0));
    }
  }

  Random random{1};
  SimulatedCluster cluster{random, "in", 4};
};

TEST_F(GroupTest, OneMemberIsGivenEverything) {
  Client a(*this, "a");
  pass_ms(0);
  EXPECT_THAT(told(a), ElementsAre("assigned 0 1 2 3"));
}

TEST_F(GroupTest, APartitionMovesOnlyAfterItsOwnerHasLetItGo) {
  Client a(*this, "a");
  pass_ms(0);
  told(a);
  Client b(*this, "b");
  pass_ms(0);
  const auto revoked = a.client.take();
  ASSERT_TRUE(revoked);
  EXPECT_EQ(line_of(*revoked), "revoked 2 3");
  pass_ms(1'000);
  EXPECT_THAT(told(b), ElementsAre("assigned"));
  EXPECT_THAT(a.client.owned(), ElementsAre(0, 1, 2, 3)) << "still its own";
  a.client.answered();
  EXPECT_THAT(told(a), ElementsAre("assigned"));
  pass_ms(0);
  EXPECT_THAT(told(b), ElementsAre("assigned 2 3"));
  EXPECT_THAT(a.client.owned(), ElementsAre(0, 1));
}

TEST_F(GroupTest, WhoIsNotHeardOfLosesEverythingToTheOthers) {
  Client a(*this, "a"), b(*this, "b");
  pass_ms(0);
  EXPECT_THAT(told(a), ElementsAre("assigned 0 1"));
  EXPECT_THAT(told(b), ElementsAre("assigned 2 3"));
  b.fate.running = false;
  pass_ms(cluster.group().session_timeout_ms + 200);
  EXPECT_THAT(told(a), ElementsAre("assigned 2 3"));
  b.fate.running = true;
  pass_ms(0);
  EXPECT_THAT(b.client.stage(1, {{2, 5, ""}}), GroupAnswer::kUnknownMember);
  EXPECT_THAT(told(b), ElementsAre("lost 2 3"));
  EXPECT_THAT(b.client.owned(), IsEmpty());
  pass_ms(0);
  EXPECT_THAT(told(a), ElementsAre("revoked 2 3", "assigned")) << "it is back as a new member";
}

TEST_F(GroupTest, WhoDoesNotAnswerARevocationIsPutOutInTheEnd) {
  Client a(*this, "a");
  pass_ms(0);
  told(a);
  Client b(*this, "b");
  pass_ms(0);
  told(b);
  ASSERT_TRUE(a.client.take());
  cluster.group().rebalance(false, cluster.now_ms());
  pass_ms(cluster.group().rebalance_timeout_ms + 500);
  told(b);
  pass_ms(0);
  EXPECT_THAT(b.client.owned(), ElementsAre(0, 1, 2, 3));
  EXPECT_THAT(a.client.stage(1, {{0, 5, ""}}), GroupAnswer::kUnknownMember);
}

TEST_F(GroupTest, ARestartedInstanceGetsItsPartitionsBackWithoutARebalance) {
  auto a = std::make_unique<Client>(*this, "a");
  Client b(*this, "b");
  pass_ms(0);
  told(*a);
  told(b);
  a.reset();
  pass_ms(1'000);
  Client again(*this, "a");
  pass_ms(0);
  EXPECT_THAT(told(again), ElementsAre("assigned 0 1"));
  EXPECT_THAT(told(b), IsEmpty());
  EXPECT_EQ(cluster.group().generation(), 1);
}

TEST_F(GroupTest, ASecondClientOfAnInstanceFencesTheFirst) {
  Client a(*this, "a");
  pass_ms(0);
  told(a);
  Client zombie_maker(*this, "a");
  pass_ms(0);
  EXPECT_TRUE(a.client.fenced());
  EXPECT_FALSE(zombie_maker.client.fenced());
  EXPECT_EQ(a.client.stage(1, {{0, 5, ""}}), GroupAnswer::kFencedInstance);
  told(zombie_maker);
  EXPECT_EQ(zombie_maker.client.stage(1, {{0, 5, ""}}), GroupAnswer::kOk);
}

TEST_F(GroupTest, OffsetsOfAnOldGenerationAreRefused) {
  Client a(*this, "a");
  pass_ms(0);
  ASSERT_TRUE(a.client.take());  // not answered, so it does not join the next generation
  cluster.group().rebalance(true, cluster.now_ms());
  EXPECT_EQ(a.client.stage(1, {{0, 5, ""}}), GroupAnswer::kOk) << "until all have joined the old one counts";
  a.client.answered();
  pass_ms(0);
  EXPECT_EQ(cluster.group().generation(), 2);
  EXPECT_EQ(cluster.group().stage(1, 1, "a", 1, {{0, 5, ""}}), GroupAnswer::kIllegalGeneration);
  EXPECT_EQ(a.client.stage(1, {{0, 5, ""}}), GroupAnswer::kOk);
}

TEST_F(GroupTest, OffsetsOfATransactionShowWhenItIsCommittedAndNeverWhenAborted) {
  Client a(*this, "a");
  pass_ms(0);
  told(a);
  a.client.stage(1, {{0, 5, "note"}});
  EXPECT_TRUE(cluster.group().is_unstable(0));
  EXPECT_FALSE(cluster.group().is_unstable(1));
  EXPECT_EQ(cluster.group().committed(0), std::nullopt);
  cluster.group().end_transaction(1, true);
  EXPECT_EQ(cluster.group().committed(0), (CommittedOffset{0, 5, "note"}));
  a.client.stage(1, {{0, 9, ""}});
  cluster.group().end_transaction(1, false);
  EXPECT_EQ(cluster.group().committed(0), (CommittedOffset{0, 5, "note"}));
  EXPECT_FALSE(cluster.group().is_unstable(0));
}

}  // namespace
}  // namespace pairwatch::simulation
