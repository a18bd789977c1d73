// The first room: from the platform's events to interactions without text, keyed by pair.
//
//   in         one InteractionEvent of `platform.events`, in any encoding the decoder knows
//   out        interactions: pairwatch.v1.Interaction without text, key = pair (kForwarded)
//              case_inputs:  pairwatch.v1.CaseInput.account_change, key = account (kAccountChange: a profile change)
//              nothing:      neither direction is judged (kGated), or no target is named (kNoTarget)
//   order      wire shape -> ids and time -> gate -> full validation -> text signals -> pseudonyms -> key; see validate.h.
//              A gated event is gated whatever else its payload holds.
//   indicators what is known of the actor's device and account, and of the handles it names, is stamped on the interaction
//              (indicators.h). The table changes between transactions only. An event without a device matches none
//   rules      what is written names the bundle that read it (IntakeConfig::rules): ten bytes an interaction
//   remembers  nothing. Its buffers grow to the largest record seen, at most max_record_bytes.
//   cost       with decoding, 186 bytes of protobuf: 0.13 us gated, 0.4 us forwarded, plus 0.3 us a pseudonym, 0.05 us
//              where there are indicators (0.3 us a hash more for lists of accounts or handles) and what the text costs; no
//              allocation once warm
//   fails      whatever is wrong with a record is a Reject (kDeadLetter), never an exception; a configuration that problems_of
//              refuses, or an OpenSSL without HMAC, ends the process at construction
//   thread     one; an Intake for each worker
//
// The platform's headers travel on, but for those that describe the value that stays here (`content-type`, `ce_*`: CloudEvents'
// subject could name an account) and pairwatch's own. `pairwatch-source` = `topic/partition/offset` is added.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "pairwatch/v1/case_input.pb.h"
#include "processors/core/event_view.h"
#include "processors/core/interaction.h"
#include "processors/core/tally.h"
#include "processors/core/text_reader.h"
#include "processors/intake/config.h"
#include "processors/intake/pseudonym.h"
#include "processors/intake/stamper.h"
#include "topology/ports.h"

namespace pairwatch::intake {

/// The seed for the text reader's fingerprint: derived from the pseudonym key where there is one, else the configured one.
std::uint64_t fingerprint_seed_of(const IntakeConfig& config);

class Intake final : public Processor {
 public:
  /// `decoder` and `text_reader` outlive this and are used by no other thread. `indicators` outlives this; nullptr: there are none.
  Intake(const IntakeConfig& config, EventDecoder& decoder, TextReader& text_reader, Indicators* indicators = nullptr);

  Outcome process(const Record& record, Sink& sink) override;
  void checkpoint() override { stamper_.end_transaction(); }  // nothing is remembered
  void rollback() override { stamper_.end_transaction(); }
  Tally take_tally() override;

 private:
  Outcome decide(const Record& record, Sink& sink);
  Outcome dead_letter(const Record& record, Reject reason, Sink& sink);
  void forward(const Record& record, Sink& sink);
  void tell_account_change(const Record& record, Sink& sink);

  /// `pseudonym` holds the id where ids are replaced.
  Party party_of(const AccountView& account, std::string& pseudonym);
  TextFindings read_message();
  void read_labels();
  void write_headers(const Record& record);

  IntakeConfig config_;
  EventDecoder& decoder_;
  TextReader& text_reader_;
  std::unique_ptr<Pseudonyms> pseudonyms_;  ///< null: ids travel as they came

  Stamper stamper_;

  EventView event_;
  Interaction interaction_;  ///< views into the event and into the two pseudonyms
  std::string actor_pseudonym_;
  std::string target_pseudonym_;
  v1::CaseInput case_input_;
  std::string key_;
  std::string value_;
  std::string source_;
  std::vector<Header> headers_;
  Tally tally_;
};

}  // namespace pairwatch::intake
