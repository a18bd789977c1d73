// What the tests of intake stand on: the decoder's seam over the generated parser, a text reader that says what it is told,
// and the room with both.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pairwatch/v1/case_input.pb.h"
#include "pairwatch/v1/event.pb.h"
#include "pairwatch/v1/interaction.pb.h"
#include "processors/intake/intake.h"
#include "tests/support/events.h"
#include "tests/support/fakes.h"

namespace pairwatch::intake {

/// Fills the view from a parsed event; the event must outlive it.
void view_of(const v1::InteractionEvent& event, EventView& view);

/// Decodes protobuf by the generated parser.
class GeneratedDecoder final : public EventDecoder {
 public:
  DecodeResult decode(std::string_view value, std::span<const Header> headers, EventView& view) override;

  std::uint32_t unknown_fields = 0;  ///< claimed of every event
  std::optional<Reject> reject;      ///< said of every record, where set

 private:
  v1::InteractionEvent event_;
};

/// Finds what it is told to find, and remembers what it was asked.
class FakeTextReader final : public TextReader {
 public:
  TextFindings read(std::string_view text, std::string_view language) override;

  TextFindings findings;
  std::vector<std::string> texts;
  std::string last_language;
};

/// Intake with its fakes and a sink; records come from partition 3, offsets count from 0.
class Room {
 public:
  explicit Room(const IntakeConfig& config = {}, Indicators* indicators = nullptr) : intake_(config, decoder, reader, indicators) {}

  Outcome take(const v1::InteractionEvent& event);
  Outcome take(std::string_view value);

  /// The last thing emitted. Fails the test where there is none or it cannot be parsed.
  v1::Interaction interaction() const;
  v1::CaseInput case_input() const;
  const test::CollectedOutput& output() const;
  /// Why the last record was refused, if it was.
  std::optional<Reject> reject() const;
  Tally tally() { return intake_.take_tally(); }
  void commit() { intake_.checkpoint(); }
  void abort() { intake_.rollback(); }

  GeneratedDecoder decoder;
  FakeTextReader reader;
  test::CollectingSink sink;
  std::vector<Header> headers;    ///< of the next records
  std::int64_t timestamp_ms = 0;  ///< of the next records

 private:
  Intake intake_;
  std::int64_t offset_ = 0;
};

}  // namespace pairwatch::intake
