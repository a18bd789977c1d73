// The words of generated messages: harmless templates filled with everyday words, and for the relations that are to be found,
// the behaviours of detection in neutral words. Nothing sexual is ever written: it exists as a label score only.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "tools/generator/random.h"

namespace pairwatch::generator {

/// Everyday talk of 20 to 80 characters, one message in twelve in another language than English. Returns the language.
std::string_view write_ordinary_text(Random& random, std::string& out);

/// What somebody says in a story.
enum class Saying : std::uint8_t {
  kSmallTalk,  ///< everyday English
  kOpening,    ///< hello to somebody one does not know
  kReply,      ///< a short friendly answer
  kRefusal,    ///< a short answer that says no
  kFlattery,
  kPersonalInfo,    ///< asks for age, school, home, routines
  kRiskAssessment,  ///< asks who is near
  kSecrecy,
  kContactExchange,  ///< asks for a number or gives one
  kOtherApp,         ///< wants to talk elsewhere
  kImageRequest,
  kPressure,    ///< neutral words beside a threat's label score
  kFamilyTalk,  ///< what parents write
  kCoachTalk,   ///< what a coach or teacher writes
  kClassTalk,   ///< what a class writes at night
};

void write_saying(Saying saying, Random& random, std::string& out);

/// Every template and every word that may fill one, for a test that nothing else comes out.
std::vector<std::string_view> all_templates();
std::vector<std::string_view> all_words();

}  // namespace pairwatch::generator
