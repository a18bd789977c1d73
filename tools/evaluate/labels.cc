#include "tools/evaluate/labels.h"

#include <nlohmann/json.hpp>
#include <optional>

namespace pairwatch::evaluate {
namespace {

constexpr std::size_t kMostProblems = 20;

std::optional<SubjectKind> kind_named(const std::string& name) {
  if (name == "PAIR") return SubjectKind::kPair;
  if (name == "ACTOR") return SubjectKind::kActor;
  if (name == "TARGET") return SubjectKind::kTarget;
  return std::nullopt;
}

/// What is wrong with it; empty where nothing is.
std::string parse(const std::string& line, Label& label) {
  const nlohmann::json object = nlohmann::json::parse(line, nullptr, false);
  if (!object.is_object()) return "a label must be one JSON object on its line";
  const auto text = [&](const char* name) {
    const auto at = object.find(name);
    return at != object.end() && at->is_string() ? at->get<std::string>() : std::string();
  };
  const auto truth = [&](const char* name) {
    const auto at = object.find(name);
    return at != object.end() && at->is_boolean() && at->get<bool>();
  };
  const auto kind = kind_named(text("kind"));
  if (!kind) return "`kind` must be PAIR, ACTOR or TARGET";
  label.kind = *kind;
  label.tenant = text("tenant");
  label.actor_id = text("actorId");
  label.target_id = text("targetId");
  if (label.kind != SubjectKind::kTarget && label.actor_id.empty()) return "`actorId` is missing";
  if (label.kind != SubjectKind::kActor && label.target_id.empty()) return "`targetId` is missing";
  const auto risky = object.find("risky");
  if (risky == object.end() || !risky->is_boolean()) return "`risky` must be true or false";
  label.is_risky = risky->get<bool>();
  label.is_gray = truth("gray");
  label.archetype = text("archetype");
  label.evasion = text("evasion");
  label.first_contact_event_id = text("firstContactEventId");
  label.risky_from_event_id = text("riskyFromEventId");
  label.harm_event_id = text("harmEventId");
  return {};
}

}  // namespace

LabelsResult read_labels(std::istream& in, const std::string& name) {
  LabelsResult result;
  std::string line;
  for (std::size_t number = 1; std::getline(in, line) && result.problems.size() < kMostProblems; ++number) {
    if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
    Label label;
    const std::string problem = parse(line, label);
    if (problem.empty()) {
      result.labels.push_back(std::move(label));
    } else {
      result.problems.push_back(name + ":" + std::to_string(number) + ": " + problem);
    }
  }
  return result;
}

}  // namespace pairwatch::evaluate
