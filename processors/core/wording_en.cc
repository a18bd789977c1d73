// English. Stages accuse nobody.
#include "processors/core/wording.h"

namespace pairwatch {

const Words& english_words() {
  static constexpr Words kWords = {
      .months = {"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
                 "December"},
      .date = "{day} {month} {year}, {clock} UTC",
      .second = {"{n} second", "{n} seconds"},
      .minute = {"{n} minute", "{n} minutes"},
      .hour = {"{n} hour", "{n} hours"},
      .day = {"{n} day", "{n} days"},
      .week = {"{n} week", "{n} weeks"},
      .month = {"{n} month", "{n} months"},
      .within = "Within {span}",
      .over = "Over {span}",
      .thousands = ',',
      .decimals = '.',
      .conjunction = " and ",
      .before_i = " and ",
      .accounts = {"an account of unknown age", "an account aged under 13", "an account aged 13 to 15", "an account aged 16 to 17",
                   "an adult account"},
      .stages = {"other behaviour", "an approach by a stranger", "gaining trust", "giving presents", "moving out of sight",
                 "images, calls, a meeting or sexual content", "pressure"},
      .due = {"a look", "a look", "a review by a person", "a person's attention at once"},
      .dismissal =
          "A moderator dismissed this case on {decided}. It stands down; until {until} only what is urgent and new opens "
          "another, and the behaviours it was made of weigh less from now on.",
      .confirmation = "A moderator confirmed this case on {decided}. It stays open",
      .faded =
          "Nothing new was seen of this case since {since}, and what was has faded. It stands down; what comes from now on may "
          "open another.",
      .forgotten =
          "Nothing new was seen of this case since {since}, and what was is too long ago to say more. It stands down; what "
          "comes from now on may open another.",
  };
  return kWords;
}

}  // namespace pairwatch
