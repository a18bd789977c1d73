// The rules by which relationship judges a pair. Defaults beside meaning and unit; config/rules/ ships the same.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "processors/core/age.h"
#include "processors/core/combination.h"
#include "processors/core/rules.h"
#include "processors/core/time.h"

namespace pairwatch::relationship {

/// Log-odds before any evidence, by verdict of the gate. -4.8 is a probability of 0.8 %.
struct Priors {
  double judged = -4.8;          ///< adult towards minor
  double judged_lower = -5.1;    ///< one age unknown
  double judged_lowest = -5.8;   ///< both ages unknown
  double judged_peer = -6.6;     ///< self-declared minor towards minor or unknown
  double judged_assured = -6.6;  ///< assured minor towards minor

  friend bool operator==(const Priors&, const Priors&) = default;
};

/// Protective: each takes its weight (log-odds, positive) off the risk.
struct ProtectiveRules {
  std::uint32_t many_mutual_contacts = 3;    ///< from this many contacts in common on ...
  double many_mutual_contacts_weight = 2.5;  ///< ... this much is taken off
  Duration long_history = days(90);          ///< a pair known this long ...
  std::uint32_t reciprocal_count = 50;       ///< ... with this many interactions each way ...
  double long_history_weight = 1.0;          ///< ... has this much taken off

  friend bool operator==(const ProtectiveRules&, const ProtectiveRules&) = default;
};

struct StrangerContactRule {
  std::uint32_t max_mutual_contacts = 0;  ///< a stranger has at most this many contacts in common; unknown counts as none known
  double unknown_mutual_strength = 0.5;   ///< strength where the number is unknown (1 where it is known)

  friend bool operator==(const StrangerContactRule&, const StrangerContactRule&) = default;
};

/// A stranger who has won the other's friends first.
struct FriendOfFriendRule {
  std::uint32_t most_mutual_contacts = 3;  ///< at most this many in common when they met, all of them recent contacts of the actor

  friend bool operator==(const FriendOfFriendRule&, const FriendOfFriendRule&) = default;
};

struct NewAccountRule {
  Duration account_is_new = days(14);  ///< at most this old at first contact, to the day

  friend bool operator==(const NewAccountRule&, const NewAccountRule&) = default;
};

struct PublicToPrivateRule {
  Duration within = days(1);  ///< from the first meeting, in a public room, to a private place

  friend bool operator==(const PublicToPrivateRule&, const PublicToPrivateRule&) = default;
};

/// Messages that become more from day to day and are not returned.
struct AttentionRampRule {
  Duration known_for = days(3);   ///< from then on a rise can be told from a beginning
  double messages_per_day = 20;   ///< faded count at half-life one day from which on it counts
  double rise = 3;                ///< the last day against what the last fortnight would give if it were even
  double one_sided_ratio = 3;     ///< at least this many times what comes back
  std::uint32_t night_from = 23;  ///< hour at the other's place, where its offset from UTC is known ...
  std::uint32_t night_until = 6;  ///< ... to this hour
  double night_share = 0.3;       ///< where this share of the messages came at night ...
  double night_strength = 1.5;    ///< ... the strength is this; else 1

  friend bool operator==(const AttentionRampRule&, const AttentionRampRule&) = default;
};

struct ImageSentRule {
  Duration contact_is_recent = days(30);  ///< an image from a contact older than this says nothing

  friend bool operator==(const ImageSentRule&, const ImageSentRule&) = default;
};

struct VideoCallRule {
  Duration contact_is_recent = days(30);  ///< a video call with a contact older than this says nothing

  friend bool operator==(const VideoCallRule&, const VideoCallRule&) = default;
};

/// Reached again after the other blocked or removed the account, unless the other asked for or accepted the contact since.
struct RecontactRule {
  Duration grace = minutes(1);     ///< what was on its way when the other refused
  double removed_strength = 0.5;   ///< where the contact was removed or refused, never blocked
  double answered_strength = 0.5;  ///< times this where the other has reached out since

  friend bool operator==(const RecontactRule&, const RecontactRule&) = default;
};

struct MessageBurstRule {
  Duration contact_is_new = days(14);  ///< a contact is new for this long
  double messages_per_day = 60;        ///< faded count at half-life one day from which on it is a burst: strength 1
  double most_strength = 2;            ///< twice the messages: strength 2

  friend bool operator==(const MessageBurstRule&, const MessageBurstRule&) = default;
};

struct GiftRule {
  Duration contact_is_recent = days(60);  ///< gifts from a contact younger than this count ...
  double one_sided_ratio = 3;             ///< ... and from an older one, where actor gave at least this many times what it got
  std::int64_t large_value_minor = 2000;  ///< a gift of this value counts twice

  friend bool operator==(const GiftRule&, const GiftRule&) = default;
};

struct GiftEscalationRule {
  std::uint32_t least_count = 3;  ///< gifts in one currency
  double growth = 2;              ///< latest against first, and largest against first

  friend bool operator==(const GiftEscalationRule&, const GiftEscalationRule&) = default;
};

/// One compliment is a kindness.
struct FlatteryRule {
  std::uint32_t least_count = 2;  ///< compliments from which on they count

