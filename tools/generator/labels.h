// What is known of a relation, for judging detection: one JSON object a line.
#pragma once

#include <string>
#include <string_view>

namespace pairwatch::generator {

struct Label {
  std::string tenant;
  std::string actor_id;   ///< empty: the label is about the minor (kind TARGET)
  std::string target_id;  ///< empty: the label is about the account (kind ACTOR)
  bool is_risky = false;
  bool is_gray = false;
  std::string_view archetype;
  std::string_view evasion;  ///< empty: none
  std::string_view language;
  std::string first_contact_event_id;
  std::string risky_from_event_id;  ///< risky ones only, and so the next
  std::string harm_event_id;
};

/// Appends one line: kind, tenant, actorId, targetId, risky, gray, archetype, evasion, language, firstContactEventId,
/// riskyFromEventId, harmEventId; what is empty is left out, but for the tenant.
void append_label_line(const Label& label, std::string& out);

}  // namespace pairwatch::generator
