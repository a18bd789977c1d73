#include "topology/http/admin_server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <httplib.h>

namespace pairwatch::http {
namespace {

using ::testing::HasSubstr;

Topology one_service() {
  Topology topology;
  topology.topics = {{.name = "platform.events", .external = true}};
  topology.services = {{.service = Service::kIntake, .input = "platform.events", .outputs = {}, .store = {}}};
  return topology;
}

class AdminServerTest : public ::testing::Test {
 protected:
  void SetUp() override { ASSERT_EQ(server_.start(), ""); }

  httplib::Result get(const char* path) { return httplib::Client("127.0.0.1", server_.port()).Get(path); }

  HttpConfig config_{.listen = "127.0.0.1:0"};
  Metrics metrics_{one_service(), {Service::kIntake}, {"0.1.0", "abc", "def"}, config_};
  AdminServer server_{config_, metrics_};
};

TEST_F(AdminServerTest, ServesMetricsAsPrometheusText) {
  const auto answer = get("/metrics");
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 200);
  EXPECT_THAT(answer->body, HasSubstr("# TYPE pairwatch_events_total counter"));
  EXPECT_THAT(answer->get_header_value("Content-Type"), HasSubstr("version=0.0.4"));
}

TEST_F(AdminServerTest, IsHealthyButNotReadyBeforeAnyWorkerHasStarted) {
  EXPECT_EQ(get("/healthz")->status, 200);
  EXPECT_EQ(get("/readyz")->status, 503);
  metrics_.ready(Service::kIntake, 0, true, "");
  EXPECT_EQ(get("/readyz")->status, 200);
}

TEST_F(AdminServerTest, ShowsTheTopology) { EXPECT_THAT(get("/topology")->body, HasSubstr("platform.events")); }

TEST_F(AdminServerTest, AnswersNothingElse) { EXPECT_EQ(get("/")->status, 404); }

TEST_F(AdminServerTest, APortInUseIsAClearError) {
  Metrics metrics(one_service(), {Service::kIntake}, {}, {});
  AdminServer second({.listen = "127.0.0.1:" + std::to_string(server_.port())}, metrics);
  EXPECT_THAT(second.start(), HasSubstr("cannot listen on 127.0.0.1:"));
}

TEST(AdminServerAddress, ABadAddressIsAClearError) {
  Metrics metrics(one_service(), {Service::kIntake}, {}, {});
  for (const char* listen : {"9464", ":99999", ":", "host:port"}) {
    AdminServer server({.listen = listen}, metrics);
    EXPECT_THAT(server.start(), HasSubstr("is not host:port")) << listen;
  }
}

}  // namespace
}  // namespace pairwatch::http
