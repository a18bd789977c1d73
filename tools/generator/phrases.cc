#include "tools/generator/phrases.h"

#include <span>

namespace pairwatch::generator {
namespace {

using Texts = std::span<const std::string_view>;

constexpr std::size_t kLeastLength = 20;
constexpr std::size_t kMostLength = 80;

constexpr std::string_view kOrdinary[] = {
    "did you watch the %t %w",
    "see you at the %p %w",
    "the %t was great, thanks",
    "%n says hi from the %p",
    "we lost the %g again, %d to %d",
    "anyone up for %g %w",
    "i left my %t at the %p",
    "that %t looks really cool",
    "homework for %w is page %d",
    "my cat sat on the %t again",
    "can somebody bring the %t %w",
    "happy birthday %n, have a great day",
    "the bus was late %w",
    "what did you think of the %t",
    "just finished level %d in %g",
    "new %t video by %v is out",
    "ok sounds good, %w then",
    "lol that was so funny",
    "who is in for %g with %n",
    "i made a %t for the %p",
    "raining at the %p, bring a %t",
    "good game everyone",
    "the teacher moved the test to %w",
    "%v dropped a new song",
    "thanks for the help with the %t",
    "i think the %t is broken",
    "how was the %p",
    "almost done with the %t",
    "our team needs one more for %g",
    "the line at the %p was so long",
    "pizza at the %p %w",
    "my internet is so slow %w",
    "check the score, %d all",
    "i got a new %t",
    "cannot find the %t anywhere",
    "%n and %n won the %g",
    "that was a close one",
    "does the %p open %w",
    "i will be there around %d",
    "the patch for %g is %d gigabytes",
};

struct Foreign {
  std::string_view language;
  std::string_view text;
};

constexpr Foreign kForeign[] = {
    {"es", "nos vemos mañana en el parque con %n"},
    {"es", "¿quién juega %g esta tarde?"},
    {"es", "qué buen partido, %d a %d"},
    {"fr", "on se retrouve à la bibliothèque demain"},
    {"fr", "merci pour ton aide avec le projet"},
    {"fr", "%n a gagné, bravo à tous"},
    {"de", "wir sehen uns später im Café"},
    {"de", "das Spiel war großartig, %d zu %d"},
    {"de", "%n bringt morgen die Bücher mit"},
    {"pt", "amanhã tem jogo, você vem?"},
    {"pt", "a música nova do %v é muito boa"},
    {"ko", "오늘 경기 정말 재미있었어요 내일 또 해요"},
    {"ja", "明日の試合は三時からです、よろしくお願いします"},
    {"ru", "увидимся завтра в библиотеке после уроков"},
};

constexpr std::string_view kNames[] = {"alex", "sam", "mia", "noah", "lena", "kofi", "yuki", "ana", "tom", "priya", "omar", "zoe"};
constexpr std::string_view kThings[] = {"movie",    "match",    "poster", "umbrella", "guitar", "cake",
                                        "notebook", "keyboard", "puzzle", "drawing",  "bike",   "helmet",
                                        "podcast",  "recipe",   "map",    "robot",    "jacket", "science project"};
constexpr std::string_view kPlaces[] = {"library", "park",   "gym",  "station", "beach",
                                        "market",  "museum", "pool", "cafe",    "stadium"};
constexpr std::string_view kTimes[] = {"today",        "tomorrow",    "on monday", "on friday",
                                       "this weekend", "after lunch", "at noon",   "tonight"};
constexpr std::string_view kGames[] = {"chess", "football", "the race", "blockworld", "cards", "tennis", "the quiz", "kart league"};
constexpr std::string_view kSyllables[] = {"ka", "mo", "ru", "ve", "zo", "ni", "la", "du", "ri", "be"};

std::string_view any(Texts texts, Random& random) { return texts[random.below(texts.size())]; }

/// Names, typing errors and slang that no word list holds: three different syllables of ten.
void append_new_word(Random& random, std::string& out) {
  std::uint64_t last = std::size(kSyllables);
  for (int i = 0; i < 3; ++i) {
    std::uint64_t syllable = random.below(std::size(kSyllables));
    if (syllable == last) syllable = (syllable + 1) % std::size(kSyllables);
    out += kSyllables[syllable];
    last = syllable;
  }
}

}  // namespace

void append_filled(std::string_view text, Random& random, std::string& out) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out.push_back(text[i]);
      continue;
    }
    switch (text[++i]) {
      case 'n': out += any(kNames, random); break;
      case 't': out += any(kThings, random); break;
      case 'p': out += any(kPlaces, random); break;
      case 'w': out += any(kTimes, random); break;
      case 'g': out += any(kGames, random); break;
      case 'd': out += static_cast<char>('1' + random.below(9)); break;
      case 'v': append_new_word(random, out); break;
    }
  }
}

std::string_view write_ordinary_text(Random& random, std::string& out) {
  out.clear();
  if (random.below(12) == 0) {
    const Foreign& foreign = kForeign[random.below(std::size(kForeign))];
    append_filled(foreign.text, random, out);
    return foreign.language;
  }
  const std::size_t wanted = kLeastLength + random.below(kMostLength - kLeastLength + 1);
  append_filled(any(kOrdinary, random), random, out);
  while (out.size() < wanted) {
    out += random.below(2) == 0 ? ". " : " and ";
    append_filled(any(kOrdinary, random), random, out);
  }
  if (out.size() > kMostLength) {
    const std::size_t space = out.rfind(' ', kMostLength);
    out.resize(space == std::string::npos || space < kLeastLength ? kMostLength : space);
  }
  return "en";
}

std::vector<std::string_view> all_templates() {
  std::vector<std::string_view> all;
  all.insert(all.end(), std::begin(kOrdinary), std::end(kOrdinary));
  for (const Foreign& foreign : kForeign) all.push_back(foreign.text);
  return all;
}

std::vector<std::string_view> all_words() {
  std::vector<std::string_view> all;
  for (const Texts texts : {Texts(kNames), Texts(kThings), Texts(kPlaces), Texts(kTimes), Texts(kGames), Texts(kSyllables)}) {
    all.insert(all.end(), texts.begin(), texts.end());
  }
  return all;
}

}  // namespace pairwatch::generator
