// The devices that are remembered of an account.
#include <gtest/gtest.h>

#include <utility>
#include <vector>

#include "processors/escalation/state.h"
#include "tests/escalation/case_inputs.h"

namespace pairwatch::escalation {
namespace {

using test::kBaseTime;

TEST(ActorDevices, AreTheNewestWhateverTheOrder) {
  const std::vector<std::pair<std::uint64_t, EventTime>> seen = {{1, kBaseTime},
                                                                 {2, kBaseTime + hours(5)},
                                                                 {3, kBaseTime + hours(2)},
                                                                 {1, kBaseTime + hours(3)},
                                                                 {4, kBaseTime + hours(1)},
                                                                 {5, kBaseTime + hours(4)}};
  for (std::size_t shift = 0; shift < seen.size(); ++shift) {
    ActorState state;
    for (std::size_t i = 0; i < seen.size(); ++i) {
      const auto& [digest, at] = seen[(i + shift) % seen.size()];
      remember_device(state, digest, at);
    }
    const std::vector<DeviceRecord> newest = {
        {1, kBaseTime + hours(3)}, {2, kBaseTime + hours(5)}, {3, kBaseTime + hours(2)}, {5, kBaseTime + hours(4)}};
    EXPECT_EQ(state.devices, newest) << shift;
  }
}

TEST(ActorDevices, AreNewOnceAndNoneIsUnknown) {
  ActorState state;
  EXPECT_TRUE(remember_device(state, 1, kBaseTime));
  EXPECT_FALSE(remember_device(state, 1, kBaseTime + hours(1)));
  EXPECT_FALSE(remember_device(state, 0, kBaseTime));
  for (std::uint64_t digest = 2; digest <= kDeviceLimit; ++digest) EXPECT_TRUE(remember_device(state, digest, kBaseTime));
  EXPECT_FALSE(remember_device(state, 99, kBaseTime - hours(1))) << "older than all that are remembered";
  EXPECT_EQ(state.devices.size(), kDeviceLimit);
}

}  // namespace
}  // namespace pairwatch::escalation
