// Proto3 JSON of an InteractionEvent, read token by token from simdjson's index: every field, one copy, no tree.
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>

#include "processors/core/event_view.h"

namespace pairwatch::decode {

/// Keeps the parser and its buffers between records. They grow with the largest record seen, to at most nine times
/// `max_record_bytes`.
class JsonScan {
 public:
  explicit JsonScan(std::size_t max_record_bytes);
  ~JsonScan();
  JsonScan(const JsonScan&) = delete;
  JsonScan& operator=(const JsonScan&) = delete;

  /// Fills `view`, which is clear, from one JSON object; views live until the next scan. The whole record is checked, ignored
  /// members included. What is accepted: see decode.h. A record of more than `max_record_bytes` is refused.
  DecodeResult scan(std::string_view record, EventView& view);

 private:
  struct Buffers;
  std::size_t max_record_bytes_;
  std::unique_ptr<Buffers> buffers_;  // made for the first record
};

}  // namespace pairwatch::decode
