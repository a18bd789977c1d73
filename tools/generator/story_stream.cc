#include "tools/generator/story_stream.h"

#include <algorithm>
#include <string>

#include "processors/core/timestamp.h"
#include "tools/generator/evasion.h"
#include "tools/generator/ids.h"

namespace pairwatch::generator {
namespace {

constexpr std::uint64_t kStartPurpose = 0x57a7;
constexpr std::uint64_t kStoryPurpose = 0x5709;
constexpr std::uint64_t kEvasionPurpose = 0xe4ad;
constexpr std::uint64_t kCopyPurpose = 0xc0b1;
constexpr std::uint64_t kDevicePurpose = 0xde41;
constexpr std::uint64_t kAccountsOfAStory = 128;
static_assert(kAccountsOfAStory >= kMostActors + kMostTargets);

std::uint64_t actor_number(std::uint32_t story, std::size_t actor) {
  return account_number(Holder::kStory, story * kAccountsOfAStory + actor);
}
std::uint64_t target_number(std::uint32_t story, std::size_t target) {
  return account_number(Holder::kStory, story * kAccountsOfAStory + kMostActors + target);
}

char channel_letter(ChannelKind kind) {
  constexpr std::string_view kLetters = "xpgdvwe";
  return kLetters[static_cast<std::size_t>(kind)];
}

void write_channel(std::uint32_t story, const Act& act, ChannelKind kind, v1::Channel& out) {
  std::string& id = *out.mutable_channel_id();
  write_id('s', story, id);
  id.append(".").append(std::to_string(act.target)).push_back(channel_letter(kind));
  out.set_kind(static_cast<v1::ChannelKind>(kind));
}

/// Those that are asked for; all where none of this group is.
std::vector<const Archetype*> chosen(std::span<const Archetype> group, const std::vector<std::string>& names) {
  std::vector<const Archetype*> picked;
  for (const Archetype& archetype : group) {
    if (std::find(names.begin(), names.end(), archetype.name) != names.end()) picked.push_back(&archetype);
  }
  if (picked.empty()) {
    for (const Archetype& archetype : group) picked.push_back(&archetype);
  }
  return picked;
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

StoryStream::StoryStream(const Options& options, const Sayings& sayings, EventTime start, EventTime end)
    : sayings_(sayings),
      seed_(options.seed),
      start_(start),
      end_(end),
      risky_count_(static_cast<std::uint32_t>(options.risky)),
      evasion_share_(options.evasion_share),
      tenants_(options.tenants),
      risky_(chosen(risky_archetypes(), options.archetypes)),
      ordinary_(chosen(ordinary_archetypes(), options.archetypes)) {
  const auto count = static_cast<std::uint32_t>(options.risky + options.benign.value_or(options.risky));
  active_.resize(count);
  labels_.resize(count);
  const Duration span = end - start;
  for (std::uint32_t story = 0; story < count; ++story) {
    Random random = Random::of(seed_, kStartPurpose, story);
    const std::int64_t room = std::max<std::int64_t>(0, (span - archetype_of(story).length).ms);
    waiting_.push_back({start + milliseconds(static_cast<std::int64_t>(random.real() * static_cast<double>(room))), story});
  }
  std::sort(waiting_.begin(), waiting_.end(), std::greater<>());
}

StoryStream::~StoryStream() = default;

const Archetype& StoryStream::archetype_of(std::uint32_t story) const {
  return story < risky_count_ ? *risky_[story % risky_.size()] : *ordinary_[(story - risky_count_) % ordinary_.size()];
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
  const Archetype& archetype = archetype_of(due.story);
  Random evasions = Random::of(seed_, kEvasionPurpose, due.story);
  const bool evades = due.story < risky_count_ && evasions.chance(evasion_share_);
  Story story = make_story(archetype, evades ? any_evasion(archetype, evasions) : Evasion::kNone, random);
  const double length = static_cast<double>(story.acts.back().after.ms);
  const double room = static_cast<double>((end_ - due.at).ms);
  start_labels(due.story, story);
  active_[due.story] = std::make_unique<Active>(Active{std::move(story), random, due.at, length > room ? room / length : 1.0, 0});
  due_.push(due);
}

void StoryStream::take_next(std::string_view event_id, v1::InteractionEvent& event) {
  const Due due = due_.top();
  due_.pop();
  Active& active = *active_[due.story];
  const Act& act = active.story.acts[active.next];
  write_act(due.story, active, act, event);
  note(due.story, active.story, act, event_id);
  if (++active.next == active.story.acts.size()) {
    active_[due.story].reset();
  } else {
    due_.push({active.time_of(active.story.acts[active.next]), due.story});
  }
}

void StoryStream::start_labels(std::uint32_t story, const Story& told) {
  for (const LabelPlan& plan : told.labels) {
    Label& label = labels_[story].emplace_back();
    write_tenant(story % tenants_, tenants_, label.tenant);
    if (plan.kind != SubjectKind::kTarget) write_id('u', actor_number(story, plan.actor), label.actor_id);
    if (plan.kind != SubjectKind::kActor) write_id('u', target_number(story, plan.target), label.target_id);
    label.is_risky = told.is_risky;
    label.is_gray = plan.is_gray;
    label.archetype = told.archetype;
    if (told.evasion != Evasion::kNone) label.evasion = evasion_name(told.evasion);
    label.language = told.language;
  }
}

/// The first event of each kind that is about the label's accounts.
void StoryStream::note(std::uint32_t story, const Story& told, const Act& act, std::string_view event_id) {
  for (std::size_t i = 0; i < told.labels.size(); ++i) {
    const LabelPlan& plan = told.labels[i];
    if (plan.kind != SubjectKind::kTarget && plan.actor != act.actor) continue;
    if (plan.kind != SubjectKind::kActor && plan.target != act.target) continue;
    Label& label = labels_[story][i];
    if (label.first_contact_event_id.empty()) label.first_contact_event_id = event_id;
    if (act.starts_risk && label.risky_from_event_id.empty()) label.risky_from_event_id = event_id;
    if (act.is_harm && label.harm_event_id.empty()) label.harm_event_id = event_id;
  }
}

void StoryStream::write_person(std::uint32_t story, const Active& active, const Person& person, std::uint64_t number,
                               v1::Account& out) const {
  write_account(seed_, number, person.age, start_, out);
  if (person.account_age) set_time(active.start - *person.account_age, *out.mutable_created_at());
  if (person.device == 0) return;
  Random device = Random::of(seed_, kDevicePurpose, story * std::uint64_t{256} + person.device);
  const std::uint64_t hash = device.next();
  for (unsigned shift = 0; shift < 64; shift += 8) out.mutable_device_hash()->push_back(static_cast<char>(hash >> shift & 0xff));
}

void StoryStream::write_words(std::uint32_t story, Active& active, const Act& act, v1::Message& message) const {
  if (!act.saying) return;
  const Story& told = active.story;
  if (act.is_copied) {
    Random same = Random::of(seed_, kCopyPurpose, story);
    sayings_.write(*act.saying, told.language, same, *message.mutable_text());
  } else {
    sayings_.write(*act.saying, told.language, active.random, *message.mutable_text());
  }
  const bool is_everyday = *act.saying == Saying::kSmallTalk || *act.saying == Saying::kOpening;
  if (act.by_actor && !is_everyday) disguise(told.evasion, active.random, *message.mutable_text());
  if (story % 3 != 0) message.mutable_language()->assign(told.language);  // not every platform tells it
}

void StoryStream::write_act(std::uint32_t story, Active& active, const Act& act, v1::InteractionEvent& event) {
  const Story& told = active.story;
  v1::Account& actor = act.by_actor ? *event.mutable_actor() : *event.mutable_target();
  v1::Account& target = act.by_actor ? *event.mutable_target() : *event.mutable_actor();
  write_person(story, active, told.actors[act.actor], actor_number(story, act.actor), actor);
  write_person(story, active, told.targets[act.target], target_number(story, act.target), target);
  write_tenant(story % tenants_, tenants_, *event.mutable_tenant());
  write_channel(story, act, act.channel, *event.mutable_channel());
  if (told.mutual_contacts) event.set_mutual_contacts(*told.mutual_contacts);
  if (told.mutual_grows) {
    event.set_mutual_contacts(act.target);
    event.set_mutual_contacts_recent(act.target);
  }
  if (told.trusted != TrustedRelationKind::kNone) {
    event.mutable_trusted_relation()->set_kind(static_cast<v1::TrustedRelationKind>(told.trusted));
  }
  switch (act.kind) {
    case InteractionKind::kMessage: {
      v1::Message& message = *event.mutable_message();
      write_words(story, active, act, message);
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
      write_channel(story, act, act.channel, *event.mutable_channel_move()->mutable_from());
      write_channel(story, act, act.to, *event.mutable_channel_move()->mutable_to());
      event.mutable_channel_move()->mutable_to()->set_ephemeral(act.is_ephemeral);
      event.mutable_channel_move()->set_accepted(act.accepted);
      return;
    case InteractionKind::kCall:
      event.mutable_call()->set_kind(static_cast<v1::CallKind>(act.call));
      event.mutable_call()->mutable_duration()->set_seconds(act.lasting.ms / 1000);
      return;
    case InteractionKind::kBlock: event.mutable_block(); return;
    case InteractionKind::kReport: event.mutable_report()->set_category("unwanted_contact"); return;
    case InteractionKind::kNone:
    case InteractionKind::kProfileChange: return;
  }
}

}  // namespace pairwatch::generator
