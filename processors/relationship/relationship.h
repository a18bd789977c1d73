// The second room: what two accounts do towards each other, remembered by pair and judged in each direction.
//
//   in         one pairwatch.v1.Interaction of `pairwatch.interactions`, by pair
//   out        case_inputs: pairwatch.v1.CaseInput.risk where there is news of the risk in a direction, and .fact once a pair,
//              direction and kind (kTold); key = account of the one who is judged, so what a minor answers is told of the adult.
//              Facts come before the risk, the first side before the second.
//              nothing:     remembered (kRemembered), a repeat among the last 64 event ids (kDuplicate), a trusted relation
//                           that has not expired, remembered all the same (kTrusted)
//   judged     each direction apart, by the gate and the ages remembered; a direction between two known adults never is.
//              The risk leaves as prior, contributions and their sum in log-odds, and with what is URGENT by its kind (direct
//              rules); see weigh.h, and signals.h for the signals
//   remembers  a pair (state.h): at most 1,024 bytes, about 100 for an ordinary one, until time_to_live after its newest event.
//              What is dropped first at the cap: layout.h. A trusted relation holds until an event names another or it
//              expires; an event that names none says nothing
//   time       event time. An interaction that comes late merges into everything but the ring; see state.h
//   cost       0.4 us a hot pair, 0.5 with reading it; about 1 us more for each thing told; 0.5 to store a pair and read it again
//   fails      a record that intake would not have written is a Reject (kDeadLetter); stored bytes that cannot be read end the
//              process with what to do, because going on would overwrite them
//   thread     one; a Relationship for each task
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "pairwatch/v1/case_input.pb.h"
#include "processors/core/interaction.h"
#include "processors/core/tally.h"
#include "processors/relationship/config.h"
#include "processors/relationship/state.h"
#include "processors/relationship/transition.h"
#include "topology/ports.h"
#include "topology/store/hot_entries.h"

namespace pairwatch::relationship {

/// How HotEntries reads and writes a pair.
struct PairCodec {
  using State = PairState;
  /// Ends the process where the bytes cannot be read.
  static void decode(std::string_view bytes, PairState& state);
  static void encode(const PairState& state, std::string& out);
};

class Relationship final : public Processor {
 public:
  /// `store` outlives this and is used by no other thread.
  Relationship(const RelationshipConfig& config, Store& store);

  Outcome process(const Record& record, Sink& sink) override;
  void checkpoint() override;
  void rollback() override;
  Tally take_tally() override;

 private:
  Outcome decide(const Record& record, Sink& sink);
  void count(const Step& step);
  void tell(const Record& record, const PairState& state, Sink& sink);
  void emit(Sink& sink);
  void write_headers(const Record& record);

  RelationshipConfig config_;
  HotEntries<PairCodec> pairs_;

  Interaction interaction_;
  Step step_;
  v1::CaseInput case_input_;
  std::string key_;
  std::string value_;
  std::string source_;
  std::vector<Header> headers_;
  Tally tally_;
};

}  // namespace pairwatch::relationship
