// What is known of a relation, for judging detection: one JSON object a line.
#pragma once

#include <string>

namespace pairwatch::generator {

struct Label {
  std::string actor_id;
  std::string target_id;  ///< empty: the label is about the actor (kind ACTOR)
  bool is_risky = false;
  std::string archetype;
  std::string first_contact_event_id;
  std::string risky_from_event_id;  ///< risky ones only, and so the next
  std::string harm_event_id;
};

/// Appends one line: kind, tenant, actorId, targetId, risky, archetype, firstContactEventId, riskyFromEventId, harmEventId.
void append_label_line(const Label& label, std::string& out);

}  // namespace pairwatch::generator
