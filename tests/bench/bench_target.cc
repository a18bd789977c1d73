// What news of a contact costs in the room `target`, with the minor hot: where nothing moves, and where its case does.
#include <benchmark/benchmark.h>

#include <string>
#include <vector>

#include "tests/target/target_inputs.h"

namespace pairwatch::test {
namespace {

class DroppingSink final : public Sink {
 public:
  void emit(const Output& output) override { bytes += output.value.size(); }
  void reject(const Record&, Reject) override { ++rejects; }
  std::size_t bytes = 0;
  std::size_t rejects = 0;
};

TargetInputBuilder typical(std::string_view actor, std::string_view minor) {
  return contact(actor, minor)
      .has_case(Severity::kReview)
      .reached(v1::STAGE_TARGETING)
      .reached(v1::STAGE_GAINING_TRUST, minutes(3))
      .reached(v1::STAGE_ISOLATING, minutes(40));
}

/// `contacts` accounts around one minor; the same news of them again and again.
void BM_NoNews(benchmark::State& state) {
  Room room;
  DroppingSink sink;
  std::vector<std::string> values;
  std::string key;
  write_account_key("", {"m3"}, key);
  for (int i = 0; i < state.range(0); ++i) {
    values.push_back(typical(std::string("a").append(std::to_string(i)), "m3").input().SerializeAsString());
  }
  std::size_t next = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(room.room.process({key, values[next], {}, 0, 0, 0}, sink));
    if (++next == values.size()) next = 0;
  }
  if (sink.rejects > 0) state.SkipWithError("an input was rejected");
}
BENCHMARK(BM_NoNews)->Arg(1)->Arg(3)->Arg(16);

/// The second of two accounts at REVIEW opens a case; another minor each time.
void BM_CaseOpens(benchmark::State& state) {
  Room room;
  DroppingSink sink;
  std::int64_t number = 0;
  for (auto _ : state) {
    state.PauseTiming();
    const std::string minor = std::string("m").append(std::to_string(number++));
    std::string key;
    write_account_key("", {minor}, key);
    const std::string first = typical("a7", minor).input().SerializeAsString();
    const std::string second = typical("a8", minor).input().SerializeAsString();
    room.room.process({key, first, {}, 0, 0, 0}, sink);
    state.ResumeTiming();
    benchmark::DoNotOptimize(room.room.process({key, second, {}, 0, 0, 0}, sink));
  }
  if (sink.bytes == 0) state.SkipWithError("no case was told");
}
BENCHMARK(BM_CaseOpens)->Iterations(20'000);

}  // namespace
}  // namespace pairwatch::test

BENCHMARK_MAIN();
