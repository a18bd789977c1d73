// Protobuf records against the generated parser: both accept or refuse, and see the same event.
#include <google/protobuf/stubs/logging.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "tests/decode/agreement.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const google::protobuf::LogSilencer silence;
  static const auto decoder = pairwatch::decode::make_decoder({.encoding = pairwatch::decode::Encoding::kProtobuf});
  const std::string record(reinterpret_cast<const char*>(data), size);
  const auto agreement = pairwatch::decode::test::compare_protobuf(*decoder, record);
  if (!agreement.disagreement.empty()) {
    std::fprintf(stderr, "%s\n", agreement.disagreement.c_str());
    std::abort();
  }
  return 0;
}
