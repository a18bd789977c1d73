#include "tools/generator/story_stream.h"

#include <algorithm>
#include <string>

#include "tools/generator/ids.h"

namespace pairwatch::generator {
namespace {

constexpr std::uint64_t kStartPurpose = 0x57a7;
constexpr std::uint64_t kStoryPurpose = 0x5709;
constexpr std::uint64_t kAccountsOfAStory = 64;
static_assert(kAccountsOfAStory > kMostTargets);

std::uint64_t actor_number(std::uint32_t story) { return account_number(Holder::kStory, story * kAccountsOfAStory); }
std::uint64_t target_number(std::uint32_t story, std::uint16_t target) {
  return account_number(Holder::kStory, story * kAccountsOfAStory + 1 + target);
}

char channel_letter(ChannelKind kind) {
  constexpr std::string_view kLetters = "xpgdvwe";
  return kLetters[static_cast<std::size_t>(kind)];
}

void write_channel(std::uint32_t story, std::uint16_t target, ChannelKind kind, v1::Channel& out) {
  std::string& id = *out.mutable_channel_id();
  write_id('s', story, id);
  id.append(".").append(std::to_string(target)).push_back(channel_letter(kind));
  out.set_kind(static_cast<v1::ChannelKind>(kind));
}

}  // namespace

/// A story under way.
struct StoryStream::Active {
  Story story;
  Random random;
  EventTime start;
  double pace = 1;  ///< below 1: told faster
  std::size_t next = 0;

  EventTime time_of(const Act& act) const {
    return start + milliseconds(static_cast<std::int64_t>(static_cast<double>(act.after.ms) * pace));
  }
};

StoryStream::StoryStream(const Options& options, EventTime start, EventTime end)
    : seed_(options.seed), start_(start), end_(end), risky_count_(static_cast<std::uint32_t>(options.risky)) {
  const auto count = static_cast<std::uint32_t>(options.risky + options.benign.value_or(options.risky));
  active_.resize(count);
  labels_.resize(count);
  const Duration span = end - start;
  for (std::uint32_t story = 0; story < count; ++story) {
    Random random = Random::of(seed_, kStartPurpose, story);
    const std::int64_t room = std::max<std::int64_t>(0, (span - usual_length(archetype_of(story))).ms);
    waiting_.push_back({start + milliseconds(static_cast<std::int64_t>(random.real() * static_cast<double>(room))), story});
  }
  std::sort(waiting_.begin(), waiting_.end(), std::greater<>());
}

StoryStream::~StoryStream() = default;

Archetype StoryStream::archetype_of(std::uint32_t story) const {
  return story < risky_count_ ? risky_archetype(story) : benign_archetype(story - risky_count_);
}

std::optional<EventTime> StoryStream::next_time() {
  // A story's first act comes at its start, so it is begun exactly when it is its turn.
  while (!waiting_.empty() && (due_.empty() || waiting_.back() <= due_.top())) {
    begin(waiting_.back());
    waiting_.pop_back();
  }
  return due_.empty() ? std::nullopt : std::optional(due_.top().at);
}

void StoryStream::begin(const Due& due) {
  Random random = Random::of(seed_, kStoryPurpose, due.story);
  Story story = make_story(archetype_of(due.story), random);
  const double length = static_cast<double>(story.acts.back().after.ms);
  const double room = static_cast<double>((end_ - due.at).ms);
  active_[due.story] = std::make_unique<Active>(Active{std::move(story), random, due.at, length > room ? room / length : 1.0, 0});
  due_.push(due);
}

void StoryStream::take_next(std::string_view event_id, v1::InteractionEvent& event) {
  const Due due = due_.top();
  due_.pop();
  Active& active = *active_[due.story];
  const Act& act = active.story.acts[active.next];
  write_act(due.story, active, act, event);

  Label& label = labels_[due.story];
  if (active.next == 0) {
    write_id('u', actor_number(due.story), label.actor_id);
    if (!active.story.is_about_actor) write_id('u', target_number(due.story, 0), label.target_id);
  }
  note(label, active, act, event_id);
  if (++active.next == active.story.acts.size()) {
    active_[due.story].reset();
  } else {
    due_.push({active.time_of(active.story.acts[active.next]), due.story});
  }
}

void StoryStream::note(Label& label, const Active& active, const Act& act, std::string_view event_id) const {
  if (active.next == 0) {
    label.is_risky = active.story.is_risky;
    label.archetype = archetype_name(active.story.archetype);
    label.first_contact_event_id = event_id;
  }
  if (act.starts_risk) label.risky_from_event_id = event_id;
  if (act.is_harm) label.harm_event_id = event_id;
}

void StoryStream::write_act(std::uint32_t story, Active& active, const Act& act, v1::InteractionEvent& event) {
  const Story& told = active.story;
  v1::Account& actor = act.by_actor ? *event.mutable_actor() : *event.mutable_target();
  v1::Account& target = act.by_actor ? *event.mutable_target() : *event.mutable_actor();
  write_account(seed_, actor_number(story), told.actor, start_, actor);
  write_account(seed_, target_number(story, act.target), told.targets[act.target], start_, target);
  write_channel(story, act.target, act.channel, *event.mutable_channel());
  if (told.mutual_contacts) event.set_mutual_contacts(*told.mutual_contacts);
  if (told.trusted != TrustedRelationKind::kNone) {
    event.mutable_trusted_relation()->set_kind(static_cast<v1::TrustedRelationKind>(told.trusted));
  }
  switch (act.kind) {
    case InteractionKind::kMessage: {
      v1::Message& message = *event.mutable_message();
      if (act.saying) {
        write_saying(*act.saying, active.random, *message.mutable_text());
        message.set_language("en");
      }
      message.set_media(static_cast<v1::MediaKind>(act.media));
      if (!act.label.empty()) (*message.mutable_label_scores())[std::string(act.label)] = act.score;
      return;
    }
    case InteractionKind::kContactRequest: event.mutable_contact_request(); return;
    case InteractionKind::kContactAccept: event.mutable_contact_accept(); return;
    case InteractionKind::kContactRemove: event.mutable_contact_remove(); return;
    case InteractionKind::kGift:
      event.mutable_gift()->set_item_id("coins");
      event.mutable_gift()->set_kind(v1::GIFT_KIND_CURRENCY);
      event.mutable_gift()->set_value_minor(act.value_minor);
      event.mutable_gift()->set_currency("EUR");
      return;
    case InteractionKind::kChannelMove:
      write_channel(story, act.target, act.channel, *event.mutable_channel_move()->mutable_from());
      write_channel(story, act.target, act.to, *event.mutable_channel_move()->mutable_to());
      event.mutable_channel_move()->set_accepted(act.accepted);
      return;
    case InteractionKind::kCall:
      event.mutable_call()->set_kind(static_cast<v1::CallKind>(act.call));
      event.mutable_call()->mutable_duration()->set_seconds(act.lasting.ms / 1000);
      return;
    case InteractionKind::kBlock: event.mutable_block(); return;
    case InteractionKind::kNone:
    case InteractionKind::kProfileChange:
    case InteractionKind::kReport: return;
  }
}

}  // namespace pairwatch::generator
