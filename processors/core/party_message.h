// A party as a message of its own: pairwatch.v1.Party, which rooms put into what they tell (generated classes stay out of core, so
// the message is a template parameter).
#pragma once

#include "processors/core/interaction.h"

namespace pairwatch {

/// Writes every field, so that nothing of the last one stays.
template <typename Message>
void write_party(const Party& party, Message& out) {
  out.mutable_account_id()->assign(party.id.value);
  out.set_age_band(static_cast<decltype(out.age_band())>(party.age_band));
  out.set_age_assurance(static_cast<decltype(out.age_assurance())>(party.age_assurance));
  out.clear_created_at_ms();
  out.clear_device();
  out.clear_utc_offset_minutes();
  if (party.created_at != kNever) out.set_created_at_ms(party.created_at.ms);
  if (party.device != 0) out.set_device(party.device);
  if (party.utc_offset_minutes) out.set_utc_offset_minutes(*party.utc_offset_minutes);
  out.set_heightened_vulnerability(party.heightened_vulnerability);
}

}  // namespace pairwatch
