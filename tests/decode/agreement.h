// Holds a decoder against protobuf's own parsers on one record. Shared by the property tests and the fuzzers.
#pragma once

#include <string>

#include "processors/decode/decode.h"
#include "tests/decode/compare.h"

namespace pairwatch::decode::test {

struct Agreement {
  bool is_accepted = false;  ///< by both
  std::string disagreement;  ///< empty: none
};

inline std::string said(const DecodeResult& result) {
  return result.reject ? std::string(reject_name(*result.reject)) : "accepted";
}

inline Agreement compare_fields(const v1::InteractionEvent& expected, const EventView& view) {
  Agreement agreement{.is_accepted = true, .disagreement = {}};
  if (view.message.label_count > kLabelScoreLimit) return agreement;  // not all labels are kept
  if (!same_event(expected, to_message(view), &agreement.disagreement)) return agreement;
  agreement.disagreement = only_its_kind_is_set(view) ? "" : "a member of the oneof that is not set was left behind";
  return agreement;
}

/// Both must accept or refuse, and see the same. Deliberate difference: nesting deeper than 32.
inline Agreement compare_protobuf(EventDecoder& decoder, const std::string& record) {
  v1::InteractionEvent expected;
  const bool is_accepted = expected.ParseFromString(record);
  EventView view;
  const DecodeResult result = decoder.decode(record, {}, view);
  if (result.reject == Reject::kNestingTooDeep) return {};
  if (result.reject.has_value() == is_accepted) return {false, "generated parser and wire scan differ: " + said(result)};
  if (!is_accepted) return {};
  return compare_fields(expected, view);
}

/// What is accepted here must be accepted by protobuf, and both must see the same. Deliberate differences (decode.h): protobuf
/// accepts more than JSON and more than the mapping; values of unknown names are taken here if they are JSON at all.
inline Agreement compare_json(EventDecoder& decoder, const std::string& record) {
  v1::InteractionEvent expected;
  const bool is_accepted = parse_json(record, expected);
  EventView view;
  const DecodeResult result = decoder.decode(record, {}, view);
  if (result.reject == Reject::kInvalidUtf8 && is_accepted) return {false, "protobuf saw valid UTF-8"};
  if (result.reject || view.misfit || view.message.label_count > kLabelScoreLimit) return {};
  if (!is_accepted) return {false, view.unknown_fields != 0 ? "" : "accepted here alone"};
  return compare_fields(expected, view);
}

}  // namespace pairwatch::decode::test
