// Decoding one event of about 230 bytes (protobuf) or 614 bytes (JSON), with protobuf's own parsers beside it.
// Targets (Release): protobuf at most 0.5 us and 2,000 instructions, JSON at most 1.2 us.
#include <benchmark/benchmark.h>
#include <google/protobuf/arena.h>
#include <google/protobuf/util/json_util.h>

#include <string>
#include <vector>

#include "pairwatch/v1/event.pb.h"
#include "processors/decode/decode.h"

namespace pairwatch {
namespace {

constexpr std::size_t kEvents = 1024;  // different records, so that branches are not learnt by heart

v1::InteractionEvent event_number(std::size_t n) {
  v1::InteractionEvent event;
  const std::string number = std::to_string(100'000 + n);
  event.set_event_id("0190f5fe-7c00-7a00-9abc-0123" + number);
  event.mutable_occurred_at()->set_seconds(1'772'388'000 + static_cast<std::int64_t>(n));
  event.mutable_occurred_at()->set_nanos(250'000'000);
  event.mutable_actor()->set_account_id("account-" + number);
  event.mutable_actor()->set_age_band(v1::AGE_BAND_ADULT);
  event.mutable_actor()->set_age_assurance(v1::AGE_ASSURANCE_ESTIMATED);
  event.mutable_actor()->mutable_created_at()->set_seconds(1'700'000'000);
  event.mutable_target()->set_account_id("account-9" + number);
  event.mutable_target()->set_age_band(v1::AGE_BAND_13_TO_15);
  event.mutable_target()->set_age_assurance(v1::AGE_ASSURANCE_SELF_DECLARED);
  event.mutable_channel()->set_channel_id("channel-" + number);
  event.mutable_channel()->set_kind(v1::CHANNEL_KIND_DIRECT);
  event.mutable_channel()->set_ephemeral(n % 2 == 0);
  event.set_mutual_contacts(static_cast<std::uint32_t>(n % 7));
  event.mutable_message()->set_text("hi, which school do you go to? mine is the one by the river" + std::string(n % 9, '!'));
  event.mutable_message()->set_language("en");
  (*event.mutable_message()->mutable_label_scores())["image_request"] = 0.0125F;
  (*event.mutable_message()->mutable_label_scores())["threat"] = 0.5F;
  return event;
}

std::vector<std::string> protobuf_records() {
  std::vector<std::string> records;
  for (std::size_t n = 0; n < kEvents; ++n) records.push_back(event_number(n).SerializeAsString());
  return records;
}

std::vector<std::string> json_records() {
  std::vector<std::string> records;
  for (std::size_t n = 0; n < kEvents; ++n) {
    std::string json;
    if (!google::protobuf::util::MessageToJsonString(event_number(n), &json).ok()) std::abort();
    records.push_back(json);
  }
  return records;
}

template <typename Decode>
void measure(benchmark::State& state, const std::vector<std::string>& records, Decode decode) {
  std::size_t bytes = 0;
  std::size_t next = 0;
  for (auto _ : state) {
    const std::string& record = records[next++ % kEvents];
    bytes += record.size();
    if (!decode(record)) state.SkipWithError("not accepted");
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(bytes));
  state.counters["record_bytes"] = benchmark::Counter(static_cast<double>(bytes), benchmark::Counter::kAvgIterations);
}

void measure_decoder(benchmark::State& state, const std::vector<std::string>& records, decode::Encoding encoding) {
  const auto decoder = decode::make_decoder({.encoding = encoding});
  const auto view = std::make_unique<EventView>();
  measure(state, records, [&](const std::string& record) {
    const bool read = !decoder->decode(record, {}, *view).reject.has_value();
    benchmark::DoNotOptimize(*view);
    return read;
  });
}

void WireScan(benchmark::State& state) { measure_decoder(state, protobuf_records(), decode::Encoding::kProtobuf); }
void WireScanRecognised(benchmark::State& state) { measure_decoder(state, protobuf_records(), decode::Encoding::kAuto); }
void JsonScan(benchmark::State& state) { measure_decoder(state, json_records(), decode::Encoding::kJson); }
void JsonScanRecognised(benchmark::State& state) { measure_decoder(state, json_records(), decode::Encoding::kAuto); }

void JsonScanWithEscapes(benchmark::State& state) {
  std::vector<std::string> records = json_records();
  for (std::string& record : records) record.replace(record.find("hi, which"), 9, "\\u00e9 \\\"which");
  measure_decoder(state, records, decode::Encoding::kJson);
}

void GeneratedParser(benchmark::State& state) {
  v1::InteractionEvent event;
  measure(state, protobuf_records(), [&](const std::string& record) { return event.ParseFromString(record); });
}

void GeneratedParserOnArena(benchmark::State& state) {
  google::protobuf::Arena arena;
  int parsed = 0;
  measure(state, protobuf_records(), [&](const std::string& record) {
    if (++parsed % 256 == 0) arena.Reset();
    return google::protobuf::Arena::CreateMessage<v1::InteractionEvent>(&arena)->ParseFromString(record);
  });
}

void JsonStringToMessage(benchmark::State& state) {
  google::protobuf::util::JsonParseOptions options;
  options.ignore_unknown_fields = true;
  v1::InteractionEvent event;
  measure(state, json_records(), [&](const std::string& record) {
    event.Clear();
    return google::protobuf::util::JsonStringToMessage(record, &event, options).ok();
  });
}

BENCHMARK(WireScan);
BENCHMARK(WireScanRecognised);
BENCHMARK(GeneratedParser);
BENCHMARK(GeneratedParserOnArena);
BENCHMARK(JsonScan);
BENCHMARK(JsonScanRecognised);
BENCHMARK(JsonScanWithEscapes);
BENCHMARK(JsonStringToMessage);

}  // namespace
}  // namespace pairwatch

BENCHMARK_MAIN();
