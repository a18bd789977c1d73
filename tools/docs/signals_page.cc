#include "tools/docs/signals_page.h"

#include <algorithm>

#include "config/load.h"
#include "config/reader.h"
#include "config/tables.h"
#include "processors/core/check.h"
#include "processors/core/signal.h"
#include "processors/relationship/features.h"
#include "processors/relationship/signals.h"
#include "tools/docs/signal_notes.h"

namespace pairwatch::docs {
namespace {

using config::Section;
using config::ShownSetting;

constexpr std::string_view kHead = R"(# What is seen

Made from the program's own tables by `signals_page`; a test fails where it is stale. Numbers are those of the shipped rule set.

A **signal** is a behaviour that speaks for a stage. Its contribution to the log-odds of risk is at most `cap`, else `weight` times its strength:
what was seen, faded with the half-life in event time. **Peers** is the share of both where both may be minors. A signal that needs a field
which an event does not carry is silent, never wrong. None infers sexuality, gender, origin or health; sexual content is only ever a number of the
platform's classifier.

Sources: **Z** ZEPETO's guide after Darkness to Light; **B** Biometrica on the ICMEC report; **I** INHOPE focus group 2022; **K** Kaspersky;
**H** the Hungarian Safer Internet page.
)";

constexpr std::string_view kStages[] = {"Of no stage of their own",
                                        "Choosing a child (TARGETING)",
                                        "Gaining trust (GAINING_TRUST)",
                                        "Filling a need (FILLING_A_NEED)",
                                        "Isolating (ISOLATING)",
                                        "Sexualizing (SEXUALIZING)",
                                        "Maintaining control (MAINTAINING_CONTROL)"};

/// What every signal has; told in one line.
bool is_common(const std::string& name) {
  static const std::string kCommon[] = {"state", "weight", "cap", "half_life", "peer_share", "for_assured_minors", "reaches_stage"};
  return std::find(std::begin(kCommon), std::end(kCommon), name) != std::end(kCommon);
}

std::string value_of(const std::vector<ShownSetting>& settings, std::string_view name) {
  const auto found = std::find_if(settings.begin(), settings.end(), [&](const ShownSetting& one) { return one.name == name; });
  check(found != settings.end(), "every signal has the settings that all have");
  return found->value;
}

bool is_of_pair(Signal signal) {
  const auto rows = relationship::signal_rows();
  return std::any_of(rows.begin(), rows.end(), [&](const relationship::SignalRow& row) { return row.signal == signal; });
}

std::string parameters(const std::vector<ShownSetting>& settings) {
  std::string list;
  for (const ShownSetting& setting : settings) {
    if (is_common(setting.name)) continue;
    list += "- `" + setting.name + ": " + setting.value + "`" + (setting.meaning.empty() ? "" : " " + setting.meaning) + "\n";
  }
  return list.empty() ? list : "\n" + list;
}

std::string signal_text(const SignalInfo& signal, const Section& rules) {
  const SignalNote* note = note_of(signal.name);
  check(note != nullptr, ("signal " + std::string(signal.name) + " has no note; write one in tools/docs/signal_notes.cc").c_str());
  const std::vector<ShownSetting> settings = rules.shown({"signals", std::string(signal.name)});
  std::string text = "\n### `" + std::string(signal.name) + "`\n\n" + std::string(note->sees) + "\\\n**Why:** " +
                     std::string(note->why) + " (" + std::string(note->sources) + ")\\\n**Not seen:** " + std::string(note->blind) +
                     "\n\n";
  text += "`" + value_of(settings, "state") + "`, weight " + value_of(settings, "weight") + ", cap " + value_of(settings, "cap") +
          ", half-life " + value_of(settings, "half_life") + ", peers " + value_of(settings, "peer_share");
  if (value_of(settings, "for_assured_minors") == "true") text += ", also by minors of checked age";
  if (value_of(settings, "reaches_stage") == "false") text += ", reaches no stage";
  text += is_of_pair(signal.signal) ? "; can be named in combinations\n" : "; seen over a whole account\n";
  return text + parameters(settings);
}

std::string table(const std::vector<ShownSetting>& settings) {
  std::string text = "\n| setting | shipped | meaning |\n|---|---|---|\n";
  for (const ShownSetting& one : settings) text += "| `" + one.name + "` | " + one.value + " | " + one.meaning + " |\n";
  return text;
}

/// A pipe would end the cell.
std::string cell(std::string text) {
  for (std::size_t at = 0; (at = text.find('|', at)) != std::string::npos; at += 2) text.insert(at, "\\");
  return text;
}

std::string combinations_text(const std::vector<Combination>& combinations) {
  std::string text = "\nThese ship:\n\n| combination | state | weight | condition |\n|---|---|---|---|\n";
  for (const Combination& one : combinations) {
    const std::string state = one.state == RuleState::kLive ? "live" : one.state == RuleState::kShadow ? "shadow" : "off";
    text += "| `" + one.name + "` | " + state + " | " + config::written(one.weight) + " | `" + cell(one.when) + "` |\n";
  }
  return text;
}

std::string features_text() {
  std::string text =
      "\n## Combinations\n\nNamed conditions over the features below and the signals of a pair, in the rule set under "
      "`combinations:`; "
      "`config/rules/combinations.yaml`\nsays how they are written. A signal stands for its present strength: 1 for what was seen "
      "once just now, "
      "0 where it does not hold or is not `live`.\nWhat is unknown, and what has no finite value, stays unknown; what is unknown "
      "in the end does "
      "not hold. In an escalation's evidence a\ncombination is `combination:<name>`; where it stands in the shadow it is counted "
      "in "
      "`pairwatch_combinations_total` only.\n\n\"The account\" is the one whose behaviour is judged, \"the other\" the one who may "
      "need "
      "protection.\n\n| feature | unit | meaning | unknown |\n|---|---|---|---|\n";
  for (const relationship::Feature& feature : relationship::all_features()) {
    text += "| `" + std::string(feature.name) + "` | " + std::string(feature.unit) + " | " + std::string(feature.meaning) + " | " +
            (feature.unknown.empty() ? "never" : std::string(feature.unknown)) + " |\n";
  }
  return text;
}

}  // namespace

std::string signals_page() {
  config::LoadResult loaded = config::load_settings({});
  check(loaded.problems.empty(), "the shipped rule set is valid");
  Section rules;
  config::describe_rules(rules, loaded.settings);
  std::string text(kHead);
  for (const int stage : {1, 2, 3, 4, 5, 6, 0}) {
    text += "\n## " + std::string(kStages[stage]) + "\n";
    for (const SignalInfo& signal : all_signals()) {
      if (static_cast<int>(signal.stage) == stage) text += signal_text(signal, rules);
    }
  }
  text +=
      "\n## What protects\n\nA trusted relation that the platform has verified ends all judging until it expires. Two known adults "
      "are never judged. "
      "What a moderator\ndismissed weighs less for its subject (`decisions`). And of the log-odds is taken off:\n" +
      table(rules.shown({"protective"}));
  text += "\n`heightened_vulnerability` raises the priority of a case, never its risk.\n";
  return text + features_text() + combinations_text(loaded.settings.relationship.rules.combinations);
}

}  // namespace pairwatch::docs
