// What a confirmed case leaves for others to see: the account and its devices as hashes, one record each. A new account of such a
// device is seen by intake (processors/intake/indicators.h).
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "pairwatch/v1/indicator.pb.h"
#include "processors/core/event_view.h"
#include "processors/core/indicator.h"
#include "processors/core/keys.h"
#include "processors/core/time.h"
#include "processors/escalation/state.h"
#include "topology/ports.h"

namespace pairwatch::escalation {

/// Whose case it was. Only its hash leaves.
struct ConfirmedAccount {
  std::string_view tenant;
  AccountId id;
};

/// Keeps its buffers only. Cost: 0.5 us a record; confirmations are few.
class IndicatorWriter {
 public:
  /// The account and the devices that are remembered, from the newest confirmation on.
  void tell(const ConfirmedAccount& account, const ActorState& state, std::span<const Header> headers, Sink& sink);
  /// One device on which the account is seen afterwards.
  void tell_device(const ConfirmedAccount& account, std::uint64_t device, EventTime since, std::span<const Header> headers,
                   Sink& sink);
  /// All of that again, taken back. A device that is not remembered any more stays known.
  void take_back(const ConfirmedAccount& account, const ActorState& state, std::span<const Header> headers, Sink& sink);

 private:
  void emit(IndicatorKind kind, std::uint64_t digest, const ConfirmedAccount& account, EventTime since,
            std::span<const Header> headers, Sink& sink);

  v1::Indicator indicator_;
  std::string key_;
  std::string value_;
};

}  // namespace pairwatch::escalation
