#include "tests/simulation/simulated_disk.h"

namespace pairwatch::simulation {

std::unique_ptr<PartitionStore> SimulatedDisk::open(std::int32_t partition, Fate& fate) {
  if (is_held(partition)) throw Violation("partition " + std::to_string(partition) + " of a store is open twice");
  return std::make_unique<SimulatedStore>(*this, partition, fate);
}

bool SimulatedDisk::is_held(std::int32_t partition) const {
  const auto found = volumes_.find(partition);
  return found != volumes_.end() && found->second.holder != nullptr && found->second.holder->is_alive();
}

void SimulatedDisk::lose_power(Random& random) {
  for (auto& [partition, volume] : volumes_) {
    const std::int64_t kept = random.between(0, std::ssize(volume.unsynced));
    if (kept > 0) volume.synced = volume.unsynced[static_cast<std::size_t>(kept - 1)];
    volume.unsynced.clear();
  }
}

std::map<std::int32_t, StoredImage> SimulatedDisk::images() const {
  std::map<std::int32_t, StoredImage> images;
  for (const auto& [partition, volume] : volumes_) images.emplace(partition, volume.newest());
  return images;
}

SimulatedStore::SimulatedStore(SimulatedDisk& disk, std::int32_t partition, Fate& fate)
    : disk_(disk), partition_(partition), fate_(fate) {
  SimulatedDisk::Volume& volume = disk_.volumes_[partition_];
  volume.holder = this;
  image_ = volume.newest();
}

SimulatedStore::~SimulatedStore() {
  const auto found = disk_.volumes_.find(partition_);
  if (found != disk_.volumes_.end() && found->second.holder == this) found->second.holder = nullptr;
}

std::string_view SimulatedStore::get(const Hash128& key) {
  if (const auto changed = overlay_.find(key); changed != overlay_.end()) return changed->second;
  const auto found = image_.entries.find(key);
  return found == image_.entries.end() ? std::string_view{} : std::string_view(found->second);
}

void SimulatedStore::put(const Hash128& key, std::string_view value) {
  if (value.empty()) throw Violation("an entry has at least one byte");
  write(key, value);
}

void SimulatedStore::erase(const Hash128& key) { write(key, {}); }

void SimulatedStore::write(const Hash128& key, std::string_view value) {
  const auto [found, inserted] = overlay_.try_emplace(key);
  found->second = std::string(value);
  if (inserted) order_.push_back(key);
}

void SimulatedStore::changes(absl::FunctionRef<void(const Hash128&, std::string_view)> visit) const {
  for (const Hash128& key : order_) visit(key, overlay_.at(key));
}

void SimulatedStore::commit(const StoreProgress& progress) {
  fate_.point("store.commit.before");
  if (failure_.empty() && fate_.strikes(disk_.failure_rate)) failure_ = "the disk is full, as injected";
  if (failure_.empty()) {
    for (const auto& [key, value] : overlay_) {
      if (value.empty()) {
        image_.entries.erase(key);
      } else {
        image_.entries[key] = value;
      }
    }
    image_.progress = progress;
    keep();
  }
  abort();
  fate_.point("store.commit.after");
}

void SimulatedStore::keep() {
  SimulatedDisk::Volume& volume = disk_.volumes_[partition_];
  volume.unsynced.push_back(image_);
  if (!fate_.random().one_in(disk_.sync_one_in)) return;
  volume.synced = image_;
  volume.unsynced.clear();
}

void SimulatedStore::abort() {
  overlay_.clear();
  order_.clear();
}

void SimulatedStore::restore(const Hash128& key, std::string_view value) {
  if (!overlay_.empty()) throw Violation("nothing is restored within a transaction");
  if (value.empty()) {
    image_.entries.erase(key);
  } else {
    image_.entries[key] = std::string(value);
  }
}

void SimulatedStore::wipe() {
  fate_.note("store wiped");
  abort();
  image_ = {};
  keep();
}

std::size_t SimulatedStore::expire(absl::FunctionRef<EventTime(std::string_view)> last_event, EventTime before, int parts) {
  std::size_t erased = 0;
  for (int part = 0; part < parts; ++part) {
    for (const auto& [key, value] : image_.entries) {
      const bool is_here = key.high % kExpiryParts == static_cast<std::uint64_t>(next_part_);
      if (!is_here || overlay_.contains(key) || !(last_event(value) < before)) continue;
      erase(key);
      ++erased;
    }
    next_part_ = (next_part_ + 1) % kExpiryParts;
  }
  return erased;
}

void SimulatedStore::visit_part(int part, absl::FunctionRef<void(const Hash128&, std::string_view)> visit) const {
  for (const auto& [key, value] : image_.entries) {
    if (key.high % kExpiryParts == static_cast<std::uint64_t>(part)) visit(key, value);
  }
}

void SimulatedStore::for_each(absl::FunctionRef<void(const Hash128&, std::string_view)> visit) const {
  for (const auto& [key, value] : image_.entries) visit(key, value);
}

std::uint64_t SimulatedStore::byte_count() const {
  std::uint64_t bytes = 0;
  for (const auto& [key, value] : image_.entries) bytes += sizeof(Hash128) + value.size();
  return bytes;
}

}  // namespace pairwatch::simulation
