// One operation of the hot path, so many times: `instructions OPERATION TIMES`. tests/bench/count_instructions runs it under
// callgrind for two counts and takes the difference, so that start-up does not count. Instructions are the same on every run; times
// are not.
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "config/load.h"
#include "config/services.h"
#include "processors/core/check.h"
#include "processors/decode/decode.h"
#include "tests/support/events.h"
#include "tests/support/fakes.h"
#include "topology/services/services.h"

namespace pairwatch {
namespace {

constexpr std::size_t kDifferent = 512;  // records, so that branches are not learnt by heart

using Operation = std::function<void(std::size_t)>;

test::EventBuilder chat(std::size_t n, AgeBand target) {
  const std::string number = std::to_string(100'000 + n);
  return test::message("account-" + number, "account-9" + number)
      .id("0190f5fe-7c00-7a00-9abc-0123" + number)
      .ages(AgeBand::kAdult, target)
      .at(seconds(static_cast<std::int64_t>(n)))
      .text("so " + number + " did you see the match yesterday, it was great")
      .mutual_contacts(static_cast<std::uint32_t>(n % 7));
}

std::vector<std::string> chats(AgeBand target, bool json) {
  std::vector<std::string> records;
  for (std::size_t n = 0; n < kDifferent; ++n) records.push_back(json ? chat(n, target).json() : chat(n, target).proto());
  return records;
}

Operation decode_of(std::vector<std::string> records, decode::Encoding encoding) {
  decode::DecodeConfig config;
  config.encoding = encoding;
  auto decoder = std::shared_ptr<EventDecoder>(decode::make_decoder(config));
  auto view = std::make_shared<EventView>();
  return [=, records = std::move(records)](std::size_t n) {
    check(!decoder->decode(records[n % kDifferent], {}, *view).reject, "it decodes");
  };
}

/// Loaded where it is needed: the lexicons take most of a run under callgrind.
const ServiceConfigs& shipped() {
  static const ServiceConfigs configs = config::service_configs(config::load_settings({}).settings);
  return configs;
}

/// Records through the service with the shipped settings.
Operation service(Service which, std::vector<std::string> records, Outcome expected) {
  auto store = std::make_shared<test::FakeStore>();
  auto sink = std::make_shared<test::CollectingSink>();
  auto room = std::shared_ptr<Processor>(make_processor(which, shipped(), *store));
  return [store, sink, room, expected, records = std::move(records)](std::size_t n) {  // the room works on the store
    const Record record{"", records[n % records.size()], {}, 0, 0, static_cast<std::int64_t>(n)};
    const Outcome outcome = room->process(record, *sink);
    check(outcome == expected || outcome == Outcome::kTold, "the outcome is the one measured");
    sink->outputs.clear();
  };
}

/// Messages of one pair, as intake passes them on.
std::vector<std::string> interactions_of_one_pair() {
  test::FakeStore store;
  test::CollectingSink sink;
  const std::unique_ptr<Processor> intake = make_processor(Service::kIntake, shipped(), store);
  for (std::size_t n = 0; n < 3'000; ++n) {
    const std::string event = test::message("a7", "m3")
                                  .id("event-" + std::to_string(n))
                                  .at(minutes(static_cast<std::int64_t>(n)))
                                  .text("ok then")
                                  .proto();
    intake->process({"", event, {}, 0, 0, static_cast<std::int64_t>(n)}, sink);
  }
  std::vector<std::string> records;
  for (const test::CollectedOutput& output : sink.outputs) records.push_back(output.value);
  return records;
}

std::map<std::string, std::function<Operation()>> operations() {
  return {
      {"decode_protobuf", [] { return decode_of(chats(AgeBand::k13To15, false), decode::Encoding::kProtobuf); }},
      {"decode_json", [] { return decode_of(chats(AgeBand::k13To15, true), decode::Encoding::kJson); }},
      {"text_signals",
       [] {
         auto reader = std::shared_ptr<TextReader>(text_signals::make_text_reader(shipped().lexicon, 0));
         auto texts = std::make_shared<std::vector<std::string>>();
         for (std::size_t n = 0; n < kDifferent; ++n)
           texts->push_back("so " + std::to_string(n) + " did you see the match yesterday, it was great");
         return [=](std::size_t n) { check(reader->read((*texts)[n % kDifferent], "en").fingerprint != 0, "something is left"); };
       }},
      {"intake_gated", [] { return service(Service::kIntake, chats(AgeBand::kAdult, false), Outcome::kGated); }},
      {"intake_forwarded", [] { return service(Service::kIntake, chats(AgeBand::k13To15, false), Outcome::kForwarded); }},
      {"relationship_hot_pair", [] { return service(Service::kRelationship, interactions_of_one_pair(), Outcome::kRemembered); }},
  };
}

}  // namespace
}  // namespace pairwatch

int main(int argc, char** argv) {
  const auto all = pairwatch::operations();
  if (argc != 3 || !all.contains(argv[1])) {
    for (const auto& [name, make] : all) std::printf("%s\n", name.c_str());
    return argc == 1 ? 0 : 2;
  }
  const auto operation = all.at(argv[1])();
  const std::size_t times = std::strtoull(argv[2], nullptr, 10);
  for (std::size_t n = 0; n < times; ++n) operation(n);
  return 0;
}
