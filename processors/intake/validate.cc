#include "processors/intake/validate.h"

#include <algorithm>
#include <string_view>

#include "processors/core/timestamp.h"
#include "processors/core/utf8.h"

namespace pairwatch::intake {
namespace {

using Problem = std::optional<Reject>;

constexpr std::size_t kIdBytes = 256;
constexpr std::size_t kTenantBytes = 64;
constexpr std::size_t kDeviceHashBytes = 64;
constexpr std::size_t kLanguageBytes = 35;
constexpr std::size_t kLabelBytes = 64;
constexpr std::size_t kTextBytes = 64 << 10;
constexpr std::size_t kItemBytes = 256;
constexpr std::size_t kCurrencyBytes = 16;
constexpr std::size_t kCategoryBytes = 256;
constexpr std::int32_t kLeastUtcOffsetMinutes = -720;
constexpr std::int32_t kMostUtcOffsetMinutes = 840;
constexpr std::int64_t kMostCallSeconds = 366 * 86'400;
constexpr std::int32_t kNanosInSecond = 1'000'000'000;

// google.protobuf.Timestamp: years 1 to 9999.
constexpr std::int64_t kLeastTimestampSeconds = -62'135'596'800;
constexpr std::int64_t kMostTimestampSeconds = 253'402'300'799;

/// Whether it is one of this version.
template <typename Enum>
bool is_known(std::int32_t enumerator, Enum last) {
  return enumerator >= 0 && enumerator <= static_cast<std::int32_t>(last);
}

bool is_valid_timestamp(const TimestampView& time) {
  return time.seconds >= kLeastTimestampSeconds && time.seconds <= kMostTimestampSeconds && time.nanos >= 0 &&
         time.nanos < kNanosInSecond;
}

EventTime milliseconds_of(const TimestampView& time) { return {time.seconds * 1000 + time.nanos / 1'000'000}; }

Problem problem_of_id(std::string_view id, std::size_t most_bytes) {
  if (id.size() > most_bytes) return Reject::kIdTooLong;
  if (has_control_character(id)) return Reject::kControlCharacterInId;
  return std::nullopt;
}

Problem problem_of_account_ages(const AccountView& account) {
  if (!is_known(account.age_band, kLastAgeBand)) return Reject::kUnknownEnumerator;
  // The gate does not ask how an adult's age is known.
  if (is_minor(static_cast<AgeBand>(account.age_band)) && !is_known(account.age_assurance, kLastAgeAssurance)) {
    return Reject::kUnknownEnumerator;
  }
  return std::nullopt;
}

Problem problem_of_account(const AccountView& account) {
  if (!is_known(account.age_band, kLastAgeBand)) return Reject::kUnknownEnumerator;
  if (!is_known(account.age_assurance, kLastAgeAssurance)) return Reject::kUnknownEnumerator;
  if (account.created_at.present && !is_valid_timestamp(account.created_at)) return Reject::kTimeOutOfBounds;
  if (account.device_hash.size() > kDeviceHashBytes) return Reject::kFieldTooLong;
  if (account.utc_offset_minutes &&
      (*account.utc_offset_minutes < kLeastUtcOffsetMinutes || *account.utc_offset_minutes > kMostUtcOffsetMinutes)) {
    return Reject::kNumberOutOfRange;
  }
  return std::nullopt;
}

Problem problem_of_channel(const ChannelView& channel) {
  if (const Problem problem = problem_of_id(channel.channel_id, kIdBytes)) return problem;
  if (!is_known(channel.kind, kLastChannelKind)) return Reject::kUnknownEnumerator;
  return std::nullopt;
}

Problem problem_of_trusted_relation(const TrustedRelationView& relation) {
  if (!is_known(relation.kind, kLastTrustedRelationKind)) return Reject::kUnknownEnumerator;
  if (relation.expires_at.present && !is_valid_timestamp(relation.expires_at)) return Reject::kTimeOutOfBounds;
  return std::nullopt;
}

Problem problem_of_message(const MessageView& message) {
  if (message.text.size() > kTextBytes) return Reject::kTextTooLong;
  if (message.language.size() > kLanguageBytes) return Reject::kFieldTooLong;
  if (!is_known(message.media, kLastMediaKind)) return Reject::kUnknownEnumerator;
  if (message.label_count > kLabelScoreLimit) return Reject::kTooManyLabels;
  for (const LabelScoreView& score : message.label_scores()) {
    if (score.label.size() > kLabelBytes) return Reject::kFieldTooLong;
    if (!(score.score >= 0 && score.score <= 1)) return Reject::kScoreOutOfRange;  // so that NaN fails too
  }
  return std::nullopt;
}

Problem problem_of_gift(const GiftView& gift) {
  if (gift.item_id.size() > kItemBytes) return Reject::kFieldTooLong;
  if (!is_known(gift.kind, kLastGiftKind)) return Reject::kUnknownEnumerator;
  if (gift.value_minor < 0) return Reject::kNegativeValue;
  if (gift.currency.size() > kCurrencyBytes) return Reject::kFieldTooLong;
  return std::nullopt;
}

Problem problem_of_channel_move(const ChannelMoveView& move) {
  if (const Problem problem = problem_of_channel(move.from)) return problem;
  return problem_of_channel(move.to);
}

Problem problem_of_call(const CallView& call) {
  if (!is_known(call.kind, kLastCallKind)) return Reject::kUnknownEnumerator;
  if (call.duration_seconds < 0 || call.duration_nanos < 0) return Reject::kNegativeValue;
  if (call.duration_seconds > kMostCallSeconds || call.duration_nanos >= kNanosInSecond) return Reject::kNumberOutOfRange;
  return std::nullopt;
}

Problem problem_of_profile_change(const ProfileChangeView& change) {
  if (!is_known(change.previous_age_band, kLastAgeBand)) return Reject::kUnknownEnumerator;
  if (!is_known(change.previous_age_assurance, kLastAgeAssurance)) return Reject::kUnknownEnumerator;
  return std::nullopt;
}

Problem problem_of_what_was_done(const EventView& event) {
  switch (event.kind) {
    case InteractionKind::kNone: return Reject::kMissingPayload;
    case InteractionKind::kMessage: return problem_of_message(event.message);
    case InteractionKind::kContactRequest:
    case InteractionKind::kContactAccept:
    case InteractionKind::kContactRemove:
    case InteractionKind::kBlock: return std::nullopt;
    case InteractionKind::kGift: return problem_of_gift(event.gift);
    case InteractionKind::kChannelMove: return problem_of_channel_move(event.channel_move);
    case InteractionKind::kCall: return problem_of_call(event.call);
    case InteractionKind::kProfileChange: return problem_of_profile_change(event.profile_change);
    case InteractionKind::kReport:
      return event.report_category.size() > kCategoryBytes ? Problem(Reject::kFieldTooLong) : std::nullopt;
  }
  return Reject::kMissingPayload;
}

Judgement dead_letter(Reject reason) { return {Outcome::kDeadLetter, reason}; }

}  // namespace

Judgement judge(const EventView& event, const IntakeConfig& config, std::int64_t record_timestamp_ms) {
  if (const Problem problem = problem_of_ids(event)) return dead_letter(*problem);
  if (const Problem problem = problem_of_time(event.occurred_at, record_timestamp_ms, config.max_future_skew)) {
    return dead_letter(*problem);
  }
  if (event.kind == InteractionKind::kProfileChange) {
    if (const Problem problem = problem_of_rest(event)) return dead_letter(*problem);
    return {Outcome::kAccountChange, std::nullopt};
  }
  if (!event.target.present) return {Outcome::kNoTarget, std::nullopt};

  if (const Problem problem = problem_of_ages(event)) return dead_letter(*problem);
  if (!config.gate.passes(age_class_of(event.actor), age_class_of(event.target))) return {Outcome::kGated, std::nullopt};

  if (const Problem problem = problem_of_rest(event)) return dead_letter(*problem);
  return {Outcome::kForwarded, std::nullopt};
}

std::optional<Reject> problem_of_ids(const EventView& event) {
  if (event.event_id.empty()) return Reject::kMissingEventId;
  if (const Problem problem = problem_of_id(event.event_id, kIdBytes)) return problem;
  if (const Problem problem = problem_of_id(event.tenant, kTenantBytes)) return problem;
  if (event.actor.account_id.empty()) return Reject::kMissingActor;
  if (const Problem problem = problem_of_id(event.actor.account_id, kIdBytes)) return problem;
  if (!event.target.present) return std::nullopt;
  if (event.target.account_id.empty()) return Reject::kMissingTarget;
  if (const Problem problem = problem_of_id(event.target.account_id, kIdBytes)) return problem;
  if (event.actor.account_id == event.target.account_id) return Reject::kSelfInteraction;
  return std::nullopt;
}

std::optional<Reject> problem_of_time(const TimestampView& occurred_at, std::int64_t record_timestamp_ms,
                                      Duration max_future_skew) {
  if (!occurred_at.present) return Reject::kMissingTime;
  if (!is_valid_timestamp(occurred_at)) return Reject::kTimeOutOfBounds;
  const EventTime at = milliseconds_of(occurred_at);
  if (!is_event_time(at)) return Reject::kTimeOutOfBounds;
  if (record_timestamp_ms > 0 && at.ms - record_timestamp_ms > max_future_skew.ms) return Reject::kTimeInTheFuture;
  return std::nullopt;
}

std::optional<Reject> problem_of_ages(const EventView& event) {
  if (const Problem problem = problem_of_account_ages(event.actor)) return problem;
  return problem_of_account_ages(event.target);
}

std::optional<Reject> problem_of_rest(const EventView& event) {
  if (event.misfit) return event.misfit;
  if (const Problem problem = problem_of_account(event.actor)) return problem;
  if (const Problem problem = problem_of_account(event.target)) return problem;
  if (const Problem problem = problem_of_channel(event.channel)) return problem;
  if (const Problem problem = problem_of_trusted_relation(event.trusted_relation)) return problem;
  return problem_of_what_was_done(event);
}

AgeClass age_class_of(const AccountView& account) {
  return age_class(static_cast<AgeBand>(account.age_band), static_cast<AgeAssurance>(account.age_assurance));
}

EventTime event_time(const TimestampView& time) { return milliseconds_of(time); }

std::optional<EventTime> creation_time(const AccountView& account) {
  if (!account.created_at.present) return std::nullopt;
  const EventTime created = milliseconds_of(account.created_at);
  return is_event_time(created) ? std::optional(created) : std::nullopt;
}

std::optional<EventTime> expiry_time(const TrustedRelationView& relation) {
  if (!relation.expires_at.present) return std::nullopt;
  return std::clamp(milliseconds_of(relation.expires_at), kEarliestEventTime, kLatestEventTime);
}

}  // namespace pairwatch::intake
