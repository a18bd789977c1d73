#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "processors/text_signals/compiled_lexicon.h"
#include "processors/text_signals/phrases.h"
#include "processors/text_signals/text_signals.h"

namespace pairwatch::text_signals {
namespace {

void tell_list(const WordList& list, const PhraseList& phrases, std::vector<std::string>& problems) {
  const std::string name = "list `" + list.name + "`";
  if (list.words.empty()) problems.push_back(name + " has no words; add some");
  for (std::size_t i = 0; i < list.words.size(); ++i) {
    const std::size_t tokens = phrases.phrases[i].hashes.size();
    if (tokens == 0) problems.push_back(name + ": nothing is left of `" + list.words[i] + "` once folded; remove it");
    if (tokens > kMaxPhraseTokens) {
      problems.push_back(name + ": `" + list.words[i] + "` has more than " + std::to_string(kMaxPhraseTokens) +
                         " words or characters; split it over several lists");
    }
    const std::string &word = list.words[i], &stem = phrases.phrases[i].stem;
    if (word.find(kStemSign) < word.size() - 1) {
      problems.push_back(name + ": `" + word + "` has a " + kStemSign + " inside; only the end of a phrase may be a stem");
    } else if (!stem.empty() && (stem.size() < kMinStemBytes || stem.size() > kMaxStemBytes)) {
      problems.push_back(name + ": the stem of `" + word + "` has " + std::to_string(stem.size()) +
                         " bytes once folded; it needs " + std::to_string(kMinStemBytes) + " to " + std::to_string(kMaxStemBytes));
    }
  }
}

void tell_row(const Row& row, const std::vector<PhraseList>& lists, std::vector<std::string>& problems) {
  const std::string name = "row `" + row.name + "`";
  const auto exists = [&lists](std::uint32_t list) { return list < lists.size(); };
  const bool steps_exist = std::all_of(row.steps.begin(), row.steps.end(), [&](const RowStep& step) { return exists(step.list); });
  if (!steps_exist || !std::all_of(row.guards.begin(), row.guards.end(), exists)) {
    problems.push_back(name + " names a list that does not exist");
    return;
  }
  if (std::all_of(row.steps.begin(), row.steps.end(), [](const RowStep& step) { return step.optional; })) {
    problems.push_back(name + " has no list that must be there; name at least one without `?`");
  }
  if (row.steps.size() > kMaxSteps) problems.push_back(name + " has more than " + std::to_string(kMaxSteps) + " lists; split it");
  if (std::any_of(row.steps.begin(), row.steps.end(), [](const RowStep& step) { return step.gap > kMaxGap; })) {
    problems.push_back(name + " has a gap of more than " + std::to_string(kMaxGap) + " words");
  }
  if (longest_match(row, lists) > kMaxRowTokens) {
    problems.push_back(name + " can cover more than " + std::to_string(kMaxRowTokens) +
                       " words or characters; shorten its phrases or gaps");
  }
}

}  // namespace

std::vector<std::string> problems_of(const Lexicon& lexicon) {
  std::vector<std::string> problems;
  const std::vector<PhraseList> lists = phrases_of(lexicon);
  for (std::size_t i = 0; i < lists.size(); ++i) tell_list(lexicon.lists[i], lists[i], problems);
  std::set<std::string> languages;
  for (const Row& row : lexicon.rows) {
    tell_row(row, lists, problems);
    for (const std::string& language : row.languages) languages.insert(first_subtag(language));
  }
  if (languages.size() > kMaxLanguages) problems.push_back("rows are in more than " + std::to_string(kMaxLanguages) + " languages");
  return problems;
}

}  // namespace pairwatch::text_signals
