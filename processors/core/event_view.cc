#include "processors/core/event_view.h"

namespace pairwatch {

void MessageView::clear() {
  text = {};
  language = {};
  media = 0;
  link_count = 0;
  label_count = 0;
  text_fingerprint.reset();
}

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
  message.clear();
  gift = {};
  channel_move = {};
  call = {};
  profile_change = {};
  report_category = {};
  unknown_fields = 0;
  misfit.reset();
}

}  // namespace pairwatch
