#include "tools/generator/script.h"

#include <algorithm>

namespace pairwatch::generator {

void Script::pause(Duration least, Duration most) {
  now_ = now_ + milliseconds(random_.between(least.ms / 1000, most.ms / 1000) * 1000);
}

Act& Script::does(bool by_actor, InteractionKind kind) {
  Act act;
  act.after = now_;
  act.target = target_;
  act.actor = actor_;
  act.by_actor = by_actor;
  act.kind = kind;
  act.channel = channel_;
  acts_.push_back(act);
  return acts_.back();
}

Act& Script::says(bool by_actor, Saying saying) {
  Act& act = does(by_actor, InteractionKind::kMessage);
  act.saying = saying;
  return act;
}

Act& Script::says_scored(Saying saying, std::string_view label, float score) {
  Act& act = says(true, saying);
  act.label = label;
  act.score = score;
  return act;
}

Act& Script::sends(bool by_actor, MediaKind media) {
  Act& act = does(by_actor, InteractionKind::kMessage);
  act.media = media;
  return act;
}

Act& Script::gives(bool by_actor, std::int64_t value_minor) {
  Act& act = does(by_actor, InteractionKind::kGift);
  act.value_minor = value_minor;
  return act;
}

Act& Script::moves(ChannelKind to, bool accepted) {
  Act& act = does(true, InteractionKind::kChannelMove);
  act.to = to;
  act.accepted = accepted;
  if (accepted) channel_ = to;
  return act;
}

Act& Script::calls(bool by_actor, CallKind kind, Duration lasting) {
  Act& act = does(by_actor, InteractionKind::kCall);
  act.call = kind;
  act.lasting = lasting;
  return act;
}

void Script::chat(int lines, Saying actors, Saying targets) {
  for (int i = 0; i < lines; ++i) {
    says(i % 2 == 0, i % 2 == 0 ? actors : targets);
    pause(seconds(15), minutes(3));
  }
}

void Script::befriend() {
  does(true, InteractionKind::kContactRequest);
  pause(minutes(2), hours(3));
  does(false, InteractionKind::kContactAccept);
  pause(minutes(1), minutes(20));
}

std::vector<Act> Script::in_order() && {
  std::stable_sort(acts_.begin(), acts_.end(), [](const Act& a, const Act& b) { return a.after < b.after; });
  return std::move(acts_);
}

}  // namespace pairwatch::generator
