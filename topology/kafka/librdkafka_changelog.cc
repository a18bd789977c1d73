#include "topology/kafka/librdkafka_changelog.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "topology/kafka/acls.h"

namespace pairwatch::kafka {
namespace {

constexpr int kBoundsTimeout_ms = 5'000;

BrokerError retriable(std::string message) { return {ErrorClass::kRetriable, std::move(message)}; }

}  // namespace

LibrdkafkaChangelog::LibrdkafkaChangelog(const KafkaConfig& config, const Identity& identity, std::string topic,
                                         Diagnosis& diagnosis)
    : config_(config), identity_(identity), topic_(std::move(topic)), diagnosis_(diagnosis), messages_(config.batch_records) {}

LibrdkafkaChangelog::~LibrdkafkaChangelog() { close(); }

void LibrdkafkaChangelog::on_error(rd_kafka_t*, int code, const char* reason, void* opaque) {
  static_cast<LibrdkafkaChangelog*>(opaque)->diagnosis_.client_error(code, reason);
}

void LibrdkafkaChangelog::open() {
  if (consumer_) return;
  consumer_ = make_client(RD_KAFKA_CONSUMER, restore_settings(config_, identity_, "read_committed"),
                          {this, on_error, nullptr, nullptr, nullptr});
  rd_kafka_poll_set_consumer(consumer_.get());
  queue_.reset(rd_kafka_queue_get_consumer(consumer_.get()));
  uncommitted_ = make_client(RD_KAFKA_CONSUMER, restore_settings(config_, identity_, "read_uncommitted"),
                             {this, on_error, nullptr, nullptr, nullptr});
}

void LibrdkafkaChangelog::close() {
  return_messages();
  queue_.reset();
  consumer_.reset();
  uncommitted_.reset();
}

BrokerResult LibrdkafkaChangelog::bounds(std::int32_t partition, ChangelogBounds& found) {
  open();
  const rd_kafka_resp_err_t code =
      rd_kafka_query_watermark_offsets(uncommitted_.get(), topic_.c_str(), partition, &found.begin, &found.end, kBoundsTimeout_ms);
  if (code == RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION) {
    if (const int count = partition_count(); count > 0 && count <= partition) {
      return BrokerError{ErrorClass::kFatal, "changelog " + topic_ + " has " + std::to_string(count) +
                                                 " partitions, but its input has more: partitions were added to it, so that keys "
                                                 "have moved away from their state; give the application another name "
                                                 "(topology.application) and let it build its state anew beside the old one"};
    }
  }
  if (code) {
    return retriable("cannot tell where " + topic_ + "/" + std::to_string(partition) + " ends: " + rd_kafka_err2str(code) +
                     how_to_allow(code, {Grant::Resource::kTopic, topic_, false, {"Read"}}, config_));
  }
  return {};
}

/// 0: not known now.
int LibrdkafkaChangelog::partition_count() {
  const TopicHandle handle(rd_kafka_topic_new(uncommitted_.get(), topic_.c_str(), nullptr));
  const rd_kafka_metadata_t* metadata = nullptr;
  if (rd_kafka_metadata(uncommitted_.get(), 0, handle.get(), &metadata, kBoundsTimeout_ms)) return 0;
  const std::unique_ptr<const rd_kafka_metadata_t, Destroy<rd_kafka_metadata_destroy>> owner(metadata);
  const bool is_known = metadata->topic_cnt == 1 && metadata->topics[0].err == RD_KAFKA_RESP_ERR_NO_ERROR;
  return is_known ? metadata->topics[0].partition_cnt : 0;
}

BrokerResult LibrdkafkaChangelog::start(PartitionOffset from) {
  open();
  const Partitions list(rd_kafka_topic_partition_list_new(1));
  rd_kafka_topic_partition_list_add(list.get(), topic_.c_str(), from.partition)->offset = from.offset;
  if (const Error error{rd_kafka_incremental_assign(consumer_.get(), list.get())}) {
    return BrokerError{ErrorClass::kFatal, "cannot read " + topic_ + ": " + rd_kafka_error_string(error.get())};
  }
  started_.insert(from.partition);
  return {};
}

void LibrdkafkaChangelog::stop(std::int32_t partition) {
  if (started_.erase(partition) == 0) return;
  if (started_.empty()) return close();
  const Partitions list(rd_kafka_topic_partition_list_new(1));
  rd_kafka_topic_partition_list_add(list.get(), topic_.c_str(), partition);
  const Error ignored(rd_kafka_incremental_unassign(consumer_.get(), list.get()));
}

void LibrdkafkaChangelog::return_messages() {
  for (std::size_t i = 0; i < message_count_; ++i) rd_kafka_message_destroy(messages_[i]);
  message_count_ = 0;
  records_.clear();
  moved_.clear();
  positions_.clear();
}

ChangelogRead LibrdkafkaChangelog::poll(int timeout_ms) {
  return_messages();
  if (started_.empty()) return {};
  const ssize_t count = rd_kafka_consume_batch_queue(queue_.get(), timeout_ms, messages_.data(), messages_.size());
  message_count_ = count > 0 ? static_cast<std::size_t>(count) : 0;
  for (std::size_t i = 0; i < message_count_; ++i) {
    const rd_kafka_message_t& message = *messages_[i];
    switch (message.err) {
      case RD_KAFKA_RESP_ERR_NO_ERROR: {
        const std::int64_t timestamp_ms = rd_kafka_message_timestamp(&message, nullptr);
        records_.push_back({{static_cast<const char*>(message.key), message.key_len},
                            {static_cast<const char*>(message.payload), message.len},
                            {},
                            std::max<std::int64_t>(0, timestamp_ms),
                            message.partition,
                            message.offset});
        moved_[message.partition] = message.offset + 1;
        break;
      }
      case RD_KAFKA_RESP_ERR__PARTITION_EOF: moved_[message.partition] = message.offset; break;
      default:
        diagnosis_.tell(std::string("changelog ") + rd_kafka_err2name(message.err),
                        "reading " + topic_ + ": " + rd_kafka_message_errstr(&message) +
                            how_to_allow(message.err, {Grant::Resource::kTopic, topic_, false, {"Read"}}, config_) +
                            "; trying again");
    }
  }
  for (const auto& [partition, offset] : moved_) positions_.push_back({partition, offset});
  return {records_, positions_};
}

}  // namespace pairwatch::kafka
