#include "topology/kafka/librdkafka_offsets.h"

#include <algorithm>
#include <memory>

#include "topology/broker.h"

namespace pairwatch::kafka {
namespace {

constexpr int kTimeout_ms = 5'000;
constexpr const char* kNoGroup = "pairwatch-tool";

}  // namespace

void LibrdkafkaOffsets::on_error(rd_kafka_t*, int code, const char* reason, void* opaque) {
  static_cast<LibrdkafkaOffsets*>(opaque)->diagnosis_.client_error(code, reason);
}

void LibrdkafkaOffsets::tell_refusal(int code, const Grant& needed) {
  if (!is_refusal(code)) return;
  diagnosis_.tell("refused " + needed.name, "may not look at " + needed.name + how_to_allow(code, needed, config_));
}

/// It only asks: without a subscription it is no member of the group.
rd_kafka_t* LibrdkafkaOffsets::client_of(const std::string& group) {
  Client& client = clients_[group];
  if (!client) {
    const Identity identity{group, {}, {}, group + '.' + instance_of(config_) + ".warm-up"};
    client = make_client(RD_KAFKA_CONSUMER, restore_settings(config_, identity, "read_uncommitted"),
                         {this, on_error, nullptr, nullptr, nullptr});
  }
  rd_kafka_poll(client.get(), 0);
  return client.get();
}

std::int32_t LibrdkafkaOffsets::partition_count(const std::string& topic) {
  rd_kafka_t* client = client_of(kNoGroup);
  const TopicHandle handle(rd_kafka_topic_new(client, topic.c_str(), nullptr));
  const rd_kafka_metadata_t* metadata = nullptr;
  if (rd_kafka_metadata(client, 0, handle.get(), &metadata, kTimeout_ms)) return 0;
  const std::unique_ptr<const rd_kafka_metadata_t, Destroy<rd_kafka_metadata_destroy>> owner(metadata);
  if (metadata->topic_cnt != 1) return 0;
  tell_refusal(metadata->topics[0].err, {Grant::Resource::kTopic, topic, false, {"Describe"}});
  if (metadata->topics[0].err != RD_KAFKA_RESP_ERR_NO_ERROR) return 0;
  return metadata->topics[0].partition_cnt;
}

std::optional<std::vector<std::int64_t>> LibrdkafkaOffsets::listed(const std::string& topic, std::int64_t time) {
  const std::int32_t count = partition_count(topic);
  if (count <= 0) return {};
  const Partitions list(rd_kafka_topic_partition_list_new(count));
  for (std::int32_t i = 0; i < count; ++i) rd_kafka_topic_partition_list_add(list.get(), topic.c_str(), i)->offset = time;
  if (rd_kafka_offsets_for_times(client_of(kNoGroup), list.get(), kTimeout_ms)) return {};
  std::vector<std::int64_t> offsets;
  for (std::int32_t i = 0; i < count; ++i) {
    const rd_kafka_topic_partition_t* found = rd_kafka_topic_partition_list_find(list.get(), topic.c_str(), i);
    if (found->err) return {};
    offsets.push_back(found->offset);
  }
  return offsets;
}

std::optional<std::vector<TopicRange>> LibrdkafkaOffsets::ranges(const std::string& topic) {
  const auto begins = listed(topic, RD_KAFKA_OFFSET_BEGINNING), ends = listed(topic, RD_KAFKA_OFFSET_END);
  if (!begins || !ends || begins->size() != ends->size()) return {};
  std::vector<TopicRange> ranges;
  for (std::size_t i = 0; i < ends->size(); ++i) ranges.push_back({(*begins)[i], (*ends)[i]});
  return ranges;
}

std::optional<std::vector<std::int64_t>> LibrdkafkaOffsets::offsets_at(const std::string& topic, std::int64_t time_ms) {
  // Before it is asked for the time, so that what is written meanwhile counts as later.
  const auto ends = listed(topic, RD_KAFKA_OFFSET_END);
  auto offsets = listed(topic, time_ms);
  if (!ends || !offsets || ends->size() != offsets->size()) return {};
  for (std::size_t i = 0; i < offsets->size(); ++i) {
    if ((*offsets)[i] < 0) (*offsets)[i] = (*ends)[i];  // no record is as young
  }
  return offsets;
}

std::optional<std::vector<std::int64_t>> LibrdkafkaOffsets::committed(Service service, std::size_t partitions) {
  const std::string& topic = topology_.service(service).input;
  const auto count = static_cast<int>(partitions);
  const Partitions list(rd_kafka_topic_partition_list_new(count));
  for (int i = 0; i < count; ++i) rd_kafka_topic_partition_list_add(list.get(), topic.c_str(), i);
  const std::string group = group_of(topology_, service);
  if (const rd_kafka_resp_err_t code = rd_kafka_committed(client_of(group), list.get(), kTimeout_ms)) {
    tell_refusal(code, {Grant::Resource::kGroup, group, false, {"Describe"}});
    return {};
  }
  std::vector<std::int64_t> offsets;
  for (int i = 0; i < count; ++i) {
    const rd_kafka_topic_partition_t* found = rd_kafka_topic_partition_list_find(list.get(), topic.c_str(), i);
    if (found->err) return {};
    offsets.push_back(found->offset >= 0 ? found->offset : kNoOffset);
  }
  return offsets;
}

}  // namespace pairwatch::kafka
