// Ports faked by hand: a sink that keeps what it is given, a store that is a map. For tests and benchmarks only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "processors/core/hash.h"
#include "processors/core/reject.h"
#include "topology/ports.h"

namespace pairwatch::test {

/// An Output that owns its bytes.
struct CollectedOutput {
  OutputPort port;
  std::string key;
  std::string value;
  std::vector<std::pair<std::string, std::string>> headers;

  /// The value of the first header of that name; empty where there is none.
  std::string header(std::string_view name) const;
};

/// A reject, and where the record stood.
struct CollectedReject {
  Reject reason;
  std::int32_t partition;
  std::int64_t offset;
};

/// Keeps owned copies of everything, in the order in which it came.
class CollectingSink final : public Sink {
 public:
  void emit(const Output& output) override;
  void reject(const Record& record, Reject reason) override;

  /// Those that went to one port, in order.
  std::vector<CollectedOutput> at(OutputPort port) const;
  void clear();

  std::vector<CollectedOutput> outputs;
  std::vector<CollectedReject> rejects;
};

/// Entries in an ordered map, without commit or abort: what is put stays.
class FakeStore final : public Store {
 public:
  std::string_view get(const Hash128& key) override;
  void put(const Hash128& key, std::string_view value) override;
  void erase(const Hash128& key) override;

  /// Bytes of all values together.
  std::size_t byte_count() const;

  std::map<Hash128, std::string> entries;
};

}  // namespace pairwatch::test
