// Once warm, intake asks for no memory, whatever kind of event comes.
#include <gtest/gtest.h>

#include <vector>

#include "tests/intake/allocations.h"
#include "tests/intake/fakes.h"
#include "tests/support/events.h"

namespace pairwatch::intake {
namespace {

/// Gives prepared events in turn.
class PreparedDecoder final : public EventDecoder {
 public:
  explicit PreparedDecoder(std::vector<v1::InteractionEvent> events) : events_(std::move(events)) {}
  DecodeResult decode(std::string_view, std::span<const Header>, EventView& view) override {
    view_of(events_[next_++ % events_.size()], view);
    return {};
  }
  std::size_t size() const { return events_.size(); }

 private:
  std::vector<v1::InteractionEvent> events_;
  std::size_t next_ = 0;
};

class QuietReader final : public TextReader {
 public:
  TextFindings read(std::string_view, std::string_view) override { return {1, 2, false}; }
};

class QuietSink final : public Sink {
 public:
  void emit(const Output& output) override { bytes += output.value.size(); }
  void reject(const Record&, Reject) override {}
  std::size_t bytes = 0;
};

TEST(Intake, AsksForNoMemoryOnceWarm) {
  const std::string long_id(200, 'a');
  PreparedDecoder decoder({test::message(long_id, "m3").text("hi").label("threat", 1).label("sexual", 1).actor_device("d"),
                           test::message("a1", "a2").adult_to_adult(), test::gift("a7", long_id).value(5),
                           test::channel_move("a7", "m3").to(ChannelKind::kExternal, std::string(100, 'c')).accepted(),
                           test::call("a7", "m3"), test::block("m3", "a7").minor_to_adult(), test::message("a7", "a7"),
                           test::profile_change("a7"), test::message("a7", "m3").mutual_contacts(1).ephemeral()});
  QuietReader reader;
  QuietSink sink;
  IntakeConfig config;
  config.pseudonym_key = {"1", std::string(32, 's')};
  Intake intake(config, decoder, reader);
  const std::vector<Header> headers = {{"traceparent", "00-1-2-01"}};
  const Record record{"", "", headers, 0, 1, 12345678};
  for (std::size_t i = 0; i < 3 * decoder.size(); ++i) intake.process(record, sink);

  const std::uint64_t before = test::allocation_count();
  for (std::size_t i = 0; i < 100 * decoder.size(); ++i) intake.process(record, sink);
  EXPECT_EQ(test::allocation_count() - before, 0U);
  EXPECT_GT(sink.bytes, 10'000U);
}

}  // namespace
}  // namespace pairwatch::intake
