#include "tools/generator/evasion.h"

#include <algorithm>
#include <iterator>
#include <string_view>
#include <utility>

namespace pairwatch::generator {
namespace {

/// How far the first account goes before the second takes over.
constexpr std::size_t kShareOfFirstAccount = 3;

void slow_down(Story& story) {
  const Duration length = story.acts.back().after;
  // What takes minutes takes an hour or two; weeks grow by half, so that the whole still fits into a season.
  const std::int64_t tenths = length < hours(6) ? 80 : length < days(10) ? 25 : 15;
  for (Act& act : story.acts) act.after = milliseconds(act.after.ms * tenths / 10);
}

Act contact_act(const Act& like, bool by_actor, InteractionKind kind, Duration after) {
  Act act;
  act.after = after;
  act.target = like.target;
  act.actor = like.actor;
  act.by_actor = by_actor;
  act.kind = kind;
  act.channel = like.channel;
  return act;
}

/// Room for `gap` from the act at `place` on.
void delay(Story& story, std::size_t place, Duration gap) {
  for (std::size_t i = place; i < story.acts.size(); ++i) story.acts[i].after = story.acts[i].after + gap;
}

/// A third of the way a second account goes on, as a friend of the first; the first one's label turns gray.
void take_over(Story& story) {
  const auto harm = std::find_if(story.acts.begin(), story.acts.end(), [](const Act& act) { return act.is_harm; });
  const auto before_harm = static_cast<std::size_t>(harm - story.acts.begin());
  if (story.actors.size() != 1 || story.labels.size() != 1 || story.labels[0].kind != SubjectKind::kPair || before_harm < 2) {
    story.evasion = Evasion::kNone;  // more than one account already, or no time for another
    return;
  }
  const std::size_t place = std::min(std::max<std::size_t>(1, story.acts.size() / kShareOfFirstAccount), before_harm - 1);
  story.actors[0].device = 1;
  story.actors.push_back(story.actors[0]);
  story.actors[1].account_age = hours(1);
  story.labels[0].is_gray = true;
  story.labels.push_back({SubjectKind::kPair, 1, 0, false});
  delay(story, place, hours(3));
  bool starts_later = false;
  for (std::size_t i = 0; i < story.acts.size(); ++i) {
    Act& act = story.acts[i];
    if (i >= place) {
      act.actor = 1;
      starts_later = starts_later || act.starts_risk;
    }
  }
  const Act like = story.acts[place];
  Act request = contact_act(like, true, InteractionKind::kContactRequest, like.after - minutes(20));
  Act accept = contact_act(like, false, InteractionKind::kContactAccept, like.after - minutes(10));
  accept.starts_risk = !starts_later;  // it goes on where the first account was
  story.acts.insert(story.acts.begin() + static_cast<std::ptrdiff_t>(place), {request, accept});
}

/// Twice on the way the contact is removed and asked for again.
void readd(Story& story) {
  for (const std::size_t third : {2U, 1U}) {
    const std::size_t place = std::max<std::size_t>(1, story.acts.size() * third / 3);
    delay(story, place, hours(2));
    const Act like = story.acts[place];
    const Duration now = like.after - hours(2);
    story.acts.insert(story.acts.begin() + static_cast<std::ptrdiff_t>(place),
                      {contact_act(like, true, InteractionKind::kContactRemove, now + minutes(5)),
                       contact_act(like, true, InteractionKind::kContactRequest, now + minutes(70)),
                       contact_act(like, false, InteractionKind::kContactAccept, now + minutes(80))});
  }
}

void drop_text(Story& story) {
  for (Act& act : story.acts) act.saying.reset();
}

std::size_t bytes_of_first(std::string_view text) {
  const auto first = static_cast<unsigned char>(text[0]);
  const std::size_t size = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  return std::min(size, text.size());
}

/// Calls `write` with each character of the text, one code point at a time.
template <typename Write>
void for_each_character(std::string_view text, Write write) {
  while (!text.empty()) {
    const std::size_t size = bytes_of_first(text);
    write(text.substr(0, size));
    text.remove_prefix(size);
  }
}

std::string_view lookalike(char c) {
  switch (c) {
    case 'a': return "\u0430";
    case 'c': return "\u0441";
    case 'e': return "\u0435";
    case 'i': return "\u0456";
    case 'o': return "\u043e";
    case 'p': return "\u0440";
    case 'x': return "\u0445";
    case 'y': return "\u0443";
    default: return {};
  }
}

std::string_view digit_for(char c) {
  switch (c) {
    case 'a': return "4";
    case 'e': return "3";
    case 'i': return "1";
    case 'o': return "0";
    case 's': return "5";
    case 't': return "7";
    default: return {};
  }
}

bool is_vowel(char c) { return c == 'a' || c == 'e' || c == 'i' || c == 'o' || c == 'u'; }

bool is_letter(std::string_view character) {
  return character.size() > 1 || (character[0] >= 'a' && character[0] <= 'z') || (character[0] >= 'A' && character[0] <= 'Z');
}

void space_letters(Random& random, std::string_view text, std::string& out) {
  const std::string_view between = random.below(3) == 0 ? "." : " ";
  bool after_letter = false;
  for_each_character(text, [&](std::string_view character) {
    const bool letter = is_letter(character);
    if (letter && after_letter) out += between;
    if (character == " ") out += " ";  // words stand further apart than letters
    out += character;
    if (character == " ") out += " ";
    after_letter = letter;
  });
}

void put_lookalikes(Random& random, std::string_view text, std::string& out) {
  bool has_latin = false;  // a word keeps its first letter, so that it is of two scripts
  for (const char c : text) {
    const std::string_view other = has_latin && random.below(3) != 0 ? lookalike(c) : std::string_view{};
    if (other.empty()) {
      out.push_back(c);
    } else {
      out += other;
    }
    has_latin = c != ' ';
  }
}

void put_zero_width(Random& random, std::string_view text, std::string& out) {
  constexpr std::string_view kInvisible[] = {"\u200b", "\u200c", "\u2060", "\u00ad"};
  for_each_character(text, [&](std::string_view character) {
    out += character;
    if (is_letter(character) && random.below(3) == 0) out += kInvisible[random.below(std::size(kInvisible))];
  });
}

void put_digits(Random& random, std::string_view text, std::string& out) {
  for (const char c : text) {
    const std::string_view digit = random.below(10) < 6 ? digit_for(c) : std::string_view{};
    if (digit.empty()) {
      out.push_back(c);
    } else {
      out += digit;
    }
  }
}

void stretch(Random& random, std::string_view text, std::string& out) {
  for (const char c : text) {
    const bool upper = c >= 'a' && c <= 'z' && random.below(4) == 0;
    const auto times = is_vowel(c) && random.below(4) == 0 ? 3U : 1U;
    out.append(times, upper ? static_cast<char>(c - 'a' + 'A') : c);
  }
}

}  // namespace

void evade(Evasion evasion, Story& story, Random&) {
  story.evasion = evasion;
  switch (evasion) {
    case Evasion::kSlowPacing: return slow_down(story);
    case Evasion::kSeveralAccounts: return take_over(story);
    case Evasion::kReadding: return readd(story);
    case Evasion::kNoText: return drop_text(story);
    case Evasion::kNone:
    case Evasion::kSpacedLetters:
    case Evasion::kLookalikes:
    case Evasion::kZeroWidth:
    case Evasion::kLeetspeak:
    case Evasion::kStretched: return;
  }
}

void disguise(Evasion evasion, Random& random, std::string& text) {
  std::string out;
  out.reserve(text.size() * 3);
  switch (evasion) {
    case Evasion::kSpacedLetters: space_letters(random, text, out); break;
    case Evasion::kLookalikes: put_lookalikes(random, text, out); break;
    case Evasion::kZeroWidth: put_zero_width(random, text, out); break;
    case Evasion::kLeetspeak: put_digits(random, text, out); break;
    case Evasion::kStretched: stretch(random, text, out); break;
    case Evasion::kNone:
    case Evasion::kSlowPacing:
    case Evasion::kSeveralAccounts:
    case Evasion::kReadding:
    case Evasion::kNoText: return;
  }
  text = std::move(out);
}

}  // namespace pairwatch::generator
