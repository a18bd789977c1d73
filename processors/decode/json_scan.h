// Proto3 JSON of an InteractionEvent, read token by token from simdjson's index: every field, one copy, no tree.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string_view>

#include "processors/core/event_view.h"

namespace pairwatch::decode {

/// What a structured CloudEvent says of the event in it, where that is no JSON of its own.
struct CloudEventData {
  std::string_view content_type;           ///< `datacontenttype`; empty: not told
  std::optional<std::string_view> base64;  ///< the bytes of `data_base64`; nullopt: the event was `data`, and has been read
};

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

  /// Fills `view` from the member `data` of a CloudEvent 1.0, or `data` with what else it holds: those bytes may be scanned in
  /// their turn. Other members are checked and not counted. kUnrecognisedEncoding: it is of another version, holds no event, or
  /// `data` is said not to be JSON.
  DecodeResult scan_cloud_event(std::string_view record, EventView& view, CloudEventData& data);

 private:
  /// Has `read` read the document of a record.
  template <typename Read>
  DecodeResult scan_by(std::string_view record, Read&& read);

  struct Buffers;
  std::size_t max_record_bytes_;
  std::unique_ptr<Buffers> buffers_;  // made for the first record
};

}  // namespace pairwatch::decode
