// The forwarder of moderators' decisions: from `moderation.decisions`, in whatever partition, to the partition in which the case
// lives.
//
//   in         one Decision of `moderation.decisions`: protobuf, proto3 JSON, or protobuf framed by a Confluent registry
//   out        case_inputs: pairwatch.v1.CaseInput.decision; of a case about a minor, target_inputs:
//   pairwatch.v1.TargetInput.decision
//              (kForwarded). A decision names its case and no account, so its key is the four bytes whose murmur2 is the hash in
//              the case's id: they lie where the account's key lies, whatever the count of partitions. Who decided, and the hash
//              of the note, stay here.
//   remembers  nothing
//   cost       5 us, most of it parsing JSON; decisions are few
//   fails      what cannot be parsed, has no verdict or time, or no id such as pairwatch writes, is a Reject (kDeadLetter)
//   thread     one; a Decisions for each worker
#pragma once

#include <string>

#include "pairwatch/v1/case_input.pb.h"
#include "pairwatch/v1/decision.pb.h"
#include "pairwatch/v1/target_input.pb.h"
#include "processors/core/tally.h"
#include "topology/ports.h"

namespace pairwatch::intake {

class Decisions final : public Processor {
 public:
  Outcome process(const Record& record, Sink& sink) override;
  void checkpoint() override {}  // nothing is remembered
  void rollback() override {}
  Tally take_tally() override;

 private:
  v1::Decision decision_;
  v1::CaseInput case_input_;
  v1::TargetInput target_input_;
  std::string value_;
  Tally tally_;
};

}  // namespace pairwatch::intake
