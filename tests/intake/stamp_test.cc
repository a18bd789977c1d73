// What intake stamps on an interaction of what is known of devices, accounts and handles.
#include <gtest/gtest.h>
#include <openssl/sha.h>

#include <array>
#include <memory>
#include <string>

#include "processors/core/hash.h"
#include "processors/intake/intake.h"
#include "tests/intake/fakes.h"

namespace pairwatch::intake {
namespace {

using test::contact_request;
using test::message;

constexpr std::uint32_t kNothing = 0;

std::uint32_t bit(IndicatorMatch match) { return match_bit(match); }

std::string sha256(std::string_view bytes) {
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest;
  SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), digest.data());
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

/// A list of the test's own, which intake sees as it is when a transaction begins.
class Known final : public Indicators {
 public:
  std::shared_ptr<const IndicatorTable> current() override {
    ++asked;
    return builder_.publish();
  }

  Known& imported(v1::IndicatorKind kind, std::string_view hash, std::string_view tenant = "") {
    v1::Indicator indicator;
    indicator.set_kind(kind);
    indicator.set_origin(v1::INDICATOR_ORIGIN_IMPORTED);
    indicator.set_hash(std::string(hash));
    indicator.set_source("list");
    indicator.set_tenant(std::string(tenant));
    return add(indicator);
  }
  /// A case of `account`, seen on the device.
  Known& confirmed(v1::IndicatorKind kind, std::uint64_t digest, std::string_view account, Duration after_base = {}) {
    v1::Indicator indicator;
    indicator.set_kind(kind);
    indicator.set_origin(v1::INDICATOR_ORIGIN_CONFIRMED);
    indicator.set_digest(digest);
    indicator.set_account(hash64(account));
    indicator.mutable_since()->set_seconds((test::kBaseTime + after_base).ms / 1000);
    return add(indicator);
  }

  int asked = 0;

 private:
  Known& add(const v1::Indicator& indicator) {
    std::string problem, key;
    write_indicator_key(key_of(indicator, problem), key);
    EXPECT_EQ(problem, "");
    builder_.apply(key, indicator.SerializeAsString());
    return *this;
  }

