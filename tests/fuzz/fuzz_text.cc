// Any bytes as a message: nothing crashes, and what is folded already folds to itself and speaks for the same.
//
// The first byte chooses the declared language; the rest is the text.
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "config/lexicon.h"
#include "processors/core/check.h"
#include "processors/core/utf8.h"
#include "processors/text_signals/compiled_lexicon.h"
#include "processors/text_signals/fold.h"
#include "processors/text_signals/matcher.h"
#include "processors/text_signals/text_signals.h"

namespace {

using namespace pairwatch;
using namespace pairwatch::text_signals;

/// The shipped lexicons, and what reads with them.
struct Readers {
  std::shared_ptr<const CompiledLexicon> lexicon =
      compile(config::load_lexicons(config::embedded_files("config/lexicons/")).lexicon);
  std::unique_ptr<TextReader> reader = make_text_reader(lexicon, 1);
  Folder folder{fold_table()};
  Folder second_folder{fold_table()};
  Matcher matcher{*lexicon};
};

void check_tokens(const Folded& folded) {
  std::size_t end = 0;
  for (const Token& token : folded.tokens) {
    check(token.begin == (end == 0 ? 0 : end + 1) && token.begin < token.end, "tokens follow each other, one space between");
    check(token.source_begin < token.source_end, "a token comes from somewhere");
    end = token.end;
  }
  check(end == folded.text.size(), "the folded text is its tokens");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static Readers readers;
  if (size == 0) return 0;
  constexpr std::string_view kLanguages[] = {"", "en", "es-MX", "ko", "ja", "xx"};
  const std::string_view language = kLanguages[data[0] % std::size(kLanguages)];
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);

  const TextFindings findings = readers.reader->read(text, language);
  check(findings.truncated == (text.size() > kMaxTextBytes), "what is cut is told");
  if (!is_valid_utf8(text)) return 0;

  const std::string_view readable = cut_at_code_point(text, kMaxTextBytes);
  const Folded folded = readers.folder.fold(readable);
  check(is_valid_utf8(folded.text), "folded text is UTF-8");
  check((findings.fingerprint == 0) == folded.text.empty(), "only nothing has no fingerprint");
  check_tokens(folded);
  if (folded.text.size() > kMaxTextBytes) return 0;

  const Folded again = readers.second_folder.fold(folded.text);
  check(again.text == folded.text, "folded text folds to itself");
  const std::uint64_t languages = readers.lexicon->languages_for(language);
  const std::uint64_t signals = readers.matcher.match(folded, {}, languages);
  check(readers.matcher.match(again, {}, languages) == signals, "folded text speaks for the same");
  check((findings.signals & signals) == signals, "the reader sees what the matcher sees");
  return 0;
}
