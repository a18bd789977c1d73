// RE2 as the judge of the matcher: each row rendered as a regular expression over folded text.
#pragma once

#include <re2/re2.h>

#include <algorithm>
#include <iterator>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "processors/text_signals/compiled_lexicon.h"
#include "processors/text_signals/config.h"
#include "processors/text_signals/fold.h"

namespace pairwatch::text_signals {

class Oracle {
 public:
  explicit Oracle(const Lexicon& lexicon) : folder_(fold_table()) {
    for (const WordList& list : lexicon.lists) lists_.push_back(alternatives(list));
    for (const Row& row : lexicon.rows) {
      Expressions expressions;
      expressions.row = expression(" " + steps(row));
      for (const std::uint32_t guard : row.guards) expressions.guards.push_back(expression(" " + lists_[guard]));
      rows_.push_back(std::move(expressions));
    }
  }

  std::string folded(std::string_view text) { return std::string(folder_.fold(text).text); }

  /// As text_signals::matching_rows, of rows of any language. Handles are not known here.
  std::vector<std::size_t> matching_rows(std::string_view text) {
    const Folded once = folder_.fold(text);
    const bool in_digits = once.words_in_digits >= 2;
    std::vector<std::size_t> rows = rows_in(once.text);
    if (!in_digits) return rows;
    const std::vector<std::size_t> again = rows_in(folder_.fold(text, Digits::kAsLetters).text);
    std::vector<std::size_t> either;
    std::set_union(rows.begin(), rows.end(), again.begin(), again.end(), std::back_inserter(either));
    return either;
  }

  const std::string& pattern(std::size_t row) const { return rows_[row].row->pattern(); }

 private:
  std::vector<std::size_t> rows_in(std::string_view folded_text) const {
    const std::string spaced = " " + std::string(folded_text) + " ";
    std::vector<std::size_t> rows;
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      const auto holds = [&spaced](const std::unique_ptr<RE2>& regex) { return RE2::PartialMatch(spaced, *regex); };
      if (holds(rows_[i].row) && std::none_of(rows_[i].guards.begin(), rows_[i].guards.end(), holds)) rows.push_back(i);
    }
    return rows;
  }

  struct Expressions {
    std::unique_ptr<RE2> row;
    std::vector<std::unique_ptr<RE2>> guards;
  };

  static std::unique_ptr<RE2> expression(const std::string& pattern) {
    RE2::Options options;
    options.set_max_mem(64 << 20);
    options.set_log_errors(true);
    return std::make_unique<RE2>(pattern, options);
  }

  /// Each phrase ends in a space, and begins behind one.
  std::string alternatives(const WordList& list) {
    std::string pattern = "(?:";
    for (const std::string& word : list.words) {
      if (pattern.size() > 3) pattern += '|';
      pattern += word == kHandleWord ? "\\x00" : RE2::QuoteMeta(folded(word)) + (word.ends_with(kStemSign) ? "[^ ]* " : " ");
    }
    return pattern + ")";
  }

  std::string steps(const Row& row) const {
    std::string pattern;
    for (const RowStep& step : row.steps) {
      const std::string gap = step.gap == 0 ? "" : "(?:[^ ]+ ){0," + std::to_string(step.gap) + "}";
      pattern += step.optional ? "(?:" + gap + lists_[step.list] + ")?" : gap + lists_[step.list];
    }
    return pattern;
  }

  Folder folder_;
  std::vector<std::string> lists_;
  std::vector<Expressions> rows_;
};

}  // namespace pairwatch::text_signals
