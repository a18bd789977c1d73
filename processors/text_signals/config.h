// A lexicon: named word lists, and rows of lists with gaps, written by people who know how children and strangers talk.
// No regular expressions. config/lexicons/*.yaml holds the shipped one; the loader fills this from it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "processors/core/signal.h"

namespace pairwatch::text_signals {

/// Words and phrases that mean the same here. All of them pass through the same fold as text does. A phrase may end in a stem:
/// `send*` is every word that begins so. The word `@handle` stands for any handle written with its sign, such as @name.
struct WordList {
  std::string name;
  std::vector<std::string> words;

  friend bool operator==(const WordList&, const WordList&) = default;
};

/// One step of a row: a list, perhaps optional, after at most `gap` other words.
struct RowStep {
  std::uint32_t list = 0;  ///< index into Lexicon::lists
  std::uint32_t gap = 0;   ///< how many other words may stand before it, 0 to 8
  bool optional = false;

  friend bool operator==(const RowStep&, const RowStep&) = default;
};

/// A sequence of lists that speaks for a signal, unless one of `guards` occurs anywhere in the message.
struct Row {
  std::string name;
  Signal signal{};
  std::vector<RowStep> steps{};
  std::vector<std::uint32_t> guards{};          ///< indices into Lexicon::lists
  std::vector<std::string> languages{};         ///< empty: any
  std::vector<std::string> examples{};          ///< must match; run by a test
  std::vector<std::string> counter_examples{};  ///< must not match; run by a test

  friend bool operator==(const Row&, const Row&) = default;
};

struct Lexicon {
  std::vector<WordList> lists;
  std::vector<Row> rows;

  friend bool operator==(const Lexicon&, const Lexicon&) = default;
};

}  // namespace pairwatch::text_signals
