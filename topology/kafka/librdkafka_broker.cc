// The reading side: polls, rebalances, positions.

#include "topology/kafka/librdkafka_broker.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <chrono>
#include <stdexcept>
#include <thread>
#include <utility>

#include "topology/kafka/statistics.h"

namespace pairwatch::kafka {
namespace {

constexpr int kCommittedTimeout_ms = 5'000;
constexpr int kEndsTimeout_ms = 2'000;
constexpr int kMostReturnsTried = 1'000;
constexpr int kReturnPause_ms = 10;
constexpr int kWatermarksTimeout_ms = 5'000;

}  // namespace

LibrdkafkaBroker::LibrdkafkaBroker(const KafkaConfig& config, const Identity& identity, std::string input_topic,
                                   std::vector<std::string> topics, Diagnosis& diagnosis, TellStatistics tell_statistics)
    : config_(config),
      identity_(identity),
      input_topic_(std::move(input_topic)),
      topics_(std::move(topics)),
      diagnosis_(diagnosis),
      tell_statistics_(std::move(tell_statistics)),
      messages_(config.batch_records) {
  consumer_ =
      make_client(RD_KAFKA_CONSUMER, consumer_settings(config_, identity_), {this, on_error, nullptr, on_rebalance, on_statistics});
  rd_kafka_poll_set_consumer(consumer_.get());
  queue_.reset(rd_kafka_queue_get_consumer(consumer_.get()));
  const Partitions subscription(rd_kafka_topic_partition_list_new(1));
  rd_kafka_topic_partition_list_add(subscription.get(), input_topic_.c_str(), RD_KAFKA_PARTITION_UA);
  if (const rd_kafka_resp_err_t code = rd_kafka_subscribe(consumer_.get(), subscription.get())) {
    throw std::runtime_error("cannot subscribe to " + input_topic_ + ": " + rd_kafka_err2str(code));
  }
}

LibrdkafkaBroker::~LibrdkafkaBroker() { close(); }

Polled LibrdkafkaBroker::poll(int timeout_ms) {
  return_messages();
  if (producer_) rd_kafka_poll(producer_.get(), 0);
  if (rebalances_.empty() && ended_reason_.empty() && return_to_positions(timeout_ms)) {
    const ssize_t count = rd_kafka_consume_batch_queue(queue_.get(), timeout_ms, messages_.data(), messages_.size());
    message_count_ = count > 0 ? static_cast<std::size_t>(count) : 0;
    for (std::size_t i = 0; i < message_count_; ++i) {
      if (messages_[i]->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
        add_record(*messages_[i]);
      } else {
        note_consumer_error(*messages_[i]);
      }
    }
    for (std::size_t i = 0; i < records_.size(); ++i) {
      records_[i].headers = {headers_.data() + header_ranges_[i].first, header_ranges_[i].second};
    }
    note_positions();
    if (!records_.empty() || !ends_.empty()) return {Polled::Kind::kRecords, records_, ends_, {}, {}};
  }
  if (!rebalances_.empty()) {
    current_rebalance_ = std::move(rebalances_.front());
    rebalances_.pop_front();
    member_id_ = current_rebalance_.member_id;
    return {current_rebalance_.kind, {}, {}, current_rebalance_.partitions, {}};
  }
  if (!ended_reason_.empty()) return {Polled::Kind::kEnded, {}, {}, {}, ended_reason_};
  return {};
}

void LibrdkafkaBroker::note_positions() {
  for (std::size_t i = 0; i < records_.size(); ++i) {
    const bool is_last_of_run = i + 1 == records_.size() || records_[i + 1].partition != records_[i].partition;
    if (!is_last_of_run) continue;
    const auto found = positions_.find(records_[i].partition);
    if (found != positions_.end()) found->second = records_[i].offset + 1;
  }
}

/// After a rebalance was answered, the partitions that stayed are read from where poll() left them. False: not now, or never
/// (ended_reason_).
bool LibrdkafkaBroker::return_to_positions(int timeout_ms) {
  if (in_doubt_.empty()) return true;
  std::vector<PartitionOffset> returning;
  for (const std::int32_t partition : in_doubt_) returning.push_back({partition, positions_.at(partition)});
  const BrokerResult error = seek(returning);
  if (!error) {
    returns_tried_ = 0;
    return true;
  }
  // One that was assigned a moment ago may not have been started yet.
  if (++returns_tried_ == kMostReturnsTried) {
    ended_reason_ = "cannot go on reading where it was before a rebalance: " + error->message;
  } else {
    std::this_thread::sleep_for(std::chrono::milliseconds(std::min(timeout_ms, kReturnPause_ms)));
  }
  return false;
}

void LibrdkafkaBroker::return_messages() {
  for (std::size_t i = 0; i < message_count_; ++i) rd_kafka_message_destroy(messages_[i]);
  message_count_ = 0;
  records_.clear();
  headers_.clear();
  header_ranges_.clear();
  ends_.clear();
}

void LibrdkafkaBroker::add_record(const rd_kafka_message_t& message) {
  const std::size_t first_header = headers_.size();
  rd_kafka_headers_t* headers = nullptr;
  if (rd_kafka_message_headers(&message, &headers) == RD_KAFKA_RESP_ERR_NO_ERROR) {
    const char* name = nullptr;
    const void* value = nullptr;
    std::size_t size = 0;
    for (std::size_t i = 0; rd_kafka_header_get_all(headers, i, &name, &value, &size) == RD_KAFKA_RESP_ERR_NO_ERROR; ++i) {
      headers_.push_back({name, {static_cast<const char*>(value), value == nullptr ? 0 : size}});
    }
  }
  header_ranges_.emplace_back(first_header, headers_.size() - first_header);
  rd_kafka_timestamp_type_t timestamp_type = RD_KAFKA_TIMESTAMP_NOT_AVAILABLE;
  const std::int64_t timestamp_ms = rd_kafka_message_timestamp(&message, &timestamp_type);
  records_.push_back({{static_cast<const char*>(message.key), message.key_len},
                      {static_cast<const char*>(message.payload), message.len},
                      {},
                      timestamp_type == RD_KAFKA_TIMESTAMP_NOT_AVAILABLE ? 0 : timestamp_ms,
                      message.partition,
                      message.offset});
}

void LibrdkafkaBroker::note_consumer_error(const rd_kafka_message_t& message) {
  switch (message.err) {
    case RD_KAFKA_RESP_ERR__PARTITION_EOF:
      ends_.push_back({message.partition, message.offset});
      // "The end" was here: after a rebalance it would be somewhere else.
      if (const auto found = positions_.find(message.partition); found != positions_.end() && found->second < 0)
        found->second = message.offset;
      return;
    case RD_KAFKA_RESP_ERR__FATAL: note_fatal_error(); return;
    case RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET:
      if (is_in_topic(message.partition)) return;
      ended_reason_ = "the offset committed by group " + identity_.group + " for " + input_topic_ + "/" +
                      std::to_string(message.partition) + " is not in the topic any more (" + rd_kafka_message_errstr(&message) +
                      "; older than its retention, or the topic was made anew), so records may be "
                      "missing; to go on from the oldest record there is, stop every process of the group, wait for "
                      "kafka.session_timeout, then: kafka-consumer-groups.sh --bootstrap-server " +
                      config_.bootstrap_servers + " --group " + identity_.group + " --topic " + input_topic_ +
                      " --reset-offsets --to-earliest --execute";
      return;
    default: break;
  }
  const bool is_group = message.err == RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED;
  const Grant needed = is_group ? Grant{Grant::Resource::kGroup, identity_.group, false, {"Read"}}
                                : Grant{Grant::Resource::kTopic, input_topic_, false, {"Read"}};
  diagnosis_.tell(std::string("consumer ") + rd_kafka_err2name(message.err),
                  "reading " + input_topic_ + (is_group ? " as group " + identity_.group : "") + ": " +
                      rd_kafka_message_errstr(&message) + how_to_allow(message.err, needed, config_) + "; trying again");
}

/// Whether there is what is to be read next; then the client was in a wrong place (on_rebalance says how), and is put back.
bool LibrdkafkaBroker::is_in_topic(std::int32_t partition) {
  const auto position = positions_.find(partition);
  if (position == positions_.end()) return true;  // not read any more
  std::int64_t begin = 0, end = 0;
  const rd_kafka_resp_err_t code =
      rd_kafka_query_watermark_offsets(consumer_.get(), input_topic_.c_str(), partition, &begin, &end, kWatermarksTimeout_ms);
  if (code == RD_KAFKA_RESP_ERR_NO_ERROR && (position->second < begin || position->second > end)) return false;
  // It is not read until it is assigned anew: a seek alone is refused.
  const PartitionOffset place{partition, position->second};
  const Partitions list = list_of({&place, 1});
  const Error stopped(rd_kafka_incremental_unassign(consumer_.get(), list.get()));
  const Error started(rd_kafka_incremental_assign(consumer_.get(), list.get()));
  in_doubt_.insert(partition);
  return true;
}

void LibrdkafkaBroker::note_fatal_error() {
  char reason[512] = {};
  const rd_kafka_resp_err_t code = rd_kafka_fatal_error(consumer_.get(), reason, sizeof reason);
  if (code == RD_KAFKA_RESP_ERR_NO_ERROR) return;
  if (code == RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID) {
    // The group cannot tell a second process from a first one whose join was answered while the broker went away.
    ended_reason_ = "another process has joined group " + identity_.group + " as instance " + identity_.group_instance +
                    ", or this one's own join was counted twice while a broker was away; give each process a kafka.instance of its "
                    "own, and start it again";
  } else {
    ended_reason_ = std::string("its consumer cannot go on: ") + reason;
  }
}

int LibrdkafkaBroker::on_statistics(rd_kafka_t*, char* json, std::size_t size, void* opaque) {
  const auto& self = *static_cast<LibrdkafkaBroker*>(opaque);
  if (!self.tell_statistics_) return 0;
  if (const auto statistics = statistics_from({json, size})) self.tell_statistics_(*statistics);
  return 0;  // librdkafka frees its text
}

void LibrdkafkaBroker::on_error(rd_kafka_t* client, int code, const char* reason, void* opaque) {
  auto& self = *static_cast<LibrdkafkaBroker*>(opaque);
  const bool is_gone = code == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART || code == RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION;
  if (is_gone && client == self.consumer_.get() && !self.held_.empty()) {
    // Where a new one of that name has grown further already, its first records would be taken for those that were read.
    self.ended_reason_ = "topic " + self.input_topic_ + " was deleted while it was read (" + reason +
                         "): start again once it is there; what was not read of the old one is lost, a new one is read from "
                         "kafka.start_at";
  } else if (code != RD_KAFKA_RESP_ERR__FATAL) {
    self.diagnosis_.client_error(code, reason);
  } else if (client == self.consumer_.get()) {
    self.note_fatal_error();
  }  // a producer's fatal error comes back from the call that meets it
}

void LibrdkafkaBroker::on_rebalance(rd_kafka_t* client, rd_kafka_resp_err_t code, rd_kafka_topic_partition_list_t* partitions,
                                    void* opaque) {
  auto& self = *static_cast<LibrdkafkaBroker*>(opaque);
  const bool is_assignment = code == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS;
  if (self.is_closing_) {
    if (is_assignment) {
      rd_kafka_incremental_assign(client, partitions);
    } else {
      rd_kafka_incremental_unassign(client, partitions);
    }
    return;
  }
  const bool is_lost = !is_assignment && rd_kafka_assignment_lost(client) != 0;
  std::vector<std::int32_t> named;
  for (int i = 0; i < partitions->cnt; ++i) named.push_back(partitions->elems[i].partition);
  self.note_rebalance(is_assignment ? Polled::Kind::kAssigned
                      : is_lost     ? Polled::Kind::kLost
                                    : Polled::Kind::kRevoked,
                      std::move(named));
  // A rebalance that leaves a partition where it is pauses and resumes it, at a place that cannot be trusted: before 2.1.0, records
  // of a batch not yet returned count as read; since then (2.8.0 too) the end of a partition, once told, counts as a record that
  // was read, so that the next one would never come.
  for (const auto& [partition, position] : self.positions_) self.in_doubt_.insert(partition);
}

/// Where the group had dropped this member, others may have gone on with all it holds, whatever librdkafka says: all of it is lost,
/// and what stays is assigned anew.
void LibrdkafkaBroker::note_rebalance(Polled::Kind kind, std::vector<std::int32_t> partitions) {
  const std::string member_id = member_id_now();
  const bool was_dropped = kind != Polled::Kind::kLost && !held_.empty() && member_id != held_as_;
  held_as_ = member_id;
  std::set<std::int32_t> after = held_;
  for (const std::int32_t partition : partitions) {
    if (kind == Polled::Kind::kAssigned) {
      after.insert(partition);
    } else {
      after.erase(partition);
    }
  }
  if (!was_dropped) {
    rebalances_.push_back({kind, std::move(partitions), member_id});
  } else {
    spdlog::warn("{}: the group had dropped this member; what it holds of {} counts as lost", identity_.group, input_topic_);
    rebalances_.push_back({Polled::Kind::kLost, {held_.begin(), held_.end()}, member_id});
    rebalances_.push_back({Polled::Kind::kAssigned, {after.begin(), after.end()}, member_id});
  }
  held_ = std::move(after);
}

std::string LibrdkafkaBroker::member_id_now() const {
  char* member_id = rd_kafka_memberid(consumer_.get());
  std::string copy = member_id == nullptr ? "" : member_id;
  if (member_id != nullptr) rd_kafka_mem_free(consumer_.get(), member_id);
  return copy;
}

Partitions LibrdkafkaBroker::list_of(std::span<const PartitionOffset> partitions) const {
  Partitions list(rd_kafka_topic_partition_list_new(static_cast<int>(partitions.size())));
  for (const PartitionOffset& partition : partitions) {
    rd_kafka_topic_partition_list_add(list.get(), input_topic_.c_str(), partition.partition)->offset = partition.offset;
  }
  return list;
}

BrokerResult LibrdkafkaBroker::assign(std::span<const PartitionOffset> partitions) {
  const Partitions list = list_of(partitions);
  const std::int64_t start = config_.start_at == StartAt::kEarliest ? RD_KAFKA_OFFSET_BEGINNING : RD_KAFKA_OFFSET_END;
  for (int i = 0; i < list->cnt; ++i) {
    if (list->elems[i].offset == kNoOffset) list->elems[i].offset = start;
  }
  if (rd_kafka_error_t* error = rd_kafka_incremental_assign(consumer_.get(), list.get()))
    return result_of(Operation::kAssign, error);
  for (int i = 0; i < list->cnt; ++i) positions_.insert_or_assign(list->elems[i].partition, list->elems[i].offset);
  return {};
}

BrokerResult LibrdkafkaBroker::unassign(std::span<const std::int32_t> partitions) {
  std::vector<PartitionOffset> stopping;
  for (const std::int32_t partition : partitions) {
    in_doubt_.erase(partition);
    if (positions_.erase(partition) > 0) stopping.push_back({partition, RD_KAFKA_OFFSET_INVALID});
  }
  return result_of(Operation::kAssign, rd_kafka_incremental_unassign(consumer_.get(), list_of(stopping).get()));
}

BrokerResult LibrdkafkaBroker::seek(std::span<const PartitionOffset> partitions) {
  const Partitions list = list_of(partitions);
  // Without end: any other timeout is taken a thousand times too short in 2.0.2.
  if (rd_kafka_error_t* error = rd_kafka_seek_partitions(consumer_.get(), list.get(), -1))
    return result_of(Operation::kSeek, error);
  for (int i = 0; i < list->cnt; ++i) {
    if (const rd_kafka_resp_err_t code = list->elems[i].err) return failed(Operation::kSeek, code, rd_kafka_err2str(code));
  }
  for (const PartitionOffset& partition : partitions) {
    positions_.insert_or_assign(partition.partition, partition.offset);
    in_doubt_.erase(partition.partition);
  }
  return {};
}

BrokerResult LibrdkafkaBroker::committed(std::span<CommittedOffset> partitions) {
  const Partitions list(rd_kafka_topic_partition_list_new(static_cast<int>(partitions.size())));
  for (const CommittedOffset& partition : partitions)
    rd_kafka_topic_partition_list_add(list.get(), input_topic_.c_str(), partition.partition);
  if (const rd_kafka_resp_err_t code = rd_kafka_committed(consumer_.get(), list.get(), kCommittedTimeout_ms)) {
    const Grant needed{Grant::Resource::kGroup, identity_.group, false, {"Read"}};
    return failed(Operation::kCommitted, code, rd_kafka_err2str(code) + how_to_allow(code, needed, config_));
  }
  for (CommittedOffset& partition : partitions) {
    const rd_kafka_topic_partition_t* found =
        rd_kafka_topic_partition_list_find(list.get(), input_topic_.c_str(), partition.partition);
    if (found->err) return failed(Operation::kCommitted, found->err, rd_kafka_err2str(found->err));
    partition.offset = found->offset >= 0 ? found->offset : kNoOffset;
    partition.metadata.assign(static_cast<const char*>(found->metadata), found->metadata == nullptr ? 0 : found->metadata_size);
  }
  return {};
}

std::int64_t LibrdkafkaBroker::end_offset(std::int32_t partition) {
  std::int64_t low = 0, high = 0;
  if (rd_kafka_get_watermark_offsets(consumer_.get(), input_topic_.c_str(), partition, &low, &high)) return kNoOffset;
  return high >= 0 ? high : kNoOffset;
}

/// The end of a time that has not come yet; unlike a query of watermarks, it keeps its timeout.
BrokerResult LibrdkafkaBroker::readable_ends(std::span<PartitionOffset> partitions) {
  const Partitions list(rd_kafka_topic_partition_list_new(static_cast<int>(partitions.size())));
  for (const PartitionOffset& partition : partitions)
    rd_kafka_topic_partition_list_add(list.get(), input_topic_.c_str(), partition.partition)->offset = RD_KAFKA_OFFSET_END;
  rd_kafka_resp_err_t code = rd_kafka_offsets_for_times(consumer_.get(), list.get(), kEndsTimeout_ms);
  for (PartitionOffset& partition : partitions) {
    const rd_kafka_topic_partition_t* found =
        rd_kafka_topic_partition_list_find(list.get(), input_topic_.c_str(), partition.partition);
    if (!code) code = found->err;
    partition.offset = found->offset;
  }
  if (code) return BrokerError{ErrorClass::kRetriable, "cannot tell where " + input_topic_ + " ends: " + rd_kafka_err2str(code)};
  return {};
}

void LibrdkafkaBroker::close() {
  if (!consumer_) return;
  return_messages();
  is_closing_ = true;
  handles_.clear();
  producer_.reset();
  queue_.reset();
  rd_kafka_consumer_close(consumer_.get());
  consumer_.reset();
}

BrokerResult LibrdkafkaBroker::failed(Operation operation, int code, const std::string& message) const {
  const Failure failure{operation, code, false, false, false};
  return BrokerError{classify(failure), describe(failure, message)};
}

BrokerResult LibrdkafkaBroker::result_of(Operation operation, rd_kafka_error_t* raw, const Grant& needed) const {
  if (raw == nullptr) return {};
  const Error error(raw);
  const Failure failure{operation, rd_kafka_error_code(raw), rd_kafka_error_is_fatal(raw) != 0,
                        rd_kafka_error_is_retriable(raw) != 0, rd_kafka_error_txn_requires_abort(raw) != 0};
  return BrokerError{classify(failure),
                     describe(failure, rd_kafka_error_string(raw)) + how_to_allow(failure.code, needed, config_)};
}

}  // namespace pairwatch::kafka
