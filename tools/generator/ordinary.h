// Ordinary traffic: many pairs, a power law over how much each says, most of them adults among themselves. Of a thousand events
// 920 are messages, 30 contact events, 20 gifts, 20 channel moves and 10 calls.
#pragma once

#include <string>
#include <vector>

#include "tools/generator/account.h"
#include "tools/generator/options.h"
#include "tools/generator/power_law.h"
#include "tools/generator/stream.h"

namespace pairwatch::generator {

/// What kind of relation an ordinary pair has.
enum class Relation : std::uint8_t {
  kAdults,        ///< both adults: ends at the gate
  kPeers,         ///< two minors with friends in common
  kFamily,        ///< trusted
  kTeacher,       ///< trusted
  kAcquaintance,  ///< an adult and a minor with contacts in common
  kUnknownMinor,  ///< an unknown age and a minor
  kUnknownAdult,  ///< an unknown age and an adult
};

/// One ordinary pair; it follows from the seed and its number.
struct Pair {
  Relation relation = Relation::kAdults;
  std::uint64_t first = 0;  ///< account numbers
  std::uint64_t second = 0;
  Age first_age;
  Age second_age;
  std::uint32_t mutual_contacts = 0;
  v1::ChannelKind channel = v1::CHANNEL_KIND_DIRECT;
};

class Ordinary final : public Stream {
 public:
  explicit Ordinary(const Options& options);

  std::optional<EventTime> next_time() override;
  void take_next(std::string_view event_id, v1::InteractionEvent& event) override;

  /// `number` counts from 0, the pair that says most first.
  Pair pair(std::uint32_t number) const;

 private:
  /// How far two accounts have come as contacts.
  enum class Contact : std::uint8_t { kNone, kRequested, kAccepted };

  void schedule();
  void write_message(v1::InteractionEvent& event);
  void write_contact(std::uint32_t number, v1::InteractionEvent& event);
  void write_gift(v1::InteractionEvent& event);
  void write_move(std::uint32_t number, const Pair& pair, v1::InteractionEvent& event);
  void write_call(const Pair& pair, v1::InteractionEvent& event);
  std::uint32_t pair_for_contact_event();
  void write_sides(std::uint32_t number, const Pair& pair, bool first_acts, v1::InteractionEvent& event);

  Options options_;
  double passing_share_;
  PowerLaw power_law_;
  std::vector<Contact> contacts_;  ///< of each pair
  Random random_;
  std::uint64_t made_ = 0;
  std::optional<EventTime> next_time_;
};

}  // namespace pairwatch::generator
