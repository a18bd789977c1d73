// What reaches the log, how, and what is held back.
#include "tools/cli/log_sink.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <spdlog/logger.h>

#include <nlohmann/json.hpp>
#include <random>
#include <thread>

namespace pairwatch::cli {
namespace {

using std::chrono::seconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

class LogSinkTest : public ::testing::Test {
 protected:
  void open(config::LogFormat format, std::size_t repeat_limit) {
    config_.format = format;
    config_.repeat_limit = repeat_limit;
    sink_ =
        std::make_shared<LogSink>(config_, [this](std::string_view line) { lines_.emplace_back(line); }, [this] { return now_; });
    logger_ = std::make_shared<spdlog::logger>("test", sink_);
    logger_->set_level(spdlog::level::debug);
  }

  config::LoggingConfig config_;
  std::chrono::system_clock::time_point now_{seconds(1'772'388'000)};
  std::vector<std::string> lines_;
  std::shared_ptr<LogSink> sink_;
  std::shared_ptr<spdlog::logger> logger_;
};

TEST_F(LogSinkTest, AsTextALineIsTimeLevelMessage) {
  open(config::LogFormat::kText, 10);
  logger_->warn("topic {} is missing", "x");
  EXPECT_THAT(lines_, ElementsAre("2026-03-01T18:00:00.000Z warning topic x is missing\n"));
}

TEST_F(LogSinkTest, AsJsonALineIsOneObjectWhateverTheMessageHolds) {
  open(config::LogFormat::kJson, 1000);
  std::string every_byte;
  for (int byte = 1; byte < 256; ++byte) every_byte += static_cast<char>(byte);
  for (const std::string& message : {std::string("a \"b\" \\ c\nd\x1b[31m"), every_byte, std::string("\xc3\xa9t\xc3\xa9")})
    logger_->info("{}", message);
  ASSERT_THAT(lines_, SizeIs(3));
  for (const std::string& line : lines_) {
    EXPECT_EQ(line.find('\n'), line.size() - 1);
    EXPECT_EQ(nlohmann::json::parse(line)["level"], "info");
  }
  EXPECT_EQ(nlohmann::json::parse(lines_[0])["message"], "a \"b\" \\ c d?[31m");
  EXPECT_EQ(nlohmann::json::parse(lines_[2])["message"], "\xc3\xa9t\xc3\xa9");
}

TEST_F(LogSinkTest, MessagesThatDifferInNumbersOnlyAreHeldBackBeyondTheLimit) {
  open(config::LogFormat::kText, 2);
  for (int i = 0; i < 9; ++i) logger_->info("read {} records", i);
  logger_->info("read no records");
  EXPECT_THAT(lines_, SizeIs(3));
}

TEST_F(LogSinkTest, WhatWasHeldBackIsToldOnceItsIntervalIsOver) {
  open(config::LogFormat::kJson, 2);
  for (int i = 0; i < 9; ++i) logger_->info("read {} records", i);
  sink_->tell_held_back();
  EXPECT_THAT(lines_, SizeIs(2));
  now_ += seconds(60);
  sink_->tell_held_back();
  ASSERT_THAT(lines_, SizeIs(3));
  EXPECT_EQ(nlohmann::json::parse(lines_[2])["message"], "read 8 records");
  EXPECT_EQ(nlohmann::json::parse(lines_[2])["held_back"], 6);
  sink_->tell_held_back();
  EXPECT_THAT(lines_, SizeIs(3));
}

TEST_F(LogSinkTest, ANewMessageAfterTheIntervalComesBehindWhatWasHeldBack) {
  open(config::LogFormat::kText, 1);
  for (int i = 0; i < 3; ++i) logger_->info("read {}", i);
  now_ += seconds(61);
  logger_->info("read 9");
  ASSERT_THAT(lines_, SizeIs(3));
  EXPECT_THAT(lines_[1], HasSubstr("read 2 (1 more like it were held back)"));
  EXPECT_THAT(lines_[2], HasSubstr("read 9\n"));
}

TEST_F(LogSinkTest, ALevelHasItsOwnCount) {
  open(config::LogFormat::kText, 1);
  logger_->info("the same");
  logger_->error("the same");
  EXPECT_THAT(lines_, SizeIs(2));
}

/// What is told and what it counts add up to what was said, also when there are more kinds than are remembered.
TEST_F(LogSinkTest, CountsWhatItToldAndHeldBackByLevel) {
  open(config::LogFormat::kText, 2);
  for (int i = 0; i < 7; ++i) logger_->error("broker {} is gone", i);
  logger_->info("once");
  const auto at = [this](spdlog::level::level_enum level) { return sink_->counts()[static_cast<std::size_t>(level)]; };
  EXPECT_EQ(at(spdlog::level::err).told, 2u);
  EXPECT_EQ(at(spdlog::level::err).held_back, 0u);  // known when it is told
  now_ += seconds(60);
  sink_->tell_held_back();
  EXPECT_EQ(at(spdlog::level::err).told, 3u);
  EXPECT_EQ(at(spdlog::level::err).held_back, 4u);
  EXPECT_EQ(at(spdlog::level::info).told, 1u);
  EXPECT_EQ(at(spdlog::level::warn).told, 0u);
}

TEST_F(LogSinkTest, NothingIsLostUncounted) {
  const unsigned seed = std::random_device{}();
  std::mt19937 random(seed);
  open(config::LogFormat::kJson, 3);
  constexpr int kSaid = 20'000;
  for (int i = 0; i < kSaid; ++i) {
    logger_->info("kind {}", std::string(random() % (2 * LogSink::kMostKinds), 'x'));
    now_ += std::chrono::milliseconds(random() % 50);
  }
  now_ += seconds(61);
  sink_->tell_held_back();
  std::uint64_t told = 0;
  for (const std::string& line : lines_) told += 1 + nlohmann::json::parse(line).value("held_back", 0u);
  EXPECT_EQ(told, kSaid) << "seed " << seed;
}

TEST_F(LogSinkTest, LinesOfManyThreadsStayWhole) {
  open(config::LogFormat::kJson, 1'000'000);
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 4; ++thread) {
    threads.emplace_back([this, thread] {
      for (int i = 0; i < 500; ++i) logger_->info("thread {} says {}", thread, i);
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_THAT(lines_, SizeIs(2000));
  for (const std::string& line : lines_) EXPECT_NO_THROW(EXPECT_TRUE(nlohmann::json::parse(line).is_object()));
}

}  // namespace
}  // namespace pairwatch::cli
