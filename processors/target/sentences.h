// What target says of a case, in each language. How it is put together is in explanation.cc.
#pragma once

#include <array>
#include <string_view>

#include "processors/core/age.h"
#include "processors/core/wording.h"

namespace pairwatch::target {

struct Sentences {
  std::array<Counted, kAgeClassCount> accounts;   ///< of one age, by AgeClass
  Counted opening;                                ///< {minor}, {ages}, {from}
  std::string_view opened_within;                 ///< {span}; follows on it
  Counted reviewed, watched, confirmed, unnoted;  ///< of them
  std::string_view seen;                          ///< {stages}
  Counted introduced;
  std::string_view closing;        ///< {due}, {score}
  std::string_view decided_apart;  ///< goes on after Wording::confirmation
  std::string_view quiet;          ///< {since}
  std::string_view stood_down;
};

const Sentences& sentences(Language language);

}  // namespace pairwatch::target
