// Lexicon files: named word lists, and rows of lists that speak for a signal.
//
//     version: 1
//     language: en              # of every row of the file that names no other; "any" for all
//     lists:
//       you: [you, u, ya]       # words that YAML takes for a boolean or null (yes, no, on, off, y, n, null) are written in quotes
//       ask: [send*, can i see] # a * ends a stem of three bytes or more: send, sends, sending ...; also at the end of a phrase
//     rows:
//       - name: ask_school
//         signal: personal_info_probe
//         match: which ~2 school you?        # lists in order; `~n`: up to n other words may stand before the next one; `?`:
//         optional.
//                                            # Also as a YAML list, where names with `?` need quotes: [which, ~2, school, "you?"]
//         unless: [supplies]                 # lists: the row is silent where one of them occurs anywhere in the message
//         language: en                       # optional, one or a list
//         examples: ["which school do you go to"]
//         counter_examples: ["which school supplies do you need"]
#pragma once

#include <map>
#include <span>
#include <string>

#include "config/files.h"
#include "config/problem.h"
#include "processors/text_signals/config.h"

namespace pairwatch::config {

struct LexiconResult {
  text_signals::Lexicon lexicon;  ///< what could be read, also where there are problems
  Problems problems;
  std::map<std::string, Place> places;  ///< of each list and row by its name in the lexicon, the first of that name
};

/// Merges files into one lexicon. List names belong to a language: list `you` of an English file becomes `en.you`; two files of one
/// language may define the same list only with the same words. Row names are unique within a language.
LexiconResult load_lexicons(std::span<const ConfigFile> files);

/// Bounds of a lexicon. Beyond them is a problem.
inline constexpr std::size_t kMaxLexiconLists = 10'000;
inline constexpr std::size_t kMaxLexiconRows = 10'000;
inline constexpr std::size_t kMaxListWords = 5'000;
inline constexpr std::size_t kMaxRowSteps = 16;
inline constexpr int kMaxRowGap = 8;

}  // namespace pairwatch::config
