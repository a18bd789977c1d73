// Long because a story's accounts, events and expectations are one table each, in one place.
#include <algorithm>
#include <map>

#include "config/reader.h"
#include "config/section.h"
#include "config/yaml.h"
#include "processors/core/signal.h"
#include "processors/core/timestamp.h"
#include "tools/rules/story.h"

namespace pairwatch::rules {
namespace {

using config::Choice;
using config::Entry;
using config::Node;
using config::Place;
using config::Problems;
using config::Reading;
using config::Section;

constexpr EventTime kStart{1'772'388'000'000};  // 2026-03-01T18:00:00Z
constexpr std::size_t kEventLimit = 20'000;     // of one story
constexpr std::uint32_t kUnknownCount = 1'000'000;
constexpr Duration kLongest = days(3650);

enum class Age : std::uint8_t { kUnknown, kUnder13, k13To15, k16To17, kAdult };
constexpr Choice<Age> kAges[] = {{"unknown", Age::kUnknown},
                                 {"under_13", Age::kUnder13},
                                 {"13_to_15", Age::k13To15},
                                 {"16_to_17", Age::k16To17},
                                 {"adult", Age::kAdult}};

enum class Deed : std::uint8_t {
  kMessage,
  kContactRequest,
  kContactAccept,
  kContactRemove,
  kGift,
  kChannelMove,
  kVoiceCall,
  kVideoCall,
  kBlock,
  kReport,
};
constexpr Choice<Deed> kDeeds[] = {{"message", Deed::kMessage},
                                   {"contact_request", Deed::kContactRequest},
                                   {"contact_accept", Deed::kContactAccept},
                                   {"contact_remove", Deed::kContactRemove},
                                   {"gift", Deed::kGift},
                                   {"channel_move", Deed::kChannelMove},
                                   {"voice_call", Deed::kVoiceCall},
                                   {"video_call", Deed::kVideoCall},
                                   {"block", Deed::kBlock},
                                   {"report", Deed::kReport}};

constexpr Choice<ChannelKind> kChannels[] = {{"unknown", ChannelKind::kUnknown},  {"public_room", ChannelKind::kPublicRoom},
                                             {"group", ChannelKind::kGroup},      {"direct", ChannelKind::kDirect},
                                             {"voice", ChannelKind::kVoice},      {"video", ChannelKind::kVideo},
                                             {"external", ChannelKind::kExternal}};
constexpr Choice<MediaKind> kMedia[] = {{"none", MediaKind::kNone},   {"image", MediaKind::kImage},
                                        {"video", MediaKind::kVideo}, {"audio", MediaKind::kAudio},
                                        {"file", MediaKind::kFile},   {"sticker", MediaKind::kSticker}};
constexpr Choice<TrustedRelationKind> kRelations[] = {{"none", TrustedRelationKind::kNone},
                                                      {"family", TrustedRelationKind::kFamily},
                                                      {"guardian", TrustedRelationKind::kGuardian},
                                                      {"teacher", TrustedRelationKind::kTeacher},
                                                      {"staff", TrustedRelationKind::kStaff}};
constexpr Choice<SubjectKind> kKinds[] = {
    {"pair", SubjectKind::kPair}, {"actor", SubjectKind::kActor}, {"target", SubjectKind::kTarget}};
constexpr Choice<Severity> kSeverities[] = {
    {"none", Severity::kNone}, {"WATCH", Severity::kWatch}, {"REVIEW", Severity::kReview}, {"URGENT", Severity::kUrgent}};
constexpr Choice<Severity> kCaseSeverities[] = {
    {"WATCH", Severity::kWatch}, {"REVIEW", Severity::kReview}, {"URGENT", Severity::kUrgent}};

struct Account {
  Age age = Age::kUnknown;
  bool checked = false;       ///< the age was verified
  Duration made = days(400);  ///< before the story begins
  bool vulnerable = false;
  std::uint32_t count = 1;  ///< more than one: a group, name1, name2 ...
};

struct Event {
  Place place;
  std::string who, to, name;
  Duration after = minutes(1);
  Deed deed = Deed::kMessage;
  ChannelKind channel = ChannelKind::kDirect;
  ChannelKind moves_to = ChannelKind::kDirect;
  bool ephemeral = false;
  std::vector<std::string> shows;
  std::string text;
  MediaKind media = MediaKind::kNone;
  std::int64_t value = 100;
  std::string currency = "COIN";
  std::uint32_t mutual_contacts = kUnknownCount;
  std::uint32_t mutual_contacts_recent = kUnknownCount;
  TrustedRelationKind trusted = TrustedRelationKind::kNone;
  Duration trusted_for = kLongest;
  std::uint32_t times = 1;
  Duration every = minutes(1);
};

Section table_of(Account& account) {
  Section table;
  table.add("age", choice(account.age, kAges), "");
  table.add("checked", config::flag(account.checked), "");
  table.add("made", config::duration(account.made, minutes(1), kLongest), "");
  table.add("vulnerable", config::flag(account.vulnerable), "");
  table.add("count", config::whole(account.count, 1, 1000), "");
  return table;
}

Section table_of(Event& event) {
  Section table;
  table.add("who", config::text(event.who), "");
  table.add("to", config::text(event.to), "");
  table.add("as", config::text(event.name), "");
  table.add("after", config::duration(event.after, milliseconds(0), kLongest), "");
  table.add("does", choice(event.deed, kDeeds), "");
  table.add("in", choice(event.channel, kChannels), "");
  table.add("moves_to", choice(event.moves_to, kChannels), "");
  table.add("ephemeral", config::flag(event.ephemeral), "");
  table.add("shows", config::texts(event.shows), "");
  table.add("text", config::text(event.text), "");
  table.add("media", choice(event.media, kMedia), "");
  table.add("value", config::whole(event.value, 0, 1'000'000'000), "");
  table.add("currency", config::text(event.currency), "");
  table.add("mutual_contacts", config::whole(event.mutual_contacts, 0, 1000), "");
  table.add("mutual_contacts_recent", config::whole(event.mutual_contacts_recent, 0, 1000), "");
  table.add("trusted", choice(event.trusted, kRelations), "");
  table.add("trusted_for", config::duration(event.trusted_for, minutes(1), kLongest), "");
  table.add("times", config::whole(event.times, 1, 10'000), "");
  table.add("every", config::duration(event.every, milliseconds(1), kLongest), "");
  return table;
}

Section table_of(ExpectedCase& expected) {
  Section table;
  table.add("kind", choice(expected.kind, kKinds), "");
  table.add("actor", config::text(expected.actor), "");
  table.add("target", config::text(expected.target), "");
  table.add("at_least", choice(expected.at_least, kCaseSeverities), "");
  table.add("before", config::text(expected.before), "");
  table.add("signals", config::texts(expected.signals), "");
  return table;
}

/// Reads one story.
class StoryReader {
 public:
  StoryReader(const Node& node, std::string key, Problems& problems) : node_(node), key_(std::move(key)), problems_(problems) {}

  Story read() {
    story_.place = node_.place;
    Section table;
    table.add("name", config::text(story_.name), "");
    table.add("accounts",
              {.read = [this](const Node& node, const std::string& key, Reading&) { read_accounts(node, key); }, .show = {}}, "");
    table.add("mutual_contacts", config::whole(mutual_contacts_, 0, 1000), "");
    table.add("events",
              {.read = [this](const Node& node, const std::string& key, Reading&) { read_events(node, key); }, .show = {}}, "");
    table.add("expect",
              {.read = [this](const Node& node, const std::string& key, Reading&) { read_expectation(node, key); }, .show = {}},
              "");
    Reading reading;
    table.read(node_, key_, reading);
    take(reading);
    if (story_.name.empty()) tell(node_.place, key_, "has no name; say in a few words what happens");
    for (const Event& event : events_) write(event);
    if (!has_expectation_) tell(node_.place, key_, "expects nothing; write expect: {cases: [...]} or expect: {at_most: none}");
    for (const ExpectedCase& expected : story_.cases) check(expected);
    return std::move(story_);
  }

 private:
  void tell(const Place& place, const std::string& key, const std::string& message) { problems_.push_back({place, key, message}); }
  void take(const Reading& reading) { problems_.insert(problems_.end(), reading.problems.begin(), reading.problems.end()); }

  void read_accounts(const Node& node, const std::string& key) {
    for (const Entry& entry : node.entries) {
      Account account;
      Reading reading;
      table_of(account).read(entry.value, key + "." + entry.key, reading);
      take(reading);
      accounts_[entry.key] = account;
    }
    if (node.entries.empty())
      tell(node.place, key, "names nobody; write a map of accounts, for instance {a: {age: adult}, m: {age: 13_to_15}}");
  }

  void read_events(const Node& node, const std::string& key) {
    if (node.kind != Node::Kind::kList || node.items.empty()) return tell(node.place, key, "must be a list of events");
    for (const Node& item : node.items) {
      Event event;
      event.place = item.place;
      Reading reading;
      table_of(event).read(item, key, reading);
      take(reading);
      events_.push_back(std::move(event));
    }
  }

  void read_expectation(const Node& node, const std::string& key) {
    has_expectation_ = true;
    Section table;
    table.add("at_most", choice(story_.at_most, kSeverities), "");
    const auto read_cases = [this](const Node& cases, const std::string& full, Reading& reading) {
      if (cases.kind != Node::Kind::kList || cases.items.empty()) return tell(cases.place, full, "must be a list of cases");
      for (const Node& item : cases.items) {
        ExpectedCase& expected = story_.cases.emplace_back();
        expected.place = item.place;
        table_of(expected).read(item, full, reading);
      }
    };
    table.add("cases", {.read = read_cases, .show = {}}, "");
    Reading reading;
    table.read(node, key, reading);
    take(reading);
    if (story_.cases.empty() && story_.at_most == Severity::kUrgent) {
      tell(node.place, key, "expects nothing; write cases: [...], or at_most: none, WATCH or REVIEW");
    }
  }

  /// The accounts behind a name: a group has many.
  std::vector<std::string> ids_of(const std::string& name) const {
    const auto found = accounts_.find(name);
    if (found == accounts_.end()) return {name};
    if (found->second.count == 1) return {name};
    std::vector<std::string> ids;
    for (std::uint32_t i = 1; i <= found->second.count; ++i) ids.push_back(name + std::to_string(i));
    return ids;
  }

  bool is_known(const std::string& name) const {
    return std::any_of(accounts_.begin(), accounts_.end(), [&](const auto& account) {
      const std::vector<std::string> ids = ids_of(account.first);
      return account.first == name || std::find(ids.begin(), ids.end(), name) != ids.end();
    });
  }

  std::vector<std::string_view> account_names() const {
    std::vector<std::string_view> names;
    for (const auto& account : accounts_) names.push_back(account.first);
    return names;
  }

  void write(const Event& event) {
    for (const std::string* name : {&event.who, &event.to}) {
      if (!accounts_.contains(*name)) {
        return tell(event.place, key_,
                    "`" + *name + "` is none of the story's accounts" + config::did_you_mean(*name, account_names()));
      }
    }
    for (const std::string& signal : event.shows) {
      if (signal_named(signal)) continue;
      std::vector<std::string_view> names;
      for (const SignalInfo& row : all_signals()) names.push_back(row.name);
      return tell(event.place, key_, "`" + signal + "` is not a signal" + config::did_you_mean(signal, names));
    }
    bool is_first = true;
    for (std::uint32_t time = 0; time < event.times; ++time) {
      for (const std::string& who : ids_of(event.who)) {
        for (const std::string& to : ids_of(event.to)) {
          now_ = now_ + (is_first ? event.after : event.every);
          if (story_.events.size() == kEventLimit)
            return tell(event.place, key_, "has more than 20,000 events; tell a shorter story");
          story_.names.push_back(is_first ? event.name : "");
          write_one(event, who, to);
          is_first = false;
        }
      }
    }
  }

  void write_account(const std::string& id, const Account& account, v1::Account& out) const {
    out.set_account_id(id);
    out.set_age_band(static_cast<v1::AgeBand>(account.age));
    if (account.age != Age::kUnknown) {
      out.set_age_assurance(account.checked ? v1::AGE_ASSURANCE_VERIFIED : v1::AGE_ASSURANCE_SELF_DECLARED);
    }
    set_time(kStart - account.made, *out.mutable_created_at());
    out.set_heightened_vulnerability(account.vulnerable);
  }

  void write_one(const Event& event, const std::string& who, const std::string& to) {
    v1::InteractionEvent& out = story_.events.emplace_back();
    out.set_event_id("e" + std::to_string(story_.events.size()));
    set_time(now_, *out.mutable_occurred_at());
    write_account(who, accounts_.at(event.who), *out.mutable_actor());
    write_account(to, accounts_.at(event.to), *out.mutable_target());
    const auto channel = [&](ChannelKind kind, v1::Channel& place) {
      place.set_channel_id("c" + std::to_string(static_cast<int>(kind)));
      place.set_kind(static_cast<v1::ChannelKind>(kind));
      place.set_ephemeral(event.ephemeral);
    };
    channel(event.channel, *out.mutable_channel());
    const std::uint32_t mutual = event.mutual_contacts != kUnknownCount ? event.mutual_contacts : mutual_contacts_;
    if (mutual != kUnknownCount) out.set_mutual_contacts(mutual);
    if (event.mutual_contacts_recent != kUnknownCount) out.set_mutual_contacts_recent(event.mutual_contacts_recent);
    if (event.trusted != TrustedRelationKind::kNone) {
      out.mutable_trusted_relation()->set_kind(static_cast<v1::TrustedRelationKind>(event.trusted));
      if (event.trusted_for != kLongest)
        set_time(kStart + event.trusted_for, *out.mutable_trusted_relation()->mutable_expires_at());
    }
    write_deed(event, out);
  }

  static void write_deed(const Event& event, v1::InteractionEvent& out) {
    switch (event.deed) {
      case Deed::kMessage: {
        v1::Message& message = *out.mutable_message();
        if (!event.text.empty()) message.set_text(event.text);
        message.set_media(static_cast<v1::MediaKind>(event.media));
        for (const std::string& signal : event.shows) (*message.mutable_label_scores())["shows:" + signal] = 1;
        return;
      }
      case Deed::kContactRequest: out.mutable_contact_request(); return;
      case Deed::kContactAccept: out.mutable_contact_accept(); return;
      case Deed::kContactRemove: out.mutable_contact_remove(); return;
      case Deed::kGift:
        out.mutable_gift()->set_kind(v1::GIFT_KIND_CURRENCY);
        out.mutable_gift()->set_value_minor(event.value);
        out.mutable_gift()->set_currency(event.currency);
        return;
      case Deed::kChannelMove: {
        v1::ChannelMove& move = *out.mutable_channel_move();
        *move.mutable_from() = out.channel();
        move.mutable_from()->set_ephemeral(false);
        move.mutable_to()->set_channel_id("c" + std::to_string(static_cast<int>(event.moves_to)));
        move.mutable_to()->set_kind(static_cast<v1::ChannelKind>(event.moves_to));
        move.mutable_to()->set_ephemeral(event.ephemeral);
        move.set_accepted(true);
        return;
      }
      case Deed::kVoiceCall: out.mutable_call()->set_kind(v1::CALL_KIND_VOICE); return;
      case Deed::kVideoCall: out.mutable_call()->set_kind(v1::CALL_KIND_VIDEO); return;
      case Deed::kBlock: out.mutable_block(); return;
      case Deed::kReport: out.mutable_report(); return;
    }
  }

  void check(const ExpectedCase& expected) {
    const bool needs_actor = expected.kind != SubjectKind::kTarget, needs_target = expected.kind != SubjectKind::kActor;
    for (const auto& [name, needed] : {std::pair{&expected.actor, needs_actor}, std::pair{&expected.target, needs_target}}) {
      if (needed && !is_known(*name)) {
        tell(expected.place, key_,
             "`" + *name + "` is none of the story's accounts" + config::did_you_mean(*name, account_names()));
      }
      if (!needed && !name->empty())
        tell(expected.place, key_, "names `" + *name + "`, which a case of this kind does not; remove it");
    }
    const bool is_event = std::find(story_.names.begin(), story_.names.end(), expected.before) != story_.names.end();
    if (!expected.before.empty() && !is_event) {
      tell(expected.place, key_, "`" + expected.before + "` is no event; name it there with `as: " + expected.before + "`");
    }
    for (const std::string& signal : expected.signals) {
      if (!signal_named(signal) && !signal.starts_with("combination:")) {
        tell(expected.place, key_, "`" + signal + "` is not a signal; docs/signals.md lists them");
      }
    }
  }

  const Node& node_;
  std::string key_;
  Problems& problems_;
  Story story_;
  std::map<std::string, Account> accounts_;
  std::uint32_t mutual_contacts_ = kUnknownCount;
  std::vector<Event> events_;
  bool has_expectation_ = false;
  EventTime now_ = kStart;
};

}  // namespace

std::vector<Story> read_stories(const config::ConfigFile& file, Problems& problems) {
  const Node document = config::parse_yaml(file, problems);
  if (document.kind == Node::Kind::kNull) return {};
  static constexpr std::string_view kKeys[] = {"stories"};
  if (!config::expect_map(document, "", kKeys, problems)) return {};
  const Node* list = document.find("stories");
  if (list == nullptr) return {};
  if (list->kind != Node::Kind::kList) {
    problems.push_back({list->place, "stories", "must be a list of stories"});
    return {};
  }
  std::vector<Story> stories;
  for (const Node& item : list->items) stories.push_back(StoryReader(item, "stories", problems).read());
  return stories;
}

std::vector<config::ConfigFile> shipped_story_files() { return config::embedded_files("config/rules/tests/"); }

}  // namespace pairwatch::rules
