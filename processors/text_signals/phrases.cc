#include "processors/text_signals/phrases.h"

#include <algorithm>

#include "processors/text_signals/compiled_lexicon.h"
#include "processors/text_signals/fold.h"

namespace pairwatch::text_signals {

std::vector<PhraseList> phrases_of(const Lexicon& lexicon) {
  Folder folder(fold_table());
  std::vector<PhraseList> lists;
  lists.reserve(lexicon.lists.size());
  for (const WordList& list : lexicon.lists) {
    PhraseList& compiled = lists.emplace_back();
    for (const std::string& word : list.words) {
      Phrase& phrase = compiled.phrases.emplace_back();
      if (word == kHandleWord) {
        phrase = {.hashes = {0}, .byte_count = kHandleWord.size(), .is_handle = true};
      } else {
        const Folded folded = folder.fold(cut_at_code_point(word, kMaxTextBytes));
        for (const Token& token : folded.tokens) phrase.hashes.push_back(token.hash);
        phrase.byte_count = folded.text.size();
        if (word.ends_with(kStemSign) && !folded.tokens.empty()) {
          phrase.stem = folded.text.substr(folded.tokens.back().begin);
        }
      }
      compiled.longest = std::max(compiled.longest, phrase.hashes.size());
    }
  }
  return lists;
}

std::size_t longest_match(const Row& row, const std::vector<PhraseList>& lists) {
  std::size_t tokens = 0;
  for (const RowStep& step : row.steps) tokens += step.gap + lists[step.list].longest;
  return tokens;
}

std::string first_subtag(std::string_view language) {
  std::string subtag(language.substr(0, language.find_first_of("-_")));
  std::transform(subtag.begin(), subtag.end(), subtag.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return subtag;
}

}  // namespace pairwatch::text_signals
