// When certificates run out.
#include "config/certificate.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/config/temporary_file.h"

namespace pairwatch::config {
namespace {

// Made for this test: until 2020-02-01 and until 2030-01-02 03:04:05.
constexpr const char* kUntil2020 =
    "-----BEGIN CERTIFICATE-----\n"
    "MIIBAjCBqgIBATAKBggqhkjOPQQDAjANMQswCQYDVQQDDAJjYTAeFw0yMDAxMDEw\n"
    "MDAwMDBaFw0yMDAyMDEwMDAwMDBaMA8xDTALBgNVBAMMBHRlc3QwWTATBgcqhkjO\n"
    "PQIBBggqhkjOPQMBBwNCAAT6xmnRDugLQ/TiIR8TFAyFzKQ6MF8VbgjYwFlsfp9p\n"
    "uSEH+kCvWxuFe2R1KmfyjD5duUgAImlu5cp+vRo/YzRyMAoGCCqGSM49BAMCA0cA\n"
    "MEQCIBjFZIql3gprSebcKglIrj7LDMozV85Bexmp3MaLI+d8AiB7wtbV4nKR7ewI\n"
    "5xwS+1K06IE7Du4dT5oRJsBUd+uS+w==\n"
    "-----END CERTIFICATE-----\n";
constexpr const char* kUntil2030 =
    "-----BEGIN CERTIFICATE-----\n"
    "MIIBBDCBqgIBAjAKBggqhkjOPQQDAjANMQswCQYDVQQDDAJjYTAeFw0yMDAxMDEw\n"
    "MDAwMDBaFw0zMDAxMDIwMzA0MDVaMA8xDTALBgNVBAMMBHRlc3QwWTATBgcqhkjO\n"
    "PQIBBggqhkjOPQMBBwNCAAT6xmnRDugLQ/TiIR8TFAyFzKQ6MF8VbgjYwFlsfp9p\n"
    "uSEH+kCvWxuFe2R1KmfyjD5duUgAImlu5cp+vRo/YzRyMAoGCCqGSM49BAMCA0kA\n"
    "MEYCIQCLvbKOpeAV1B1qY2/FtOw5lxFgDF3tjiHSlQGCBUGPfAIhAKptB2N1NC1W\n"
    "KT8Hhh+mqmZ836zIoGaNNo0AQviNoKrR\n"
    "-----END CERTIFICATE-----\n";

TEST(Certificate, RunsOutAtItsEnd) {
  const test::TemporaryFile file(kUntil2030);
  EXPECT_EQ(expiry_of_certificates(file.path()), 1'893'553'445);
}

TEST(Certificate, OfSeveralTheFirstThatRunsOutCounts) {
  for (const std::string& text : {std::string(kUntil2030) + kUntil2020, kUntil2020 + std::string("# a remark\n") + kUntil2030}) {
    const test::TemporaryFile file(text);
    EXPECT_EQ(expiry_of_certificates(file.path()), 1'580'515'200);
  }
}

TEST(Certificate, ThatIsNoneHasNoEnd) {
  const test::TemporaryFile file("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
  EXPECT_EQ(expiry_of_certificates(file.path()), std::nullopt);
  EXPECT_EQ(expiry_of_certificates("/nowhere"), std::nullopt);
}

}  // namespace
}  // namespace pairwatch::config
