#include <algorithm>

#include "tools/evaluate/measure.h"

namespace pairwatch::evaluate {
namespace {

void append(const absl::flat_hash_map<Hash128, std::vector<std::uint32_t>>& map, const Hash128& key,
            std::vector<std::uint32_t>& out) {
  const auto at = map.find(key);
  if (at != map.end()) out.insert(out.end(), at->second.begin(), at->second.end());
}

}  // namespace

Judge::Judge(const std::vector<Label>& labels) : labels_(labels) {
  for (std::uint32_t i = 0; i < labels.size(); ++i) {
    const Label& label = labels[i];
    if (label.kind == SubjectKind::kPair) pairs_[directed_pair_key(label.tenant, label.actor_id, label.target_id)].push_back(i);
    if (label.kind != SubjectKind::kTarget) actors_[account_key(label.tenant, label.actor_id)].push_back(i);
    if (label.kind == SubjectKind::kTarget) targets_[account_key(label.tenant, label.target_id)].push_back(i);
  }
}

Verdict Judge::judge(const Case& seen) const {
  Verdict verdict;
  std::vector<std::uint32_t> of_account;
  switch (seen.kind) {
    case SubjectKind::kPair:
      append(pairs_, directed_pair_key(seen.tenant, seen.actor_id, seen.target_id), verdict.labels);
      append(targets_, account_key(seen.tenant, seen.target_id), verdict.labels);
      append(actors_, account_key(seen.tenant, seen.actor_id), of_account);
      for (const std::uint32_t i : of_account) {
        if (labels_[i].kind == SubjectKind::kActor) verdict.labels.push_back(i);
      }
      break;
    case SubjectKind::kActor: append(actors_, account_key(seen.tenant, seen.actor_id), verdict.labels); break;
    case SubjectKind::kTarget:
      append(targets_, account_key(seen.tenant, seen.target_id), verdict.labels);
      for (const std::string& actor : seen.actor_ids) {
        append(pairs_, directed_pair_key(seen.tenant, actor, seen.target_id), verdict.labels);
      }
      break;
  }
  const auto is_any = [&](const std::vector<std::uint32_t>& labels, bool gray) {
    return std::any_of(labels.begin(), labels.end(),
                       [&](std::uint32_t i) { return gray ? labels_[i].is_gray : labels_[i].is_risky && !labels_[i].is_gray; });
  };
  if (is_any(verdict.labels, false)) {
    verdict.truth = Truth::kRisky;
  } else if (is_any(verdict.labels, true)) {
    verdict.truth = Truth::kGray;
  } else if (is_any(of_account, false) || is_any(of_account, true)) {
    verdict.truth = Truth::kOther;
  }
  return verdict;
}

}  // namespace pairwatch::evaluate
