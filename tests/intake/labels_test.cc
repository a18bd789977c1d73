// Which scores of the platform's classifiers travel, and as what.
#include <gtest/gtest.h>

#include "tests/intake/fakes.h"

namespace pairwatch::intake {
namespace {

using test::message;

TEST(IntakeLabels, IgnoresLabelsWithoutARule) {
  Room room;
  room.take(message("a7", "m3").label("spam", 1));
  EXPECT_EQ(room.interaction().label_scores_size(), 0);
}

TEST(IntakeLabels, CountsTheHighestOfSeveralLabelsForOneSignal) {
  IntakeConfig config;
  config.labels = {{"threat", Signal::kThreat}, {"menace", Signal::kThreat}, {"coercion", Signal::kThreat}};
  Room room(config);
  room.take(message("a7", "m3").label("threat", 0.25F).label("menace", 0.75F).label("coercion", 0.5F));
  ASSERT_EQ(room.interaction().label_scores_size(), 1);
  EXPECT_EQ(room.interaction().label_scores(0).score(), 0.75F);
}

TEST(IntakeLabels, CountsTheLastOfEqualLabels) {
  class Twice final : public EventDecoder {
   public:
    DecodeResult decode(std::string_view, std::span<const Header>, EventView& view) override {
      view_of(event_, view);
      view.message.labels[0] = {"threat", 1.0F};
      view.message.labels[1] = {"sexual", 0.5F};
      view.message.labels[2] = {"threat", 0.25F};
      view.message.label_count = 3;
      return {};
    }
    v1::InteractionEvent event_ = message("a7", "m3");
  } decoder;
  FakeTextReader reader;
  Intake intake({}, decoder, reader);
  test::CollectingSink sink;
  ASSERT_EQ(intake.process({}, sink), Outcome::kForwarded);
  v1::Interaction out;
  ASSERT_TRUE(out.ParseFromString(sink.outputs.at(0).value));
  ASSERT_EQ(out.label_scores_size(), 2);
  EXPECT_EQ(out.label_scores(1).signal(), static_cast<std::uint32_t>(Signal::kThreat));
  EXPECT_EQ(out.label_scores(1).score(), 0.25F);
}

}  // namespace
}  // namespace pairwatch::intake
