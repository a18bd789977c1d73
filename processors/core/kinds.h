// Kinds of things that happen, and where. Numbers as in proto/pairwatch/v1/{event,interaction}.proto; a test compares them.
#pragma once

#include <cstdint>
#include <string_view>

namespace pairwatch {

/// What was done; the numbers of InteractionEvent.what.
enum class InteractionKind : std::uint8_t {
  kNone = 0,
  kMessage = 10,
  kContactRequest = 11,
  kContactAccept = 12,
  kContactRemove = 13,
  kGift = 14,
  kChannelMove = 15,
  kCall = 16,
  kProfileChange = 17,
  kBlock = 18,
  kReport = 19,
};

/// From the most public to the most private: the ladder of move_to_private.
enum class ChannelKind : std::uint8_t {
  kUnknown = 0,
  kPublicRoom = 1,
  kGroup = 2,
  kDirect = 3,
  kVoice = 4,
  kVideo = 5,
  kExternal = 6,
};
inline constexpr int kChannelKindCount = 7;
inline constexpr ChannelKind kLastChannelKind = ChannelKind::kExternal;

enum class MediaKind : std::uint8_t { kNone = 0, kImage = 1, kVideo = 2, kAudio = 3, kFile = 4, kSticker = 5 };
inline constexpr MediaKind kLastMediaKind = MediaKind::kSticker;

enum class GiftKind : std::uint8_t { kUnknown = 0, kItem = 1, kCurrency = 2, kSubscription = 3 };
inline constexpr GiftKind kLastGiftKind = GiftKind::kSubscription;

enum class CallKind : std::uint8_t { kUnknown = 0, kVoice = 1, kVideo = 2 };
inline constexpr CallKind kLastCallKind = CallKind::kVideo;

enum class TrustedRelationKind : std::uint8_t { kNone = 0, kFamily = 1, kGuardian = 2, kTeacher = 3, kStaff = 4 };
inline constexpr TrustedRelationKind kLastTrustedRelationKind = TrustedRelationKind::kStaff;

enum class FactKind : std::uint8_t {
  kFirstContact = 1,
  kFirstReply = 2,
  kAccepted = 3,
  kRefused = 4,
  kBlocked = 5,
  kReported = 6,
  kActivityDoubled = 7,
  kFirstText = 8,
};

/// What is URGENT by its kind, whatever the score. The numbers are bits of pairwatch.v1.Risk.direct_rules.
enum class DirectRule : std::uint8_t { kBlackmail = 0, kMeetup = 1 };
inline constexpr int kDirectRuleCount = 2;
constexpr std::uint8_t direct_bit(DirectRule rule) { return static_cast<std::uint8_t>(1U << static_cast<unsigned>(rule)); }

/// Numbers as in pairwatch.v1.Severity, .EscalationStatus, .EscalationReason and .SubjectKind.
enum class Severity : std::uint8_t { kNone = 0, kWatch = 1, kReview = 2, kUrgent = 3 };
enum class EscalationStatus : std::uint8_t { kOpened = 1, kRaised = 2, kUpdated = 3, kStoodDown = 4 };
enum class EscalationReason : std::uint8_t { kNone = 0, kDecay = 1, kDecision = 2, kExpired = 3 };
enum class SubjectKind : std::uint8_t { kPair = 1, kActor = 2, kTarget = 3 };

/// What a moderator concluded; numbers as in pairwatch.v1.Verdict.
enum class Verdict : std::uint8_t { kConfirmed = 1, kDismissed = 2, kNeedsMore = 3 };
inline constexpr int kVerdictCount = 4;
std::string_view verdict_name(Verdict verdict);

/// As metric labels and summaries name them, for instance `stood_down`.
std::string_view severity_name(Severity severity);
std::string_view status_name(EscalationStatus status);
std::string_view subject_name(SubjectKind subject);

}  // namespace pairwatch
