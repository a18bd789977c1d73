// What one task of a stage put out, as the bytes that would travel through a topic, until the next stage has read them.
//
// Remembers: the outputs of one batch's task: bounded by the batch. Memory is kept for the next batch.
// Cost:      one copy of each key, value and header.
// Thread:    one at a time; may be read by several once it is filled.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "topology/ports.h"

namespace pairwatch::embedded {

class StageBuffer final : public Sink {
 public:
  /// One output. `cause` is the number given to begin() for the record that caused it.
  struct Item {
    std::size_t offset = 0;  ///< of the key in the bytes; the value follows it
    std::uint32_t cause = 0;
    std::uint32_t key_size = 0;
    std::uint32_t value_size = 0;
    std::uint32_t first_header = 0;
    std::uint32_t header_count = 0;
    std::int32_t partition = 0;  ///< by key; for ports that another stage reads
    OutputPort port = OutputPort::kInteractions;
  };
  struct Rejected {
    std::uint32_t cause = 0;
    Reject reason = Reject::kMalformedInternalRecord;
  };

  /// `partitions`: how many the stages that read this have.
  explicit StageBuffer(std::int32_t partitions) : partitions_(partitions) {}

  void clear();
  /// What comes now is because of record `cause`.
  void begin(std::uint32_t cause) { cause_ = cause; }

  void emit(const Output& output) override;
  void reject(const Record& record, Reject reason) override;

  const std::vector<Item>& items() const { return items_; }
  const std::vector<Rejected>& rejects() const { return rejects_; }
  std::string_view key(const Item& item) const { return std::string_view(bytes_).substr(item.offset, item.key_size); }
  std::string_view value(const Item& item) const {
    return std::string_view(bytes_).substr(item.offset + item.key_size, item.value_size);
  }
  /// The headers of an item, as views into this buffer, in place of what `headers` held.
  void read_headers(const Item& item, std::vector<Header>& headers) const;

 private:
  struct HeaderPlace {
    std::size_t offset = 0;  ///< of the name; the value follows it
    std::uint32_t name_size = 0;
    std::uint32_t value_size = 0;
  };

  std::int32_t partitions_;
  std::uint32_t cause_ = 0;
  std::string bytes_;
  std::vector<Item> items_;
  std::vector<HeaderPlace> headers_;
  std::vector<Rejected> rejects_;
};

/// An item of some buffer.
struct ItemRef {
  const StageBuffer* buffer = nullptr;
  std::uint32_t index = 0;

  const StageBuffer::Item& item() const { return buffer->items()[index]; }
};

}  // namespace pairwatch::embedded
