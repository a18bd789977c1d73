// One interaction into a hot pair. Targets (Release): at most 500 ns for the decision, 700 with parsing the Interaction; 1 M live
// pairs in at most 400 MB.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "pairwatch/v1/interaction.pb.h"
#include "processors/core/hash.h"
#include "processors/relationship/layout.h"
#include "processors/relationship/relationship.h"
#include "topology/store/memory_store.h"

namespace pairwatch::relationship {
namespace {

constexpr EventTime kStart{1'772'388'000'000};

/// What the benchmarks tell goes nowhere, but is counted.
class CountingSink final : public Sink {
 public:
  void emit(const Output& output) override { bytes += output.value.size(); }
  void reject(const Record&, Reject) override { ++rejects; }
  std::size_t bytes = 0;
  std::size_t rejects = 0;
};

/// One message in a chat of `pairs` pairs, `n` seconds in; in one of 16 the words speak for something.
v1::Interaction message_number(std::uint64_t n, std::uint64_t pairs, Duration pace) {
  v1::Interaction message;
  const std::uint64_t mixed = hash64(std::to_string(n));
  const std::uint64_t pair = n % pairs;
  message.set_event_id("0190f5fe-7c00-7a00-9abc-" + std::to_string(100'000'000'000 + n));
  message.set_occurred_at_ms((kStart + pace * static_cast<std::int64_t>(n)).ms);
  message.mutable_actor()->set_account_id("account-" + std::to_string(100'000 + pair));
  message.mutable_actor()->set_age_band(v1::AGE_BAND_ADULT);
  message.mutable_target()->set_account_id("minor-" + std::to_string(100'000 + pair));
  message.mutable_target()->set_age_band(v1::AGE_BAND_13_TO_15);
  message.mutable_target()->set_age_assurance(v1::AGE_ASSURANCE_SELF_DECLARED);
  if (mixed % 2 == 0) message.mutable_actor()->Swap(message.mutable_target());
  message.set_kind(v1::INTERACTION_KIND_MESSAGE);
  message.mutable_channel()->set_channel_id("channel-" + std::to_string(100'000 + pair));
  message.mutable_channel()->set_kind(v1::CHANNEL_KIND_DIRECT);
  message.set_mutual_contacts(0);
  message.set_text_fingerprint(mixed);
  constexpr Signal kSaid[] = {Signal::kPersonalInfoProbe, Signal::kSecrecyRequest, Signal::kContactExchange, Signal::kImageRequest};
  if (mixed / 2 % 16 == 0) message.set_text_signals(signal_bit(kSaid[mixed / 64 % 4]));
  message.set_source_offset(static_cast<std::int64_t>(n));
  return message;
}

std::vector<std::string> records(std::size_t count, std::uint64_t pairs) {
  std::vector<std::string> values;
  for (std::size_t n = 0; n < count; ++n) values.push_back(message_number(n, pairs, seconds(20)).SerializeAsString());
  return values;
}

Interaction plain_interaction() {
  Interaction interaction{};
  interaction.kind = InteractionKind::kMessage;
  interaction.actor.id = {"account-1"};
  interaction.actor.age_band = AgeBand::kAdult;
  interaction.target.id = {"minor-1"};
  interaction.target.age_band = AgeBand::k13To15;
  interaction.channel = {"channel-1", ChannelKind::kDirect, false};
  interaction.mutual_contacts = 0;
  return interaction;
}

/// A pair with a full ring, 64 event ids and six signals.
void warm_up(PairState& state, Interaction& interaction, const RelationshipConfig& config, Step& step) {
  std::string id;
  for (std::int64_t i = 0; i < 100; ++i) {
    id = "warm-" + std::to_string(i);
    interaction.event_id = id;
    interaction.at = kStart + seconds(i * 20);
    interaction.text_signals = 0;
    if (i % 10 == 0) interaction.text_signals = std::uint64_t{1} << (i % 20 == 0 ? 12 : 22) | signal_bit(Signal::kContactExchange);
    if (i == 50) interaction.text_signals = signal_bit(Signal::kImageRequest) | signal_bit(Signal::kRiskAssessmentProbe);
    advance(state, interaction, config, step);
  }
  interaction.text_signals = 0;
}

/// `argument` 0: ordinary words; 1: each message speaks for a signal.
void advance_a_hot_pair(benchmark::State& bench) {
  const RelationshipConfig config;
  PairState state;
  Step step;
  Interaction interaction = plain_interaction();
  warm_up(state, interaction, config, step);
  if (bench.range(0) == 1) interaction.text_signals = signal_bit(Signal::kSecrecyRequest);
  std::vector<std::string> ids;
  for (int i = 0; i < 1024; ++i) ids.push_back("0190f5fe-7c00-7a00-9abc-" + std::to_string(100'000'000'000 + i));
  std::int64_t n = 0;
  for (auto _ : bench) {
    interaction.event_id = ids[static_cast<std::size_t>(n % 1024)];
    interaction.at = kStart + hours(1) + seconds(20 * n++);
    advance(state, interaction, config, step);
    benchmark::DoNotOptimize(step);
  }
  bench.counters["encoded_bytes"] = static_cast<double>(encoded_size(state));
}
BENCHMARK(advance_a_hot_pair)->Arg(0)->Arg(1);

/// Parsing, looking up, deciding, and telling what is news; `argument` pairs take turns.
void process_records(benchmark::State& bench) {
  const std::vector<std::string> values = records(65'536, static_cast<std::uint64_t>(bench.range(0)));
  MemoryStore store;
  CountingSink sink;
  std::size_t n = 0, told = 0;
  auto room = std::make_unique<Relationship>(RelationshipConfig{}, store);
  for (auto _ : bench) {
    if (n % values.size() == 0 && n > 0) {  // the same records again would be duplicates
      bench.PauseTiming();
      room = std::make_unique<Relationship>(RelationshipConfig{}, store);
      bench.ResumeTiming();
    }
    told += room->process({"", values[n % values.size()], {}, 0, 0, static_cast<std::int64_t>(n)}, sink) == Outcome::kTold ? 1 : 0;
    ++n;
  }
  bench.counters["told_share"] = static_cast<double>(told) / static_cast<double>(n);
  bench.counters["rejects"] = static_cast<double>(sink.rejects);
}
BENCHMARK(process_records)->Arg(1)->Arg(64)->Arg(4096);

void parse_an_interaction(benchmark::State& bench) {
  const std::vector<std::string> values = records(1024, 64);
  v1::Interaction message;
  std::size_t n = 0;
  for (auto _ : bench) benchmark::DoNotOptimize(message.ParseFromString(values[n++ % values.size()]));
}
BENCHMARK(parse_an_interaction);

void store_and_read_a_pair(benchmark::State& bench) {
  const RelationshipConfig config;
  PairState state;
  Step step;
  Interaction interaction = plain_interaction();
  warm_up(state, interaction, config, step);
  std::string bytes;
  for (auto _ : bench) {
    bytes.clear();
    encode(state, bytes);
    PairState read;
    benchmark::DoNotOptimize(decode(bytes, read));
  }
}
BENCHMARK(store_and_read_a_pair);

std::size_t resident_bytes() {
  std::ifstream statm("/proc/self/statm");
  std::size_t pages = 0;
  statm >> pages >> pages;
  return pages * 4096;
}

/// One million pairs of a power law: most have a handful of messages, a few have thousands.
void a_million_live_pairs(benchmark::State& bench) {
  for (auto _ : bench) {
    const std::size_t before = resident_bytes();
    MemoryStore store;
    CountingSink sink;
    Relationship room({}, store);
    constexpr std::uint64_t kPairs = 1'000'000, kEvents = 5'000'000;
    std::string value;
    for (std::uint64_t n = 0; n < kEvents; ++n) {
      // Every pair once, then pairs by 1 / rank.
      std::uint64_t pair = n;
      if (n >= kPairs) {
        const std::uint64_t mixed = hash64(std::to_string(n));
        pair = (mixed >> 32) % (std::uint64_t{1} << (1 + mixed % 20)) % kPairs;
      }
      v1::Interaction message = message_number(n, kPairs, milliseconds(500));
      message.mutable_actor()->set_account_id("account-" + std::to_string(pair));
      message.mutable_target()->set_account_id("minor-" + std::to_string(pair));
      message.mutable_channel()->set_channel_id("channel-" + std::to_string(pair));
      message.mutable_actor()->set_age_band(v1::AGE_BAND_ADULT);
      message.mutable_target()->set_age_band(v1::AGE_BAND_13_TO_15);
      message.SerializeToString(&value);
      room.process({"", value, {}, 0, 0, static_cast<std::int64_t>(n)}, sink);
      if (n % 1000 == 999) {
        room.checkpoint();
        store.commit();
      }
    }
    bench.counters["resident_MB"] = static_cast<double>(resident_bytes() - before) / 1e6;
    bench.counters["entries"] = static_cast<double>(store.entry_count());
    bench.counters["mean_bytes"] = static_cast<double>(store.byte_count()) / static_cast<double>(store.entry_count()) - 16;
    std::vector<std::size_t> sizes;
    store.for_each([&](const Hash128&, std::string_view bytes) { sizes.push_back(bytes.size()); });
    std::nth_element(sizes.begin(), sizes.begin() + static_cast<std::ptrdiff_t>(sizes.size() / 2), sizes.end());
    bench.counters["p50_bytes"] = static_cast<double>(sizes[sizes.size() / 2]);
  }
}
BENCHMARK(a_million_live_pairs)->Iterations(1)->Unit(benchmark::kSecond);

}  // namespace
}  // namespace pairwatch::relationship

BENCHMARK_MAIN();
