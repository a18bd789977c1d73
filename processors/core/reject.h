// Why a record cannot be used: a closed list, each with words that say what to do. A live run writes a dead letter, a replay
// prints the line's number and the words.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace pairwatch {

enum class Reject : std::uint8_t {
  kUnrecognisedEncoding,
  kMalformedProtobuf,
  kMalformedJson,
  kNestingTooDeep,
  kInvalidUtf8,
  kUnknownEnumerator,
  kNumberOutOfRange,
  kMissingEventId,
  kMissingActor,
  kMissingTarget,
  kMissingTime,
  kMissingPayload,
  kIdTooLong,
  kControlCharacterInId,
  kSelfInteraction,
  kTimeOutOfBounds,
  kTimeInTheFuture,
  kTextTooLong,
  kFieldTooLong,
  kTooManyLabels,
  kScoreOutOfRange,
  kNegativeValue,
  kRecordTooLarge,
  kMalformedInternalRecord,
  kCrashed,
  kUnknownCase,
  kMissingVerdict,
};
inline constexpr int kRejectCount = 27;

/// The value of the metric label and of the header `__pairwatch.errors.reason`, for instance `malformed_json`.
std::string_view reject_name(Reject reject);

/// One sentence: what is wrong and what to do. Never holds anything of the record.
std::string_view reject_message(Reject reject);

/// All of them, in order.
std::array<Reject, kRejectCount> all_rejects();

}  // namespace pairwatch
