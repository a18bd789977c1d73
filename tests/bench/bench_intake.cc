// Intake over protobuf records, decoding among it: what ends at the gate, and what goes on to relationship.
// Target (Release): a gated-out event at most 0.5 us in all.
#include <benchmark/benchmark.h>

#include <memory>
#include <string>
#include <vector>

#include "processors/decode/decode.h"
#include "processors/intake/intake.h"
#include "tests/support/events.h"

namespace pairwatch {
namespace {

constexpr std::size_t kEvents = 4096;  // different records, so that branches are not learnt by heart

/// Text has its own benchmark; here it costs nothing.
class NoTextReader final : public TextReader {
 public:
  TextFindings read(std::string_view, std::string_view) override { return {0, 1, false}; }
};

class NoSink final : public Sink {
 public:
  void emit(const Output& output) override { benchmark::DoNotOptimize(output.value.data()); }
  void reject(const Record&, Reject) override {}
};

std::vector<std::string> records(AgeBand target) {
  std::vector<std::string> records;
  for (std::size_t n = 0; n < kEvents; ++n) {
    const std::string number = std::to_string(100'000 + n);
    auto event = test::message("account-" + number, "account-9" + number);
    event.id("0190f5fe-7c00-7a00-9abc-0123" + number).ages(AgeBand::kAdult, target).in(ChannelKind::kDirect, "channel-" + number);
    event.at(seconds(static_cast<std::int64_t>(n))).actor_created(days(static_cast<std::int64_t>(n % 900)));
    event.text("hi, which school do you go to? mine is the one by the river" + std::string(n % 9, '!')).language("en");
    event.mutual_contacts(static_cast<std::uint32_t>(n % 7));
    records.push_back(event.proto());
  }
  return records;
}

void measure(benchmark::State& state, AgeBand target, const intake::IntakeConfig& config, Outcome expected) {
  const std::vector<std::string> values = records(target);
  const std::unique_ptr<EventDecoder> decoder = decode::make_decoder({.encoding = decode::Encoding::kProtobuf});
  NoTextReader reader;
  NoSink sink;
  intake::Intake room(config, *decoder, reader);
  const std::vector<Header> headers = {{"traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"}};
  std::size_t next = 0, bytes = 0;
  for (auto _ : state) {
    const std::string& value = values[next % kEvents];
    const Record record{"", value, headers, 0, 0, static_cast<std::int64_t>(next++)};
    bytes += value.size();
    if (room.process(record, sink) != expected) state.SkipWithError("another outcome");
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(next));
  state.counters["record_bytes"] = benchmark::Counter(static_cast<double>(bytes), benchmark::Counter::kAvgIterations);
}

void gated_event(benchmark::State& state) { measure(state, AgeBand::kAdult, {}, Outcome::kGated); }
void forwarded_event(benchmark::State& state) { measure(state, AgeBand::k13To15, {}, Outcome::kForwarded); }
void forwarded_event_with_pseudonyms(benchmark::State& state) {
  intake::IntakeConfig config;
  config.pseudonym_key = {"bench", std::string(32, 's')};
  measure(state, AgeBand::k13To15, config, Outcome::kForwarded);
}

BENCHMARK(gated_event);
BENCHMARK(forwarded_event);
BENCHMARK(forwarded_event_with_pseudonyms);

}  // namespace
}  // namespace pairwatch

BENCHMARK_MAIN();
