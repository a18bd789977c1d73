// What the decoder can be told. Defaults beside meaning and unit; config/pairwatch.yaml ships the same.
#pragma once

#include <cstddef>
#include <cstdint>

namespace pairwatch::decode {

/// How the records of a topic are written.
enum class Encoding : std::uint8_t {
  kAuto,         ///< recognised for each record by its content-type header, else its first bytes; never a guess
  kProtobuf,     ///< the bytes of an InteractionEvent
  kJson,         ///< its proto3 JSON
  kConfluent,    ///< its bytes behind the frame of a Confluent schema registry
  kCloudEvents,  ///< any of these as a CloudEvent: binary (`ce_` headers) or structured in JSON
};

struct DecodeConfig {
  /// What to accept. kAuto costs a few nanoseconds a record.
  Encoding encoding = Encoding::kAuto;
  /// Larger records are rejected unread. JSON costs at most nine times this much memory for each decoder.
  std::size_t max_record_bytes = 1 << 20;

  friend bool operator==(const DecodeConfig&, const DecodeConfig&) = default;
};

/// Records that nest deeper are rejected; an InteractionEvent needs four levels.
inline constexpr int kNestingLimit = 32;

}  // namespace pairwatch::decode
