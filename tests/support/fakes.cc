#include "tests/support/fakes.h"

namespace pairwatch::test {

std::string CollectedOutput::header(std::string_view name) const {
  for (const auto& [header_name, header_value] : headers) {
    if (header_name == name) return header_value;
  }
  return {};
}

void CollectingSink::emit(const Output& output) {
  CollectedOutput copy{output.port, std::string(output.key), std::string(output.value), {}};
  for (const Header& header : output.headers) copy.headers.emplace_back(header.name, header.value);
  outputs.push_back(std::move(copy));
}

void CollectingSink::reject(const Record& record, Reject reason) { rejects.push_back({reason, record.partition, record.offset}); }

std::vector<CollectedOutput> CollectingSink::at(OutputPort port) const {
  std::vector<CollectedOutput> chosen;
  for (const CollectedOutput& output : outputs) {
    if (output.port == port) chosen.push_back(output);
  }
  return chosen;
}

void CollectingSink::clear() {
  outputs.clear();
  rejects.clear();
}

std::string_view FakeStore::get(const Hash128& key) {
  const auto found = entries.find(key);
  return found == entries.end() ? std::string_view{} : std::string_view{found->second};
}

void FakeStore::put(const Hash128& key, std::string_view value) { entries[key] = std::string(value); }

void FakeStore::erase(const Hash128& key) { entries.erase(key); }

std::size_t FakeStore::byte_count() const {
  std::size_t bytes = 0;
  for (const auto& [key, value] : entries) bytes += value.size();
  return bytes;
}

}  // namespace pairwatch::test
