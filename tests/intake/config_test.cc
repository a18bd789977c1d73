#include "processors/intake/config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace pairwatch::intake {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

TEST(IntakeConfig, IsFineAsItShips) { EXPECT_THAT(problems_of({}), IsEmpty()); }

TEST(IntakeConfig, TakesAKeyWithIdAndSecret) {
  IntakeConfig config;
  config.pseudonym_key = {"2026a", std::string(32, 's')};
  EXPECT_THAT(problems_of(config), IsEmpty());
}

TEST(IntakeConfig, AsksForAKeyIdOfLettersAndDigits) {
  for (const char* id : {"", "a-b", "a:b", "12345678901234567", "\xc3\xa9"}) {
    IntakeConfig config;
    config.pseudonym_key = {id, std::string(32, 's')};
    EXPECT_THAT(problems_of(config), ElementsAre(HasSubstr("1 to 16 letters and digits"))) << id;
  }
}

TEST(IntakeConfig, AsksForASecretOf32To1024BytesAndNeverTellsIt) {
  for (const std::size_t size : {std::size_t{0}, std::size_t{31}, std::size_t{1025}}) {
    IntakeConfig config;
    config.pseudonym_key = {"1", std::string(size, 's')};
    EXPECT_THAT(problems_of(config), ElementsAre(HasSubstr("32 to 1024 bytes")));
    EXPECT_THAT(problems_of(config), ElementsAre(Not(HasSubstr("sss"))));
  }
}

TEST(IntakeConfig, TellsAllProblemsAtOnce) {
  IntakeConfig config;
  config.labels = {{"a", Signal::kThreat}, {"a", Signal::kGift}, {"", Signal::kThreat}};
  config.max_future_skew = milliseconds(-1);
  config.max_record_bytes = 0;
  config.source_topic = "";
  EXPECT_THAT(problems_of(config), ElementsAre(HasSubstr("listed twice"), HasSubstr("1 to 64 bytes"), HasSubstr("max_future_skew"),
                                               HasSubstr("max_record_bytes"), HasSubstr("source_topic")));
}

}  // namespace
}  // namespace pairwatch::intake
