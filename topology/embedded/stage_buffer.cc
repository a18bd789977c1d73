#include "topology/embedded/stage_buffer.h"

#include "processors/core/hash.h"

namespace pairwatch::embedded {

void StageBuffer::clear() {
  bytes_.clear();
  items_.clear();
  headers_.clear();
  rejects_.clear();
}

void StageBuffer::emit(const Output& output) {
  Item& item = items_.emplace_back();
  item.offset = bytes_.size();
  item.cause = cause_;
  item.key_size = static_cast<std::uint32_t>(output.key.size());
  item.value_size = static_cast<std::uint32_t>(output.value.size());
  item.first_header = static_cast<std::uint32_t>(headers_.size());
  item.header_count = static_cast<std::uint32_t>(output.headers.size());
  item.port = output.port;
  if (output.port == OutputPort::kInteractions || output.port == OutputPort::kCaseInputs ||
      output.port == OutputPort::kTargetInputs) {
    item.partition = partition_of(output.key, partitions_);
  }
  bytes_.append(output.key).append(output.value);
  for (const Header& header : output.headers) {
    headers_.push_back(
        {bytes_.size(), static_cast<std::uint32_t>(header.name.size()), static_cast<std::uint32_t>(header.value.size())});
    bytes_.append(header.name).append(header.value);
  }
}

void StageBuffer::reject(const Record&, Reject reason) { rejects_.push_back({cause_, reason}); }

void StageBuffer::read_headers(const Item& item, std::vector<Header>& headers) const {
  headers.clear();
  for (std::uint32_t i = 0; i < item.header_count; ++i) {
    const HeaderPlace& place = headers_[item.first_header + i];
    const std::string_view bytes(bytes_);
    headers.push_back(
        {bytes.substr(place.offset, place.name_size), bytes.substr(place.offset + place.name_size, place.value_size)});
  }
}

}  // namespace pairwatch::embedded
