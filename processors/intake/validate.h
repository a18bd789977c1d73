// What becomes of an event, as pure checks in a fixed order:
//
//   ids and time  ->  (no target)  ->  gate  ->  everything else
//
// The gate comes early because most traffic ends there: a gated event is gated whatever else its payload holds. Each check
// names the first thing that is wrong, in the order of the schema; none allocates.
#pragma once

#include <optional>

#include "processors/core/age.h"
#include "processors/core/event_view.h"
#include "processors/core/reject.h"
#include "processors/core/tally.h"
#include "processors/core/time.h"
#include "processors/intake/config.h"

namespace pairwatch::intake {

/// What becomes of an event: kForwarded, kGated, kNoTarget, kAccountChange, or kDeadLetter with its reason.
struct Judgement {
  Outcome outcome;
  std::optional<Reject> reject;  ///< set for kDeadLetter only
};

/// All checks, in order. `record_timestamp_ms`: 0 where the record has none. `event` has been decoded, so its strings are UTF-8.
Judgement judge(const EventView& event, const IntakeConfig& config, std::int64_t record_timestamp_ms);

/// event_id, account ids and tenant: present, at most 256 bytes (a tenant: 64), no control characters, two different accounts.
std::optional<Reject> problem_of_ids(const EventView& event);

/// occurred_at: present, a valid timestamp from 2000 to 2100, not further ahead of the record than `max_future_skew`.
std::optional<Reject> problem_of_time(const TimestampView& occurred_at, std::int64_t record_timestamp_ms, Duration max_future_skew);

/// What the gate reads: the age bands, and the assurance of those that are minors.
std::optional<Reject> problem_of_ages(const EventView& event);

/// Everything else: what its field cannot hold (EventView::misfit), the remaining enumerators, lengths, ranges, and whether it says
/// what was done.
std::optional<Reject> problem_of_rest(const EventView& event);

/// The class of an account whose enumerators are known.
AgeClass age_class_of(const AccountView& account);

/// Milliseconds of a timestamp that problem_of_time has passed; finer parts are cut off.
EventTime event_time(const TimestampView& time);

/// When an account was made; nullopt where it is unknown or outside 2000 to 2100, which tells no account's age.
std::optional<EventTime> creation_time(const AccountView& account);

/// When a trusted relation ends; nullopt where it does not. No event lies outside 2000 to 2100, so "year 9999" says the same
/// as 2100 and "1970" the same as 2000.
std::optional<EventTime> expiry_time(const TrustedRelationView& relation);

}  // namespace pairwatch::intake
