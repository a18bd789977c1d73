// What a fact, a risk and a case cost in the room `escalation`, with the actor hot, and what storing an actor costs.
#include <benchmark/benchmark.h>

#include <string>
#include <vector>

#include "processors/escalation/explanation.h"
#include "processors/escalation/layout.h"
#include "tests/escalation/case_inputs.h"

namespace pairwatch::test {
namespace {

class DroppingSink final : public Sink {
 public:
  void emit(const Output& output) override { bytes += output.value.size(); }
  void reject(const Record&, Reject) override { ++rejects; }
  std::size_t bytes = 0;
  std::size_t rejects = 0;
};

struct Bytes {
  std::string key;
  std::string value;
};

Bytes bytes_of(const CaseInputBuilder& builder) {
  Bytes bytes;
  write_account_key(builder.input().tenant(), {builder.input().actor().account_id()}, bytes.key);
  bytes.value = builder.input().SerializeAsString();
  return bytes;
}

/// Feeds the inputs round and round.
void run(benchmark::State& state, escalation::Escalations& room, const std::vector<Bytes>& inputs) {
  DroppingSink sink;
  std::size_t next = 0;
  for (auto _ : state) {
    const Bytes& bytes = inputs[next];
    benchmark::DoNotOptimize(room.process({bytes.key, bytes.value, {}, 0, 0, 0}, sink));
    if (++next == inputs.size()) next = 0;
  }
  if (sink.rejects > 0) state.SkipWithError("an input was rejected");
  state.counters["told_bytes"] = static_cast<double>(sink.bytes);
}

CaseInputBuilder typical_risk(std::string_view actor, std::string_view target) {
  return risk(actor, target)
      .shows(Signal::kStrangerContact, 0.8)
      .shows(Signal::kPersonalInfoProbe, 1.1, 4, minutes(3), minutes(20))
      .shows(Signal::kGift, 1.2, 2, minutes(9), minutes(30))
      .shows(Signal::kSecrecyRequest, 1.4, 1, minutes(40))
      .reached(v1::STAGE_TARGETING)
      .reached(v1::STAGE_GAINING_TRUST, minutes(3))
      .reached(v1::STAGE_FILLING_A_NEED, minutes(9))
      .reached(v1::STAGE_ISOLATING, minutes(40));
}

/// An ordinary actor: `targets` minors contacted; facts about them repeat.
void BM_Fact(benchmark::State& state) {
  FakeStore store;
  escalation::Escalations room({}, store);
  std::vector<Bytes> inputs;
  for (int i = 0; i < state.range(0); ++i) inputs.push_back(bytes_of(stranger_contact("a7", numbered("minor-", i)).at(hours(i))));
  run(state, room, inputs);
}
BENCHMARK(BM_Fact)->Arg(4)->Arg(40)->Arg(100);

void BM_RiskWithoutNews(benchmark::State& state) {
  FakeStore store;
  escalation::Escalations room({}, store);
  std::vector<Bytes> inputs;
  for (int i = 0; i < state.range(0); ++i)
    inputs.push_back(bytes_of(typical_risk("a7", numbered("minor-", i)).log_odds(kAtReview)));
  run(state, room, inputs);
}
BENCHMARK(BM_RiskWithoutNews)->Arg(1)->Arg(20);

void BM_RiskBelowThreshold(benchmark::State& state) {
  FakeStore store;
  escalation::Escalations room({}, store);
  run(state, room, {bytes_of(typical_risk("a7", "m3").log_odds(kBelowWatch))});
}
BENCHMARK(BM_RiskBelowThreshold);

/// Every input opens a case of another actor: rendering and explaining included.
void BM_CaseOpens(benchmark::State& state) {
  FakeStore store;
  escalation::Escalations room({}, store);
  std::vector<Bytes> inputs;
  for (int i = 0; i < 4096; ++i) inputs.push_back(bytes_of(typical_risk(numbered("a", i), "m3").log_odds(kAtReview)));
  DroppingSink sink;
  std::size_t next = 0;
  for (auto _ : state) {
    const Bytes& bytes = inputs[next];
    benchmark::DoNotOptimize(room.process({bytes.key, bytes.value, {}, 0, 0, 0}, sink));
    if (++next < inputs.size()) continue;
    next = 0;
    room.rollback();
  }
}
BENCHMARK(BM_CaseOpens);

/// An actor with this many targets and as many cases, written and read.
void BM_StoreAndRead(benchmark::State& state) {
  Room room;
  for (int i = 0; i < state.range(0); ++i) {
    const std::string target = numbered("0123456789abcdef-", i);
    room.feed(stranger_contact("a7", target).at(hours(i)));
    room.feed(risk("a7", target).at(hours(i)).log_odds(kAtReview));
  }
  const escalation::ActorState actor = room.stored("a7");
  std::string bytes;
  for (auto _ : state) {
    bytes.clear();
    escalation::encode(actor, bytes);
    escalation::ActorState read;
    escalation::decode(bytes, read);
    benchmark::DoNotOptimize(read);
  }
  state.counters["bytes"] = static_cast<double>(bytes.size());
}
BENCHMARK(BM_StoreAndRead)->Arg(1)->Arg(10)->Arg(100);

}  // namespace
}  // namespace pairwatch::test

BENCHMARK_MAIN();
