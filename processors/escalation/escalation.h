// The door of `escalation`: the view of one actor, and the life of the cases about it.
//
//   in         pairwatch.v1.CaseInput, keyed by the actor's account key: risks and facts of its pairs from relationship, changes
//              of the account from intake. All that concerns one actor comes in one partition; its order is the interleaving.
//              Decisions of moderators name only their case: they come under four bytes of the same hash, and case_index.h tells
//              whose case it is.
//   out        pairwatch.v1.Escalation (binary), keyed by the actor's account key, on the port of the case's current severity;
//              the record's headers are carried through. A PAIR case is judged by the pair's risk and what the whole account adds
//              (scattergun, several complaints), also when the account adds it later, so that one record may move cases of
//              several pairs; an ACTOR case by the account alone. A case opens once, is raised, is updated only with news and at
//              most so often a day; a raise is never held back. A case that has faded stands down by itself (timers.h). What stands
//              down goes to every topic it was written to. In which order pairs are heard of does not change which cases there are
//              in the end (transition.h).
//              pairwatch.v1.TargetInput, keyed by the target's account key, on target_inputs: where news moves a PAIR case, and
//              with each risk at or above a floor (target_news.h), how the actor stands towards it.
//              pairwatch.v1.Indicator for an account with a confirmed case: itself and each of its devices as hashes, also those on
//              which it is seen later; taken back where the last of its cases that was confirmed is dismissed (indicators.h)
//   remembers  for each actor its age, its newest devices, the newest targets, the highest risks, the cases and what was told
//              of them: at most max_targets, max_risks, max_cases and kActorStateLimit bytes (layout.h). What leaves first is
//              declared at fit() in state.h and counted as evidence_dropped. Forgotten time_to_live after its last news, in event
//              time; counted as entries_expired. For each case that was opened, its place: about 50 bytes beside.
//   cost       0.3 us for a fact that changes nothing of fan-out or complaints, 1.3 us for a risk of a hot actor, most of it
//              parsing; 1 us more where it has a case, 3 us more where that moves (tests/bench/bench_escalation.cc). A fact that
//              does, of an actor with 100 targets and 16 remembered risks: 20 us where it is the newest, at most about 100 us where
//              it comes late.
//   fails      a record that cannot be parsed, whose parts are missing or out of bounds, or whose key is not its actor's is
//              rejected as malformed_internal_record, a decision about no known case as unknown_case; neither changes anything. A
//              stored entry that cannot be read stops the process.
//   thread     one at a time; one instance for each partition
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "pairwatch/v1/case_input.pb.h"
#include "pairwatch/v1/escalation.pb.h"
#include "pairwatch/v1/target_input.pb.h"
#include "processors/escalation/case_index.h"
#include "processors/escalation/config.h"
#include "processors/escalation/indicators.h"
#include "processors/escalation/layout.h"
#include "processors/escalation/target_news.h"
#include "processors/escalation/transition.h"
#include "topology/ports.h"
#include "topology/store/hot_entries.h"

namespace pairwatch::escalation {

class Escalations final : public Processor {
 public:
  /// `store` outlives it.
  Escalations(const EscalationConfig& config, Store& store);

  Outcome process(const Record& record, Sink& sink) override;
  EventTime fire(const Hash128& key, EventTime before, Sink& sink) override;
  void checkpoint() override;
  /// Leaves what was counted alone: who takes back the records takes the tally and drops it.
  void rollback() override;
  Tally take_tally() override;

 private:
  Outcome decide(const Record& record, Sink& sink);
  Outcome reject(const Record& record, Reject reason, Sink& sink);
  void tell(const CaseMove& move, const CaseNews& news, const ActorState& state, std::string_view routing_key,
            std::span<const Header> headers, Sink& sink);
  void tell_faded(ActorState& state, EventTime before, std::string_view routing_key, Sink& sink);
  void tell_of_targets(const Step& step, const ActorState& state, std::span<const Header> headers, Sink& sink);

  EscalationConfig config_;
  IndicatorWriter indicators_;
  HotEntries<ActorCodec> actors_;
  HotEntries<CasePlaceCodec> places_;  ///< of the cases, in the same store
  Tally tally_;
  // Scratch, kept for its memory.
  v1::CaseInput input_;
  CaseNews news_;
  v1::Escalation escalation_;
  std::vector<CaseMove> faded_;
  std::vector<ContactTold> contacts_;
  v1::TargetInput target_input_;
  std::string key_;
  std::string target_;
  std::string target_key_;
  std::string value_;
};

}  // namespace pairwatch::escalation
