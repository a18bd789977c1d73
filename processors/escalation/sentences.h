// What escalation says of a case, in each language: one row for every signal, and the sentences around them. A missing row or text
// does not compile. How they are put together is in explanation.cc.
#pragma once

#include <array>
#include <string_view>

#include "processors/core/signal.h"
#include "processors/core/wording.h"

namespace pairwatch::escalation {

/// Where in the story a signal is told.
enum class Part : std::uint8_t {
  kOpening,  ///< beside the first contact
  kDeed,     ///< "the account ..."
  kPace,     ///< how the deeds followed on each other: a clause of its own
  kAccount,  ///< "the account ...", over all whom it reached
};

/// One signal in words. `{n}` is the count, `{other}` the other account.
struct Row {
  Signal signal;
  Part part;
  std::string_view once;
  std::string_view often{};  ///< from a count of two on; empty: the same
};

struct Sentences {
  std::array<Row, kSignalCount> rows;  ///< in the order of the signals' numbers
  std::string_view unnamed_combination;
  std::string_view younger_account, other_account;  ///< what `{other}` becomes

  std::string_view was_in_contact;     ///< {actor}, {target}
  std::string_view first_contact;      ///< {time}, {from}, {to}
  std::string_view nothing_in_common;  ///< follows on either
  std::string_view account_deeds;      ///< {within}, {deeds}
  Counted messages;                    ///< beside a burst of them
  Counted further_deeds;
  std::string_view order, order_at_once;     ///< {stages}, {span}
  std::string_view answered, none_answered;  ///< {deed}, {span}, {n}
  std::string_view same_device;              ///< as that of an account whose case was confirmed
  Counted review_cases, further_review_cases;
  std::string_view it, beyond_that;  ///< {deeds}
  Counted reached;                   ///< {actor}
  std::string_view first_reached;    ///< {time}
  std::string_view took_part_once, took_part_often;
  Counted in_common;
  std::string_view ordinary;                       ///< {things}
  std::string_view each_may_be, this_may_be;       ///< ordinary too
  std::string_view together_deserve, it_deserves;  ///< {due}
  std::string_view by_its_kind;
  std::string_view no_verdict;      ///< {score}
  std::string_view counts_further;  ///< goes on after Wording::confirmation
};

/// Whether every signal has a row in its place.
constexpr bool are_whole(const std::array<Row, kSignalCount>& rows) {
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (rows[i].once.empty()) return false;
    if (i > 0 && rows[i].signal <= rows[i - 1].signal) return false;
  }
  return true;
}

const Sentences& sentences(Language language);
const Sentences& english_sentences();
const Sentences& spanish_sentences();

}  // namespace pairwatch::escalation
