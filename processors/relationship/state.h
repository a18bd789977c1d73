// What is remembered of two accounts, and how an interaction is merged into it.
//
// Everything but the last block of each struct is order-tolerant: a minimum, a maximum, a set bit, a count or a faded sum, so
// that the same interactions in any order give the same state (faded sums to within rounding). What is arrival memory - the
// recent event ids, what was told - says so.
//
// Bounds: every container has a fixed size; what no longer fits is dropped by a rule that does not look at the order of arrival
// (evidence, event ids: the least weighty of the rule set goes) and counted where the caller can see it. layout.h has the stored
// form, its size cap and what is dropped first there.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "processors/core/age.h"
#include "processors/core/decay.h"
#include "processors/core/interaction.h"
#include "processors/core/keys.h"
#include "processors/core/kinds.h"
#include "processors/core/rules.h"
#include "processors/core/signal.h"
#include "processors/core/time.h"

namespace pairwatch::relationship {

inline constexpr std::array<Side, 2> kBothSides = {Side::kFirst, Side::kSecond};

/// Position of a side, kind, stage and so on in an array.
template <typename Enum>
constexpr std::size_t index(Enum value) {
  return static_cast<std::size_t>(value);
}

/// What is counted of each side. The numbers are positions in the stored form.
enum class Count : std::uint8_t {
  kMessages = 0,
  kMedia = 1,  ///< messages with something attached: counted among the messages too
  kGifts = 2,
  kCalls = 3,
  kContactRequests = 4,
  kContactAccepts = 5,
  kContactRemoves = 6,
  kBlocks = 7,
  kReports = 8,
  kChannelMoves = 9,
};
inline constexpr std::size_t kCountKinds = 10;

/// Half-lives of the faded message counts. Part of the stored form: another one needs another version of it.
inline constexpr std::array<Duration, 4> kRateHalfLives = {hours(1), days(1), days(14), days(14)};
inline constexpr std::size_t kRateOfHour = 0;
inline constexpr std::size_t kRateOfDay = 1;
inline constexpr std::size_t kRateOfFortnight = 2;
inline constexpr std::size_t kRateOfNights = 3;  ///< of a fortnight's messages, those at night where the other lives

inline constexpr std::size_t kEventHashLimit = 64;
inline constexpr std::size_t kRingLimit = 16;
inline constexpr std::size_t kChannelLimit = 4;
inline constexpr std::size_t kCurrencyLimit = 4;
inline constexpr std::size_t kEvidenceLimit = 24;
inline constexpr std::size_t kEventIdLimit = 8;
inline constexpr std::size_t kShortIdBytes = 36;
inline constexpr std::size_t kCurrencyBytes = 16;
/// A log-odds below any that a rule set can make: nothing was told.
inline constexpr double kNothingTold = -1024;

/// Rounds to 28 bits of fraction (relative error below 2e-9), which are stored in 5 bytes without loss: so a pair that was stored
/// and read again decides exactly as one that stayed in memory.
double quantise(double value);

/// An id of up to 36 bytes, such as a UUID; a longer one is not kept (size 0).
struct ShortId {
  std::uint8_t size = 0;
  bool is_uuid = false;  ///< in lower case with dashes: 16 bytes when stored
  std::array<char, kShortIdBytes> bytes{};

  void assign(std::string_view id);
  std::string_view view() const { return {bytes.data(), size}; }
};

/// Whether an id is a UUID in lower case with dashes.
bool is_lower_case_uuid(std::string_view id);

/// Faded counts of a side's messages, all as of its last one.
struct Rates {
  std::array<double, kRateHalfLives.size()> values{};
  EventTime at = kNever;  ///< the last message; kNever: there was none

  void add(EventTime when, bool at_night);
};

/// What escalation has been told of one direction. Arrival memory.
struct Told {
  double lowest_log_odds = kNothingTold;  ///< the lowest since the last telling, from which a rise is measured
  std::uint64_t signals = 0;              ///< signal_bit of each that was part of a telling
  std::uint64_t derived_seen = 0;         ///< signal_bit of each derived signal that has held
  std::uint8_t stages = 0;                ///< bit n: stage n
  std::uint8_t direct_rules = 0;          ///< direct_bit of each
  std::uint8_t facts = 0;                 ///< fact_bit of each that was told
  std::uint8_t activity_level = 0;        ///< highest n for which 2^n interactions were told; 0: none yet
};

/// The days (of UTC) on which something happened, as far as the newest of them and the 63 before it: in any order the same.
struct DayMarks {
  std::uint16_t newest = 0;  ///< days since 1970; 0: none
  std::uint64_t days = 0;    ///< bit n: n days before `newest`

