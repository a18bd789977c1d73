// What the clients are told, and what the configuration may not tell them.
#include "topology/kafka/client_settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "topology/kafka/handles.h"
#include "topology/kafka/topics.h"

namespace pairwatch::kafka {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::Pair;

KafkaConfig on_instance(const std::string& instance) {
  KafkaConfig config;
  config.instance = instance;
  return config;
}

TEST(ClientSettings, TheDefaultsHoldAndLibrdkafkaTakesThem) {
  const KafkaConfig config;
  EXPECT_THAT(problems_of(config), IsEmpty());
  EXPECT_THAT(warnings_of(config), IsEmpty());
  const Identity identity = identity_of(default_topology(), Service::kIntake, config, 0);
  EXPECT_NO_THROW(make_client(RD_KAFKA_CONSUMER, consumer_settings(config, identity), {}));
  EXPECT_NO_THROW(make_client(RD_KAFKA_PRODUCER, producer_settings(config, identity), {}));
  EXPECT_NO_THROW(make_client(RD_KAFKA_PRODUCER, admin_settings(config), {}));
}

TEST(ClientSettings, OfAToolThatWritesAreIdempotentWithoutATransaction) {
  const ClientSettings settings = idempotent_settings({});
  EXPECT_THAT(settings, AllOf(Contains(Pair("enable.idempotence", "true")), Contains(Pair("partitioner", "murmur2_random"))));
  EXPECT_FALSE(settings.contains("transactional.id"));
  EXPECT_NO_THROW(make_client(RD_KAFKA_PRODUCER, settings, {}));
}

TEST(ClientSettings, APropertyGoesToThoseClientsOnlyThatKnowIt) {
  KafkaConfig config;
  config.properties = {{"fetch.wait.max.ms", "100"}, {"compression.type", "zstd"}, {"socket.keepalive.enable", "true"}};
  const Identity identity = identity_of(default_topology(), Service::kIntake, config, 0);
  const auto both = Contains(Pair("socket.keepalive.enable", "true"));
  const auto reads = Contains(Pair("fetch.wait.max.ms", "100")), writes = Contains(Pair("compression.type", "zstd"));
  EXPECT_THAT(consumer_settings(config, identity), AllOf(both, reads, Not(writes)));
  for (const ClientSettings& settings : {producer_settings(config, identity), idempotent_settings(config), admin_settings(config)})
    EXPECT_THAT(settings, AllOf(both, writes, Not(reads)));
}

TEST(ClientSettings, NamesAreStableAndDifferByServiceInstanceAndWorker) {
  const Topology topology = default_topology();
  const Identity identity = identity_of(topology, Service::kRelationship, on_instance("host-1"), 2);
  EXPECT_EQ(identity.group, "pairwatch.relationship");
  EXPECT_EQ(identity.group_instance, "host-1-2");
  EXPECT_EQ(identity.transactional_id, "pairwatch.relationship.host-1.2");
  EXPECT_NE(identity.client_id, identity_of(topology, Service::kRelationship, on_instance("host-1"), 1).client_id);
  EXPECT_NE(identity.transactional_id, identity_of(topology, Service::kIntake, on_instance("host-1"), 2).transactional_id);
  EXPECT_NE(identity.group_instance, identity_of(topology, Service::kRelationship, on_instance("host-2"), 2).group_instance);
}

TEST(ClientSettings, AnInstanceWithoutANameIsCalledAsItsHost) { EXPECT_FALSE(instance_of(on_instance("")).empty()); }

TEST(ClientSettings, WhatExactlyOnceDependsOnIsSet) {
  const KafkaConfig config;
  const Identity identity = identity_of(default_topology(), Service::kIntake, config, 0);
  EXPECT_THAT(consumer_settings(config, identity),
              AllOf(Contains(Pair("isolation.level", "read_committed")), Contains(Pair("enable.auto.commit", "false")),
                    Contains(Pair("enable.auto.offset.store", "false")),
                    Contains(Pair("partition.assignment.strategy", "cooperative-sticky")),
                    Contains(Pair("group.instance.id", identity.group_instance)), Contains(Pair("auto.offset.reset", "error"))));
  EXPECT_THAT(producer_settings(config, identity), AllOf(Contains(Pair("transactional.id", identity.transactional_id)),
                                                         Contains(Pair("partitioner", "murmur2_random"))));
}

TEST(ClientSettings, FurtherPropertiesReachEveryClient) {
  KafkaConfig config;
  config.properties = {{"security.protocol", "ssl"}, {"compression.type", "zstd"}};
  const Identity identity = identity_of(default_topology(), Service::kIntake, config, 0);
  EXPECT_THAT(problems_of(config), IsEmpty());
  for (const ClientSettings& settings :
       {consumer_settings(config, identity), producer_settings(config, identity), admin_settings(config)}) {
    EXPECT_THAT(settings, Contains(Pair("security.protocol", "ssl")));
  }
  EXPECT_THAT(producer_settings(config, identity), Contains(Pair("compression.type", "zstd")));
}

TEST(ClientSettings, PropertiesThatExactlyOnceDependsOnAreRefused) {
  for (const char* name :
       {"isolation.level", "transactional.id", "enable.auto.commit", "group.instance.id", "partitioner", "acks"}) {
    KafkaConfig config;
    config.properties = {{name, "1"}};
    EXPECT_THAT(problems_of(config), ElementsAre(AllOf(HasSubstr(name), HasSubstr("exactly-once")))) << name;
  }
}

TEST(ClientSettings, PropertiesThatLibrdkafkaDoesNotKnowAreRefusedWithoutTheirValue) {
  KafkaConfig config;
  config.properties = {{"sasl.pasword", "hunter2"}, {"security.protocol", "hunter3"}};
  const std::vector<std::string> problems = problems_of(config);
  EXPECT_THAT(problems, ElementsAre(HasSubstr("kafka.properties.sasl.pasword"), HasSubstr("kafka.properties.security.protocol")));
  EXPECT_THAT(problems, Not(Contains(HasSubstr("hunter"))));
}

TEST(ClientSettings, LimitsThatCannotHoldAreToldAllAtOnce) {
  KafkaConfig config;
  config.bootstrap_servers.clear();
  config.commit_interval = milliseconds(0);
  config.commit_interval_behind = milliseconds(100);
  config.transaction_timeout = seconds(5);
  config.batch_records = 0;
  EXPECT_THAT(problems_of(config), ElementsAre(HasSubstr("kafka.bootstrap_servers"), HasSubstr("commit"),
                                               HasSubstr("batch_records"), HasSubstr("kafka.transaction_timeout")));
}

TEST(ClientSettings, ScramWithALibrdkafkaThatCannotLogInToKafka4IsWarnedOf) {
  KafkaConfig config;
  config.properties = {{"sasl.mechanism", "SCRAM-SHA-512"}};
  const bool can_log_in = rd_kafka_version() >= 0x020601ff;
  EXPECT_EQ(warnings_of(config).empty(), can_log_in);
}

TEST(Login, ThatCannotBeIsRefusedWithWhatIsMissing) {
  const auto problems_with = [](std::map<std::string, std::string> properties) {
    KafkaConfig config;
    config.properties = std::move(properties);
    return problems_of(config);
  };
  EXPECT_THAT(problems_with({{"security.protocol", "sasl_ssl"}}),
              ElementsAre(HasSubstr("kafka.properties.sasl.mechanism: is missing")));
  EXPECT_THAT(problems_with({{"security.protocol", "SASL_SSL"}, {"sasl.mechanism", "SCRAM"}}),
              ElementsAre(HasSubstr("there is no such mechanism")));
  EXPECT_THAT(problems_with({{"security.protocol", "SASL_SSL"}, {"sasl.mechanism", "PLAIN"}}),
              ElementsAre(HasSubstr("kafka.properties.sasl.username: is missing"),
                          HasSubstr("kafka.property_files.sasl.password: is missing")));
  EXPECT_THAT(problems_with({{"security.protocol", "SASL_SSL"}, {"sasl.mechanism", "OAUTHBEARER"}}),
              ElementsAre(HasSubstr("kafka.oauth: is empty")));
  EXPECT_THAT(problems_with({{"security.protocol", "SSL"}}), IsEmpty());
  EXPECT_THAT(problems_with({{"sasl.mechanism", "PLAIN"}}), IsEmpty());  // not used
}

TEST(Login, ThatCanBeIsTaken) {
  KafkaConfig config;
  config.properties = {{"security.protocol", "SASL_SSL"}, {"sasl.mechanisms", "OAUTHBEARER"}};
  config.oauth.token_file = "/run/secrets/token";
  EXPECT_THAT(problems_of(config), IsEmpty());
  config.properties = {
      {"security.protocol", "SASL_SSL"}, {"sasl.mechanism", "PLAIN"}, {"sasl.username", "a"}, {"sasl.password", "b"}};
  EXPECT_THAT(problems_of(config), IsEmpty());
}

TEST(Topics, OfAServiceAreItsInputItsOutputsAndItsChangelogEachOnce) {
  std::vector<std::string> names;
  for (const TopicSpec& topic : topics_of(default_topology(), {Service::kRelationship})) names.push_back(topic.name);
  EXPECT_THAT(
      names, ElementsAre("pairwatch.interactions", "pairwatch.case-inputs", "pairwatch.dead-letters", "pairwatch.pairs.changelog"));
}

TEST(Topics, AreCreatedByACommandThatCanBeTypedAsItIs) {
  const TopicSpec topic{"pairwatch.interactions", false, 8, 3, Cleanup::kDelete, days(30)};
  EXPECT_EQ(creation_command(topic, "localhost:9092"),
            "kafka-topics.sh --bootstrap-server localhost:9092 --create --topic pairwatch.interactions --partitions 8 "
            "--replication-factor 3 "
            "--config cleanup.policy=delete --config retention.ms=2592000000");
}

TEST(Topics, OfThePlatformGetTheBrokersTime) {
  TopicSpec topic;
  topic.external = true;
  EXPECT_THAT(settings_of(topic), Contains(Pair("message.timestamp.type", "LogAppendTime")));
}

}  // namespace
}  // namespace pairwatch::kafka
