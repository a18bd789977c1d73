// What an entry costs in memory and in time: the store of bytes, and the decoded entries over it.
#include <benchmark/benchmark.h>
#include <malloc.h>

#include <cstring>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "topology/store/hot_entries.h"
#include "topology/store/memory_store.h"

namespace pairwatch {
namespace {

constexpr std::size_t kEntryBytes = 250;

Hash128 key(std::uint64_t n) { return hash128({reinterpret_cast<const char*>(&n), sizeof n}); }

/// A state like that of a pair: fixed size, encoded by one copy.
struct PlainCodec {
  struct State {
    char bytes[kEntryBytes] = {};
  };
  static void decode(std::string_view bytes, State& state) { std::memcpy(state.bytes, bytes.data(), kEntryBytes); }
  static void encode(const State& state, std::string& out) { out.append(state.bytes, kEntryBytes); }
};

void fill(MemoryStore& store, std::uint64_t entries) {
  const std::string value(kEntryBytes, 'x');
  for (std::uint64_t i = 0; i < entries; ++i) {
    store.put(key(i), value);
    if (i % 1024 == 0) store.commit();
  }
  store.commit();
}

/// Bytes taken from the allocator for each entry of 250 bytes, all included, as one store and as 64 of them.
void MemoryOfOneMillionEntries(benchmark::State& state) {
  const auto stores_count = static_cast<std::uint64_t>(state.range(0));
  for (auto _ : state) {
    const std::size_t before = ::mallinfo2().uordblks + ::mallinfo2().hblkhd;
    std::vector<std::unique_ptr<MemoryStore>> stores;
    for (std::uint64_t i = 0; i < stores_count; ++i) {
      stores.push_back(std::make_unique<MemoryStore>());
      fill(*stores.back(), 1'000'000 / stores_count);
    }
    const std::size_t after = ::mallinfo2().uordblks + ::mallinfo2().hblkhd;
    state.counters["bytes_per_entry"] = static_cast<double>(after - before) / 1e6;
  }
}
BENCHMARK(MemoryOfOneMillionEntries)->Arg(1)->Arg(64)->Iterations(1)->Unit(benchmark::kMillisecond);

void GetColdEntry(benchmark::State& state) {
  MemoryStore store;
  fill(store, 1'000'000);
  std::mt19937_64 random(1);
  std::uint64_t sum = 0;
  for (auto _ : state) sum += static_cast<unsigned char>(store.get(key(random() % 1'000'000)).front());
  benchmark::DoNotOptimize(sum);
}
BENCHMARK(GetColdEntry);

void PutAndCommit(benchmark::State& state) {
  MemoryStore store;
  fill(store, 100'000);
  std::mt19937_64 random(1);
  const std::string value(kEntryBytes + 3, 'y');
  for (auto _ : state) {
    for (int i = 0; i < 256; ++i) store.put(key(random() % 100'000), value);
    store.commit();
  }
  state.SetItemsProcessed(state.iterations() * 256);
}
BENCHMARK(PutAndCommit);

/// Hot: all entries fit. Cold: one in ten does.
void ChangeAnEntry(benchmark::State& state) {
  constexpr std::uint64_t kKeys = 8192;
  MemoryStore store;
  fill(store, kKeys);
  HotEntries<PlainCodec> entries(store, static_cast<std::size_t>(state.range(0)));
  std::mt19937_64 random(1);
  for (auto _ : state) {
    for (int i = 0; i < 256; ++i) {
      ++entries.at(key(random() % kKeys)).bytes[0];
      entries.changed();
    }
    entries.checkpoint();
    store.commit();
  }
  state.SetItemsProcessed(state.iterations() * 256);
}
BENCHMARK(ChangeAnEntry)->Arg(8192)->Arg(819);

void SweepOnePart(benchmark::State& state) {
  MemoryStore store;
  fill(store, 1'000'000);
  for (auto _ : state) {
    benchmark::DoNotOptimize(store.expire([](std::string_view bytes) { return EventTime{bytes.front()}; }, EventTime{1}, 1));
  }
  state.SetItemsProcessed(state.iterations() * 1'000'000 / MemoryStore::kParts);
}
BENCHMARK(SweepOnePart);

}  // namespace
}  // namespace pairwatch

BENCHMARK_MAIN();
