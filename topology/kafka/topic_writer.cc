#include "topology/kafka/topic_writer.h"

#include <memory>
#include <utility>

#include "topology/graph.h"
#include "topology/kafka/client_settings.h"
#include "topology/kafka/topics.h"

namespace pairwatch::kafka {
namespace {

constexpr int kMetadataTimeout_ms = 10'000;
constexpr int kQueueFullWait_ms = 100;
/// Beyond kPatience_ms, in which each record is delivered or has failed.
constexpr int kFlushTimeout_ms = TopicWriter::kPatience_ms + 5'000;

/// librdkafka takes what it only reads as `void*`.
void* pointer(std::string_view bytes) { return const_cast<char*>(bytes.data()); }

}  // namespace

TopicWriter::TopicWriter(const KafkaConfig& config, std::string topic) : topic_(std::move(topic)) {
  ClientSettings settings = idempotent_settings(config);
  settings["queue.buffering.max.kbytes"] = std::to_string(kBufferBytes / 1024);
  settings["message.timeout.ms"] = std::to_string(kPatience_ms);
  producer_ = make_client(RD_KAFKA_PRODUCER, settings, {this, nullptr, on_delivery, nullptr, nullptr});
  find_topic(config);
}

void TopicWriter::on_delivery(rd_kafka_t*, const rd_kafka_message_t* message, void* opaque) {
  auto& self = *static_cast<TopicWriter*>(opaque);
  if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
    ++self.delivered_;
  } else {
    self.fail(std::string("a record could not be written: ") + rd_kafka_err2str(message->err));
  }
}

void TopicWriter::find_topic(const KafkaConfig& config) {
  handle_.reset(rd_kafka_topic_new(producer_.get(), topic_.c_str(), nullptr));
  const rd_kafka_metadata_t* metadata = nullptr;
  if (const rd_kafka_resp_err_t code = rd_kafka_metadata(producer_.get(), 0, handle_.get(), &metadata, kMetadataTimeout_ms)) {
    return fail("no answer from Kafka at " + config.bootstrap_servers + ": " + rd_kafka_err2str(code));
  }
  const std::unique_ptr<const rd_kafka_metadata_t, Destroy<rd_kafka_metadata_destroy>> owner(metadata);
  const rd_kafka_resp_err_t code = metadata->topic_cnt == 1 ? metadata->topics[0].err : RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART;
  if (code == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART) {
    TopicSpec spec;
    spec.name = topic_;
    spec.external = true;
    return fail("there is none of that name; make it with:\n  " + creation_command(spec, config.bootstrap_servers));
  }
  if (code) return fail(rd_kafka_err2str(code));
  partition_count_ = metadata->topics[0].partition_cnt;
}

void TopicWriter::fail(const std::string& what) {
  if (!failure_) failure_ = "topic " + topic_ + ": " + what;
}

bool TopicWriter::write(std::string_view key, std::string_view value) {
  while (!failure_) {
    const int refused = rd_kafka_produce(handle_.get(), RD_KAFKA_PARTITION_UA, RD_KAFKA_MSG_F_COPY, pointer(value), value.size(),
                                         key.data(), key.size(), nullptr);
    const rd_kafka_resp_err_t code = refused == 0 ? RD_KAFKA_RESP_ERR_NO_ERROR : rd_kafka_last_error();
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR) {
      rd_kafka_poll(producer_.get(), 0);
      return !failure_;
    }
    if (code != RD_KAFKA_RESP_ERR__QUEUE_FULL) {
      fail(rd_kafka_err2str(code));
      break;
    }
    rd_kafka_poll(producer_.get(), kQueueFullWait_ms);
  }
  return false;
}

bool TopicWriter::finish() {
  if (!failure_ && rd_kafka_flush(producer_.get(), kFlushTimeout_ms) != RD_KAFKA_RESP_ERR_NO_ERROR) {
    fail("the brokers do not take what was written");
  }
  if (failure_) rd_kafka_purge(producer_.get(), RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
  return !failure_;
}

}  // namespace pairwatch::kafka
