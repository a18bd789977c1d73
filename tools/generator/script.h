// Writes acts one after another; time goes on by pause().
#pragma once

#include <algorithm>
#include <utility>
#include <vector>

#include "tools/generator/random.h"
#include "tools/generator/story.h"

namespace pairwatch::generator {

class Script {
 public:
  explicit Script(Random& random) : random_(random) {}

  void pause(Duration least, Duration most);
  void go_to(Duration after_start) { now_ = std::max(now_, after_start); }
  /// Back too: side by side with what was told before.
  void rewind_to(Duration after_start) { now_ = after_start; }
  void switch_to(ChannelKind channel) { channel_ = channel; }
  void turn_to(std::size_t target) { target_ = static_cast<std::uint16_t>(target); }
  void act_as(std::size_t actor) { actor_ = static_cast<std::uint8_t>(actor); }
  Duration now() const { return now_; }
  Random& random() { return random_; }

  Act& does(bool by_actor, InteractionKind kind);
  Act& says(bool by_actor, Saying saying);
  /// A message with a classifier's score.
  Act& says_scored(Saying saying, std::string_view label, float score);
  Act& sends(bool by_actor, MediaKind media);
  Act& gives(bool by_actor, std::int64_t value_minor);
  Act& moves(ChannelKind to, bool accepted);
  Act& calls(bool by_actor, CallKind kind, Duration lasting);
  /// A few lines to and fro within minutes.
  void chat(int lines, Saying actors, Saying targets);
  /// Asks to be a contact, and is accepted.
  void befriend();

  std::vector<Act> in_order() &&;

 private:
  Random& random_;
  Duration now_;
  std::uint16_t target_ = 0;
  std::uint8_t actor_ = 0;
  ChannelKind channel_ = ChannelKind::kDirect;
  std::vector<Act> acts_;
};

}  // namespace pairwatch::generator
