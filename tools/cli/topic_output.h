// Events onto a Kafka topic, through the stream that a file would be: made events are cut where they end and keyed by their pair.
//
// In:     events as the generator writes them, one JSON object a line or a varint length before each message; in pieces of any
// size. Out:    a record each, its key the pair's (the account's, where there is no other), so that both directions share a
// partition. Fails:  the stream turns bad; the writer says why. An event that is none is a broken invariant. Bound:  one event, and
// what TopicWriter holds.
#pragma once

#include <memory>
#include <streambuf>
#include <string>
#include <string_view>

#include "processors/core/event_view.h"
#include "tools/generator/options.h"
#include "topology/kafka/topic_writer.h"

namespace pairwatch::cli {

class TopicOutput final : public std::streambuf {
 public:
  /// `writer` outlives it.
  TopicOutput(kafka::TopicWriter& writer, generator::Format format);

 protected:
  std::streamsize xsputn(const char* bytes, std::streamsize count) override;
  int_type overflow(int_type byte) override;

 private:
  /// Writes the events that `bytes` begins with; how many bytes they took, or npos where the writer has failed.
  std::size_t write_whole(std::string_view bytes);
  bool write_event(std::string_view value);

  kafka::TopicWriter& writer_;
  generator::Format format_;
  std::unique_ptr<EventDecoder> decoder_;
  EventView event_;
  std::string key_;
  std::string begun_;  ///< of an event that is not whole yet
};

}  // namespace pairwatch::cli
