// The writing side of LibrdkafkaBroker: its transactional producer.

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <stdexcept>

#include "processors/core/check.h"
#include "topology/kafka/acls.h"
#include "topology/kafka/librdkafka_broker.h"

namespace pairwatch::kafka {
namespace {

constexpr int kInitTimeout_ms = 2'000;
constexpr int kMetadataTimeout_ms = 2'000;
constexpr int kFlushTimeout_ms = 5'000;
constexpr int kQueueFullWait_ms = 10;
constexpr int kNoTimeoutOfItsOwn = -1;

/// librdkafka takes what it only reads as `void*`.
void* pointer(std::string_view bytes) { return const_cast<char*>(bytes.data()); }

rd_kafka_vu_t tagged(rd_kafka_vtype_t type) {
  rd_kafka_vu_t value{};
  value.vtype = type;
  return value;
}

/// A record that names its partition carries the number of its topic, so that its delivery report tells where it went.
void* tag_of(std::size_t topic) { return reinterpret_cast<void*>(topic + 1); }

std::size_t topic_of(const void* tag) { return reinterpret_cast<std::size_t>(tag) - 1; }

rd_kafka_vu_t bytes_of(rd_kafka_vtype_t type, std::string_view bytes) {
  rd_kafka_vu_t value = tagged(type);
  value.u.mem.ptr = pointer(bytes);
  value.u.mem.size = bytes.size();
  return value;
}

}  // namespace

void LibrdkafkaBroker::on_delivery(rd_kafka_t*, const rd_kafka_message_t* message, void* opaque) {
  auto& self = *static_cast<LibrdkafkaBroker*>(opaque);
  if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
    if (message->_private == nullptr) return;
    const std::size_t topic = topic_of(message->_private);
    std::int64_t& end = self.written_ends_.try_emplace({topic, message->partition}, kNoOffset).first->second;
    end = std::max(end, message->offset + 1);
    return;
  }
  if (self.delivery_error_) return;
  int code = message->err;
  std::string topic = rd_kafka_topic_name(message->rkt);
  if (code == RD_KAFKA_RESP_ERR__PURGE_QUEUE) {
    if (const std::string refused = take_refused_topic(self.producer_.get()); !refused.empty()) {
      topic = refused;
      code = RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED;
    }
  }
  std::string words = "a record for " + topic + " was not written: " + rd_kafka_err2str(static_cast<rd_kafka_resp_err_t>(code)) +
                      how_to_allow(code, {Grant::Resource::kTopic, topic, false, {"Write"}}, self.config_);
  if (message->err == RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE) {
    words += " (" + std::to_string(message->len) +
             " bytes and its headers); nothing is lost, its partition waits until it fits: kafka-configs.sh --bootstrap-server " +
             self.config_.bootstrap_servers + " --alter --entity-type topics --entity-name " + topic +
             " --add-config max.message.bytes=" + std::to_string(2 * message->len + (1u << 20));
  }
  self.delivery_error_ = self.failed(Operation::kProduce, code, words);
}

BrokerResult LibrdkafkaBroker::restart_producer() {
  if (producer_is_initialised_) {
    producer_is_initialised_ = false;
    handles_.clear();
    producer_.reset();
  }
  if (!producer_) {
    producer_ = make_client(RD_KAFKA_PRODUCER, producer_settings(config_, identity_),
                            {this, on_error, on_delivery, nullptr, on_statistics});
    for (const std::string& topic : topics_) handles_.emplace_back(rd_kafka_topic_new(producer_.get(), topic.c_str(), nullptr));
  }
  rd_kafka_poll(producer_.get(), 0);
  if (!warm_metadata()) return BrokerError{ErrorClass::kRetriable, "the topics it writes to are not known to the broker yet"};
  const BrokerResult error = result_of(Operation::kInit, rd_kafka_init_transactions(producer_.get(), kInitTimeout_ms),
                                       {Grant::Resource::kTransactionalId, identity_.group + '.', true, {"Write"}});
  producer_is_initialised_ = !error;
  if (error && error->error_class != ErrorClass::kRetriable) {
    handles_.clear();
    producer_.reset();
  }
  return error;
}

/// Otherwise the first record for a topic waits up to a second.
bool LibrdkafkaBroker::warm_metadata() {
  for (const TopicHandle& handle : handles_) {
    const rd_kafka_metadata_t* metadata = nullptr;
    if (rd_kafka_metadata(producer_.get(), 0, handle.get(), &metadata, kMetadataTimeout_ms)) return false;
    const bool is_known =
        metadata->topic_cnt == 1 && metadata->topics[0].err == RD_KAFKA_RESP_ERR_NO_ERROR && metadata->topics[0].partition_cnt > 0;
    rd_kafka_metadata_destroy(metadata);
    if (!is_known) return false;
  }
  return true;
}

BrokerResult LibrdkafkaBroker::begin() {
  delivery_error_.reset();
  written_ends_.clear();
  return result_of(Operation::kBegin, rd_kafka_begin_transaction(producer_.get()));
}

