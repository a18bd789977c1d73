// What a look-up in the table of indicators costs, and what it costs to take and publish records.
#include <benchmark/benchmark.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "processors/core/hash.h"
#include "processors/intake/indicators.h"

namespace pairwatch::intake {
namespace {

constexpr EventTime kNow{1'772'388'000'000};

std::string device(std::uint64_t number) { return "device-" + std::to_string(number); }

void take(IndicatorTableBuilder& builder, std::uint64_t number) {
  v1::Indicator indicator;
  indicator.set_kind(v1::INDICATOR_KIND_DEVICE);
  indicator.set_origin(v1::INDICATOR_ORIGIN_IMPORTED);
  indicator.set_hash(device(number));
  indicator.set_source("list");
  std::string key, problem;
  write_indicator_key(key_of(indicator, problem), key);
  builder.apply(key, indicator.SerializeAsString());
}

/// Devices in no order, one in two of them known.
void look_up(benchmark::State& state) {
  const auto count = static_cast<std::uint64_t>(state.range(0));
  IndicatorTableBuilder builder(count);
  for (std::uint64_t number = 0; number < count; ++number) take(builder, number);
  const std::shared_ptr<const IndicatorTable> table = builder.publish();
  std::vector<std::string> asked;
  for (std::uint64_t i = 0; i < 65'536; ++i) asked.push_back(device(i * 0x9e3779b97f4a7c15 % (2 * count)));
  std::size_t next = 0, found = 0;
  for (auto _ : state) {
    const std::string& hash = asked[next++ % asked.size()];
    found += table->find(IndicatorKind::kDevice, hash64(hash), "app", kNow, days(400), 7).imported ? 1 : 0;
  }
  benchmark::DoNotOptimize(found);
}
BENCHMARK(look_up)->Arg(1'000)->Arg(1'000'000);

/// One more record of a running process: taken, and published.
void take_and_publish(benchmark::State& state) {
  const auto count = static_cast<std::uint64_t>(state.range(0));
  IndicatorTableBuilder builder(2 * count + 1'000'000);
  for (std::uint64_t number = 0; number < count; ++number) take(builder, number);
  std::uint64_t next = count;
  for (auto _ : state) {
    take(builder, next++);
    benchmark::DoNotOptimize(builder.publish());
  }
}
BENCHMARK(take_and_publish)->Arg(1'000'000)->Iterations(1000);

}  // namespace
}  // namespace pairwatch::intake

BENCHMARK_MAIN();
