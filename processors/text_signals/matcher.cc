#include "processors/text_signals/matcher.h"

#include <algorithm>
#include <bit>
#include <utility>

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

std::uint64_t Matcher::match(const Folded& text, std::span<const std::uint16_t> handles, std::uint64_t languages) {
  match_windows(text, handles, languages);
  for (std::size_t i = 0; i < guarded_count_; ++i) {
    const CompiledRow& row = lexicon_.row(guarded_[i]);
    if ((signals_ & row.signal) == 0 && !is_vetoed(row)) signals_ |= row.signal;
  }
  return signals_;
}

std::vector<std::uint32_t> Matcher::matching_rows(const Folded& text, std::span<const std::uint16_t> handles,
                                                  std::uint64_t languages) {
  std::vector<std::uint32_t> rows;
  all_rows_ = &rows;
  match_windows(text, handles, languages);
  all_rows_ = nullptr;
  for (std::size_t i = 0; i < guarded_count_; ++i) {
    if (!is_vetoed(lexicon_.row(guarded_[i]))) rows.push_back(guarded_[i]);
  }
  std::sort(rows.begin(), rows.end());
  return rows;
}

void Matcher::match_windows(const Folded& text, std::span<const std::uint16_t> handles, std::uint64_t languages) {
  const std::span<const Token> tokens = text.tokens;
  const char* const bytes = text.text.data();
  signals_ = 0;
  own_words_.fill(0);
  guarded_count_ = 0;
  first_window_ = window_ + 1;
  std::size_t begin = 0;
  while (true) {
    const std::span<const Token> window = tokens.subspan(begin, std::min(kWindowTokens, tokens.size() - begin));
    ++window_;
    seen_count_ = 0;
    mark_phrases(bytes, window);
    if (begin == 0) languages = guessed(languages);
    for (const std::uint16_t handle : handles) {
      const bool inside = handle >= begin && handle < begin + window.size();
      if (inside && lexicon_.handle() != nullptr) mark(*lexicon_.handle(), handle - begin);
    }
    match_rows(window.size(), languages);
    if (begin + window.size() >= tokens.size()) return;
    begin += kWindowTokens - lexicon_.window_overlap();
  }
}

void Matcher::mark_phrases(const char* text, std::span<const Token> window) {
  for (std::size_t i = 0; i < window.size(); ++i) {
    const Token& token = window[i];
    const bool may_have_a_stem = token.end - token.begin >= static_cast<int>(kMinStemBytes);
    if (may_have_a_stem) mark_stems(lexicon_.stem_lengths(text + token.begin), 0, text, token, i);
    const PhraseNode* node = lexicon_.find(token.hash);
    if (node != nullptr) count_language(*node);
    for (std::size_t next = i + 1; node != nullptr; ++next) {
      if (node->is_phrase) mark(*node, i);
      if (!node->continues || next == window.size()) break;
      mark_stems(node->stem_lengths, node->node, text, window[next], i);
      node = lexicon_.find(CompiledLexicon::key_after(node->node, window[next].hash));
    }
  }
}

/// The phrases that begin at `position` and end in a stem of `token`, behind `node`.
inline void Matcher::mark_stems(StemLengths lengths, std::uint32_t node, const char* text, const Token& token,
                                std::size_t position) {
  for (unsigned left = lengths; left != 0; left &= left - 1) {
    const std::size_t length = kMinStemBytes + static_cast<std::size_t>(std::countr_zero(left));
    if (token.begin + length > token.end) return;
    const PhraseNode* phrase = lexicon_.find(CompiledLexicon::key_of_stem(node, token_hash(text + token.begin, length)));
    if (phrase != nullptr) mark(*phrase, position);
  }
}

/// Many words are of several languages, and say nothing.
inline void Matcher::count_language(const PhraseNode& node) {
  if (std::has_single_bit(node.languages)) ++own_words_[static_cast<std::size_t>(std::countr_zero(node.languages))];
}

/// The rows to look at, by what has been read so far.
std::uint64_t Matcher::guessed(std::uint64_t declared) const {
  constexpr int kClear = 2;  // so many words of its own, and so many times those of any other
  int best = 0, second = 0;
  std::uint64_t language = 0;
  for (std::size_t i = 0; i < lexicon_.language_count(); ++i) {
    if (own_words_[i] > best) {
      second = std::exchange(best, own_words_[i]);
      language = std::uint64_t{1} << i;
    } else {
      second = std::max<int>(second, own_words_[i]);
    }
  }
  const bool is_clear = best >= kClear && best >= kClear * second + 1;
  if (!is_clear) return declared;
  return declared == ~std::uint64_t{0} ? language : declared | language;
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
    unite(step.list);
    std::uint64_t next = 0, from = reached;
    for (unsigned word = 0; word < step.gap; ++word) from |= from << 1;
    const std::uint64_t* united = &slots_[lexicon_.first_slot_of(step.list)];
    for (const Slot& slot : lexicon_.slots_of(step.list)) next |= (from & *united++) << slot.length;
    reached = step.optional ? reached | next : next;
    if (reached == 0) return false;
  }
  return true;
}

/// Whether a guard stood in any window of the message.
bool Matcher::is_vetoed(const CompiledRow& row) const {
  const auto was_seen = [this](std::uint32_t node) { return nodes_[node].window >= first_window_; };
  for (const std::uint32_t list : lexicon_.guards_of(row)) {
    for (const Slot& slot : lexicon_.slots_of(list)) {
      const std::span<const std::uint32_t> nodes = lexicon_.nodes_of(slot);
      if (std::any_of(nodes.begin(), nodes.end(), was_seen)) return true;
    }
  }
  return false;
}

}  // namespace pairwatch::text_signals
