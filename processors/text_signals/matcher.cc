#include "processors/text_signals/matcher.h"

#include <algorithm>

namespace pairwatch::text_signals {

Matcher::Matcher(const CompiledLexicon& lexicon)
    : lexicon_(lexicon),
      nodes_(lexicon.node_limit()),
      last_seen_(lexicon.list_count(), 0),
      last_united_(lexicon.list_count(), 0),
      slots_(lexicon.slot_count(), 0),
      seen_lists_(lexicon.list_count()),
      last_match_(lexicon.row_count(), 0),
      guarded_(lexicon.row_count()) {}

inline void Matcher::mark(const PhraseNode& node, std::size_t position) {
  Mask& mask = nodes_[node.node];
  const std::uint64_t bit = std::uint64_t{1} << position;
  if (mask.window == window_) {
    mask.positions |= bit;
    return;
  }
  mask = {bit, window_};
  const std::uint32_t* lists = lexicon_.lists_of(node);
  for (std::uint32_t i = 0; i < node.trigger_count; ++i) {
    if (last_seen_[lists[i]] != window_) seen_lists_[seen_count_++] = lists[i];
    last_seen_[lists[i]] = window_;
  }
  for (std::uint32_t i = node.trigger_count; i < node.list_count; ++i) last_seen_[lists[i]] = window_;
}

std::uint64_t Matcher::match(std::span<const Token> tokens, std::span<const std::uint16_t> handles, std::uint64_t languages) {
  match_windows(tokens, handles, languages);
  for (std::size_t i = 0; i < guarded_count_; ++i) {
    const CompiledRow& row = lexicon_.row(guarded_[i]);
    if ((signals_ & row.signal) == 0 && !is_vetoed(row)) signals_ |= row.signal;
  }
  return signals_;
}

std::vector<std::uint32_t> Matcher::matching_rows(std::span<const Token> tokens, std::span<const std::uint16_t> handles,
                                                  std::uint64_t languages) {
  std::vector<std::uint32_t> rows;
  all_rows_ = &rows;
  match_windows(tokens, handles, languages);
  all_rows_ = nullptr;
  for (std::size_t i = 0; i < guarded_count_; ++i) {
    if (!is_vetoed(lexicon_.row(guarded_[i]))) rows.push_back(guarded_[i]);
  }
  std::sort(rows.begin(), rows.end());
  return rows;
}

void Matcher::match_windows(std::span<const Token> tokens, std::span<const std::uint16_t> handles, std::uint64_t languages) {
  signals_ = 0;
  guarded_count_ = 0;
  first_window_ = window_ + 1;
  std::size_t begin = 0;
  while (true) {
    const std::span<const Token> window = tokens.subspan(begin, std::min(kWindowTokens, tokens.size() - begin));
    ++window_;
    seen_count_ = 0;
    mark_phrases(window);
    for (const std::uint16_t handle : handles) {
      const bool inside = handle >= begin && handle < begin + window.size();
      if (inside && lexicon_.handle() != nullptr) mark(*lexicon_.handle(), handle - begin);
    }
    match_rows(window.size(), languages);
    if (begin + window.size() >= tokens.size()) return;
    begin += kWindowTokens - lexicon_.window_overlap();
  }
}

void Matcher::mark_phrases(std::span<const Token> window) {
  for (std::size_t i = 0; i < window.size(); ++i) {
    const PhraseNode* node = lexicon_.find(window[i].hash);
    for (std::size_t next = i + 1; node != nullptr; ++next) {
      if (node->list_count > 0) mark(*node, i);
      if (!node->continues || next == window.size()) break;
      node = lexicon_.find(CompiledLexicon::key_after(node->node, window[next].hash));
    }
  }
}

void Matcher::match_rows(std::size_t token_count, std::uint64_t languages) {
  for (std::size_t i = 0; i < seen_count_; ++i) {
    for (const auto [index, second_list] : lexicon_.rows_of(seen_lists_[i])) {
      if (last_seen_[second_list] != window_) continue;
      const CompiledRow& row = lexicon_.row(index);
      if ((row.languages & languages) == 0 || last_match_[index] >= first_window_) continue;
      if (all_rows_ == nullptr && (signals_ & row.signal) != 0) continue;
      if (!row_matches(row, token_count)) continue;
      last_match_[index] = window_;
      if (row.guard_count > 0) {
        guarded_[guarded_count_++] = index;  // a guard may stand in a later window
      } else {
        signals_ |= row.signal;
        if (all_rows_ != nullptr) all_rows_->push_back(index);
      }
    }
  }
}

/// Unites the phrases of a list, once a window.
void Matcher::unite(std::uint32_t list) {
  if (last_united_[list] == window_) return;
  last_united_[list] = window_;
  std::uint64_t* united = &slots_[lexicon_.first_slot_of(list)];
  for (const Slot& slot : lexicon_.slots_of(list)) {
    std::uint64_t positions = 0;
    for (const std::uint32_t node : lexicon_.nodes_of(slot)) {
      positions |= nodes_[node].window == window_ ? nodes_[node].positions : 0;
    }
    *united++ = positions;
  }
}

bool Matcher::row_matches(const CompiledRow& row, std::size_t token_count) {
  std::uint64_t reached = (std::uint64_t{1} << token_count) - 1;  // a row may begin anywhere
  for (const CompiledStep& step : lexicon_.steps_of(row)) {
    std::uint64_t next = 0;
    if (last_seen_[step.list] == window_) {
      unite(step.list);
      std::uint64_t from = reached;
      for (unsigned word = 0; word < step.gap; ++word) from |= from << 1;
      const std::uint64_t* united = &slots_[lexicon_.first_slot_of(step.list)];
      for (const Slot& slot : lexicon_.slots_of(step.list)) next |= (from & *united++) << slot.length;
    }
    reached = step.optional ? reached | next : next;
    if (reached == 0) return false;
  }
  return true;
}

/// Whether a guard stood in any window of the message.
bool Matcher::is_vetoed(const CompiledRow& row) const {
  const std::span<const std::uint32_t> guards = lexicon_.guards_of(row);
  return std::any_of(guards.begin(), guards.end(), [this](std::uint32_t list) { return last_seen_[list] >= first_window_; });
}

}  // namespace pairwatch::text_signals
