// What the words of one message speak for.
//
//   in         one message's text (valid UTF-8) and its declared language
//   out        TextFindings, nothing of the text itself but views of the handles in it
//   signals    from the lexicon's rows (config.h) and, for contact_exchange, from phone numbers, mail addresses, invite links and
//              bare handles (contacts.h), which are read before digits are folded to letters
//   digits     where two words or more hold digits for letters (c4n 1 73xt y0u), the text is read a second time with all of them as
//              letters, and what either reading shows counts
//   language   the first subtag chooses the rows of that language and those of any; empty or not in the lexicon: those of the
//              language that the words are of, where at least two of them are in the lexicon for one language alone and twice as
//              many as for any other, else all rows. Where such words belie a declared language, the rows of both
//   remembers  nothing between messages. A CompiledLexicon never changes and is shared by all threads (about 60 bytes a word,
//              0.7 MiB for the fold); a reader has buffers (0.2 MiB, and about 20 bytes a word)
//   cost       at most 0.8 us a chat message with 300 rows, about 1 us with the shipped 3,000, linear in at most 4 KiB; the
//              rest is not read, and told as truncated
//   fails      never for what a text holds. A lexicon with problems does not compile: ask problems_of first
//   thread     one for each reader
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "processors/core/text_reader.h"
#include "processors/text_signals/config.h"

namespace pairwatch::text_signals {

class CompiledLexicon;

/// Everything that keeps the lexicon from compiling, one sentence each with the row's or list's name; empty where nothing does.
std::vector<std::string> problems_of(const Lexicon& lexicon);

/// `lexicon` has no problems (checked). About 10 ms for 3,000 rows; the first call of a process also builds the fold
/// (fold_table.h).
std::shared_ptr<const CompiledLexicon> compile(const Lexicon& lexicon);

/// Fingerprints under another seed are other fingerprints. The reader shares the lexicon.
std::unique_ptr<TextReader> make_text_reader(std::shared_ptr<const CompiledLexicon> lexicon, std::uint64_t fingerprint_seed);

/// Which rows (indices into Lexicon::rows, ascending) a text matches. For those who write lexicons, and for tests: slow, allocates.
std::vector<std::size_t> matching_rows(std::shared_ptr<const CompiledLexicon> lexicon, std::string_view text,
                                       std::string_view language);

}  // namespace pairwatch::text_signals
