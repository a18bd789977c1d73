// What the files of the signals share: the functions that the table in signals.cc names. Only they include this.
#pragma once

#include "processors/core/decay.h"
#include "processors/relationship/signals.h"

namespace pairwatch::relationship {

/// 1 where the words of the message speak for the signal, else the classifier's score where it is high enough, else 0.
double words_or_label(const Interaction& interaction, Signal signal, const RelationshipRules& rules);

/// What is left by now of a strength that held at `since`, by the half-life of the signal.
inline double faded(double strength, EventTime since, const Direction& direction, const SignalRule& rule) {
  return strength * decay(direction.now() - since, rule.half_life);
}

// Who reaches out to whom, and how much: signals_contact.cc
Reading read_stranger_contact(const Direction& direction, const RelationshipRules& rules);
Reading read_friend_of_friend_contact(const Direction& direction, const RelationshipRules& rules);
Reading read_message_burst(const Direction& direction, const RelationshipRules& rules);
Reading read_attention_ramp(const Direction& direction, const RelationshipRules& rules);
Reading read_recontact_after_block(const Direction& direction, const RelationshipRules& rules);

// Who the account is: signals_account.cc
Reading read_new_account(const Direction& direction, const RelationshipRules& rules);
Reading read_age_inconsistency(const Direction& direction, const RelationshipRules& rules);
double observe_prior_confirmed(const Interaction& interaction, const RelationshipRules& rules);
double observe_shared_indicator(const Interaction& interaction, const RelationshipRules& rules);
Reading read_prior_confirmed(const Direction& direction, const RelationshipRules& rules);
Reading read_shared_indicator(const Direction& direction, const RelationshipRules& rules);

// Where: signals_channel.cc
double observe_move_to_private(const Interaction& interaction, const RelationshipRules& rules);
double observe_image_sent(const Interaction& interaction, const RelationshipRules& rules);
double observe_video_call(const Interaction& interaction, const RelationshipRules& rules);
Reading read_image_sent(const Direction& direction, const RelationshipRules& rules);
Reading read_video_call(const Direction& direction, const RelationshipRules& rules);
Reading read_ephemeral_channel(const Direction& direction, const RelationshipRules& rules);
Reading read_public_to_private_origin(const Direction& direction, const RelationshipRules& rules);

// What is given and taken: signals_gift.cc
double observe_gift(const Interaction& interaction, const RelationshipRules& rules);
Reading read_gift(const Direction& direction, const RelationshipRules& rules);
Reading read_gift_escalation(const Direction& direction, const RelationshipRules& rules);
Reading read_payment_for_images(const Direction& direction, const RelationshipRules& rules);
Reading read_blackmail_money(const Direction& direction, const RelationshipRules& rules);

}  // namespace pairwatch::relationship
