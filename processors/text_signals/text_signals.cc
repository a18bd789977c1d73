#include "processors/text_signals/text_signals.h"

#include <xxhash.h>

#include <set>
#include <span>
#include <utility>

#include "processors/core/check.h"
#include "processors/text_signals/compiled_lexicon.h"
#include "processors/text_signals/contacts.h"
#include "processors/text_signals/fold.h"
#include "processors/text_signals/matcher.h"

namespace pairwatch::text_signals {
namespace {

std::span<const std::uint16_t> handles_of(const Contacts& contacts) {
  return std::span(contacts.handles).first(contacts.handle_count);
}

class Reader final : public TextReader {
 public:
  Reader(std::shared_ptr<const CompiledLexicon> lexicon, std::uint64_t fingerprint_seed)
      : lexicon_(std::move(lexicon)),
        fingerprint_seed_(fingerprint_seed),
        folder_(fold_table()),
        scanner_(fold_table()),
        matcher_(*lexicon_) {}

  TextFindings read(std::string_view text, std::string_view language) override {
    TextFindings findings;
    findings.truncated = text.size() > kMaxTextBytes;
    const std::string_view readable = cut_at_code_point(text, kMaxTextBytes);
    const Folded folded = folder_.fold(readable);
    if (folded.text.empty()) return findings;
    findings.fingerprint = fingerprint(folded.text);
    const Contacts contacts = scanner_.scan(readable, folded);
    const bool in_digits = is_written_in_digits(folded);
    findings.signals = matcher_.match(folded, handles_of(contacts), lexicon_->languages_for(language));
    if (in_digits) findings.signals |= matcher_.match(with_digits_as_letters(readable), {}, lexicon_->languages_for(language));
    if (contacts.found) findings.signals |= signal_bit(Signal::kContactExchange);
    findings.handles = contacts.names;
    findings.handle_count = contacts.handle_count;
    return findings;
  }

  std::vector<std::size_t> rows(std::string_view text, std::string_view language) {
    const std::string_view readable = cut_at_code_point(text, kMaxTextBytes);
    const Folded folded = folder_.fold(readable);
    const Contacts contacts = scanner_.scan(readable, folded);
    const bool in_digits = is_written_in_digits(folded);
    std::set<std::size_t> rows;
    for (const auto row : matcher_.matching_rows(folded, handles_of(contacts), lexicon_->languages_for(language))) rows.insert(row);
    if (in_digits) {
      const Folded again = with_digits_as_letters(readable);
      for (const auto row : matcher_.matching_rows(again, {}, lexicon_->languages_for(language))) rows.insert(row);
    }
    return {rows.begin(), rows.end()};
  }

 private:
  /// One word may be a name, a rank or a time (gr8, 1v1, 10am); two are how somebody writes.
  static bool is_written_in_digits(const Folded& folded) { return folded.words_in_digits >= 2; }

  /// The views of the first reading are gone with it.
  Folded with_digits_as_letters(std::string_view text) { return folder_.fold(text, Digits::kAsLetters); }

  std::uint64_t fingerprint(std::string_view folded) const {
    const std::uint64_t hash = XXH3_64bits_withSeed(folded.data(), folded.size(), fingerprint_seed_);
    return hash == 0 ? 1 : hash;
  }

  std::shared_ptr<const CompiledLexicon> lexicon_;
  std::uint64_t fingerprint_seed_;
  Folder folder_;
  ContactScanner scanner_;
  Matcher matcher_;
};

}  // namespace

std::shared_ptr<const CompiledLexicon> compile(const Lexicon& lexicon) {
  check(problems_of(lexicon).empty(), "the lexicon has no problems");
  return std::make_shared<const CompiledLexicon>(lexicon);
}

std::unique_ptr<TextReader> make_text_reader(std::shared_ptr<const CompiledLexicon> lexicon, std::uint64_t fingerprint_seed) {
  return std::make_unique<Reader>(std::move(lexicon), fingerprint_seed);
}

std::vector<std::size_t> matching_rows(std::shared_ptr<const CompiledLexicon> lexicon, std::string_view text,
                                       std::string_view language) {
  return Reader(std::move(lexicon), 0).rows(text, language);
}

}  // namespace pairwatch::text_signals
