// A whole replay, as `pairwatch replay` runs it, on the reference mix (what `pairwatch generate` makes by default): events a
// second, CPU-seconds for a million events, and how much memory a million live pairs take.
//
//   bench_replay --benchmark_filter=OneCore
#include <benchmark/benchmark.h>
#include <malloc.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>

#include "config/load.h"
#include "config/services.h"
#include "tools/generator/generate.h"
#include "topology/embedded/embedded.h"

namespace pairwatch::embedded {
namespace {

/// Counts what it is told.
class CountingListener final : public Listener {
 public:
  bool escalation(std::string_view) override {
    ++escalations;
    return true;
  }
  void rejected(Service, std::int64_t, Reject) override { ++rejects; }
  void progress(const Progress&) override {}
  std::uint64_t escalations = 0;
  std::uint64_t rejects = 0;
};

/// What to generate.
struct Mix {
  std::uint64_t pairs = 100'000;
  std::uint64_t events = 1'000'000;
  double minor_share = 0.1;
  generator::Format format = generator::Format::kProtobuf;
};

/// Generated files, made once each and removed at the end.
class Files {
 public:
  ~Files() {
    for (const auto& [name, path] : paths_) std::filesystem::remove(path);
  }
  std::string of(const Mix& mix) {
    const bool json = mix.format == generator::Format::kJson;
    const std::string name = std::to_string(mix.pairs) + "-" + std::to_string(mix.events) + "-" + std::to_string(mix.minor_share) +
                             (json ? ".jsonl" : ".pb");
    std::string& path = paths_[name];
    if (!path.empty()) return path;
    path = std::filesystem::temp_directory_path() / ("pairwatch-bench-" + std::to_string(::getpid()) + "-" + name);
    std::ofstream out(path, std::ios::binary);
    generator::Options options;
    options.format = mix.format;
    options.pairs = mix.pairs;
    options.events = mix.events;
    options.minor_share = mix.minor_share;
    generator::generate(options, out, nullptr);
    return path;
  }

 private:
  std::map<std::string, std::string> paths_;
};

Files& files() {
  static Files all;
  return all;
}

EmbeddedConfig shipped_config(int threads) {
  const config::LoadResult loaded = config::load_settings({});
  if (!loaded.problems.empty()) std::abort();
  EmbeddedConfig config;
  config.services = config::service_configs(loaded.settings);
  config.threads = threads;
  return config;
}

double cpu_seconds() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

/// Resident now, not the peak: benchmarks run one after another in one process.
double resident_megabytes() {
  std::ifstream statm("/proc/self/statm");
  double total = 0;
  double resident = 0;
  statm >> total >> resident;
  return resident * static_cast<double>(::sysconf(_SC_PAGESIZE)) / 1e6;
}

void replay(benchmark::State& state, const Mix& mix, int threads) {
  const std::string path = files().of(mix);
  const EmbeddedConfig config = shipped_config(threads);
  std::uint64_t events = 0;
  std::uint64_t pairs = 0;
  std::uint64_t escalations = 0;
  const double began = cpu_seconds();
  for (auto _ : state) {
    CountingListener listener;
    const auto input = open_input(path, Framing::kAuto, {});
    const EmbeddedResult result = run_embedded(config, *input, listener);
    if (result.failure || listener.rejects > 0) state.SkipWithError("the generated file could not be replayed");
    events += result.of(Service::kIntake).read;
    pairs = result.of(Service::kRelationship).entries;
    escalations = listener.escalations;
  }
  state.counters["events/s"] = benchmark::Counter(static_cast<double>(events), benchmark::Counter::kIsRate);
  state.counters["CPU-s/million"] = (cpu_seconds() - began) / static_cast<double>(events) * 1e6;
  state.counters["pairs"] = static_cast<double>(pairs);
  state.counters["escalations"] = static_cast<double>(escalations);
}

void OneCoreProtobuf(benchmark::State& state) { replay(state, {}, 1); }
void OneCoreJson(benchmark::State& state) { replay(state, {.format = generator::Format::kJson}, 1); }
void OneCoreProtobufEveryPairPasses(benchmark::State& state) { replay(state, {.minor_share = 1.0}, 1); }
void TwoThreadsProtobuf(benchmark::State& state) { replay(state, {}, 2); }
void TwoThreadsProtobufEveryPairPasses(benchmark::State& state) { replay(state, {.minor_share = 1.0}, 2); }

BENCHMARK(OneCoreProtobuf)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(OneCoreJson)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(OneCoreProtobufEveryPairPasses)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(TwoThreadsProtobuf)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(TwoThreadsProtobufEveryPairPasses)->Unit(benchmark::kMillisecond)->UseRealTime();

/// The process's memory with a million pairs alive: everything, not only the state.
void OneMillionLivePairs(benchmark::State& state) {
  const std::string path = files().of({.pairs = 2'500'000, .events = 6'000'000, .minor_share = 1.0});
  ::malloc_trim(0);
  /// Looks at the memory after each batch.
  class WatchingListener final : public Listener {
   public:
    bool escalation(std::string_view) override { return true; }
    void rejected(Service, std::int64_t, Reject) override {}
    void progress(const Progress&) override { peak = std::max(peak, resident_megabytes()); }
    double peak = 0;
  };
  for (auto _ : state) {
    WatchingListener listener;
    const auto input = open_input(path, Framing::kAuto, {});
    const EmbeddedResult result = run_embedded(shipped_config(1), *input, listener);
    state.counters["resident_MB"] = listener.peak;
    state.counters["pairs"] = static_cast<double>(result.of(Service::kRelationship).entries);
    state.counters["bytes_per_pair"] = static_cast<double>(result.of(Service::kRelationship).bytes) /
                                       static_cast<double>(result.of(Service::kRelationship).entries);
    state.counters["actors"] = static_cast<double>(result.of(Service::kEscalation).entries);
    state.counters["bytes_per_actor"] =
        static_cast<double>(result.of(Service::kEscalation).bytes) / static_cast<double>(result.of(Service::kEscalation).entries);
  }
}
BENCHMARK(OneMillionLivePairs)->Unit(benchmark::kMillisecond)->UseRealTime()->Iterations(1);

}  // namespace
}  // namespace pairwatch::embedded

BENCHMARK_MAIN();
