// Signals of what is given and taken.
#include <algorithm>
#include <bit>

#include "processors/relationship/signals_parts.h"

namespace pairwatch::relationship {
namespace {

/// Days that are marked, as bits before a day.
struct Days {
  std::uint64_t bits = 0;
  std::uint16_t base = 0;

  std::uint32_t count() const { return static_cast<std::uint32_t>(std::popcount(bits)); }
  EventTime oldest() const { return start(63 - std::countl_zero(bits)); }
  EventTime newest() const { return start(std::countr_zero(bits)); }

 private:
  EventTime start(int before) const { return EventTime{days(base - before).ms}; }
};

/// The days of `given` on which, or within `days_apart` of which, `images` is marked too.
Days near_images(const DayMarks& given, const DayMarks& asked, const DayMarks& sent, std::uint32_t days_apart) {
  Days found{0, std::max({given.newest, asked.newest, sent.newest})};
  const std::uint64_t images = asked.before(found.base) | sent.before(found.base);
  std::uint64_t near = images;
  for (std::uint32_t apart = 1; apart <= days_apart; ++apart) near |= images << apart | images >> apart;
  found.bits = given.before(found.base) & near;
  return found;
}

/// What words said and what the state shows, as one.
Reading together(const Reading& said, const Reading& shown) {
  if (shown.strength <= 0) return said;
  if (said.strength <= 0) return shown;
  return {std::max(said.strength, shown.strength), said.count + shown.count, std::min(said.first_at, shown.first_at),
          std::max(said.last_at, shown.last_at), said.event_of};
}

Reading read_said(const Direction& direction, Signal signal, const RelationshipRules& rules) {
  if (direction.evidence == nullptr) return {};
  return read_evidence(*direction.evidence, signal, direction.now(), rules.signals.of(signal));
}

}  // namespace

double observe_gift(const Interaction& interaction, const RelationshipRules& rules) {
  if (interaction.kind != InteractionKind::kGift) return 0;
  return interaction.gift_value_minor >= rules.gift.large_value_minor ? 2 : 1;
}

/// Gifts weigh where the contact was recent at the last of them, or where they go one way.
Reading read_gift(const Direction& direction, const RelationshipRules& rules) {
  const Reading reading = read_evidence(*direction.evidence, Signal::kGift, direction.now(), rules.signals.of(Signal::kGift));
  const bool recent = reading.last_at - direction.state.first_at <= rules.gift.contact_is_recent;
  const double given = direction.from().count(Count::kGifts), got = direction.to().count(Count::kGifts);
  return recent || given >= rules.gift.one_sided_ratio * got ? reading : Reading{};
}

/// Gifts in one currency that grow and are not returned in it.
Reading read_gift_escalation(const Direction& direction, const RelationshipRules& rules) {
  const GiftEscalationRule& rule = rules.gift_escalation;
  Reading best;
  for (std::size_t i = 0; i < direction.state.currency_count; ++i) {
    const GiftLine& given = direction.state.gifts[i].from[index(direction.actor)];
    const GiftLine& got = direction.state.gifts[i].from[index(other(direction.actor))];
    if (given.count < rule.least_count || got.count > 0 || given.first_value <= 0) continue;
    const double first = static_cast<double>(given.first_value);
    if (static_cast<double>(given.latest_value) < rule.growth * first) continue;
    if (static_cast<double>(given.largest_value) < rule.growth * first) continue;
    const double strength = faded(1, given.latest_at, direction, rules.signals.of(Signal::kGiftEscalation));
    if (strength > best.strength) best = {strength, given.count, given.first_at, given.latest_at, std::nullopt};
  }
  return best;
}

/// Words that offer money for images, or gifts about when the actor asks for images or gets them.
Reading read_payment_for_images(const Direction& direction, const RelationshipRules& rules) {
  const Reading said = read_said(direction, Signal::kPaymentForImages, rules);
  const DayMarks& given = direction.from().marked(Marked::kGave);
  if (given.days == 0) return said;
  const PaymentForImagesRule& rule = rules.payment_for_images;
  const Days found =
      near_images(given, direction.from().marked(Marked::kAskedImage), direction.to().marked(Marked::kSentImage), rule.days_apart);
  if (found.bits == 0) return said;
  const double strength = 1 + rule.each_further_strength * (found.count() - 1);
  const EventTime first = std::max(found.oldest(), direction.state.first_at);
  const EventTime last = std::max(found.newest(), direction.state.first_at);
  const SignalRule& signal = rules.signals.of(Signal::kPaymentForImages);
  return together(said, {faded(strength, last, direction, signal), found.count(), first, last, std::nullopt});
}

/// Words that demand money or images against exposure; or a threat, after which the other gives, where there was a matter of
/// images between them.
Reading read_blackmail_money(const Direction& direction, const RelationshipRules& rules) {
  const Reading said = read_said(direction, Signal::kBlackmailMoney, rules);
  const DayMarks& paid = direction.to().marked(Marked::kGave);
  const Evidence* threat = direction.state.evidence_of(direction.actor, Signal::kThreat);
  if (paid.days == 0 || threat == nullptr || rules.signals.of(Signal::kThreat).state != RuleState::kLive) return said;
  if (direction.from().marked(Marked::kAskedImage).days == 0 && direction.to().marked(Marked::kSentImage).days == 0) return said;
  const int first = paid.newest - day_of(threat->first_at), last = paid.newest - day_of(threat->strength.at);
  const int latest = std::max(last - static_cast<int>(rules.blackmail_money.days_after), 0);
  if (first < 0) return said;
  std::uint64_t window = first >= 63 ? ~std::uint64_t{0} : (std::uint64_t{1} << (first + 1)) - 1;  // since the first threat ...
  window = latest >= 64 ? 0 : window >> latest << latest;                                          // ... to days_after the last
  const Days found{paid.days & window, paid.newest};
  if (found.bits == 0) return said;
  const EventTime since = std::max(found.oldest(), threat->first_at), until = std::max(found.newest(), since);
  const SignalRule& signal = rules.signals.of(Signal::kBlackmailMoney);
  return together(said, {faded(1, until, direction, signal), found.count(), since, until, std::nullopt});
}

}  // namespace pairwatch::relationship
