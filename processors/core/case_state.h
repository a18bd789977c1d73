// The record of a case in a form to read (pairwatch.v1.CaseState), for inspection. A template, so that core knows no schema.
#pragma once

#include <cstdint>
#include <string>

#include "processors/core/case_record.h"
#include "processors/core/cases.h"
#include "processors/core/decay.h"
#include "processors/core/signal.h"

namespace pairwatch {

template <typename CaseState>
void write_case_state(SubjectKind kind, std::uint32_t routing_hash, const CaseRecord& record, CaseState& out) {
  out.set_escalation_id(escalation_id(kind, routing_hash, record.subject, record.number));
  out.set_revision(record.revision);
  out.set_severity(static_cast<decltype(out.severity())>(record.severity));
  out.set_risk(round_to_4_decimals(record.last_risk()));
  for (const SignalInfo& signal : all_signals()) {
    if ((record.signals_told & signal_bit(signal.signal)) != 0) out.add_signals(std::string(signal.name));
  }
  for (int stage = 1; stage < kStageCount; ++stage) {
    if ((record.stages_told >> stage & 1) != 0) out.add_stages(static_cast<decltype(out.stages(0))>(stage));
  }
  out.set_updates_that_day(record.updates_that_day);
  out.set_held_back(record.held_back);
  out.set_opened_at_ms(record.opened_at.ms);
  out.set_last_news_at_ms(record.last_news_at.ms);
  if (record.since != kNever) out.set_since_ms(record.since.ms);
}

}  // namespace pairwatch
