#include "tools/cli/replay_summary.h"

#include <algorithm>
#include <cstdio>

#include "processors/core/reject.h"

namespace pairwatch::cli {
namespace {

constexpr std::size_t kLabelColumns = 16;

void append_line(std::string_view label, std::string_view text, std::string& out) {
  out.append(label).append(kLabelColumns - std::min(label.size(), kLabelColumns - 1), ' ').append(text).push_back('\n');
}

std::string decimal(double number, int digits) {
  char text[64];
  std::snprintf(text, sizeof text, "%.*f", digits, number);
  return text;
}

/// Adds `42 name`, after a comma where something stands before it; nothing for zero.
void append_count(std::uint64_t count, std::string_view name, std::string& list) {
  if (count == 0) return;
  if (!list.empty()) list += ", ";
  list.append(with_commas(count)).append(" ").append(name);
}

std::string outcomes_of(const Tally& tally) {
  std::string list;
  for (int i = 0; i < kOutcomeCount; ++i) {
    const auto outcome = static_cast<Outcome>(i);
    append_count(tally.count_of(outcome), outcome_name(outcome), list);
  }
  return list.empty() ? "nothing to do" : list;
}

std::string rejects_of(const embedded::EmbeddedResult& result) {
  Tally all;
  for (const embedded::ServiceTotals& totals : result.services) all.add(totals.tally);
  std::string list;
  for (const Reject reject : all_rejects()) append_count(all.rejects[static_cast<std::size_t>(reject)], reject_name(reject), list);
  return list.empty() ? "none" : list;
}

std::string escalations_of(const Tally& tally) {
  std::array<std::uint64_t, kStatusCount> by_status{};
  for (const auto& statuses : tally.escalations) {
    for (std::size_t status = 0; status < statuses.size(); ++status) {
      for (const std::uint64_t count : statuses[status]) by_status[status] += count;
    }
  }
  std::string list;
  for (std::size_t status = 0; status < by_status.size(); ++status)
    append_count(by_status[status], status_name(static_cast<EscalationStatus>(status)), list);
  return list.empty() ? "none" : list;
}

std::string cases_of(const CaseCount& cases, std::uint64_t pairs) {
  std::string list;
  const auto by_severity = cases.by_severity();
  for (std::size_t severity = by_severity.size(); severity-- > 0;)
    append_count(by_severity[severity], severity_name(static_cast<Severity>(severity)), list);
  if (list.empty()) return "none";
  if (pairs == 0) return list;
  return list + " (" + decimal(1000.0 * static_cast<double>(cases.cases()) / static_cast<double>(pairs), 2) + " for 1,000 pairs)";
}

std::string as_size(std::uint64_t bytes) {
  if (bytes < 1'000'000) return decimal(static_cast<double>(bytes) / 1e3, 1) + " kB";
  return decimal(static_cast<double>(bytes) / 1e6, 1) + " MB";
}

}  // namespace

void CaseCount::add(const v1::Escalation& escalation) {
  Severity& severity = severities_[hash128(escalation.escalation_id())];
  severity = std::max(severity, static_cast<Severity>(escalation.severity()));
}

std::array<std::uint64_t, kSeverityCount> CaseCount::by_severity() const {
  std::array<std::uint64_t, kSeverityCount> counts{};
  for (const auto& [id, severity] : severities_) ++counts[static_cast<std::size_t>(severity)];
  return counts;
}

std::string summary_of(const embedded::EmbeddedResult& result, const CaseCount& cases, double elapsed_seconds) {
  const embedded::ServiceTotals& intake = result.of(Service::kIntake);
  const embedded::ServiceTotals& relationship = result.of(Service::kRelationship);
  const embedded::ServiceTotals& escalation = result.of(Service::kEscalation);
  const embedded::ServiceTotals& target = result.of(Service::kTarget);
  const auto rate = static_cast<std::uint64_t>(static_cast<double>(intake.read) / std::max(elapsed_seconds, 1e-3));

  std::string out;
  append_line("events read",
              with_commas(intake.read) + " in " + decimal(elapsed_seconds, 1) + " s (" + with_commas(rate) + " a second)", out);
  append_line("intake", outcomes_of(intake.tally), out);
  append_line("relationship", outcomes_of(relationship.tally), out);
  append_line("escalation", outcomes_of(escalation.tally), out);
  if (target.read > 0) append_line("target", outcomes_of(target.tally), out);
  const embedded::ServiceTotals& decisions = result.of(Service::kDecisions);
  if (decisions.read > 0) append_line("decisions", outcomes_of(decisions.tally), out);
  append_line("rejected", rejects_of(result), out);
  if (intake.tally.unknown_fields > 0) append_line("unknown fields", with_commas(intake.tally.unknown_fields) + " ignored", out);
  if (intake.tally.texts_truncated > 0) append_line("long texts", with_commas(intake.tally.texts_truncated) + " read in part", out);
  append_line("pairs judged", with_commas(relationship.entries) + " (" + as_size(relationship.bytes) + " of state)", out);
  append_line("actors", with_commas(escalation.entries) + " (" + as_size(escalation.bytes) + " of state)", out);
  if (target.entries > 0) append_line("minors", with_commas(target.entries) + " (" + as_size(target.bytes) + " of state)", out);
  Tally of_cases = escalation.tally;
  of_cases.add(target.tally);
  const std::uint64_t expired = relationship.tally.entries_expired + of_cases.entries_expired;
  if (expired > 0) append_line("forgotten", with_commas(expired) + " pairs, actors and minors after their time to live", out);
  append_line("cases", cases_of(cases, relationship.entries), out);
  append_line("escalations", escalations_of(of_cases), out);
  return out;
}

std::string with_commas(std::uint64_t number) {
  std::string digits = std::to_string(number);
  for (std::size_t i = digits.size(); i > 3; i -= 3) digits.insert(i - 3, ",");
  return digits;
}

}  // namespace pairwatch::cli
