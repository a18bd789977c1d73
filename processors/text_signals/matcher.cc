#include "processors/text_signals/matcher.h"

#include <algorithm>

namespace pairwatch::text_signals {

Matcher::Matcher(const CompiledLexicon& lexicon)
    : lexicon_(lexicon),
      masks_(lexicon.slot_count()),
      last_window_(lexicon.list_count(), 0),
      seen_lists_(lexicon.list_count()),
      last_match_(lexicon.row_count(), 0),
      guarded_(lexicon.row_count()) {}

inline void Matcher::mark(Slot slot, std::size_t position) {
  Mask& mask = masks_[slot.index];
  const std::uint64_t bit = std::uint64_t{1} << position;
  if (mask.window == window_) {
    mask.positions |= bit;
    return;
  }
  mask = {bit, window_};
  std::uint64_t& last = last_window_[slot.list];
  if (last == window_) return;
  last = window_;
  seen_lists_[seen_count_++] = slot.list;
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
      if (handle < begin || handle >= begin + window.size()) continue;
      for (const Slot slot : lexicon_.handle_slots()) mark(slot, handle - begin);
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
      for (const Slot slot : lexicon_.slots_at(*node)) mark(slot, i);
      if (!node->continues || next == window.size()) break;
      node = lexicon_.find(CompiledLexicon::key_after(node->node, window[next].hash));
    }
  }
}

void Matcher::match_rows(std::size_t token_count, std::uint64_t languages) {
  for (std::size_t i = 0; i < seen_count_; ++i) {
    for (const auto [index, second_list] : lexicon_.rows_of_list(seen_lists_[i])) {
      if (last_window_[second_list] != window_) continue;
      const CompiledRow& row = lexicon_.row(index);
      if ((row.languages & languages) == 0) continue;
      if (all_rows_ == nullptr && (signals_ & row.signal) != 0) continue;
      if (last_match_[index] >= first_window_ || !row_matches(row, token_count)) continue;
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

bool Matcher::row_matches(const CompiledRow& row, std::size_t token_count) const {
  std::uint64_t reached = (std::uint64_t{1} << token_count) - 1;  // a row may begin anywhere
  for (const CompiledStep& step : lexicon_.steps_of(row)) {
    std::uint64_t from = reached;
    for (unsigned word = 0; word < step.gap; ++word) from |= from << 1;
    std::uint64_t next = 0;
    for (std::uint32_t slot = step.first_slot; slot < step.first_slot + step.slot_count; ++slot) {
      next |= (from & positions(slot)) << lexicon_.length_of(slot);
    }
    reached = step.optional ? reached | next : next;
    if (reached == 0) return false;
  }
  return true;
}

bool Matcher::is_vetoed(const CompiledRow& row) const {
  const std::span<const std::uint32_t> guards = lexicon_.guards_of(row);
  return std::any_of(guards.begin(), guards.end(), [this](std::uint32_t list) { return last_window_[list] >= first_window_; });
}

}  // namespace pairwatch::text_signals
