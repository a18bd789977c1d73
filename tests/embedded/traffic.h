// Traffic for tests of the embedded runtime: seeded, mixed, with enough in it that cases open.
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "tests/embedded/files.h"
#include "tests/support/events.h"

namespace pairwatch::test {
namespace traffic_detail {

inline EventBuilder random_event(std::mt19937_64& random, const std::string& actor, const std::string& target) {
  switch (random() % 20) {
    case 0: return contact_request(actor, target);
    case 1: return contact_accept(actor, target);
    case 2: return gift(actor, target).value(static_cast<std::int64_t>(100 + random() % 5000));
    case 3: return channel_move(actor, target);
    case 4: return call(actor, target);
    case 5: return random() % 8 == 0 ? block(actor, target) : message(actor, target);
    case 6: return message(actor, target).label("sexual", 0.9f);
    case 7: return message(actor, target).label("image_request", 0.8f);
    case 8: return message(actor, target).label("threat", 0.95f);
    case 9: return random() % 8 == 0 ? profile_change(actor).previous_age(AgeBand::k16To17) : message(actor, target);
    default: return message(actor, target).text("hello there");
  }
}

}  // namespace traffic_detail

/// At least `count` events among some adults, minors and accounts of unknown age, in order of time, over `span`. Some come twice.
inline std::vector<EventBuilder> mixed_traffic(std::uint64_t seed, std::size_t count, Duration span = days(20)) {
  std::mt19937_64 random(seed);
  std::vector<EventBuilder> events;
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint64_t kind = random() % 10;
    const std::string adult = "adult" + std::to_string(random() % 40);
    const std::string minor = "minor" + std::to_string(random() % 200);
    EventBuilder event = kind < 5   ? traffic_detail::random_event(random, adult, minor).ages(AgeBand::kAdult, AgeBand::k13To15)
                         : kind < 7 ? traffic_detail::random_event(random, minor, adult).ages(AgeBand::k13To15, AgeBand::kAdult)
                         : kind < 8
                             ? traffic_detail::random_event(random, "unknown" + std::to_string(random() % 20), minor)
                                   .ages(AgeBand::kUnknown, AgeBand::k13To15)
                             : traffic_detail::random_event(random, adult, "other" + adult).ages(AgeBand::kAdult, AgeBand::kAdult);
    if (event.event().has_profile_change()) event.without_target();
    event.id("e" + std::to_string(i));
    event.at(milliseconds(span.ms / static_cast<std::int64_t>(count) * static_cast<std::int64_t>(i)));
    events.push_back(event);
    if (random() % 50 == 0) events.push_back(event);  // sent twice
  }
  return events;
}

/// One JSON object a line.
inline std::string as_lines(const std::vector<EventBuilder>& events) {
  std::string lines;
  for (const EventBuilder& event : events) lines.append(event.json()).push_back('\n');
  return lines;
}

/// Each message after its length.
inline std::string as_delimited(const std::vector<EventBuilder>& events) {
  std::string messages;
  for (const EventBuilder& event : events) messages += delimited(event.proto());
  return messages;
}

}  // namespace pairwatch::test
