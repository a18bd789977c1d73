#include "processors/intake/pseudonym.h"

#include <gtest/gtest.h>

#include "tests/intake/fakes.h"
#include "tests/support/events.h"

namespace pairwatch::intake {
namespace {

using test::message;

IntakeConfig keyed(std::string id = "1", std::string secret = std::string(32, 's')) {
  IntakeConfig config;
  config.pseudonym_key = {std::move(id), std::move(secret)};
  return config;
}

std::string pseudonym(const PseudonymKey& key, std::string_view id) {
  std::string out = "left over from the last one, and longer than any pseudonym ever is, so that it must be cut";
  Pseudonyms(key).write(id, out);
  return out;
}

// RFC 4231, test cases 1, 2 and 6 (the key is longer than a block).
TEST(Pseudonyms, AreHmacSha256) {
  EXPECT_EQ(pseudonym({"a", std::string(20, '\x0b')}, "Hi There"),
            "ka:b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  EXPECT_EQ(pseudonym({"2026", "Jefe"}, "what do ya want for nothing?"),
            "k2026:5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  EXPECT_EQ(pseudonym({"b", std::string(131, '\xaa')}, "Test Using Larger Than Block-Size Key - Hash Key First"),
            "kb:60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

TEST(Pseudonyms, AreTheSameHoweverOftenTheContextWasUsed) {
  Pseudonyms pseudonyms({"a", std::string(20, '\x0b')});
  std::string first, other, again;
  pseudonyms.write("Hi There", first);
  for (int i = 0; i < 1000; ++i) pseudonyms.write(std::string(static_cast<std::size_t>(i % 257), 'x'), other);
  pseudonyms.write("Hi There", again);
  EXPECT_EQ(again, first);
  EXPECT_EQ(again, "ka:b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
}

TEST(Pseudonyms, ReplaceBothAccountIdsInValueAndKey) {
  Room room(keyed());
  ASSERT_EQ(room.take(message("alice-account", "mia-account").tenant("app")), Outcome::kForwarded);
  const v1::Interaction out = room.interaction();
  const PseudonymKey key = keyed().pseudonym_key;
  const std::string alice = pseudonym(key, "alice-account"), mia = pseudonym(key, "mia-account");
  EXPECT_EQ(out.actor().account_id(), alice);
  EXPECT_EQ(out.target().account_id(), mia);
  EXPECT_EQ(room.output().key, "app\x1f" + std::min(alice, mia) + "\x1f" + std::max(alice, mia));
  const std::string everything = room.output().key + room.output().value;
  EXPECT_EQ(everything.find("alice"), std::string::npos);
  EXPECT_EQ(everything.find("mia"), std::string::npos);
}

TEST(Pseudonyms, LeaveEventAndChannelIdsAsTheyAre) {
  Room room(keyed());
  room.take(message("a7", "m3").id("e1").in(ChannelKind::kDirect, "c9"));
  EXPECT_EQ(room.interaction().event_id(), "e1");
  EXPECT_EQ(room.interaction().channel().channel_id(), "c9");
}

TEST(Pseudonyms, ReplaceTheAccountOfAProfileChange) {
  Room room(keyed());
  room.take(test::profile_change("alice-account"));
  EXPECT_EQ(room.case_input().actor().account_id(), pseudonym(keyed().pseudonym_key, "alice-account"));
  EXPECT_EQ((room.output().key + room.output().value).find("alice"), std::string::npos);
}

TEST(Pseudonyms, DifferByKey) {
  EXPECT_NE(pseudonym({"1", std::string(32, 's')}, "a7").substr(3), pseudonym({"1", std::string(32, 't')}, "a7").substr(3));
}

TEST(Pseudonyms, SeedTheFingerprintSoThatItCannotBeReproducedWithoutTheKey) {
  IntakeConfig plain;
  plain.fingerprint_seed = 17;
  EXPECT_EQ(fingerprint_seed_of(plain), 17U);
  IntakeConfig one = keyed(), other = keyed("1", std::string(32, 't'));
  one.fingerprint_seed = 17;
  EXPECT_NE(fingerprint_seed_of(one), 17U);
  EXPECT_EQ(fingerprint_seed_of(one), fingerprint_seed_of(one));
  EXPECT_NE(fingerprint_seed_of(one), fingerprint_seed_of(other));
}

}  // namespace
}  // namespace pairwatch::intake