BrokerResult LibrdkafkaBroker::produce(const Outgoing& record) {
  check(record.topic < handles_.size(), "a record goes to one of the topics the broker was made with");
  rd_kafka_vu_t values[8];
  std::size_t count = 0;
  values[count] = tagged(RD_KAFKA_VTYPE_RKT);
  values[count++].u.rkt = handles_[record.topic].get();
  values[count] = tagged(RD_KAFKA_VTYPE_PARTITION);
  values[count++].u.i32 = record.partition == Outgoing::kByKey ? RD_KAFKA_PARTITION_UA : record.partition;
  if (record.partition != Outgoing::kByKey) {
    check(record.headers.empty(), "a record that names its partition has no headers: 2.0.2 frees them twice where it is unknown");
    values[count] = tagged(RD_KAFKA_VTYPE_OPAQUE);
    values[count++].u.ptr = tag_of(record.topic);
  }
  values[count] = tagged(RD_KAFKA_VTYPE_MSGFLAGS);
  values[count++].u.i = RD_KAFKA_MSG_F_COPY;
  if (record.key.data() != nullptr) values[count++] = bytes_of(RD_KAFKA_VTYPE_KEY, record.key);
  if (record.value.data() != nullptr) values[count++] = bytes_of(RD_KAFKA_VTYPE_VALUE, record.value);
  if (record.timestamp_ms > 0) {
    values[count] = tagged(RD_KAFKA_VTYPE_TIMESTAMP);
    values[count++].u.i64 = record.timestamp_ms;
  }
  Headers headers(record.headers.empty() ? nullptr : rd_kafka_headers_new(record.headers.size()));
  for (const Header& header : record.headers) {
    rd_kafka_header_add(headers.get(), header.name.data(), static_cast<ssize_t>(header.name.size()), pointer(header.value),
                        static_cast<ssize_t>(header.value.size()));
  }
  if (headers) {
    values[count] = tagged(RD_KAFKA_VTYPE_HEADERS);
    values[count++].u.headers = headers.get();
  }
  for (;;) {
    const Error error(rd_kafka_produceva(producer_.get(), values, count));
    if (!error) {
      headers.release();  // the record owns them now
      return delivery_error_;
    }
    if (rd_kafka_error_code(error.get()) != RD_KAFKA_RESP_ERR__QUEUE_FULL) {
      return failed(Operation::kProduce, rd_kafka_error_code(error.get()), rd_kafka_error_string(error.get()));
    }
    rd_kafka_poll(producer_.get(), kQueueFullWait_ms);
  }
}

BrokerResult LibrdkafkaBroker::flush() {
  const rd_kafka_resp_err_t code = rd_kafka_flush(producer_.get(), kFlushTimeout_ms);
  if (delivery_error_) return delivery_error_;
  if (code) return failed(Operation::kFlush, code, rd_kafka_err2str(code));
  return {};
}

std::int64_t LibrdkafkaBroker::written_end(std::size_t topic, std::int32_t partition) {
  const auto found = written_ends_.find({topic, partition});
  return found == written_ends_.end() ? kNoOffset : found->second;
}

BrokerResult LibrdkafkaBroker::send_offsets(std::span<const CommittedOffset> next) {
  const GroupMetadata group(rd_kafka_consumer_group_metadata(consumer_.get()));
  // After the metadata was taken, so that it cannot speak for a later member than the one that read these records: the broker looks
  // at the member only, not at whose the partitions are.
  if (member_id_now() != member_id_) {
    return BrokerError{ErrorClass::kAbortable, "send offsets: its group had dropped this member meanwhile"};
  }
  const Partitions offsets(rd_kafka_topic_partition_list_new(static_cast<int>(next.size())));
  for (const CommittedOffset& partition : next) {
    rd_kafka_topic_partition_t* entry = rd_kafka_topic_partition_list_add(offsets.get(), input_topic_.c_str(), partition.partition);
    entry->offset = partition.offset;
    entry->metadata = std::malloc(partition.metadata.size());  // the list frees it
    std::memcpy(entry->metadata, partition.metadata.data(), partition.metadata.size());
    entry->metadata_size = partition.metadata.size();
  }
  return result_of(Operation::kSendOffsets,
                   rd_kafka_send_offsets_to_transaction(producer_.get(), offsets.get(), group.get(), kNoTimeoutOfItsOwn),
                   {Grant::Resource::kGroup, identity_.group, false, {"Read"}});
}

BrokerResult LibrdkafkaBroker::commit() {
  return result_of(Operation::kCommit, rd_kafka_commit_transaction(producer_.get(), kNoTimeoutOfItsOwn));
}

BrokerResult LibrdkafkaBroker::abort() {
  return result_of(Operation::kAbort, rd_kafka_abort_transaction(producer_.get(), kNoTimeoutOfItsOwn));
}

}  // namespace pairwatch::kafka
