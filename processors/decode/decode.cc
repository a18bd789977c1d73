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
    }
    return {Reject::kUnrecognisedEncoding};
  }

 private:
  DecodeConfig config_;
  JsonScan json_;
};

}  // namespace

std::unique_ptr<EventDecoder> make_decoder(const DecodeConfig& config) { return std::make_unique<Decoder>(config); }

}  // namespace pairwatch::decode
