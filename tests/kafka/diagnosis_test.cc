// What is told of an error of a client.
#include "topology/kafka/diagnosis.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace pairwatch::kafka {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

TEST(Diagnosis, WhyACertificateIsRefusedIsToldByTheBrokersAddress) {
  const std::string words = "error:0A000086:SSL routines::certificate verify failed (after 14ms in state SSL_HANDSHAKE)";
  note_certificate_error("a:1", 10);
  note_certificate_error("b:1", 62);
  EXPECT_THAT(remedy_of("ssl://a:1/bootstrap: " + words), HasSubstr("has expired"));
  EXPECT_THAT(remedy_of("ssl://b:1/bootstrap: " + words), HasSubstr("is for another name"));
  EXPECT_THAT(remedy_of("ssl://c:1/bootstrap: " + words), HasSubstr("not signed by a CA of kafka.properties.ssl.ca.location"));
}

TEST(Diagnosis, WhatIsKnownOfALoginHasARemedyAndWhatIsNotHasNone) {
  EXPECT_THAT(remedy_of("sasl_ssl://a:1: SASL authentication error: Authentication failed: Invalid username or password"),
              HasSubstr("check sasl.username"));
  EXPECT_THAT(remedy_of("a:1: Disconnected: might be caused by incorrect security.protocol configuration (connecting to a SSL "
                        "listener?)"),
              HasSubstr("security.protocol"));
  EXPECT_THAT(remedy_of("a:1: Connect to ipv4#127.0.0.1:1 failed: Connection refused"), IsEmpty());
}

}  // namespace
}  // namespace pairwatch::kafka