  void mark(EventTime at);
  /// The days as bits before `base`, which is no earlier than `newest`.
  std::uint64_t before(std::uint16_t base) const {
    const unsigned distance = base - newest;
    return distance < 64 ? days << distance : 0;
  }
};
constexpr std::uint16_t day_of(EventTime at) { return static_cast<std::uint16_t>(at.ms / days(1).ms); }

/// What is remembered by day.
enum class Marked : std::uint8_t {
  kGave = 0,        ///< a gift
  kAskedImage = 1,  ///< showed image_request, as the rules judge it
  kSentImage = 2,   ///< an image or video, in a private place
};
inline constexpr std::size_t kMarkedKinds = 3;

/// A bit for each known band, by the account's own word or checked; 0 for an unknown one.
constexpr std::uint8_t age_bit(AgeBand band, bool is_assured) {
  if (band == AgeBand::kUnknown) return 0;
  return static_cast<std::uint8_t>(1U << (index(band) - 1 + (is_assured ? 4 : 0)));
}
constexpr bool is_assured(AgeAssurance assurance) {
  return assurance == AgeAssurance::kEstimated || assurance == AgeAssurance::kVerified;
}

/// One side: who it is and what it did towards the other. What is said of a direction is kept at the side that acts.
struct SideState {
  std::array<std::uint32_t, kCountKinds> counts{};
  EventTime first_at = kNever;  ///< of its interactions; kNever: there was none
  EventTime last_at = kNever;
  EventTime first_request_at = kNever;  ///< of its contact requests
  EventTime last_wanted_at = kNever;    ///< the newest request or acceptance: it wants the contact
  EventTime last_reached_at = kNever;   ///< the newest that reaches out, see reached_out()
  EventTime first_refused_at = kNever;  ///< of its blocks and removals
  EventTime last_refused_at = kNever;
  EventTime ephemeral_at = kNever;  ///< first where messages disappear, or moved there
  Rates rates;

  AgeBand age_band = AgeBand::kUnknown;
  AgeAssurance age_assurance = AgeAssurance::kUnknown;
  bool heightened_vulnerability = false;
  EventTime ages_at = kNever;     ///< of the event that said so: the newest, of equal ones the youngest
  std::uint8_t ages_seen = 0;     ///< age_bit of each age that an event said
  std::uint16_t created_day = 0;  ///< when the account was made, days since 1970, the earliest that was said; 0: unknown

  std::array<EventTime, kChannelKindCount> ladder{};  ///< when it first used each kind of channel with the other
  std::array<EventTime, kStageCount> stages{};        ///< when it first reached each stage towards the other

  std::array<DayMarks, kMarkedKinds> marks;  ///< by Marked

  Told told;

  std::uint32_t count(Count what) const { return counts[index(what)]; }
  /// All its interactions.
  std::uint32_t sent() const;
  /// Those that reach out to the other: not an acceptance, a removal, a block or a report.
  std::uint32_t reached_out() const;
  AgeClass age() const { return age_class(age_band, age_assurance); }
  DayMarks& marked(Marked what) { return marks[index(what)]; }
  const DayMarks& marked(Marked what) const { return marks[index(what)]; }
};

/// One of the pair's recent interactions.
struct Moment {
  EventTime at;
  std::uint64_t signals = 0;  ///< signal_bit of each that it fired
  InteractionKind kind = InteractionKind::kNone;
  Side actor = Side::kFirst;

  friend constexpr auto operator<=>(const Moment&, const Moment&) = default;
};

/// A place where the two met. Places with ids that are too long are one place for each kind.
struct ChannelSeenAt {
  ShortId id;
  ChannelKind kind = ChannelKind::kUnknown;
  EventTime first_at;
  EventTime last_at;
};

/// Gifts in one currency, one way. Values in the smallest unit.
struct GiftLine {
  std::uint32_t count = 0;
  std::int64_t sum = 0;  ///< stays at the largest number that fits
  std::int64_t first_value = 0;
  std::int64_t latest_value = 0;
  std::int64_t largest_value = 0;
  EventTime first_at = kNever;
  EventTime latest_at = kNever;
  EventTime largest_at = kNever;  ///< of equal ones the first

  void add(std::int64_t value, EventTime when);
};

/// One currency, both ways.
struct GiftsInCurrency {
  std::uint8_t name_size = 0;
  std::array<char, kCurrencyBytes> name{};
  std::array<GiftLine, 2> from{};  ///< by giving side

  std::string_view currency() const { return {name.data(), name_size}; }
  std::uint32_t count() const;
};

/// What was seen of one signal in one direction.
struct Evidence {
  EventTime first_at;
  DecayedSum strength;    ///< its `at` is when the signal was last seen
  SourcePosition source;  ///< of the first
  std::uint32_t count = 0;
  std::uint16_t first_hash = 0;  ///< low bits of event_hash_of the first: of two at the same time the smaller is the first
  std::int8_t id_slot = -1;      ///< position in PairState::event_ids, -1: not among the weightiest
};

/// The number of contacts in common, as an event said it.
struct MutualContacts {
  bool known = false;
  std::uint32_t count = 0;
  EventTime at = kNever;
  bool all_recent = false;  ///< all of them, at least one, are recent contacts of the one who acted
};

struct PairState {
  EventTime first_at = kNever;   ///< first contact: the first interaction of any kind; kNever: there was none
  EventTime last_at = kNever;    ///< the newest interaction: "now" for everything that is decided
  std::uint32_t first_hash = 0;  ///< of the first one's event id: of two at the same time the smaller is the first
  Side started_by = Side::kFirst;

