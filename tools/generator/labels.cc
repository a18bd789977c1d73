#include "tools/generator/labels.h"

#include "tools/generator/encode.h"

namespace pairwatch::generator {
namespace {

void append_member(std::string_view name, std::string_view value, std::string& out) {
  if (value.empty()) return;
  out += ",\"";
  out += name;
  out += "\":";
  append_json_string(value, out);
}

}  // namespace

void append_label_line(const Label& label, std::string& out) {
  out += label.actor_id.empty() ? "{\"kind\":\"TARGET\"" : label.target_id.empty() ? "{\"kind\":\"ACTOR\"" : "{\"kind\":\"PAIR\"";
  out += ",\"tenant\":";
  append_json_string(label.tenant, out);
  append_member("actorId", label.actor_id, out);
  append_member("targetId", label.target_id, out);
  out += label.is_risky ? ",\"risky\":true" : ",\"risky\":false";
  if (label.is_gray) out += ",\"gray\":true";
  append_member("archetype", label.archetype, out);
  append_member("evasion", label.evasion, out);
  append_member("language", label.language, out);
  append_member("firstContactEventId", label.first_contact_event_id, out);
  append_member("riskyFromEventId", label.risky_from_event_id, out);
  append_member("harmEventId", label.harm_event_id, out);
  out += "}\n";
}

}  // namespace pairwatch::generator
