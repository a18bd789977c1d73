#include "processors/escalation/indicators.h"

#include "processors/core/check.h"
#include "processors/core/hash.h"
#include "processors/core/timestamp.h"

namespace pairwatch::escalation {
namespace {

/// In the place of a time: taken back.
constexpr EventTime kTakenBack = kNever;

}  // namespace

void IndicatorWriter::tell(const ConfirmedAccount& account, const ActorState& state, std::span<const Header> headers, Sink& sink) {
  emit(IndicatorKind::kAccount, hash64(account.id.value), account, state.confirmed_at, headers, sink);
  for (const DeviceRecord& device : state.devices) tell_device(account, device.digest, state.confirmed_at, headers, sink);
}

void IndicatorWriter::tell_device(const ConfirmedAccount& account, std::uint64_t device, EventTime since,
                                  std::span<const Header> headers, Sink& sink) {
  emit(IndicatorKind::kDevice, device, account, since, headers, sink);
}

void IndicatorWriter::take_back(const ConfirmedAccount& account, const ActorState& state, std::span<const Header> headers,
                                Sink& sink) {
  emit(IndicatorKind::kAccount, hash64(account.id.value), account, kTakenBack, headers, sink);
  for (const DeviceRecord& device : state.devices) emit(IndicatorKind::kDevice, device.digest, account, kTakenBack, headers, sink);
}

void IndicatorWriter::emit(IndicatorKind kind, std::uint64_t digest, const ConfirmedAccount& account, EventTime since,
                           std::span<const Header> headers, Sink& sink) {
  IndicatorKey key;
  key.kind = kind;
  key.digest = digest;
  key.tenant = account.tenant;
  key.origin = IndicatorOrigin::kConfirmed;
  key.account = hash64(account.id.value);
  write_indicator_key(key, key_);
  if (since == kTakenBack) return sink.emit({OutputPort::kIndicators, key_, {}, headers});

  indicator_.set_kind(static_cast<v1::IndicatorKind>(kind));
  indicator_.set_origin(v1::INDICATOR_ORIGIN_CONFIRMED);
  indicator_.set_digest(digest);
  indicator_.set_account(key.account);
  indicator_.set_tenant(std::string(account.tenant));
  set_time(since, *indicator_.mutable_since());
  check(indicator_.SerializeToString(&value_), "an indicator can be serialised");
  sink.emit({OutputPort::kIndicators, key_, value_, headers});
}

}  // namespace pairwatch::escalation
