// Files and pipes as the embedded runtime reads them: JSON lines, or protobuf messages each after its length as a varint.
//
// In:        a path or `-` (standard input), read in order and once; never mapped, so that memory stays flat.
// Out:       records in batches, numbered from zero: the line's number (empty lines have a number but are no records), or the
//            message's. Which records form a batch depends on the input's bytes alone, never on how a pipe delivers them.
// Remembers: one batch: at most `batch_records` records and, but for the last of them, `batch_bytes` bytes.
// Cost:      one copy from the kernel and one look at each byte.
// Fails:     failure() says what; next() is then empty. A record above `max_record_bytes` is cut to one byte more than that, so
//            that intake rejects it, and its rest is skipped without being kept.
// Thread:    one at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "topology/ports.h"

namespace pairwatch::embedded {

/// How records follow each other.
enum class Framing : std::uint8_t {
  kAuto,       ///< decided from the first bytes
  kLines,      ///< one JSON object a line; LF or CR LF, the last line may end without
  kDelimited,  ///< protobuf, each message after its length as a varint
};

struct InputLimits {
  std::size_t batch_records = 16'384;
  std::size_t batch_bytes = 8u << 20;
  std::size_t max_record_bytes = 1u << 20;
};

/// A source of numbered records: `offset` is the number, everything else but the value is empty.
class InputSource : public Source {
 public:
  /// Why the input cannot be read further, and what to do; nothing while all is well.
  virtual const std::optional<std::string>& failure() const = 0;
  /// Bytes taken from the file so far.
  virtual std::uint64_t bytes_read() const = 0;
  /// Size of the file; nothing where it has none, as a pipe.
  virtual std::optional<std::uint64_t> bytes_total() const = 0;
  /// What `kAuto` turned out to be; kAuto still for records of a topic.
  virtual Framing framing() const = 0;
};

/// Opens `path`, `-` for standard input. Where it cannot be opened, failure() says so.
std::unique_ptr<InputSource> open_input(const std::string& path, Framing framing, const InputLimits& limits);

/// What the first bytes of an input are; `whole` says that they are all of it. Protobuf is what starts with a length and a field
/// that an InteractionEvent begins with, and goes on like that; anything else is lines.
Framing recognise_framing(std::string_view first_bytes, bool whole);

}  // namespace pairwatch::embedded
