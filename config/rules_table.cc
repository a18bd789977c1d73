// Long because every rule has its line: one table, in the order of the rule files.
// The rule set as a table: gate, signals, weights, thresholds.
#include <algorithm>

#include "config/combinations.h"
#include "config/tables.h"

namespace pairwatch::config {
namespace {

constexpr Choice<GateVerdict> kVerdicts[] = {
    {"dropped", GateVerdict::kDropped},
    {"context", GateVerdict::kContext},
    {"judged", GateVerdict::kJudged},
    {"judged_lower", GateVerdict::kJudgedLower},
    {"judged_lowest", GateVerdict::kJudgedLowest},
    {"judged_peer", GateVerdict::kJudgedPeer},
    {"judged_assured", GateVerdict::kJudgedAssured},
};
// Between two accounts known as adults nothing is ever judged, whatever the rules say.
constexpr Choice<GateVerdict> kVerdictsBetweenAdults[] = {{"dropped", GateVerdict::kDropped}, {"context", GateVerdict::kContext}};

constexpr Choice<RuleState> kStates[] = {{"live", RuleState::kLive}, {"shadow", RuleState::kShadow}, {"off", RuleState::kOff}};

constexpr struct {
  std::string_view name;
  AgeClass age;
  std::string_view meaning;
} kAges[] = {
    {"adult", AgeClass::kAdult, "What an adult does towards ..."},
    {"unknown", AgeClass::kUnknown, "What an account of unknown age does towards ..."},
    {"minor", AgeClass::kMinorSelfDeclared, "What a minor by its own word does towards ..."},
    {"assured_minor", AgeClass::kMinorAssured, "What a minor whose age was estimated or verified does towards ..."},
};

constexpr double kMostLogOdds = 20;
constexpr Duration kShortest = seconds(1);
constexpr Duration kLongest = days(3650);

Value weight(double& variable) { return number(variable, 0, kMostLogOdds); }
Value prior(double& variable) { return number(variable, -kMostLogOdds, 0); }
Value span(Duration& variable) { return duration(variable, kShortest, kLongest); }
Value count(std::uint32_t& variable) { return whole(variable, 1, 1'000'000); }
Value strength(double& variable) { return number(variable, 0, 100); }

void describe(Section& table, Gate& gate) {
  for (const auto& actor : kAges) {
    Section& row = table.section(std::string(actor.name), std::string(actor.meaning));
    for (const auto& target : kAges) {
      GateVerdict& verdict = gate.verdicts[static_cast<int>(actor.age)][static_cast<int>(target.age)];
      const bool between_adults = actor.age == AgeClass::kAdult && target.age == AgeClass::kAdult;
      row.add(std::string(target.name), between_adults ? choice(verdict, kVerdictsBetweenAdults) : choice(verdict, kVerdicts), "");
    }
  }
}

void describe(Section& table, SignalRule& rule) {
  table.add("state", choice(rule.state, kStates),
            "live: counts; shadow: evaluated and counted in metrics only; off: not evaluated");
  table.add("weight", weight(rule.weight), "log-odds for strength 1");
  table.add("cap", weight(rule.cap), "most it can ever contribute, log-odds");
  table.add("half_life", span(rule.half_life), "how fast what was seen fades, in event time");
  table.add("peer_share", number(rule.peer_share, 0, 1), "of weight and cap, where both may be minors");
  table.add("for_assured_minors", flag(rule.for_assured_minors), "also where an assured minor acts towards a minor");
  table.add("reaches_stage", flag(rule.reaches_stage), "whether it counts as its stage reached: not what everyday life is full of");
}

void describe(Section& table, relationship::StrangerContactRule& rule) {
  table.add("max_mutual_contacts", whole(rule.max_mutual_contacts, 0, 1000), "a stranger has at most this many contacts in common");
  table.add("unknown_mutual_strength", strength(rule.unknown_mutual_strength),
            "strength where that number is unknown; 1 where it is known");
}

void describe(Section& table, relationship::FriendOfFriendRule& rule) {
  table.add("most_mutual_contacts", whole(rule.most_mutual_contacts, 1, 1000),
            "at most this many contacts in common when they met, all of them recent ones of the actor");
}

void describe(Section& table, relationship::NewAccountRule& rule) {
  table.add("account_is_new", span(rule.account_is_new), "at most this old at first contact, to the day");
}

void describe(Section& table, relationship::PublicToPrivateRule& rule) {
  table.add("within", span(rule.within), "from the first meeting, in a public room, to a private place");
}

void describe(Section& table, relationship::AttentionRampRule& rule) {
  table.add("known_for", span(rule.known_for), "from then on a rise can be told from a beginning");
  table.add("messages_per_day", number(rule.messages_per_day, 1, 100'000),
            "faded count at half-life one day from which on it counts");
  table.add("rise", number(rule.rise, 1, 14), "the last day against what the last fortnight would give if it were even");
  table.add("one_sided_ratio", number(rule.one_sided_ratio, 1, 1000), "at least this many times what comes back");
  table.add("night_from", whole(rule.night_from, 0, 23), "hour at the other's place, where its offset from UTC is known ...");
  table.add("night_until", whole(rule.night_until, 0, 23), "... to this hour");
  table.add("night_share", number(rule.night_share, 0, 1), "where this share of the messages came at night ...");
  table.add("night_strength", strength(rule.night_strength), "... the strength is this; else 1");
}

void describe(Section& table, relationship::ImageSentRule& rule) {
  table.add("contact_is_recent", span(rule.contact_is_recent), "an image from a contact older than this says nothing");
}

void describe(Section& table, relationship::VideoCallRule& rule) {
  table.add("contact_is_recent", span(rule.contact_is_recent), "a video call with a contact older than this says nothing");
}

void describe(Section& table, relationship::RecontactRule& rule) {
  table.add("grace", duration(rule.grace, milliseconds(0), days(1)), "what was on its way when the other refused");
  table.add("removed_strength", strength(rule.removed_strength), "where the contact was removed or refused, never blocked");
  table.add("answered_strength", strength(rule.answered_strength), "times this where the other has reached out since");
}

void describe(Section& table, relationship::MessageBurstRule& rule) {
  table.add("contact_is_new", span(rule.contact_is_new), "a contact is new for this long");
  table.add("messages_per_day", number(rule.messages_per_day, 1, 100'000),
            "faded count with half-life one day from which on it is a burst: strength 1");
  table.add("most_strength", strength(rule.most_strength), "twice the messages: strength 2, and so on up to this");
}

void describe(Section& table, relationship::GiftRule& rule) {
  table.add("contact_is_recent", span(rule.contact_is_recent), "gifts from a contact younger than this count ...");
  table.add("one_sided_ratio", number(rule.one_sided_ratio, 1, 1000),
            "... and from an older one that gave at least this many times what it got");
  table.add("large_value_minor", whole(rule.large_value_minor, 1, 1'000'000'000'000),
            "a gift of this value, in the currency's smallest unit, counts twice");
}

void describe(Section& table, relationship::GiftEscalationRule& rule) {
  table.add("least_count", whole(rule.least_count, 2, 1000), "gifts in one currency");
  table.add("growth", number(rule.growth, 1, 1000), "latest against first, and largest against first");
}

void describe(Section& table, relationship::FlatteryRule& rule) {
  table.add("least_count", count(rule.least_count), "compliments from which on they count");
}

void describe(Section& table, relationship::PaymentForImagesRule& rule) {
  table.add("days_apart", whole(rule.days_apart, 0, 7), "days of UTC between gift and image; 0: on the same day");
  table.add("each_further_strength", strength(rule.each_further_strength),
            "strength 1 for the first day on which it shows, this for each further");
}

void describe(Section& table, relationship::BlackmailRule& rule) {
  table.add("days_after", whole(rule.days_after, 0, 30), "days of UTC from a threat to a gift of the one who was threatened");
}

void describe(Section& table, relationship::InstantSolicitationRule& rule) {
  table.add("within", span(rule.within), "of the first contact of the two");
  table.add("known_contact_strength", strength(rule.known_contact_strength),
            "where the two are known to have had contacts in common when they met");
}

void describe(Section& table, relationship::RapidStageProgressRule& rule) {
  table.add("within", span(rule.within), "that many stages first reached within this time: strength 1");
  table.add("stages", whole(rule.stages, 2, kStageCount - 1), "how many");
  table.add("most_strength", strength(rule.most_strength), "each further stage adds a half, up to this");
}

void describe(Section& table, relationship::StageBreadthRule& rule) {
  table.add("from_stages", whole(rule.from_stages, 1, kStageCount - 1),
            "strength 1 at this many stages, one more for each further");
}

void describe(Section& table, escalation::ScattergunRule& rule) {
  table.add("window", span(rule.window), "how far back an actor's first contacts count");
  table.add("least_targets", count(rule.least_targets), "distinct minors, first contacted in the window by a stranger: strength 1");
  table.add("most_targets", count(rule.most_targets), "strength 2; in between linear");
  table.add("low_response_rate", number(rule.low_response_rate, 0, 1), "where at most this share accepted or replied ...");
  table.add("low_response_factor", number(rule.low_response_factor, 1, 10), "... the strength is multiplied by this");
}

void describe(Section& table, escalation::CopiedOpeningRule& rule) {
  table.add("window", span(rule.window), "how far back first words count");
  table.add("least_targets", whole(rule.least_targets, 2, 1'000'000),
            "distinct minors, strangers all, who got the same: strength 1");
  table.add("most_targets", count(rule.most_targets), "strength 2; in between linear");
}

void describe(Section& table, escalation::AttentionSkewRule& rule) {
  table.add("least_activity", whole(rule.least_activity, escalation::kLeastActivity, 1'000'000),
            "interactions with the one, told at each doubling");
  table.add("least_share", number(rule.least_share, 0, 1), "of all that the account did until then");
  table.add("least_targets", whole(rule.least_targets, 2, 1000), "accounts reached until then: of one or two any is most");
  table.add("quiet_activity", whole(rule.quiet_activity, 1, escalation::kLeastActivity),
            "what one counts for with whom there were fewer than 16");
}

void describe(Section& table, escalation::PeerImpersonationRule& rule) {
  table.add("window", span(rule.window), "how far back an account's first contacts count");
  table.add("least_targets", whole(rule.least_targets, 2, 1'000'000),
            "distinct minors, none of whom had contacts in common with it: strength 1");
  table.add("most_targets", count(rule.most_targets), "strength 2; in between linear");
}

void describe(Section& table, escalation::BlockedRule& rule) {
  table.add("window", span(rule.window), "how far back blocks and reports count, over all targets of the actor");
  table.add("least_targets", count(rule.least_targets),
            "distinct minors that blocked or reported: strength 1, one more for each further");
}

void describe(Section& table, target::MultipleRiskyAdultsRule& rule) {
  table.add("window", span(rule.window), "how long after its newest risk an account still counts");
  table.add("least_risk", number(rule.least_risk, 0, 1), "of a pair alone, from which an account without a case counts at all");
  table.add("mild_share", number(rule.mild_share, 0, 1), "... and how much, beside 1 for one with a case");
}

void describe(Section& table, relationship::Priors& priors) {
  table.add("judged", prior(priors.judged), "adult towards minor; -5 is a probability of 0.7 %");
  table.add("judged_lower", prior(priors.judged_lower), "one age unknown");
  table.add("judged_lowest", prior(priors.judged_lowest), "both ages unknown");
  table.add("judged_peer", prior(priors.judged_peer), "self-declared minor towards minor or unknown");
  table.add("judged_assured", prior(priors.judged_assured), "assured minor towards minor");
}

void describe(Section& table, relationship::ProtectiveRules& rules) {
  table.add("many_mutual_contacts", count(rules.many_mutual_contacts), "from this many contacts in common on ...");
  table.add("many_mutual_contacts_weight", weight(rules.many_mutual_contacts_weight), "... this much is taken off the log-odds");
  table.add("long_history", span(rules.long_history), "a pair known this long ...");
  table.add("reciprocal_count", count(rules.reciprocal_count), "... with this many interactions each way ...");
  table.add("long_history_weight", weight(rules.long_history_weight), "... has this much taken off the log-odds");
}

void describe(Section& table, relationship::DirectRules& rules) {
  table.add("blackmail", flag(rules.blackmail), "blackmail; between possible minors never on one text alone");
  table.add("meetup", flag(rules.meetup),
            "a meeting proposed by an adult or an unknown age, with no contacts in common or another stage reached");
  table.add("least_strength", strength(rules.least_strength), "of what was seen, faded");
}

void describe(Section& table, relationship::NewsRule& rule) {
  table.add("floor_log_odds", number(rule.floor_log_odds, -kMostLogOdds, kMostLogOdds), "below it nothing is told to escalation");
  table.add("peer_floor_log_odds", number(rule.peer_floor_log_odds, -kMostLogOdds, kMostLogOdds),
            "the same where a minor by its own word acts: its account may befriend many it does not know");
  table.add("step_log_odds", number(rule.step_log_odds, 0, kMostLogOdds),
            "a rise by this much since the last telling is news; so is a new signal or stage");
  table.add("renewal", span(rule.renewal),
            "a risk that lasts is told again with the first event of each such span of event time, ...");
  table.add("renewal_log_odds", number(rule.renewal_log_odds, -kMostLogOdds, kMostLogOdds), "... while it is at least this");
}

void describe(Section& table, SeverityRules& rules) {
  table.add("watch", number(rules.watch, 0, 1), "risk (0 to 1) from which on a case is WATCH");
  table.add("review", number(rules.review, 0, 1), "... REVIEW");
  table.add("urgent", number(rules.urgent, 0, 1), "... URGENT");
  table.add("update_step", number(rules.update_step, 0, 1), "within a severity, a rise in risk by less than this is not news");
}

void describe(Section& table, escalation::ActorCaseRule& rule) {
  table.add("prior", prior(rule.prior), "log-odds of an ACTOR case before any evidence");
  table.add("review_case_weight", weight(rule.review_case_weight), "log-odds for each PAIR case of the actor at REVIEW or above");
  table.add("review_case_cap", weight(rule.review_case_cap), "most they contribute together");
}

void describe(Section& table, target::TargetCaseRule& rule) {
  table.add("prior", prior(rule.prior), "log-odds of a TARGET case before any evidence");
  table.add("review_case_weight", weight(rule.review_case_weight), "log-odds for each account with a PAIR case at REVIEW or above");
  table.add("review_case_cap", weight(rule.review_case_cap), "most they contribute together");
}

void describe(Section& table, StandDownRules& rules) {
  table.add("risk", number(rules.risk, 0, 1),
            "below it a risk has faded; well below severity.watch, so that a case does not blink");
  table.add("quiet_watch", span(rules.quiet_watch), "how long nothing is heard of a WATCH before it stands down");
  table.add("quiet_review", span(rules.quiet_review), "... of a REVIEW");
  table.add("quiet_urgent", span(rules.quiet_urgent), "... of an URGENT");
  table.add("longest", span(rules.longest), "... and of any, whatever its risk");
}

void describe(Section& table, DecisionRules& rules) {
  table.add("snooze", span(rules.snooze), "a dismissed case stays quiet for this long, where the decision does not say until when");
  table.add("longest_snooze", span(rules.longest_snooze), "... and at most this long, whatever it says");
  table.add("dismissed_share", number(rules.dismissed_share, 0, 1),
            "what the signals of a dismissed case still weigh, for its subject only");
  table.add("confirmed_is_direct", flag(rules.confirmed_is_direct),
            "an earlier confirmed case of the account and sexual content or images are URGENT");
}

void describe(Section& table, PriorityRules& rules) {
  const auto points = [](double& variable) { return number(variable, 0, 100); };
  table.add("watch_base", points(rules.watch_base), "where a WATCH starts in the queue, 0 to 100");
  table.add("review_base", points(rules.review_base), "... a REVIEW");
  table.add("urgent_base", points(rules.urgent_base), "... an URGENT");
  table.add("risk_weight", points(rules.risk_weight), "times risk, added");
  table.add("vulnerability_bonus", points(rules.vulnerability_bonus), "added where the platform marked the target as vulnerable");
  table.add("under_13_bonus", points(rules.under_13_bonus), "added where the target is under 13");
  table.add("speed_bonus", points(rules.speed_bonus), "added where first contact and case lie within `fast`");
  table.add("fast", span(rules.fast), "");
}

/// `label: signal`, kept in the order in which labels came; `label: null` removes one.
Value label_signals(std::vector<intake::LabelRule>& rules) {
  const auto read = [&rules](const Node& node, const std::string& key, Reading& reading) {
    if (node.kind != Node::Kind::kMap) {
      reading.problems.push_back({node.place, key, "must be a map; write `label: signal`"});
      return;
    }
    std::vector<std::string_view> names;
    for (const SignalInfo& signal : all_signals()) names.push_back(signal.name);
    for (const Entry& entry : node.entries) {
      std::erase_if(
          rules, [&](const intake::LabelRule& rule) { return entry.value.kind == Node::Kind::kNull && rule.label == entry.key; });
      if (entry.value.kind == Node::Kind::kNull) continue;
      const auto index = read_choice(entry.value, key + "." + entry.key, names, reading.problems);
      if (!index) continue;
      const Signal signal = all_signals()[*index].signal;
      const auto known =
          std::find_if(rules.begin(), rules.end(), [&](const intake::LabelRule& rule) { return rule.label == entry.key; });
      if (known == rules.end()) {
        rules.push_back({entry.key, signal});
      } else {
        known->signal = signal;
      }
    }
  };
  const auto show = [&rules](int indent) {
    std::string map;
    for (const intake::LabelRule& rule : rules) {
      map += "\n" + std::string(static_cast<std::size_t>(indent), ' ') + written(rule.label) + ": " +
             std::string(info(rule.signal).name);
    }
    return map.empty() ? std::string("{}") : map;
  };
  return {.read = read, .show = show, .is_map = true};
}

}  // namespace

void describe_rules(Section& table, Settings& settings) {
  relationship::RelationshipRules& pair = settings.relationship.rules;
  escalation::EscalationRules& actor = settings.escalation.rules;
  target::TargetRules& minor = settings.target.rules;

  table.add("version", text(actor.version), "Name of this rule set, told in every escalation beside its hash");
  describe(table.section("gate", "Who is judged towards whom: rows act, columns are acted upon"), pair.gate);

  Section& labels = table.section("labels", "What the platform's own classifiers say");
  labels.add("least_score", number(pair.labels.least_score, 0, 1), "a label counts from this score on; its strength is the score");
  labels.add("signals", label_signals(settings.intake.labels), "which label speaks for which signal; other labels are ignored");

  Section& signals = table.section("signals", "How each signal weighs");
  for (const SignalInfo& signal : all_signals())
    describe(signals.section(std::string(signal.name)), pair.signals.of(signal.signal));
  describe(signals.section("stranger_contact"), pair.stranger_contact);
  describe(signals.section("scattergun"), actor.scattergun);
  describe(signals.section("copied_opening"), actor.copied_opening);
  describe(signals.section("attention_skew"), actor.attention_skew);
  describe(signals.section("peer_impersonation"), actor.peer_impersonation);
  describe(signals.section("message_burst_new_contact"), pair.message_burst);
  describe(signals.section("gift"), pair.gift);
  describe(signals.section("gift_escalation"), pair.gift_escalation);
  describe(signals.section("flattery"), pair.flattery);
  describe(signals.section("friend_of_friend_contact"), pair.friend_of_friend_contact);
  describe(signals.section("new_account"), pair.new_account);
  describe(signals.section("public_to_private_origin"), pair.public_to_private_origin);
  describe(signals.section("attention_ramp"), pair.attention_ramp);
  describe(signals.section("image_sent"), pair.image_sent);
  describe(signals.section("video_call"), pair.video_call);
  describe(signals.section("recontact_after_block"), pair.recontact_after_block);
  describe(signals.section("payment_for_images"), pair.payment_for_images);
  describe(signals.section("blackmail_money"), pair.blackmail_money);
  describe(signals.section("blocked_or_reported"), actor.blocked);
  describe(signals.section("instant_solicitation"), pair.instant_solicitation);
  describe(signals.section("multiple_risky_adults"), minor.multiple_risky_adults);
  describe(signals.section("rapid_stage_progress"), pair.rapid_stage_progress);
  describe(signals.section("stage_breadth"), pair.stage_breadth);

  table.add("combinations", combinations(pair.combinations), "What several features and signals of a pair say together, by name");
  describe(table.section("priors", "Log-odds of a pair before any evidence, by the gate's verdict"), pair.priors);
  describe(table.section("protective", "What takes risk off"), pair.protective);
  describe(table.section("direct_rules", "What is URGENT by its kind, whatever the score"), pair.direct);
  describe(table.section("news", "When relationship tells escalation"), pair.news);
  describe(table.section("severity", "From risk to severity"), actor.severity);
  describe(table.section("actor_case", "Cases about an account as a whole"), actor.actor_case);
  describe(table.section("target_case", "Cases about a minor with several risky contacts"), minor.target_case);
  describe(table.section("stand_down", "When a case stands down by itself"), actor.stand_down);
  describe(table.section("decisions", "What moderators' decisions do"), actor.decisions);
  describe(table.section("priority", "What orders a queue, 0 to 100"), actor.priority);
}

void share_rules(Settings& settings) {
  settings.intake.gate = settings.relationship.rules.gate;
  escalation::EscalationRules& actor = settings.escalation.rules;
  target::TargetRules& minor = settings.target.rules;
  actor.signals = minor.signals = settings.relationship.rules.signals;
  actor.told_risk = minor.multiple_risky_adults.least_risk;
  minor.severity = actor.severity;
  minor.stand_down = actor.stand_down;
  minor.decisions = actor.decisions;
  minor.priority = actor.priority;
  minor.version = actor.version;
  actor.combinations = settings.relationship.rules.combinations;
}

void check_rules(const Settings& settings, Reading& reading) {
  const auto tell = [&](const std::string& key, const std::string& message) {
    auto found = reading.places.find(key);
    if (found == reading.places.end())
      found = reading.places.find(key.substr(0, key.rfind('.')));  // where its section was last set
    reading.problems.push_back({found == reading.places.end() ? Place{"the rule set"} : found->second, key, message});
  };
  const SeverityRules& severity = settings.escalation.rules.severity;
  if (severity.review <= severity.watch) tell("rules.severity.review", "is not above severity.watch; raise it or lower watch");
  if (severity.urgent <= severity.review) tell("rules.severity.urgent", "is not above severity.review; raise it or lower review");

  const escalation::EscalationRules& actor = settings.escalation.rules;
  const escalation::ScattergunRule& scattergun = actor.scattergun;
  const auto check_span = [&](const std::string& signal, std::uint32_t least, std::uint32_t most) {
    if (most > least) return;
    tell("rules.signals." + signal + ".most_targets", "is not above least_targets; raise it or lower least_targets");
  };
  check_span("scattergun", scattergun.least_targets, scattergun.most_targets);
  check_span("copied_opening", actor.copied_opening.least_targets, actor.copied_opening.most_targets);
  check_span("peer_impersonation", actor.peer_impersonation.least_targets, actor.peer_impersonation.most_targets);
  for (const SignalInfo& signal : all_signals()) {
    const SignalRule& rule = settings.relationship.rules.signals.of(signal.signal);
    const std::string key = "rules.signals." + std::string(signal.name);
    if (rule.cap < rule.weight)
      tell(key + ".cap", "is below the weight, which could then never be reached; raise the cap or lower the weight");
  }
  check_combinations(settings.relationship.rules.combinations, tell);
  const auto check_review_cases = [&](const std::string& section, double weight, double cap) {
    if (cap >= weight) return;
    tell("rules." + section + ".review_case_cap",
         "is below review_case_weight, which could then never be reached; raise it or lower the weight");
  };
  const target::TargetCaseRule& target_case = settings.target.rules.target_case;
  check_review_cases("actor_case", actor.actor_case.review_case_weight, actor.actor_case.review_case_cap);
  check_review_cases("target_case", target_case.review_case_weight, target_case.review_case_cap);
}

}  // namespace pairwatch::config
