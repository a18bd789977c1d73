// Owners of librdkafka's objects, so that every path gives them back.
#pragma once

#include <librdkafka/rdkafka.h>

#include <memory>
#include <string>

#include "topology/kafka/client_settings.h"

namespace pairwatch::kafka {

template <auto destroy>
struct Destroy {
  template <typename T>
  void operator()(T* object) const {
    destroy(object);
  }
};

struct DestroyClient {
  void operator()(rd_kafka_t* client) const;
};

using Client = std::unique_ptr<rd_kafka_t, DestroyClient>;
using TopicHandle = std::unique_ptr<rd_kafka_topic_t, Destroy<rd_kafka_topic_destroy>>;
using Queue = std::unique_ptr<rd_kafka_queue_t, Destroy<rd_kafka_queue_destroy>>;
using Partitions = std::unique_ptr<rd_kafka_topic_partition_list_t, Destroy<rd_kafka_topic_partition_list_destroy>>;
using Error = std::unique_ptr<rd_kafka_error_t, Destroy<rd_kafka_error_destroy>>;
using Headers = std::unique_ptr<rd_kafka_headers_t, Destroy<rd_kafka_headers_destroy>>;
using GroupMetadata = std::unique_ptr<rd_kafka_consumer_group_metadata_t, Destroy<rd_kafka_consumer_group_metadata_destroy>>;
using Event = std::unique_ptr<rd_kafka_event_t, Destroy<rd_kafka_event_destroy>>;

/// Functions that librdkafka calls, with `opaque` as their last argument. Those that are null are not set.
struct Callbacks {
  void* opaque = nullptr;
  void (*error)(rd_kafka_t*, int, const char*, void*) = nullptr;
  void (*delivery)(rd_kafka_t*, const rd_kafka_message_t*, void*) = nullptr;
  void (*rebalance)(rd_kafka_t*, rd_kafka_resp_err_t, rd_kafka_topic_partition_list_t*, void*) = nullptr;
  int (*statistics)(rd_kafka_t*, char*, std::size_t, void*) = nullptr;
};

/// The topic that a transaction of this producer was not allowed to write to, since it was last asked; empty: none. Any thread.
std::string take_refused_topic(const rd_kafka_t* client);

/// Makes a client; throws std::runtime_error with librdkafka's words where it refuses the settings.
Client make_client(rd_kafka_type_t type, const ClientSettings& settings, const Callbacks& callbacks);

}  // namespace pairwatch::kafka
