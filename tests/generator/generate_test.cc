// Generated traffic: the same for the same seed, in order of time, mixed as declared, and labelled truthfully.
#include "tools/generator/generate.h"

#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <google/protobuf/struct.pb.h>
#include <google/protobuf/util/delimited_message_util.h>
#include <google/protobuf/util/json_util.h>
#include <gtest/gtest.h>

#include <deque>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "pairwatch/v1/event.pb.h"
#include "processors/core/hash.h"
#include "tools/generator/archetypes.h"

namespace pairwatch::generator {
namespace {

struct Made {
  std::string bytes;
  std::string labels;
  Summary summary;
};

Made made(const Options& options) {
  EXPECT_TRUE(problems_of(options).empty());
  std::ostringstream out, labels;
  const Summary summary = generate(options, out, &labels);
  return {out.str(), labels.str(), summary};
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

/// Hands every event of a run to `take`.
template <typename Take>
void for_each_event(const Options& options, Take take) {
  Options as_protobuf = options;
  as_protobuf.format = Format::kProtobuf;
  const std::string bytes = made(as_protobuf).bytes;
  google::protobuf::io::ArrayInputStream stream(bytes.data(), static_cast<int>(bytes.size()));
  bool clean_end = false;
  v1::InteractionEvent event;
  while (google::protobuf::util::ParseDelimitedFromZeroCopyStream(&event, &stream, &clean_end)) {
    take(event);
    event.Clear();
  }
  EXPECT_TRUE(clean_end);
}

std::deque<v1::InteractionEvent> events_of(const Options& options) {
  std::deque<v1::InteractionEvent> events;
  for_each_event(options, [&](const v1::InteractionEvent& event) { events.push_back(event); });
  return events;
}

Options small() {
  Options options;
  options.pairs = 200;
  options.events = 3000;
  options.risky = 12;
  return options;
}

std::int64_t milliseconds_of(const google::protobuf::Timestamp& time) { return time.seconds() * 1000 + time.nanos() / 1'000'000; }

bool is_minor(const v1::Account& account) { return account.age_band() != 0 && account.age_band() != v1::AGE_BAND_ADULT; }

bool passes(const v1::InteractionEvent& event) {
  return event.actor().age_band() != v1::AGE_BAND_ADULT || event.target().age_band() != v1::AGE_BAND_ADULT;
}

// --- the same everywhere

TEST(Generate, GivesTheSameBytesForTheSameSeed) {
  for (const Format format : {Format::kJson, Format::kProtobuf}) {
    Options options = small();
    options.format = format;
    options.duplicates_per_mille = 20;
    const Made one = made(options), other = made(options);
    EXPECT_EQ(one.bytes, other.bytes);
    EXPECT_EQ(one.labels, other.labels);
    options.seed = 2;
    EXPECT_NE(made(options).bytes, one.bytes);
  }
}

// So that figures measured on "seed 1" can be compared between versions and machines. Whoever changes the traffic on purpose puts
// the new number here and says so in CHANGELOG.md.
TEST(Generate, NeverChangesWhatASeedMeans) {
  const Made traffic = made(small());
  EXPECT_EQ(hash64(traffic.bytes), 2006506632196779792U);
  EXPECT_EQ(hash64(traffic.labels), 9474078850209728076U);
}

TEST(Generate, SaysTheSameInJsonAndProtobuf) {
  Options options = small();
  const std::deque<v1::InteractionEvent> events = events_of(options);
  const std::vector<std::string> lines = lines_of(made(options).bytes);
  ASSERT_EQ(lines.size(), events.size());
  for (std::size_t i = 0; i < lines.size(); ++i) {
    v1::InteractionEvent parsed;
    ASSERT_TRUE(google::protobuf::util::JsonStringToMessage(lines[i], &parsed).ok()) << lines[i];
    ASSERT_EQ(parsed.DebugString(), events[i].DebugString());
  }
}

// --- order and ids

TEST(Generate, GoesInOrderOfTimeWithinItsDays) {
  Options options = small();
  options.days = 10;
  std::int64_t last = options.start.ms;
  for (const auto& event : events_of(options)) {
    ASSERT_GE(milliseconds_of(event.occurred_at()), last) << event.event_id();
    last = milliseconds_of(event.occurred_at());
  }
  EXPECT_LE(last, (options.start + days(10)).ms);
}

TEST(Generate, GivesEachEventAnIdOfItsOwn) {
  std::set<std::string> ids;
  for (const auto& event : events_of(small())) EXPECT_TRUE(ids.insert(event.event_id()).second) << event.event_id();
}

TEST(Generate, RepeatsAsManyEventsAsAsked) {
  Options options = small();
  options.duplicates_per_mille = 100;
  std::map<std::string, std::vector<std::string>> by_id;
  for (const auto& event : events_of(options)) by_id[event.event_id()].push_back(event.SerializeAsString());
  std::size_t repeated = 0;
  for (const auto& [id, copies] : by_id) {
    ASSERT_LE(copies.size(), 2U);
    repeated += copies.size() - 1;
  }
  EXPECT_EQ(repeated, made(options).summary.duplicates);
  EXPECT_NEAR(static_cast<double>(repeated), 0.1 * static_cast<double>(by_id.size()), 0.03 * static_cast<double>(by_id.size()));
}

TEST(Generate, NamesTwoDifferentAccountsWithTheSameAgeEveryTime) {
  std::map<std::string, std::pair<int, int>> ages;
  for (const auto& event : events_of(small())) {
    ASSERT_NE(event.actor().account_id(), event.target().account_id());
    for (const v1::Account* account : {&event.actor(), &event.target()}) {
      const std::pair<int, int> age = {account->age_band(), account->age_assurance()};
      EXPECT_EQ(ages.try_emplace(account->account_id(), age).first->second, age) << account->account_id();
    }
  }
}

// --- the mix

TEST(Generate, MixesKindsAsTheReferenceMixSays) {
  Options options;
  options.pairs = 2000;
  options.events = 40'000;
  std::map<int, double> share;
  for_each_event(options, [&](const auto& event) { share[event.what_case()] += 1.0 / 40'000; });
  EXPECT_NEAR(share[v1::InteractionEvent::kMessage], 0.92, 0.01);
  EXPECT_NEAR(share[v1::InteractionEvent::kContactRequest] + share[v1::InteractionEvent::kContactAccept] +
                  share[v1::InteractionEvent::kContactRemove],
              0.03, 0.005);
  EXPECT_NEAR(share[v1::InteractionEvent::kGift], 0.02, 0.005);
  EXPECT_NEAR(share[v1::InteractionEvent::kChannelMove], 0.02, 0.005);
  EXPECT_NEAR(share[v1::InteractionEvent::kCall], 0.01, 0.004);
}

TEST(Generate, LetsATenthOfPairsPassTheGateUnlessTold) {
  for (const double asked : {0.1, 0.4, 1.0, 0.0}) {
    Options options;
    options.pairs = 3000;
    options.events = 40'000;
    if (asked != 0.1) options.minor_share = asked;
    std::map<std::string, bool> pairs;
    double passing_events = 0;
    for_each_event(options, [&](const auto& event) {
      pairs[event.channel().channel_id()] = passes(event);
      passing_events += passes(event) ? 1.0 / 40'000 : 0;
    });
    double passing_pairs = 0;
    for (const auto& [channel, passing] : pairs) passing_pairs += passing ? 1.0 / static_cast<double>(pairs.size()) : 0;
    EXPECT_NEAR(passing_pairs, asked, 0.02);
    EXPECT_NEAR(passing_events, asked, 0.06) << "of events, too: no single pair decides it";
  }
}

TEST(Generate, SpreadsEventsOverPairsByAPowerLaw) {
  Options options;
  options.pairs = 1000;
  options.events = 100'000;
  std::map<std::string, double> count;
  for_each_event(options, [&](const auto& event) { ++count[event.channel().channel_id()]; });
  // Harmonic number of 1,000 is 7.485: the first pair has 1 / 7.485 of what is drawn, the tenth a tenth of that.
  EXPECT_NEAR(count["c0"] / 100'000, 0.97 / 7.485, 0.01);
  EXPECT_NEAR(count["c9"] / 100'000, 0.97 / 74.85, 0.002);
  EXPECT_NEAR(count["c99"] / 100'000, 0.97 / 748.5, 0.0008);
}

TEST(Generate, LeavesNoOrdinaryAdultAloneWithAMinorWithoutAReason) {
  Options options;
  options.pairs = 2000;
  options.events = 20'000;
  options.minor_share = 1;
  for (const auto& event : events_of(options)) {
    const bool adult_and_minor = event.actor().age_band() == v1::AGE_BAND_ADULT && is_minor(event.target());
    if (adult_and_minor) {
      EXPECT_TRUE(event.has_trusted_relation() || event.mutual_contacts() > 0);
    }
    for (const auto& [label, score] : event.message().label_scores()) {
      EXPECT_LE(score, label == "spam" ? 0.4F : 0.1F) << label;
    }
  }
}

// --- labels

std::vector<google::protobuf::Struct> labels_of(const std::string& text) {
  std::vector<google::protobuf::Struct> labels;
  for (const std::string& line : lines_of(text)) {
    google::protobuf::Struct label;
    EXPECT_TRUE(google::protobuf::util::JsonStringToMessage(line, &label).ok()) << line;
    labels.push_back(label);
  }
  return labels;
}

std::string text_of(const google::protobuf::Struct& label, const std::string& name) {
  const auto at = label.fields().find(name);
  return at == label.fields().end() ? "" : at->second.string_value();
}

TEST(Generate, LabelsEveryRelationItLaysIn) {
  Options options = small();
  options.benign = 7;
  const auto labels = labels_of(made(options).labels);
  ASSERT_EQ(labels.size(), 19U);
  std::set<std::string> archetypes;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    EXPECT_EQ(labels[i].fields().at("risky").bool_value(), i < 12);
    archetypes.insert(text_of(labels[i], "archetype"));
  }
  EXPECT_EQ(archetypes.size(), 19U) << "the archetypes in turn";
}

TEST(Generate, LabelsEventsThatExistInTheirOrderAndOfThoseAccounts) {
  for (const std::uint32_t length : {1U, 30U}) {  // told in a day, or at their own pace
    Options options = small();
    options.days = length;
    options.risky = 2 * risky_archetypes().size();
    options.evasion_share = 0.5;
    std::map<std::string, std::pair<std::size_t, v1::InteractionEvent>> events;
    for (const auto& event : events_of(options)) events[event.event_id()] = {events.size(), event};
    for (const auto& label : labels_of(made(options).labels)) {
      SCOPED_TRACE(label.ShortDebugString());
      const std::string first = text_of(label, "firstContactEventId");
      ASSERT_TRUE(events.contains(first));
      const v1::InteractionEvent& contact = events[first].second;
      const std::string actor = text_of(label, "actorId"), target = text_of(label, "targetId");
      const auto is_about = [&](const v1::InteractionEvent& event) {
        const std::set<std::string> both = {event.actor().account_id(), event.target().account_id()};
        return (actor.empty() || both.contains(actor)) && (target.empty() || both.contains(target));
      };
      EXPECT_EQ(text_of(label, "kind"), target.empty() ? "ACTOR" : actor.empty() ? "TARGET" : "PAIR");
      EXPECT_TRUE(is_about(contact));
      const std::string risky = text_of(label, "riskyFromEventId"), harm = text_of(label, "harmEventId");
      if (!label.fields().at("risky").bool_value()) {
        EXPECT_TRUE(risky.empty() && harm.empty());
        continue;
      }
      if (label.fields().contains("gray")) {
        EXPECT_TRUE(harm.empty()) << "another account goes on";
        continue;
      }
      ASSERT_TRUE(events.contains(risky) && events.contains(harm));
      EXPECT_LT(events[first].first, events[risky].first);
      EXPECT_LT(events[risky].first, events[harm].first);
      EXPECT_TRUE(is_about(events[risky].second) && is_about(events[harm].second));
    }
  }
}

/// Of an account `u<number>`; its rest by four says whose it is, three a relation's.
std::int64_t number_of(const std::string& id) { return id.size() < 2 ? 0 : std::stoll(id.substr(1)); }

TEST(Generate, KeepsAccountsOfRelationsOutOfOrdinaryTraffic) {
  Options options = small();
  const auto labels = labels_of(made(options).labels);
  std::map<std::string, std::set<std::string>> partners;
  for (const auto& event : events_of(options)) {
    partners[event.actor().account_id()].insert(event.target().account_id());
    partners[event.target().account_id()].insert(event.actor().account_id());
  }
  ASSERT_FALSE(labels.empty());
  for (const auto& label : labels) {
    for (const std::string name : {"actorId", "targetId"}) {
      for (const std::string& partner : partners[text_of(label, name)]) {
        EXPECT_GT(number_of(partner), 0);
        EXPECT_EQ(number_of(partner) % 4, 3) << partner << " is of ordinary traffic";
      }
    }
  }
}

TEST(Generate, LaysInTheArchetypesThatAreAskedForOnly) {
  Options options = small();
  options.archetypes = {"circle", "ban_evader", "tutor"};
  options.benign = 2;
  std::map<std::string, int> kinds;
  for (const auto& label : labels_of(made(options).labels)) ++kinds[text_of(label, "archetype") + " " + text_of(label, "kind")];
  EXPECT_EQ(kinds, (std::map<std::string, int>{{"circle TARGET", 6}, {"ban_evader PAIR", 12}, {"tutor PAIR", 2}}));
}

TEST(Generate, EvadesInAsManyRelationsAsAsked) {
  for (const double share : {0.0, 0.5, 1.0}) {
    Options options;
    options.events = 0;
    options.risky = 400;
    options.benign = 40;
    options.evasion_share = share;
    options.archetypes = {"fast_solicitor", "dares", "trader"};
    double evading = 0;
    std::set<std::string> names;
    for (const auto& label : labels_of(made(options).labels)) {
      const std::string evasion = text_of(label, "evasion");
      if (evasion.empty()) continue;
      EXPECT_TRUE(label.fields().at("risky").bool_value()) << "nobody ordinary has a reason to";
      names.insert(evasion);
      evading += label.fields().contains("gray") ? 0 : 1.0 / 400;
    }
    EXPECT_NEAR(evading, share, 0.07);
    if (share > 0) {
      EXPECT_EQ(names.size(), kEvasionCount - 1);
    }
  }
}

TEST(Generate, SpreadsTenantsOverPairsAndRelations) {
  Options options = small();
  options.tenants = 3;
  std::map<std::string, std::set<std::string>> of_channel;
  std::set<std::string> tenants;
  for (const auto& event : events_of(options)) {
    tenants.insert(event.tenant());
    of_channel[event.actor().account_id() + event.channel().channel_id()].insert(event.tenant());
  }
  EXPECT_EQ(tenants, (std::set<std::string>{"t0", "t1", "t2"}));
  for (const auto& [channel, seen] : of_channel) EXPECT_EQ(seen.size(), 1U) << channel;
}

// --- limits

TEST(GenerateOptions, AreRefusedWithTheirFlag) {
  const auto refused = [](auto change) {
    Options options;
    change(options);
    return problems_of(options).size() == 1;
  };
  EXPECT_TRUE(problems_of(Options{}).empty());
  EXPECT_TRUE(refused([](Options& o) { o.pairs = 0; }));
  EXPECT_TRUE(refused([](Options& o) { o.days = 0; }));
  EXPECT_TRUE(refused([](Options& o) { o.minor_share = 1.5; }));
  EXPECT_TRUE(refused([](Options& o) { o.duplicates_per_mille = 1001; }));
  EXPECT_TRUE(refused([](Options& o) { o.network_text = true; }));
  EXPECT_TRUE(refused([](Options& o) { o.start = kLatestEventTime; }));
  EXPECT_TRUE(refused([](Options& o) { o.archetypes = {"no_such_thing"}; }));
  EXPECT_TRUE(refused([](Options& o) { o.evasion_share = 1.1; }));
  EXPECT_TRUE(refused([](Options& o) { o.tenants = 0; }));
}

TEST(Generate, WritesNothingForNoEvents) {
  Options options;
  options.events = 0;
  EXPECT_EQ(made(options).bytes, "");
}

TEST(Generate, SaysThatItsOutputCannotBeWritten) {
  std::ostringstream out;
  out.setstate(std::ios::badbit);
  EXPECT_THROW(generate(small(), out, nullptr), std::runtime_error);
}

}  // namespace
}  // namespace pairwatch::generator
