// Which headers travel.
#include <gtest/gtest.h>

#include "tests/intake/fakes.h"

namespace pairwatch::intake {
namespace {

using test::message;

TEST(IntakeHeaders, CarriesThePlatformsHeadersAndSaysWhereTheEventStands) {
  IntakeConfig config;
  config.source_topic = "chat.events";
  Room room(config);
  room.headers = {{"traceparent", "00-1-2-01"}, {"x-region", "eu"}};
  room.take(message("a7", "m3"));
  room.take(message("a7", "m3"));
  EXPECT_EQ(room.output().header("traceparent"), "00-1-2-01");
  EXPECT_EQ(room.output().header("x-region"), "eu");
  EXPECT_EQ(room.output().header("pairwatch-source"), "chat.events/3/1");
  EXPECT_EQ(room.output().headers.size(), 3U);
}

TEST(IntakeHeaders, KeepsHeadersThatDescribeTheValueThatStaysHere) {
  Room room;
  room.headers = {{"content-type", "application/json"}, {"ce_subject", "a7"}, {"pairwatch-source", "forged/0/0"}};
  room.take(message("a7", "m3"));
  ASSERT_EQ(room.output().headers.size(), 1U);
  EXPECT_EQ(room.output().header("pairwatch-source"), "platform.events/3/0");
}

}  // namespace
}  // namespace pairwatch::intake