  IndicatorTableBuilder builder_{100};
};

std::uint32_t stamped(Room& room, const v1::InteractionEvent& event) {
  EXPECT_EQ(room.take(event), Outcome::kForwarded);
  return room.interaction().indicators();
}

TEST(Stamp, TellsThatTheDeviceIsOnAList) {
  Known known;
  known.imported(v1::INDICATOR_KIND_DEVICE, "d1");
  Room room({}, &known);
  EXPECT_EQ(stamped(room, message("a7", "m3").adult_to_minor().actor_device("d1")), bit(IndicatorMatch::kImportedDevice));
  EXPECT_EQ(stamped(room, contact_request("a7", "m4").adult_to_minor().actor_device("d1")), bit(IndicatorMatch::kImportedDevice));
  EXPECT_EQ(stamped(room, message("a7", "m3").adult_to_minor().actor_device("d2")), kNothing);
}

TEST(Stamp, IsEmptyWhereTheEventCarriesNoDevice) {
  Known known;
  known.imported(v1::INDICATOR_KIND_DEVICE, "d1");
  Room room({}, &known);
  EXPECT_EQ(stamped(room, message("a7", "m3").adult_to_minor().actor_device("d1")), bit(IndicatorMatch::kImportedDevice));
  EXPECT_EQ(stamped(room, message("a7", "m3").adult_to_minor()), kNothing) << "nothing of the event before stays";
}

TEST(Stamp, SaysNothingOfTheOther) {
  Known known;
  known.imported(v1::INDICATOR_KIND_DEVICE, "d1");
  Room room({}, &known);
  v1::InteractionEvent event = message("m3", "a7").minor_to_adult();
  event.mutable_target()->set_device_hash("d1");
  EXPECT_EQ(stamped(room, event), kNothing);
}

TEST(Stamp, TellsThatTheAccountIsOnAListByTheHashOfItsId) {
  Known known;
  known.imported(v1::INDICATOR_KIND_ACCOUNT, sha256("a7"));
  Room room({}, &known);
  EXPECT_EQ(stamped(room, message("a7", "m3").adult_to_minor()), bit(IndicatorMatch::kImportedAccount));
  EXPECT_EQ(stamped(room, message("a8", "m3").adult_to_minor()), kNothing);
}

TEST(Stamp, KnowsListedAccountsBehindPseudonymsToo) {
  Known known;
  known.imported(v1::INDICATOR_KIND_ACCOUNT, sha256("a7"));
  IntakeConfig config;
  config.pseudonym_key = {"1", std::string(32, 's')};
  Room room(config, &known);
  EXPECT_EQ(stamped(room, message("a7", "m3").adult_to_minor()), bit(IndicatorMatch::kImportedAccount));
}

TEST(Stamp, TellsThatTheWordsNameAListedHandleHoweverItIsWritten) {
  Known known;
  known.imported(v1::INDICATOR_KIND_HANDLE, sha256("jake_92"));
  Room room({}, &known);
  room.reader.findings.handles = {"someone", "Jake_92"};
  room.reader.findings.handle_count = 2;
  EXPECT_EQ(stamped(room, message("a7", "m3").adult_to_minor().text("@someone @Jake_92")), bit(IndicatorMatch::kImportedHandle));
  room.reader.findings.handle_count = 1;
  EXPECT_EQ(stamped(room, message("a7", "m3").adult_to_minor().text("@someone")), kNothing);
  EXPECT_EQ(stamped(room, message("a7", "m3").adult_to_minor()), kNothing) << "no text: nothing of the one before";
}

TEST(Stamp, TellsThatACaseOfAnotherAccountOfTheDeviceWasConfirmed) {
  Known known;
  known.confirmed(v1::INDICATOR_KIND_DEVICE, hash64("d1"), "a7");
  Room room({}, &known);
  EXPECT_EQ(stamped(room, message("a8", "m3").adult_to_minor().actor_device("d1")), bit(IndicatorMatch::kConfirmedDevice));
  EXPECT_EQ(stamped(room, message("a7", "m4").adult_to_minor().actor_device("d1")), kNothing) << "its own case";
}

TEST(Stamp, KnowsTheAccountOfAConfirmedCaseByItsPseudonym) {
  IntakeConfig config;
  config.pseudonym_key = {"1", std::string(32, 's')};
  Known none;
  Room before(config, &none);
  EXPECT_EQ(stamped(before, message("a7", "m3").adult_to_minor()), kNothing);
  const std::string pseudonym = before.interaction().actor().account_id();
  Known known;
  known.confirmed(v1::INDICATOR_KIND_DEVICE, hash64("d1"), pseudonym);
  known.confirmed(v1::INDICATOR_KIND_ACCOUNT, hash64(pseudonym), pseudonym);
  Room room(config, &known);
  EXPECT_EQ(stamped(room, message("a7", "m4").adult_to_minor().actor_device("d1")), bit(IndicatorMatch::kConfirmedAccount));
  EXPECT_EQ(stamped(room, message("a8", "m4").adult_to_minor().actor_device("d1")), bit(IndicatorMatch::kConfirmedDevice));
}

TEST(Stamp, SaysNothingOfWhatWasBeforeTheDecision) {
  Known known;
  known.confirmed(v1::INDICATOR_KIND_DEVICE, hash64("d1"), "a7", hours(1));
  Room room({}, &known);
  const auto at = [&](Duration after) { return stamped(room, message("a8", "m3").adult_to_minor().actor_device("d1").at(after)); };
  EXPECT_EQ(at(minutes(59)), kNothing);
  EXPECT_EQ(at(hours(1)), bit(IndicatorMatch::kConfirmedDevice));
  EXPECT_EQ(at(hours(1) + days(400)), bit(IndicatorMatch::kConfirmedDevice));
  EXPECT_EQ(at(hours(2) + days(400)), kNothing) << "confirmed_for has passed";
}

TEST(Stamp, IsOfTheTenantOrOfAll) {
  Known known;
  known.imported(v1::INDICATOR_KIND_DEVICE, "d1", "app").imported(v1::INDICATOR_KIND_DEVICE, "d2");
  Room room({}, &known);
  const auto in = [&](std::string_view tenant, std::string_view device) {
    return stamped(room, message("a7", "m3").adult_to_minor().tenant(tenant).actor_device(device));
  };
  EXPECT_EQ(in("app", "d1"), bit(IndicatorMatch::kImportedDevice));
  EXPECT_EQ(in("other", "d1"), kNothing);
  EXPECT_EQ(in("app", "d2"), bit(IndicatorMatch::kImportedDevice));
  EXPECT_EQ(in("", "d2"), bit(IndicatorMatch::kImportedDevice));
}

TEST(Stamp, ComesFromOneTableWithinATransaction) {
  Known known;
  Room room({}, &known);
  const auto now = [&] { return stamped(room, message("a7", "m3").adult_to_minor().actor_device("d1")); };
  EXPECT_EQ(now(), kNothing);
  known.imported(v1::INDICATOR_KIND_DEVICE, "d1");
  EXPECT_EQ(now(), kNothing) << "the transaction goes on as it began";
  room.commit();
  EXPECT_EQ(now(), bit(IndicatorMatch::kImportedDevice));
  EXPECT_EQ(now(), bit(IndicatorMatch::kImportedDevice));
  room.abort();
  EXPECT_EQ(now(), bit(IndicatorMatch::kImportedDevice));
  EXPECT_EQ(known.asked, 3) << "once a transaction";
}

TEST(Stamp, IsEmptyWhereNothingIsKnown) {
  Room room;
  EXPECT_EQ(stamped(room, message("a7", "m3").adult_to_minor().actor_device("d1")), kNothing);
}

}  // namespace
}  // namespace pairwatch::intake