  EventTime lasting_at = kNever;  ///< first in a known place where messages stay

  std::array<SideState, 2> sides;  ///< by Side

  MutualContacts mutual_first;                                    ///< the earliest that is known: whether they were strangers
  MutualContacts mutual_newest;                                   ///< the newest that is known
  TrustedRelationKind trusted_kind = TrustedRelationKind::kNone;  ///< as the newest event that named one said
  EventTime trusted_until = kNever;                               ///< kLatestEventTime: does not expire
  EventTime trusted_at = kNever;                                  ///< when it was said

  std::array<std::uint64_t, 2> evidence_masks{};  ///< signal_bit of each signal with evidence, by acting side
  std::array<Evidence, kEvidenceLimit> evidence;  ///< those of the first side by number of the signal, then the second side's
  std::uint8_t evidence_count = 0;
  std::uint8_t event_ids_used = 0;  ///< bit n: event_ids[n] belongs to an evidence
  std::array<ShortId, kEventIdLimit> event_ids;

  std::array<Moment, kRingLimit> ring;  ///< oldest first; none older than the newest by more than max_lateness
  std::uint8_t ring_count = 0;
  std::array<ChannelSeenAt, kChannelLimit> channels;  ///< by id, then kind
  std::uint8_t channel_count = 0;
  std::array<GiftsInCurrency, kCurrencyLimit> gifts;  ///< by name
  std::uint8_t currency_count = 0;

  /// The low 32 bits of hash64 of the last event ids, a circle. Arrival memory.
  std::array<std::uint32_t, kEventHashLimit> event_hashes{};
  std::uint8_t event_hash_count = 0;
  std::uint8_t event_hash_next = 0;

  bool is_new() const { return first_at == kNever; }
  SideState& side(Side which) { return sides[index(which)]; }
  const SideState& side(Side which) const { return sides[index(which)]; }
  bool has_seen(std::uint32_t event_hash) const;
  /// What was seen of a signal from one side towards the other, or nullptr.
  const Evidence* evidence_of(Side actor, Signal signal) const;
  /// Whether a trusted relation holds as of the newest interaction.
  bool is_trusted() const { return trusted_kind != TrustedRelationKind::kNone && last_at < trusted_until; }
  /// No contact in common known when they met: a stranger, as far as anybody knows.
  bool strangers_at_first(std::uint32_t max_mutual_contacts) const {
    return !mutual_first.known || mutual_first.count <= max_mutual_contacts;
  }
};

/// Where two accounts are by themselves. A place of unknown kind is none.
constexpr bool is_private(ChannelKind kind) { return kind >= ChannelKind::kDirect; }
/// An image or video.
constexpr bool is_picture(MediaKind media) { return media == MediaKind::kImage || media == MediaKind::kVideo; }

/// The form in which an event's id is remembered.
std::uint32_t event_hash_of(std::string_view event_id);

/// The stage that a signal's evidence reaches, or kNone for a signal of no known number.
Stage stage_of(Signal signal);

/// Merges everything that does not depend on rules. `actor` is the side of interaction.actor. Returns how many things were
/// dropped for want of room (a fifth currency). `at_night`: it is night where the target lives.
std::uint32_t remember(PairState& state, const Interaction& interaction, Side actor, std::uint32_t event_hash, bool at_night);

/// Merges one sight of a signal from `actor` towards the other. Returns how many evidences were dropped for want of room.
std::uint32_t add_evidence(PairState& state, Side actor, Signal signal, double strength, const Interaction& interaction,
                           std::uint32_t event_hash, const SignalRules& rules);

/// Puts the interaction into the ring, unless it is older than the newest by more than `max_lateness`.
void add_to_ring(PairState& state, const Moment& moment, Duration max_lateness);

/// Drops the evidence at a position, with its event id.
void drop_evidence(PairState& state, std::size_t position);
/// The position of the evidence that weighs least in the rule set; there must be one.
std::size_t least_weighty_evidence(const PairState& state, const SignalRules& rules);
/// Drops the id of the least weighty evidence that has one; false where none has.
bool drop_least_weighty_event_id(PairState& state, const SignalRules& rules);
/// Drops the currency with the fewest gifts, of equal ones the last by name.
void drop_smallest_currency(PairState& state);
/// Drops the channel that was not seen for the longest time.
void drop_oldest_channel(PairState& state);

}  // namespace pairwatch::relationship
