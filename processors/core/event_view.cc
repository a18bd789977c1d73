#include "processors/core/event_view.h"

namespace pairwatch {

void EventView::clear() {
  event_id = {};
  occurred_at = {};
  tenant = {};
  actor = {};
  target = {};
  channel = {};
  mutual_contacts.reset();
  mutual_contacts_recent.reset();
  trusted_relation = {};
  kind = InteractionKind::kNone;
  message.text = {};
  message.language = {};
  message.media = 0;
  message.link_count = 0;
  message.label_count = 0;
  message.text_fingerprint.reset();
  gift = {};
  channel_move = {};
  call = {};
  profile_change = {};
  report_category = {};
  unknown_fields = 0;
}

}  // namespace pairwatch
