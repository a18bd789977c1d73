#include "tools/cli/topic_input.h"

#include <google/protobuf/util/time_util.h>

#include <algorithm>
#include <exception>
#include <utility>

namespace pairwatch::cli {
namespace {

class TopicInput final : public embedded::InputSource {
 public:
  TopicInput(const config::Settings& settings, const std::string& topic, const kafka::TimeRange& range,
             const embedded::InputLimits& limits)
      : reader_(settings.kafka, topic, range), limits_(limits) {}

  std::span<const Record> next(std::size_t most) override { return reader_.next(std::min(most, limits_.batch_records)); }
  const std::optional<std::string>& failure() const override { return reader_.failure(); }
  std::uint64_t bytes_read() const override { return reader_.bytes_read(); }
  std::optional<std::uint64_t> bytes_total() const override { return {}; }
  embedded::Framing framing() const override { return embedded::Framing::kAuto; }

 private:
  kafka::TopicReader reader_;
  embedded::InputLimits limits_;
};

}  // namespace

std::unique_ptr<embedded::InputSource> open_topic(const config::Settings& settings, const std::string& topic,
                                                  const kafka::TimeRange& range, const embedded::InputLimits& limits) {
  return std::make_unique<TopicInput>(settings, topic, range, limits);
}

std::optional<std::int64_t> parse_time(const std::string& text) {
  constexpr std::size_t kDayLength = 10;
  google::protobuf::Timestamp time;
  const std::string whole = text.size() == kDayLength ? text + "T00:00:00Z" : text;
  if (!google::protobuf::util::TimeUtil::FromString(whole, &time)) return {};
  return google::protobuf::util::TimeUtil::TimestampToMilliseconds(time);
}

}  // namespace pairwatch::cli
