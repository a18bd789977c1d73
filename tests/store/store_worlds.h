// What the tests of stores share: a folder that goes away, entries with a date, a model, and a store of each kind that can be
// closed and opened again.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "processors/core/hash.h"
#include "processors/core/layout.h"
#include "topology/store/database.h"
#include "topology/store/disk_store.h"
#include "topology/store/memory_store.h"

namespace pairwatch::test {

inline Hash128 key(std::uint64_t n) { return hash128("key " + std::to_string(n)); }

using Model = std::map<Hash128, std::string>;

inline Model contents(const PartitionStore& store) {
  Model entries;
  store.for_each([&](const Hash128& at, std::string_view value) { entries.emplace(at, value); });
  return entries;
}

inline std::uint64_t bytes_of(const Model& model) {
  std::uint64_t bytes = 0;
  for (const auto& [at, value] : model) bytes += sizeof at + value.size();
  return bytes;
}

/// An entry that expires: the time of its last event, then anything.
inline std::string dated(EventTime at, std::string_view rest = "") {
  std::string bytes;
  LayoutWriter(bytes).fixed(at.ms);
  return bytes.append(rest);
}

inline EventTime date_of(std::string_view bytes) { return {LayoutReader(bytes).fixed<std::int64_t>()}; }

/// A folder that exists as long as a test needs it. The process a death test starts finds its parent's.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    const char* const of_parent = std::getenv(kVariable);
    if (of_parent && !std::string_view(of_parent).starts_with(own_mark())) {
      path_ = std::string_view(of_parent).substr(std::string_view(of_parent).find(':') + 1);
      is_childs_ = true;
      return;
    }
    path_ = testing::TempDir() + "pairwatch-store-XXXXXX";
    if (!mkdtemp(path_.data())) std::abort();
    if (!of_parent) setenv(kVariable, (own_mark() + path_).c_str(), 1);
  }
  ~TemporaryFolder() {
    if (is_childs_) return;
    const char* const set = std::getenv(kVariable);
    if (set && set == own_mark() + path_) unsetenv(kVariable);
    std::filesystem::remove_all(path_);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  const std::string& path() const { return path_; }
  /// Whether this is the process a death test has started.
  bool is_childs() const { return is_childs_; }

 private:
  /// Tells the folders of this process from those of the one that has started it.
  static std::string own_mark() { return std::to_string(getpid()) + ":"; }

  static constexpr const char* kVariable = "PAIRWATCH_TEST_FOLDER";
  std::string path_;
  bool is_childs_ = false;
};

/// Small, so that a test fills more than one memtable.
inline DiskConfig small_disk(const std::string& path) {
  DiskConfig config;
  config.path = path;
  config.application = "pairwatch";
  config.topics = "relationship: pairwatch.interactions, id 17";
  config.block_cache_bytes = std::size_t{1} << 20;
  config.write_buffer_bytes = std::size_t{1} << 18;
  return config;
}

inline std::unique_ptr<Database> open_database(const DiskConfig& config) {
  Database::Opened opened = Database::open(config);
  EXPECT_EQ(opened.error, "");
  for (const std::string& notice : opened.notices) ADD_FAILURE() << notice;
  return std::move(opened.database);
}

class MemoryWorld {
 public:
  PartitionStore& store() { return store_; }
  /// Memory ends with its process: this one goes on.
  void reopen() { store_.abort(); }

 private:
  MemoryStore store_;
};

class DiskWorld {
 public:
  DiskWorld() : database_(open_database(small_disk(folder_.path()))) { open(); }

  PartitionStore& store() { return *store_; }
  void reopen() {
    store_.reset();
    database_.reset();
    database_ = open_database(small_disk(folder_.path()));
    open();
  }

 private:
  void open() { store_ = std::make_unique<DiskStore>(*database_, "relationship", 3); }

  TemporaryFolder folder_;
  std::unique_ptr<Database> database_;
  std::unique_ptr<DiskStore> store_;
};

/// For typed tests.
using Worlds = testing::Types<MemoryWorld, DiskWorld>;
class WorldNames {
 public:
  template <typename World>
  static std::string GetName(int) {
    return std::is_same_v<World, MemoryWorld> ? "Memory" : "Disk";
  }
};

}  // namespace pairwatch::test
