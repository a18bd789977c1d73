#include "topology/kafka/topic_reader.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

#include "processors/core/hash.h"
#include "topology/kafka/client_settings.h"

namespace pairwatch::kafka {
namespace {

constexpr int kMetadataTimeout_ms = 10'000;
constexpr int kPoll_ms = 200;
constexpr std::size_t kFetch = 512;

std::int64_t timestamp_of(const rd_kafka_message_t& message) {
  rd_kafka_timestamp_type_t type = RD_KAFKA_TIMESTAMP_NOT_AVAILABLE;
  const std::int64_t timestamp_ms = rd_kafka_message_timestamp(&message, &type);
  return type == RD_KAFKA_TIMESTAMP_NOT_AVAILABLE ? 0 : timestamp_ms;
}

}  // namespace

TopicReader::TopicReader(const KafkaConfig& config, std::string topic, const TimeRange& range,
                         const std::optional<std::string>& only_of_key)
    : config_(config), topic_(std::move(topic)) {
  const std::string client_id = "pairwatch." + instance_of(config_) + ".tool";
  consumer_ =
      make_client(RD_KAFKA_CONSUMER, restore_settings(config_, {"pairwatch-tool", {}, {}, client_id}, "read_committed"), {});
  rd_kafka_poll_set_consumer(consumer_.get());
  find_partitions(range, only_of_key);
  if (!failure_) assign();
}

TopicReader::~TopicReader() {
  return_messages();
  for (Partition& partition : partitions_) {
    for (rd_kafka_message_t* message : partition.fetched) rd_kafka_message_destroy(message);
    partition.queue.reset();
  }
}

void TopicReader::find_partitions(const TimeRange& range, const std::optional<std::string>& only_of_key) {
  const TopicHandle handle(rd_kafka_topic_new(consumer_.get(), topic_.c_str(), nullptr));
  const rd_kafka_metadata_t* metadata = nullptr;
  if (const rd_kafka_resp_err_t code = rd_kafka_metadata(consumer_.get(), 0, handle.get(), &metadata, kMetadataTimeout_ms)) {
    return fail("no answer from Kafka at " + config_.bootstrap_servers + ": " + rd_kafka_err2str(code));
  }
  const std::unique_ptr<const rd_kafka_metadata_t, Destroy<rd_kafka_metadata_destroy>> owner(metadata);
  if (metadata->topic_cnt != 1 || metadata->topics[0].err != RD_KAFKA_RESP_ERR_NO_ERROR) {
    return fail(metadata->topic_cnt == 1 ? rd_kafka_err2str(metadata->topics[0].err) : "is not known to the brokers");
  }
  partitions_.resize(static_cast<std::size_t>(metadata->topics[0].partition_cnt));
  for (std::size_t i = 0; i < partitions_.size(); ++i) partitions_[i].number = metadata->topics[0].partitions[i].id;
  std::sort(partitions_.begin(), partitions_.end(), [](const Partition& a, const Partition& b) { return a.number < b.number; });
  if (only_of_key && !partitions_.empty()) {
    const std::int32_t wanted = partition_of(*only_of_key, static_cast<std::int32_t>(partitions_.size()));
    std::erase_if(partitions_, [=](const Partition& partition) { return partition.number != wanted; });
  }
  find_offsets(range);
}

void TopicReader::find_offsets(const TimeRange& range) {
  for (Partition& partition : partitions_) {
    const rd_kafka_resp_err_t code = rd_kafka_query_watermark_offsets(consumer_.get(), topic_.c_str(), partition.number,
                                                                      &partition.next, &partition.end, kMetadataTimeout_ms);
    if (code) return fail("cannot tell where partition " + std::to_string(partition.number) + " ends: " + rd_kafka_err2str(code));
  }
  if (range.from_ms) offsets_at(*range.from_ms, &Partition::next);
  if (range.to_ms && !failure_) offsets_at(*range.to_ms, &Partition::end);
}

/// The first offset of each partition whose timestamp is at least `time_ms`; where there is none, the end.
void TopicReader::offsets_at(std::int64_t time_ms, std::int64_t Partition::* where) {
  const Partitions list(rd_kafka_topic_partition_list_new(static_cast<int>(partitions_.size())));
  for (const Partition& partition : partitions_)
    rd_kafka_topic_partition_list_add(list.get(), topic_.c_str(), partition.number)->offset = time_ms;
  if (const rd_kafka_resp_err_t code = rd_kafka_offsets_for_times(consumer_.get(), list.get(), kMetadataTimeout_ms)) {
    return fail(std::string("cannot find the offsets of a time: ") + rd_kafka_err2str(code));
  }
  for (Partition& partition : partitions_) {
    const std::int64_t found = rd_kafka_topic_partition_list_find(list.get(), topic_.c_str(), partition.number)->offset;
    partition.*where = found < 0 ? partition.end : std::min(found, partition.end);
  }
}

/// Each partition has a queue of its own, so that none is fetched further ahead than it is read.
void TopicReader::assign() {
  std::erase_if(partitions_, [](const Partition& partition) { return partition.is_done(); });
  const Partitions list(rd_kafka_topic_partition_list_new(static_cast<int>(partitions_.size())));
  for (const Partition& partition : partitions_)
    rd_kafka_topic_partition_list_add(list.get(), topic_.c_str(), partition.number)->offset = partition.next;
  if (const rd_kafka_resp_err_t code = rd_kafka_assign(consumer_.get(), list.get())) return fail(rd_kafka_err2str(code));
  for (Partition& partition : partitions_) {
    partition.queue.reset(rd_kafka_queue_get_partition(consumer_.get(), topic_.c_str(), partition.number));
    rd_kafka_queue_forward(partition.queue.get(), nullptr);
  }
}

void TopicReader::accept(Partition& partition, rd_kafka_message_t* message) {
  const bool is_record = message->err == RD_KAFKA_RESP_ERR_NO_ERROR;
  if (is_record) partition.next = message->offset + 1;
  if (message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) partition.next = std::max(partition.next, message->offset);
  if (is_record && message->offset < partition.end) {
    partition.fetched.push_back(message);
  } else {
    rd_kafka_message_destroy(message);
  }
}

/// The client starts fetching on its own thread and leads a partition's queue to the consumer's once more when it does: what came
/// before the queue was taken away stands there, and before what stands in the partition's own.
void TopicReader::take_what_came_early() {
  while (rd_kafka_message_t* message = rd_kafka_consumer_poll(consumer_.get(), 0)) {
    const auto is_its = [message](const Partition& partition) { return partition.number == message->partition; };
    const auto partition = std::find_if(partitions_.begin(), partitions_.end(), is_its);
    if (partition == partitions_.end()) {  // an error of no partition: reading on tells of it
      rd_kafka_message_destroy(message);
      continue;
    }
    rd_kafka_queue_forward(partition->queue.get(), nullptr);
    accept(*partition, message);
  }
}

/// Until the partition has a record or is done. False: the input cannot be read further.
bool TopicReader::fetch(Partition& partition) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(kPatience_ms);
  std::array<rd_kafka_message_t*, kFetch> messages;
  while (partition.fetched.empty() && partition.next < partition.end) {
    take_what_came_early();
    if (!partition.fetched.empty() || partition.next >= partition.end) break;
    const ssize_t count = rd_kafka_consume_batch_queue(partition.queue.get(), kPoll_ms, messages.data(), messages.size());
    for (ssize_t i = 0; i < count; ++i) accept(partition, messages[static_cast<std::size_t>(i)]);
    if (count <= 0 && std::chrono::steady_clock::now() > deadline) {
      fail("nothing came from partition " + std::to_string(partition.number) + " for " + std::to_string(kPatience_ms / 1000) +
           " s, although it goes on to offset " + std::to_string(partition.end) + "; check the brokers");
      return false;
    }
  }
  return true;
}

