// The words of ordinary traffic: harmless templates filled with everyday words. What stories say is in sayings.h. Nothing sexual is
// ever written: it exists as a label score only.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "tools/generator/random.h"

namespace pairwatch::generator {

/// Everyday talk of 20 to 80 characters, one message in twelve in another language than English. Returns the language.
std::string_view write_ordinary_text(Random& random, std::string& out);

/// Appends a text with its slots filled. A slot is % and a letter: n a name, t a thing, p a place, w a time, g a game, d a digit, v
/// a word nobody has seen before.
void append_filled(std::string_view text, Random& random, std::string& out);

/// Every template of ordinary talk and every word that may fill one, for a test that nothing else comes out.
std::vector<std::string_view> all_templates();
std::vector<std::string_view> all_words();

}  // namespace pairwatch::generator
