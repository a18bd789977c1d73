#include "processors/decode/decode.h"

#include "processors/decode/envelope.h"
#include "processors/decode/json_scan.h"
#include "processors/decode/wire_scan.h"

namespace pairwatch::decode {
namespace {

class Decoder final : public EventDecoder {
 public:
  explicit Decoder(const DecodeConfig& config) : config_(config), json_(config.max_record_bytes) {}

  DecodeResult decode(std::string_view value, std::span<const Header> headers, EventView& view) override {
    view.clear();
    if (value.size() > config_.max_record_bytes) return {Reject::kRecordTooLarge};
    const std::optional<Envelope> envelope = open_envelope(config_.encoding, value, headers);
    if (!envelope) return {Reject::kUnrecognisedEncoding};
    switch (envelope->format) {
      case Format::kProtobuf: return scan_wire(envelope->payload, view);
      case Format::kJson: return json_.scan(envelope->payload, view);
      case Format::kCloudEvent: return decode_cloud_event(envelope->payload, view);
    }
    return {Reject::kUnrecognisedEncoding};
  }

 private:
  DecodeResult decode_cloud_event(std::string_view value, EventView& view) {
    CloudEventData data;
    const DecodeResult result = json_.scan_cloud_event(value, view, data);
    if (result.reject || !data.base64) return result;
    const std::optional<Envelope> event = open_cloud_event_data(data.content_type, *data.base64);
    if (!event) return {Reject::kUnrecognisedEncoding};
    return event->format == Format::kJson ? json_.scan(event->payload, view) : scan_wire(event->payload, view);
  }

  DecodeConfig config_;
  JsonScan json_;
};

}  // namespace

std::unique_ptr<EventDecoder> make_decoder(const DecodeConfig& config) { return std::make_unique<Decoder>(config); }

}  // namespace pairwatch::decode
