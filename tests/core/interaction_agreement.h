// What core/interaction_wire.h reads and writes, held against the generated class.
#pragma once

#include <string>
#include <string_view>

#include "pairwatch/v1/interaction.pb.h"
#include "processors/core/interaction_wire.h"

namespace pairwatch::test {

/// The message as intake would have written it: without what no reader knows, and with the parts that are always there.
inline v1::Interaction as_written(v1::Interaction message) {
  message.DiscardUnknownFields();
  for (v1::Party* party : {message.mutable_actor(), message.mutable_target()}) {
    if (party->created_at_ms() == 0) party->clear_created_at_ms();
    if (party->device() == 0) party->clear_device();
  }
  message.mutable_channel();
  if (message.kind() == v1::INTERACTION_KIND_CHANNEL_MOVE) {
    message.mutable_moved_to();
  } else {
    message.clear_moved_to();
  }
  const auto all_labels = message.label_scores();
  message.clear_label_scores();
  for (const v1::LabelScore& label : all_labels) {
    if (signal_numbered(label.signal()) && message.label_scores_size() < kSignalCount) *message.add_label_scores() = label;
  }
  return message;
}

/// What the generated class says otherwise of bytes that are read; empty where it agrees, or where they are refused.
inline std::string disagreement(std::string_view bytes) {
  Interaction read;
  if (!read_interaction(bytes, read)) return {};
  v1::Interaction message;
  if (!message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) return "the generated class refuses what was read";
  std::string buffer;
  v1::Interaction again;
  if (!again.ParseFromString(std::string(write_interaction(read, buffer)))) return "the generated class refuses what was written";
  const v1::Interaction expected = as_written(message);
  if (again.SerializeAsString() == expected.SerializeAsString()) return {};
  return "read as\n" + again.DebugString() + "and by the generated class as\n" + expected.DebugString();
}

}  // namespace pairwatch::test
