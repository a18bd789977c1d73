// One seeded stream, one number: everything that leaves and everything that is kept, on every processor and in every build. If it
// changes, what pairwatch decides has changed: say so in CHANGELOG.md.
#include <gtest/gtest.h>

#include "processors/core/hash.h"
#include "processors/relationship/relationship.h"
#include "tests/relationship/streams.h"
#include "tests/support/fakes.h"

namespace pairwatch::relationship {
namespace {

constexpr std::uint64_t kGolden = 14716624653633655442U;

std::string random_interaction(Random& random, int number) {
  v1::Interaction message;
  message.set_event_id("event-" + std::to_string(number));
  message.set_occurred_at_ms((kStoryStart + seconds(37) * number - seconds(static_cast<std::int64_t>(random.below(600)))).ms);
  message.mutable_actor()->set_account_id("account-" + std::to_string(random.below(12)));
  message.mutable_target()->set_account_id("person-" + std::to_string(random.below(6)));
  if (random.one_in(3)) message.mutable_actor()->Swap(message.mutable_target());
  for (v1::Party* party : {message.mutable_actor(), message.mutable_target()}) {
    const bool is_person = party->account_id()[0] == 'p';
    party->set_age_band(is_person ? v1::AGE_BAND_13_TO_15 : static_cast<v1::AgeBand>(hash64(party->account_id()) % 5));
  }
  const InteractionKind kind = kStreamKinds[random.below(std::size(kStreamKinds))];
  message.set_kind(static_cast<v1::InteractionKind>(kind));
  message.mutable_channel()->set_channel_id("channel-" + std::to_string(random.below(6)));
  message.mutable_channel()->set_kind(static_cast<v1::ChannelKind>(random.below(7)));
  if (kind == InteractionKind::kChannelMove) message.mutable_moved_to()->set_kind(static_cast<v1::ChannelKind>(random.below(7)));
  if (kind == InteractionKind::kMessage && random.one_in(5))
    message.set_text_signals(random.next() & random.next() & random.next());
  if (kind == InteractionKind::kMessage && random.one_in(5)) {
    v1::LabelScore& label = *message.add_label_scores();
    label.set_signal(static_cast<std::uint32_t>(Signal::kSexualContent));
    label.set_score(static_cast<float>(random.below(1000)) / 1000);
  }
  if (kind == InteractionKind::kGift) {
    message.set_gift_value_minor(static_cast<std::int64_t>(random.below(4000)));
    message.set_gift_currency("COIN");
  }
  if (random.one_in(2)) message.set_mutual_contacts(static_cast<std::uint32_t>(random.below(6)));
  message.set_source_offset(number);
  return message.SerializeAsString();
}

TEST(Golden, TheSameStreamGivesTheSameBytesEverywhere) {
  test::FakeStore store;
  test::CollectingSink sink;
  Relationship room({}, store);
  Random random(20260301);
  for (int i = 0; i < 20'000; ++i) {
    const std::string value = random_interaction(random, i);
    room.process({"", value, {}, 0, 0, i}, sink);
    if (i % 1000 == 999) room.checkpoint();
  }
  ASSERT_TRUE(sink.rejects.empty());
  std::string everything;
  for (const test::CollectedOutput& output : sink.outputs) everything += output.key + output.value;
  for (const auto& [key, value] : store.entries) everything += value;
  EXPECT_GT(sink.outputs.size(), 500U);
  EXPECT_EQ(store.entries.size(), 72U);
  EXPECT_EQ(hash64(everything), kGolden);
}

}  // namespace
}  // namespace pairwatch::relationship
