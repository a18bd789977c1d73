// The door of `target`: the view of one minor, and the life of the case about it.
//
//   in         pairwatch.v1.TargetInput, keyed by the minor's account key: how each account stands towards it, from escalation.
//              Decisions of moderators name only their case; they come under four bytes of the same hash, and the case's subject,
//              which is in its id, is the key of the minor's entry.
//   out        pairwatch.v1.Escalation (binary) of kind TARGET, keyed by the minor's account key, on the port of the case's current
//              severity; the record's headers are carried through. It names the accounts and links their PAIR cases. A case opens
//              once, is raised, is updated only with news and at most so often a day; a raise is never held back. It stands down by
//              itself once its accounts are no longer several. What stands down goes to every topic it was written to. In which
//              order accounts are heard of does not change which cases there are in the end (transition.h).
//   remembers  for each minor with a risky contact its age, at most max_contacts accounts with what they came to, and what was told
//              of its case: at most kTargetStateLimit bytes (layout.h), about 90 as a rule. The least risky account leaves
//              first, counted as evidence_dropped. Forgotten time_to_live after its last news, in event time; counted as
//              entries_expired.
//   cost       0.8 us for a hot minor with three accounts around it, 2.7 us with sixteen; 4 us more where the case moves
//              (tests/bench/bench_target.cc)
//   fails      a record that cannot be parsed, whose parts are missing or out of bounds, or whose key is not its minor's is
//              rejected as malformed_internal_record, a decision about no known case as unknown_case; neither changes anything. A
//              stored entry that cannot be read stops the process.
//   thread     one at a time; one instance for each partition
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "pairwatch/v1/escalation.pb.h"
#include "pairwatch/v1/target_input.pb.h"
#include "processors/target/config.h"
#include "processors/target/layout.h"
#include "processors/target/transition.h"
#include "topology/ports.h"
#include "topology/store/hot_entries.h"

namespace pairwatch::target {

class Targets final : public Processor {
 public:
  /// `store` outlives it.
  Targets(const TargetConfig& config, Store& store);

  Outcome process(const Record& record, Sink& sink) override;
  EventTime fire(const Hash128& key, EventTime before, Sink& sink) override;
  void checkpoint() override { minors_.checkpoint(); }
  /// Leaves what was counted alone: who takes back the records takes the tally and drops it.
  void rollback() override { minors_.rollback(); }
  Tally take_tally() override;

 private:
  Outcome reject(const Record& record, Reject reason, Sink& sink);
  void tell_faded(TargetState& state, EventTime before, Sink& sink);
  void tell(const CaseMove& move, const TargetState& state, std::span<const Header> headers, Sink& sink);

  TargetConfig config_;
  HotEntries<TargetCodec> minors_;
  Tally tally_;
  // Scratch, kept for its memory.
  v1::TargetInput input_;
  TargetNews news_;
  v1::Escalation escalation_;
  std::string key_;
  std::string value_;
};

}  // namespace pairwatch::target
