#include <algorithm>
#include <map>
#include <set>
#include <string_view>

#include "config/services.h"
#include "pairwatch/v1/escalation.pb.h"
#include "processors/core/check.h"
#include "processors/core/signal.h"
#include "tools/rules/story.h"
#include "topology/embedded/embedded.h"

namespace pairwatch::rules {
namespace {

using config::Problems;

class StoryInput final : public embedded::InputSource {
 public:
  explicit StoryInput(const Story& story) {
    for (const v1::InteractionEvent& event : story.events) values_.push_back(event.SerializeAsString());
  }

  std::span<const Record> next(std::size_t most) override {
    records_.clear();
    while (at_ < values_.size() && records_.size() < most) {
      Record& record = records_.emplace_back();
      record.value = values_[at_];
      record.offset = static_cast<std::int64_t>(at_++);
    }
    return records_;
  }
  const std::optional<std::string>& failure() const override { return failure_; }
  std::uint64_t bytes_read() const override { return 0; }
  std::optional<std::uint64_t> bytes_total() const override { return std::nullopt; }
  embedded::Framing framing() const override { return embedded::Framing::kDelimited; }

 private:
  std::vector<std::string> values_;
  std::vector<Record> records_;
  std::size_t at_ = 0;
  std::optional<std::string> failure_;
};

/// What came of one case.
struct SeenCase {
  v1::Subject subject;
  std::map<Severity, std::int64_t> reached;  ///< and by which event, counted from zero
  std::set<std::string> signals;
  double risk = 0;

  Severity highest() const { return reached.empty() ? Severity::kNone : reached.rbegin()->first; }
};

class Gatherer final : public embedded::Listener {
 public:
  bool escalation(std::string_view bytes) override {
    v1::Escalation told;
    check(told.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())), "escalation writes what can be parsed");
    SeenCase& seen = cases[told.escalation_id()];
    seen.subject = told.subject();
    seen.reached.try_emplace(static_cast<Severity>(told.severity()), told.decided_at().offset());
    seen.risk = std::max(seen.risk, told.risk());
    for (const v1::Evidence& evidence : told.evidence()) seen.signals.insert(evidence.signal());
    return true;
  }
  void rejected(Service, std::int64_t number, Reject reason) override {
    if (!reject) reject = {number, reason};
  }
  void progress(const embedded::Progress&) override {}

  std::map<std::string, SeenCase> cases;
  std::optional<std::pair<std::int64_t, Reject>> reject;
};

std::string upper(std::string_view name) {
  std::string text(name);
  std::transform(text.begin(), text.end(), text.begin(),
                 [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
  return text;
}

bool is_about(const SeenCase& seen, const ExpectedCase& expected) {
  if (static_cast<SubjectKind>(seen.subject.kind()) != expected.kind) return false;
  if (expected.kind != SubjectKind::kTarget && seen.subject.actor_id() != expected.actor) return false;
  return expected.kind == SubjectKind::kActor || seen.subject.target_id() == expected.target;
}

std::string subject_of(SubjectKind kind, const std::string& actor, const std::string& target) {
  std::string text = upper(subject_name(kind)) + " case";
  if (!actor.empty()) text += " of " + actor;
  if (!target.empty()) text += kind == SubjectKind::kTarget ? " of " + target : " towards " + target;
  return text;
}

std::string two_decimals(double value) {
  const int hundredths = static_cast<int>(value * 100 + 0.5);
  return std::to_string(hundredths / 100) + "." + std::to_string(hundredths % 100 / 10) + std::to_string(hundredths % 10);
}

/// For instance `WATCH at event 3 (risk 0.52)`. Events are counted from one.
std::string what_came(const SeenCase& seen) {
  std::string text;
  for (const auto& [severity, event] : seen.reached) {
    text += (text.empty() ? "" : ", ") + upper(severity_name(severity)) + " at event " + std::to_string(event + 1);
  }
  return text + " (highest risk " + two_decimals(seen.risk) + ")";
}

}  // namespace

StoryRunner::StoryRunner(const config::Settings& settings) : services_(config::service_configs(settings)) {
  services_.intake.pseudonym_key = {};  // stories name accounts by the ids they have there
  for (const SignalInfo& signal : all_signals()) {
    services_.intake.labels.push_back(
        {"shows:" + std::string(signal.name), signal.signal});  // what a story says that a message shows
  }
}

Problems StoryRunner::run(const Story& story) const {
  embedded::EmbeddedConfig config;
  config.services = services_;
  config.partitions = 1;
  StoryInput input(story);
  Gatherer gathered;
  embedded::run_embedded(config, input, gathered);

  Problems problems;
  const auto tell = [&](const config::Place& place, const std::string& message) {
    problems.push_back({place, "story \"" + story.name + "\"", message});
  };
  if (gathered.reject) {
    tell(story.place, "event " + std::to_string(gathered.reject->first + 1) + " is no event that a platform may send (" +
                          std::string(reject_name(gathered.reject->second)) + "); mend it");
  }
  for (const ExpectedCase& expected : story.cases) {
    const auto found =
        std::find_if(gathered.cases.begin(), gathered.cases.end(), [&](const auto& one) { return is_about(one.second, expected); });
    const std::string what = "expects a " + subject_of(expected.kind, expected.actor, expected.target) + " at " +
                             upper(severity_name(expected.at_least)) + " or higher";
    if (found == gathered.cases.end()) {
      tell(expected.place, what + "; no such case came");
      continue;
    }
    const SeenCase& seen = found->second;
    const auto reached = seen.reached.lower_bound(expected.at_least);
    if (reached == seen.reached.end()) {
      tell(expected.place, what + "; what came was " + what_came(seen));
      continue;
    }
    std::int64_t decided = reached->second;
    for (auto later = reached; later != seen.reached.end(); ++later) decided = std::min(decided, later->second);
    const auto limit = std::find(story.names.begin(), story.names.end(), expected.before) - story.names.begin();
    if (!expected.before.empty() && decided >= limit) {
      tell(expected.place,
           what + " before `" + expected.before + "` (event " + std::to_string(limit + 1) + "); what came was " + what_came(seen));
    }
    for (const std::string& signal : expected.signals) {
      if (seen.signals.contains(signal)) continue;
      std::string others;
      for (const std::string& one : seen.signals) others += (others.empty() ? "" : ", ") + one;
      tell(expected.place, "expects " + signal + " among the evidence; there was " + others);
    }
  }
  for (const auto& [id, seen] : gathered.cases) {
    if (seen.highest() <= story.at_most) continue;
    const std::string most =
        story.at_most == Severity::kNone ? "no case at all" : "no case above " + upper(severity_name(story.at_most));
    const auto kind = static_cast<SubjectKind>(seen.subject.kind());
    std::string signals;
    for (const std::string& one : seen.signals) signals += (signals.empty() ? "" : ", ") + one;
    tell(story.place, "expects " + most + "; a " +
                          subject_of(kind, seen.subject.actor_id(), kind == SubjectKind::kActor ? "" : seen.subject.target_id()) +
                          " came: " + what_came(seen) + ", by " + signals);
  }
  return problems;
}

}  // namespace pairwatch::rules