/// The partition whose next record is the earliest; nullptr: all are done, or reading failed.
TopicReader::Partition* TopicReader::earliest() {
  Partition* best = nullptr;
  for (Partition& partition : partitions_) {
    if (partition.fetched.empty() && !fetch(partition)) return nullptr;
    if (partition.fetched.empty()) continue;
    if (best == nullptr || timestamp_of(*partition.fetched.front()) < timestamp_of(*best->fetched.front())) best = &partition;
  }
  return best;
}

std::span<const Record> TopicReader::next(std::size_t most) {
  return_messages();
  while (!failure_ && records_.size() < most) {
    Partition* partition = earliest();
    if (partition == nullptr) break;
    take(*partition);
  }
  return records_;
}

void TopicReader::take(Partition& partition) {
  rd_kafka_message_t* message = partition.fetched.front();
  partition.fetched.pop_front();
  given_.push_back(message);
  std::vector<Header>& headers = headers_.emplace_back();
  rd_kafka_headers_t* list = nullptr;
  if (rd_kafka_message_headers(message, &list) == RD_KAFKA_RESP_ERR_NO_ERROR) {
    const char* name = nullptr;
    const void* value = nullptr;
    std::size_t size = 0;
    for (std::size_t i = 0; rd_kafka_header_get_all(list, i, &name, &value, &size) == RD_KAFKA_RESP_ERR_NO_ERROR; ++i)
      headers.push_back({name, {static_cast<const char*>(value), value == nullptr ? 0 : size}});
  }
  bytes_read_ += message->len + message->key_len;
  records_.push_back({{static_cast<const char*>(message->key), message->key_len},
                      {static_cast<const char*>(message->payload), message->len},
                      headers,
                      timestamp_of(*message),
                      message->partition,
                      message->offset});
}

void TopicReader::return_messages() {
  for (rd_kafka_message_t* message : given_) rd_kafka_message_destroy(message);
  given_.clear();
  headers_.clear();
  records_.clear();
}

}  // namespace pairwatch::kafka