  friend bool operator==(const FlatteryRule&, const FlatteryRule&) = default;
};

/// A gift, and the actor's request for an image or an image from the other in a private place: which came first does not matter.
struct PaymentForImagesRule {
  std::uint32_t days_apart = 1;        ///< days of UTC between the two; 0: on the same day
  double each_further_strength = 0.5;  ///< strength 1 for the first day on which it shows, this for each further

  friend bool operator==(const PaymentForImagesRule&, const PaymentForImagesRule&) = default;
};

/// Without words: a threat, after which the threatened one gives, where images were asked for or sent.
struct BlackmailRule {
  std::uint32_t days_after = 3;  ///< days of UTC from a threat to the gift

  friend bool operator==(const BlackmailRule&, const BlackmailRule&) = default;
};

/// Sexual content, an image request or a threat soon after the two first met: strength 1 from a stranger.
struct InstantSolicitationRule {
  Duration within = minutes(30);        ///< of the first contact of the two
  double known_contact_strength = 0.5;  ///< where the two are known to have had contacts in common when they met

  friend bool operator==(const InstantSolicitationRule&, const InstantSolicitationRule&) = default;
};

struct RapidStageProgressRule {
  Duration within = days(2);  ///< this many stages first reached within this time: strength 1
  std::uint32_t stages = 3;
  double most_strength = 2;  ///< each further stage adds a half

  friend bool operator==(const RapidStageProgressRule&, const RapidStageProgressRule&) = default;
};

/// Three stages are what any lively new acquaintance shows (a stranger, a personal question, a voice channel), so breadth begins
/// at four.
struct StageBreadthRule {
  std::uint32_t from_stages = 4;  ///< strength 1 at this many stages, one more for each further

  friend bool operator==(const StageBreadthRule&, const StageBreadthRule&) = default;
};

/// From what score on a label of the platform's classifier counts; its strength is the score.
struct LabelThresholds {
  double least_score = 0.7;

  friend bool operator==(const LabelThresholds&, const LabelThresholds&) = default;
};

/// What is URGENT by its kind, whatever the score.
struct DirectRules {
  /// Blackmail; where both may be minors, only beside a second sight of it or another sign, never on one text alone.
  bool blackmail = true;
  /// A meeting proposed by an adult or an account of unknown age that has no contacts in common; or has reached another stage than
  /// being a stranger and has fewer than `many_mutual_contacts` in common.
  bool meetup = true;
  double least_strength = 0.5;  ///< of what was seen, faded: what was said months ago is not urgent now

  friend bool operator==(const DirectRules&, const DirectRules&) = default;
};

/// When escalation is told: only where there is news.
struct NewsRule {
  double floor_log_odds = -3.0;  ///< below it nothing is told
  /// The same where a minor by its own word acts: escalation may find that it befriends many it does not know (peer_impersonation).
  double peer_floor_log_odds = -5.2;
  double step_log_odds = 0.3;  ///< a rise of this much above the lowest since the last telling is news; so is a new signal or stage
  /// A risk that lasts is told again with the first event of each such span of event time, so that nobody takes it for faded ...
  Duration renewal = days(7);
  double renewal_log_odds = -1.4;  ///< ... while it is at least this

  friend bool operator==(const NewsRule&, const NewsRule&) = default;
};

struct RelationshipRules {
  Gate gate;
  SignalRules signals;
  std::vector<Combination> combinations;  ///< by number; at most kCombinationLimit
  Priors priors;
  ProtectiveRules protective;
  StrangerContactRule stranger_contact;
  MessageBurstRule message_burst;
  GiftRule gift;
  GiftEscalationRule gift_escalation;
  FriendOfFriendRule friend_of_friend_contact;
  NewAccountRule new_account;
  PublicToPrivateRule public_to_private_origin;
  AttentionRampRule attention_ramp;
  ImageSentRule image_sent;
  VideoCallRule video_call;
  RecontactRule recontact_after_block;
  FlatteryRule flattery;
  PaymentForImagesRule payment_for_images;
  BlackmailRule blackmail_money;
  InstantSolicitationRule instant_solicitation;
  RapidStageProgressRule rapid_stage_progress;
  StageBreadthRule stage_breadth;
  LabelThresholds labels;
  DirectRules direct;
  NewsRule news;

  friend bool operator==(const RelationshipRules&, const RelationshipRules&) = default;
};

struct RelationshipConfig {
  RelationshipRules rules;
  /// The topic it reads, as told in the header `pairwatch-source`.
  std::string input_topic = "pairwatch.interactions";
  /// How far out of order events of a pair may come before features that look at the ring of recent ones skip them.
  Duration max_lateness = minutes(5);
  /// A pair is forgotten this long after its last event, in event time. Costs about 170 bytes for each live pair, at most 1,100.
  Duration time_to_live = days(180);
  /// Pairs kept decoded, for each task. Costs about 4 KiB each.
  std::size_t hot_entries = 4096;

  friend bool operator==(const RelationshipConfig&, const RelationshipConfig&) = default;
};

}  // namespace pairwatch::relationship
