#include "topology/tasks/record_time.h"

#include <cstdint>

#include "pairwatch/v1/case_input.pb.h"
#include "pairwatch/v1/interaction.pb.h"

namespace pairwatch {
namespace {

template <typename Message>
std::optional<EventTime> time_in(std::string_view value) {
  Message message;
  if (!message.ParseFromArray(value.data(), static_cast<int>(value.size()))) return std::nullopt;
  const EventTime at{message.occurred_at_ms()};
  if (at < kEarliestEventTime || at > kLatestEventTime) return std::nullopt;
  return at;
}

}  // namespace

std::optional<EventTime> event_time_of(Service service, std::string_view value) {
  switch (service) {
    case Service::kIntake: return std::nullopt;
    case Service::kRelationship: return time_in<v1::Interaction>(value);
    case Service::kEscalation: return time_in<v1::CaseInput>(value);
  }
  return std::nullopt;
}

}  // namespace pairwatch
