#include "tools/generator/sayings.h"

#include <algorithm>
#include <fstream>
#include <set>
#include <stdexcept>

#include "processors/core/check.h"
#include "processors/core/utf8.h"
#include "tools/generator/phrases.h"

namespace pairwatch::generator {
namespace {

constexpr std::array<std::string_view, kSayingCount> kNames = {"small_talk",
                                                               "opening",
                                                               "reply",
                                                               "refusal",
                                                               "flattery",
                                                               "personal_info_probe",
                                                               "risk_assessment_probe",
                                                               "persona_offer",
                                                               "payment_for_images",
                                                               "secrecy_request",
                                                               "exclusivity",
                                                               "contact_exchange",
                                                               "move_to_private",
                                                               "image_request",
                                                               "game_or_dare",
                                                               "meetup_request",
                                                               "threat",
                                                               "secrecy_by_fear",
                                                               "blackmail_money",
                                                               "family_talk",
                                                               "coach_talk",
                                                               "class_talk",
                                                               "trade_talk",
                                                               "guild_talk",
                                                               "support_talk",
                                                               "stream_talk",
                                                               "secret_talk",
                                                               "carpool_talk",
                                                               "tutor_talk"};

constexpr std::size_t kMostTextBytes = 500;

std::size_t place_of(std::string_view language) {
  const auto at = std::find(kStoryLanguages.begin(), kStoryLanguages.end(), language);
  return static_cast<std::size_t>(at - kStoryLanguages.begin());
}

/// Up to the next `end`, which is taken away too.
std::string_view next_part(std::string_view& text, char end) {
  const std::size_t length = std::min(text.find(end), text.size());
  const std::string_view part = text.substr(0, length);
  text.remove_prefix(std::min(length + 1, text.size()));
  return part;
}

std::string names(std::span<const std::string_view> all) {
  std::string text;
  for (const std::string_view name : all) text.append(text.empty() ? "" : ", ").append(name);
  return text;
}

}  // namespace

std::string_view name_of(Saying saying) { return kNames[static_cast<std::size_t>(saying)]; }

Sayings::Sayings() {
  for (const auto rows : {english_sayings(), romance_sayings(), further_sayings()}) {
    for (const SayingRow& row : rows) {
      const std::size_t language = place_of(row.language);
      check(language < kStoryLanguages.size(), "a saying is in a language that stories are told in");
      std::string_view texts = row.texts;
      while (!texts.empty()) texts_[language][static_cast<std::size_t>(row.saying)].emplace_back(next_part(texts, '|'));
    }
  }
}

void Sayings::read(const std::string& path) {
  std::ifstream file(path);
  if (!file) throw std::runtime_error("cannot open " + path + "; give a file of lines `language<tab>behaviour<tab>text`");
  std::set<std::pair<std::size_t, std::size_t>> replaced;
  std::string line;
  for (std::uint64_t number = 1; std::getline(file, line); ++number) {
    const auto fail = [&](const std::string& what) { throw std::runtime_error(path + ":" + std::to_string(number) + ": " + what); };
    if (line.ends_with('\r')) line.pop_back();
    if (line.empty() || line.front() == '#') continue;
    std::string_view rest = line;
    const std::string_view language = next_part(rest, '\t'), behaviour = next_part(rest, '\t');
    const std::size_t place = place_of(language);
    const auto saying = static_cast<std::size_t>(std::find(kNames.begin(), kNames.end(), behaviour) - kNames.begin());
    if (place == kStoryLanguages.size())
      fail("no stories are told in `" + std::string(language) + "`, only in " + names(kStoryLanguages));
    if (saying == kSayingCount) fail("there is no behaviour `" + std::string(behaviour) + "`; there are " + names(kNames));
    if (rest.empty() || rest.size() > kMostTextBytes || !is_valid_utf8(rest)) fail("the text must be 1 to 500 bytes of UTF-8");
    if (replaced.emplace(place, saying).second) texts_[place][saying].clear();
    texts_[place][saying].emplace_back(rest);
  }
  if (file.bad()) throw std::runtime_error("cannot read " + path);
}

void Sayings::write(Saying saying, std::string_view language, Random& random, std::string& out) const {
  const std::size_t place = place_of(language);
  check(place < kStoryLanguages.size(), "stories are told in the languages they have words for");
  const std::vector<std::string>* texts = &texts_[place][static_cast<std::size_t>(saying)];
  if (texts->empty()) texts = &texts_[place][static_cast<std::size_t>(Saying::kSmallTalk)];
  out.clear();
  append_filled((*texts)[random.below(texts->size())], random, out);
}

}  // namespace pairwatch::generator
