// What a service is allowed, and the words for what it is not.
#include "topology/kafka/acls.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "topology/kafka/handles.h"

namespace pairwatch::kafka {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

using Resource = Grant::Resource;

KafkaConfig without_creation() {
  KafkaConfig config;
  config.create_topics = false;
  return config;
}

TEST(Acls, OfAServiceThatKeepsNothingAreItsTopicsItsGroupAndItsTransactions) {
  const auto grants = grants_of(default_topology(), Service::kIntake, without_creation());
  EXPECT_THAT(grants, ElementsAre(Grant{Resource::kTopic, "platform.events", false, {"Read", "DescribeConfigs"}},
                                  Grant{Resource::kTopic, "pairwatch.indicators", false, {"Read"}},
                                  Grant{Resource::kTopic, "pairwatch.interactions", false, {"Write"}},
                                  Grant{Resource::kTopic, "pairwatch.case-inputs", false, {"Write"}},
                                  Grant{Resource::kTopic, "pairwatch.dead-letters", false, {"Write"}},
                                  Grant{Resource::kGroup, "pairwatch.intake", false, {"Read"}},
                                  Grant{Resource::kTransactionalId, "pairwatch.intake.", true, {"Write"}}));
}

TEST(Acls, OfAServiceThatRemembersIncludeItsChangelog) {
  const auto grants = grants_of(default_topology(), Service::kRelationship, without_creation());
  EXPECT_THAT(grants, Contains(Grant{Resource::kTopic, "pairwatch.pairs.changelog", false, {"Read", "Write", "DescribeConfigs"}}));
}

TEST(Acls, CreateIsAskedForOnlyWhereTopicsAreCreated) {
  for (const bool creates : {false, true}) {
    KafkaConfig config;
    config.create_topics = creates;
    for (const Grant& grant : grants_of(default_topology(), Service::kEscalation, config)) {
      const bool is_creatable = creates && grant.resource == Resource::kTopic;
      EXPECT_EQ(std::count(grant.operations.begin(), grant.operations.end(), "Create"), is_creatable ? 1 : 0) << grant.name;
    }
  }
}

TEST(Acls, OneResourceThatIsUsedTwiceIsOneGrant) {
  Topology topology = default_topology();
  for (ServiceSpec& service : topology.services) {
    for (OutputSpec& output : service.outputs) {
      if (output.port == OutputPort::kReview || output.port == OutputPort::kWatch) output.topic = "moderation.escalations.urgent";
    }
  }
  const auto grants = grants_of(topology, Service::kEscalation, without_creation());
  const auto count =
      std::count_if(grants.begin(), grants.end(), [](const Grant& grant) { return grant.name == "moderation.escalations.urgent"; });
  EXPECT_EQ(count, 1);
}

TEST(Acls, WarmUpLooksAtEveryServiceAbove) {
  KafkaConfig config = without_creation();
  config.warm_up.until = WarmUp::Until::kCaughtUp;
  const auto grants = grants_of(default_topology(), Service::kEscalation, config);
  for (const char* group : {"pairwatch.intake", "pairwatch.relationship", "pairwatch.decisions"})
    EXPECT_THAT(grants, Contains(Grant{Resource::kGroup, group, false, {"Describe"}}));
  EXPECT_THAT(grants, Contains(Grant{Resource::kTopic, "platform.events", false, {"Describe"}}));
  EXPECT_EQ(grants_of(default_topology(), Service::kIntake, config),
            grants_of(default_topology(), Service::kIntake, without_creation()));
}

TEST(Acls, ACommandCanBeTypedAsItIs) {
  EXPECT_EQ(grant_command({Resource::kTransactionalId, "pairwatch.intake.", true, {"Write"}}, "User:CN=pair watch,O=it's", {}),
            "kafka-acls.sh --bootstrap-server localhost:9092 --add --allow-principal 'User:CN=pair watch,O=it'\\''s' --operation "
            "Write --transactional-id pairwatch.intake. --resource-pattern-type prefixed");
}

TEST(Acls, ARefusalNamesTheCommandAndNothingElseDoes) {
  const Grant grant{Resource::kGroup, "pairwatch.intake", false, {"Read"}};
  EXPECT_THAT(how_to_allow(RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED, grant, {}),
              HasSubstr("kafka-acls.sh --bootstrap-server localhost:9092 --add --allow-principal User:PRINCIPAL --operation Read "
                        "--group pairwatch.intake"));
  EXPECT_THAT(how_to_allow(RD_KAFKA_RESP_ERR__TIMED_OUT, grant, {}), IsEmpty());
  EXPECT_THAT(how_to_allow(RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED, {}, {}), IsEmpty());
}

}  // namespace
}  // namespace pairwatch::kafka
