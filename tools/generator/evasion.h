// What risky relations do not to be seen.
#pragma once

#include <string>

#include "tools/generator/random.h"
#include "tools/generator/story.h"

namespace pairwatch::generator {

/// Changes the acts of a story: its pace, its accounts, contacts removed and asked for again, no text. Evasions of words are noted
/// in the story and done by disguise() when its words are written.
void evade(Evasion evasion, Story& story, Random& random);

/// Writes the words so that people still read them. Nothing for evasions of acts.
void disguise(Evasion evasion, Random& random, std::string& text);

}  // namespace pairwatch::generator
