// What the services decide by, replaced while they ask.
#include "topology/services/live_configs.h"

#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

namespace pairwatch {
namespace {

ServiceConfigs named(int name) {
  ServiceConfigs configs;
  configs.escalation.rules.version = std::to_string(name);
  configs.relationship.rules.labels.least_score = name;
  return configs;
}

TEST(LiveConfigs, AreTheFirstOnesUntilReplaced) {
  LiveConfigs live(named(7));
  EXPECT_EQ(live.number(), 1u);
  EXPECT_EQ(live.now().number, 1u);
  EXPECT_EQ(live.now().configs->escalation.rules.version, "7");
}

TEST(LiveConfigs, ThatAreReplacedStayWithWhoeverHasThem) {
  LiveConfigs live(named(1));
  const LiveConfigs::Numbered before = live.now();
  live.replace(named(2));
  EXPECT_EQ(before.configs->escalation.rules.version, "1");
  EXPECT_EQ(live.now().configs->escalation.rules.version, "2");
  EXPECT_EQ(live.now().number, 2u);
}

/// Under ThreadSanitizer too: whoever asks gets one set, whole, and never an older one than before.
TEST(LiveConfigs, AreWholeForEveryThreadThatAsksMeanwhile) {
  LiveConfigs live(named(1));
  std::atomic<bool> stop{false};
  std::atomic<int> wrong{0};
  std::vector<std::thread> workers;
  for (int i = 0; i < 3; ++i) {
    workers.emplace_back([&] {
      std::uint64_t known = 0;
      while (!stop) {
        if (live.number() == known) continue;
        const LiveConfigs::Numbered now = live.now();
        const std::string& version = now.configs->escalation.rules.version;
        const bool is_whole = version == std::to_string(static_cast<int>(now.configs->relationship.rules.labels.least_score));
        if (!is_whole || version != std::to_string(now.number) || now.number < known) ++wrong;
        known = now.number;
      }
    });
  }
  for (int name = 2; name < 500; ++name) live.replace(named(name));
  stop = true;
  for (std::thread& worker : workers) worker.join();
  EXPECT_EQ(wrong, 0);
}

}  // namespace
}  // namespace pairwatch
