// JSON records against protobuf's JsonStringToMessage: what is accepted here is accepted there, and both see the same event.
#include <google/protobuf/stubs/logging.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "tests/decode/agreement.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const google::protobuf::LogSilencer silence;
  static const auto decoder = pairwatch::decode::make_decoder({.encoding = pairwatch::decode::Encoding::kJson});
  const std::string record(reinterpret_cast<const char*>(data), size);
  const auto agreement = pairwatch::decode::test::compare_json(*decoder, record);
  if (!agreement.disagreement.empty()) {
    std::fprintf(stderr, "%s\n", agreement.disagreement.c_str());
    std::abort();
  }

  // Recognition must hold for whatever comes: no crash, and never JSON read as protobuf.
  static const auto recognising = pairwatch::decode::make_decoder({});
  pairwatch::EventView view;
  const auto result = recognising->decode(record, {}, view);
  static const pairwatch::Header structured{"content-type", "application/cloudevents+json"};
  pairwatch::EventView inner;
  static_cast<void>(recognising->decode(record, {&structured, 1}, inner));
  if (agreement.is_accepted && result.reject && result.reject != pairwatch::Reject::kUnrecognisedEncoding) std::abort();
  return 0;
}
