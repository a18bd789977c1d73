#include "tools/generator/sayings.h"

#include <algorithm>
#include <vector>

#include "processors/core/check.h"
#include "tools/generator/phrases.h"

namespace pairwatch::generator {
namespace {

using Texts = std::vector<std::string_view>;

Texts parted(std::string_view texts) {
  Texts parts;
  while (!texts.empty()) {
    const std::size_t end = std::min(texts.find('|'), texts.size());
    parts.push_back(texts.substr(0, end));
    texts.remove_prefix(std::min(end + 1, texts.size()));
  }
  return parts;
}

/// By language and saying; made once.
struct Table {
  std::array<std::array<Texts, kSayingCount>, kStoryLanguages.size()> texts;

  Table() {
    for (const auto rows : {english_sayings(), romance_sayings(), further_sayings()}) {
      for (const SayingRow& row : rows) {
        const auto language = std::find(kStoryLanguages.begin(), kStoryLanguages.end(), row.language);
        check(language != kStoryLanguages.end(), "a saying is in a language that stories are told in");
        texts[static_cast<std::size_t>(language - kStoryLanguages.begin())][static_cast<std::size_t>(row.saying)] =
            parted(row.texts);
      }
    }
  }
};

}  // namespace

void write_saying(Saying saying, std::string_view language, Random& random, std::string& out) {
  static const Table table;
  const auto at = std::find(kStoryLanguages.begin(), kStoryLanguages.end(), language);
  check(at != kStoryLanguages.end(), "stories are told in the languages they have words for");
  const auto& of_language = table.texts[static_cast<std::size_t>(at - kStoryLanguages.begin())];
  const Texts* texts = &of_language[static_cast<std::size_t>(saying)];
  if (texts->empty()) texts = &of_language[static_cast<std::size_t>(Saying::kSmallTalk)];
  out.clear();
  append_filled((*texts)[random.below(texts->size())], random, out);
}

}  // namespace pairwatch::generator
