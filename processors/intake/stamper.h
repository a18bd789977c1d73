// What is known of who acts, looked up while the platform's ids and hashes are still there: intake stamps it on the interaction.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "processors/core/event_view.h"
#include "processors/core/time.h"
#include "processors/intake/indicators.h"

namespace pairwatch::intake {

/// One for each thread. Uses one table from the first look-up of a transaction to its end. Cost: nothing where the table is empty;
/// 50 ns where it knows devices or confirmed accounts; a SHA-256 (0.3 us) of the account's id, and of each handle, only where lists
/// of those were imported. No allocation once warm.
class Stamper {
 public:
  /// `indicators` outlives this; nullptr: nothing is known.
  Stamper(Indicators* indicators, Duration confirmed_for);
  ~Stamper();
  Stamper(const Stamper&) = delete;
  Stamper& operator=(const Stamper&) = delete;

  /// match_bit of each match. `event` has passed validation. `account_id`: the actor's as it travels on; `handles`: those in its
  /// words.
  std::uint32_t matches(const EventView& event, std::string_view account_id, std::span<const std::string_view> handles);
  /// The next look-up is in the table as it is by then.
  void end_transaction() { is_current_ = false; }

 private:
  struct Sha256;

  std::uint64_t digest_of(std::string_view bytes);
  void look_up(std::span<const std::string_view> handles, const EventView& event, std::string_view account_id,
               std::uint32_t& found);

  Indicators* indicators_;
  Duration confirmed_for_;
  bool is_current_ = false;
  std::shared_ptr<const IndicatorTable> table_;
  std::unique_ptr<Sha256> sha256_;
  std::string name_;
};

}  // namespace pairwatch::intake
