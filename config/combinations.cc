#include "config/combinations.h"

#include <algorithm>

#include "config/expression.h"
#include "processors/relationship/features.h"

namespace pairwatch::config {
namespace {

constexpr std::size_t kLongestName = 48;
constexpr std::size_t kLongestSentence = 160;
constexpr double kMostLogOdds = 20;

constexpr Choice<RuleState> kStates[] = {{"live", RuleState::kLive}, {"shadow", RuleState::kShadow}, {"off", RuleState::kOff}};
constexpr Choice<Severity> kSeverities[] = {
    {"none", Severity::kNone}, {"WATCH", Severity::kWatch}, {"REVIEW", Severity::kReview}, {"URGENT", Severity::kUrgent}};
constexpr Choice<Stage> kStages[] = {{"none", Stage::kNone},
                                     {"targeting", Stage::kTargeting},
                                     {"gaining_trust", Stage::kGainingTrust},
                                     {"filling_a_need", Stage::kFillingANeed},
                                     {"isolating", Stage::kIsolating},
                                     {"sexualizing", Stage::kSexualizing},
                                     {"maintaining_control", Stage::kMaintainingControl}};

/// Without the line breaks of a block.
std::string one_line(std::string text) {
  std::replace(text.begin(), text.end(), '\n', ' ');
  text.erase(text.find_last_not_of(' ') + 1);
  return text;
}

/// The condition, compiled where it is read.
Value condition(Combination& combination) {
  return {.read =
              [&combination](const Node& node, const std::string& key, Reading& reading) {
                if (node.kind != Node::Kind::kScalar) {
                  const std::string what(kind_name(node.kind));
                  reading.problems.push_back({node.place, key, "is " + what + "; write a condition, for instance gift_count >= 1"});
                  return;
                }
                combination.when = one_line(node.text);
                ExpressionResult compiled = compile_expression(node.text);
                if (compiled.problem) {
                  reading.problems.push_back({place_within(node, compiled.problem->offset), key, compiled.problem->message});
                  return;
                }
                combination.program = std::move(compiled.program);
              },
          .show = [&combination](int) { return written(combination.when); }};
}

/// `subject`: what it goes on after. Empty only where another may stand for it.
Value sentence(std::string& variable, bool may_be_empty, const std::string& subject, const std::string& example) {
  return {.read =
              [&variable, may_be_empty, subject, example](const Node& node, const std::string& key, Reading& reading) {
                const auto text = read_string(node, key, reading.problems);
                if (!text) return;
                const bool is_clause = !text->empty() && text->size() <= kLongestSentence && (*text)[0] >= 'a' &&
                                       (*text)[0] <= 'z' && text->find_first_of(".!?") == std::string::npos;
                if (is_clause || (may_be_empty && text->empty())) {
                  variable = *text;
                  return;
                }
                reading.problems.push_back({node.place, key,
                                            "must go on after \"" + subject +
                                                "\": begin with a small letter, without a full stop, at most 160 characters; for "
                                                "instance `" +
                                                example + "`"});
              },
          .show = [&variable](int) { return written(variable); }};
}

Section table_of(Combination& combination) {
  Section table;
  table.add("number", whole(combination.number, 1, kCombinationLimit), "");
  table.add("state", choice(combination.state, kStates), "");
  table.add("when", condition(combination), "");
  table.add("weight", number(combination.weight, 0, kMostLogOdds), "");
  table.add("at_least", choice(combination.at_least, kSeverities), "");
  table.add("stage", choice(combination.stage, kStages), "");
  table.add("peer_share", number(combination.peer_share, 0, 1), "");
  table.add("sentence", sentence(combination.sentence, false, "the account", "gave something within an hour of meeting"), "");
  table.add("sentence_es", sentence(combination.sentence_es, true, "la cuenta", "dio algo a la hora de conocerse"), "");
  return table;
}

bool is_name(std::string_view name) {
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; };
  return !name.empty() && name.size() <= kLongestName && name[0] >= 'a' && name[0] <= 'z' &&
         std::all_of(name.begin(), name.end(), is_letter);
}

void read_one(const Entry& entry, const std::string& full, std::vector<Combination>& all, Reading& reading) {
  reading.places[full] = entry.place;
  const auto known = std::find_if(all.begin(), all.end(), [&](const Combination& one) { return one.name == entry.key; });
  if (entry.value.kind == Node::Kind::kNull) {
    if (known != all.end()) all.erase(known);
    return;
  }
  if (!is_name(entry.key)) {
    reading.problems.push_back(
        {entry.place, full, "is not a name; begin with a letter, and use a to z, 0 to 9 and _ (at most 48)"});
    return;
  }
  if (signal_named(entry.key) || relationship::feature_named(entry.key)) {
    reading.problems.push_back({entry.place, full, "is the name of a signal or feature; give it another name"});
    return;
  }
  Combination one = known == all.end() ? Combination{} : *known;
  one.name = entry.key;
  table_of(one).read(entry.value, full, reading);
  if (known == all.end()) {
    all.push_back(std::move(one));
  } else {
    *known = std::move(one);
  }
}

}  // namespace

Value combinations(std::vector<Combination>& variable) {
  const auto read = [&variable](const Node& node, const std::string& key, Reading& reading) {
    if (node.kind == Node::Kind::kNull) return;
    if (node.kind != Node::Kind::kMap) {
      reading.problems.push_back(
          {node.place, key, "must be a map of combinations by name; write `name: {number: 1, when: ...}`, or {}"});
      return;
    }
    for (const Entry& entry : node.entries) read_one(entry, key + "." + entry.key, variable, reading);
    std::sort(variable.begin(), variable.end(), [](const Combination& a, const Combination& b) {
      return a.number != b.number ? a.number < b.number : a.name < b.name;
    });
  };
  const auto show = [&variable](int indent) {
    if (variable.empty()) return std::string("{}");
    std::string map;
    for (const Combination& combination : variable) {
      Combination copy = combination;
      map += "\n" + std::string(static_cast<std::size_t>(indent), ' ') + combination.name + ":\n" +
             table_of(copy).as_yaml(false, indent + 2);
      map.pop_back();  // the last newline is the caller's
    }
    return map;
  };
  return {.read = read,
          .show = show,
          .is_map = true,
          .fields = {"number", "state", "when", "weight", "at_least", "stage", "peer_share", "sentence", "sentence_es"}};
}

void check_combinations(const std::vector<Combination>& combinations,
                        const std::function<void(const std::string& key, const std::string& message)>& tell) {
  for (std::size_t i = 0; i < combinations.size(); ++i) {
    const Combination& one = combinations[i];
    const std::string key = "rules.combinations." + one.name;
    if (one.number == 0) {
      tell(key + ".number", "is missing; give it one from 1 to 16 that no combination had before: what is remembered goes by it");
    } else if (i > 0 && combinations[i - 1].number == one.number) {
      tell(key + ".number", "is that of `" + combinations[i - 1].name + "` too; give it one of its own, from 1 to 16");
    }
    if (one.when.empty()) tell(key + ".when", "is missing; write a condition, for instance gift_count >= 1");
    if (one.sentence.empty()) tell(key + ".sentence", "is missing; write what follows \"the account\" in the explanation");
    if (one.weight <= 0 && one.at_least == Severity::kNone) {
      tell(key + ".weight", "is 0 and at_least sets no severity, so it would decide nothing; give one of the two");
    }
  }
}

}  // namespace pairwatch::config
