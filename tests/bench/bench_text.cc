// Text signals on messages never seen before: fold and match, with the shipped lexicons and with synthetic ones of 300 and 3,000
// rows. Targets (Release): at most 0.8 us a message with 300 rows and about 5,000 instructions; 1.0 us with 3,000 rows of shared
// lists, 1.5 us where no two rows share a list. Worst texts of 4 KiB are linear.
//
// Each pass reads every message once, so a fixed number of passes takes the same number of instructions on every run:
//     valgrind --tool=callgrind --toggle-collect='*read_messages*' bench_text --benchmark_filter=Read/rows_300$
// counts them; divide by the counter `messages`.
#include <benchmark/benchmark.h>

#include <array>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "config/lexicon.h"
#include "processors/text_signals/fold.h"
#include "processors/text_signals/text_signals.h"

namespace pairwatch::text_signals {
namespace {

constexpr std::size_t kMessages = 100'000;
constexpr unsigned kSeed = 20260301;

constexpr std::array<const char*, 120> kCommonWords = {
    "i",      "you",   "the",   "a",     "to",      "and",  "is",     "it",     "in",    "my",     "me",     "that",
    "do",     "u",     "so",    "lol",   "what",    "of",   "are",    "for",    "on",    "we",     "have",   "be",
    "just",   "no",    "yes",   "not",   "can",     "your", "like",   "with",   "ok",    "was",    "this",   "but",
    "im",     "at",    "how",   "if",    "go",      "get",  "all",    "ur",     "know",  "want",   "when",   "dont",
    "good",   "now",   "see",   "time",  "one",     "up",   "school", "game",   "play",  "home",   "today",  "send",
    "name",   "where", "there", "they",  "he",      "she",  "will",   "out",    "come",  "here",   "need",   "who",
    "tell",   "back",  "why",   "think", "did",     "some", "haha",   "omg",    "about", "really", "thanks", "bro",
    "guys",   "make",  "more",  "from",  "was",     "got",  "going",  "then",   "has",   "had",    "him",    "her",
    "would",  "right", "look",  "never", "friends", "mum",  "phone",  "pic",    "live",  "alone",  "old",    "add",
    "number", "snap",  "photo", "keep",  "secret",  "show", "team",   "server", "level", "build",  "talk",   "night"};

class Writer {
 public:
  explicit Writer(unsigned seed) : random_(seed) {}

  std::size_t below(std::size_t bound) { return random_() % bound; }
  bool once_in(std::size_t times) { return below(times) == 0; }
  template <typename Words>
  std::string some(const Words& words) {
    return words[below(words.size())];
  }

  /// A word nobody has written yet: names, typing errors.
  std::string made_up() {
    constexpr std::array<const char*, 20> kSyllables = {"ba", "ri",  "to", "ne", "sha", "lo",  "ki",  "mar", "den", "vi",
                                                        "zu", "pel", "ga", "th", "or",  "sen", "qui", "ja",  "wex", "um"};
    std::string word;
    for (std::size_t count = 2 + below(3); count > 0; --count) word += some(kSyllables);
    return word;
  }

  std::string foreign() {
    constexpr std::array<const char*, 16> kForeign = {"mañana", "où", "für",  "não",  "está", "привет",     "как",  "дела",
                                                      "😀",     "❤️",  "학교", "어디", "どこ", "ありがとう", "Café", "Ｈｅｌｌｏ"};
    return some(kForeign);
  }

  /// About 50 bytes; three in ten hold something beyond ASCII.
  std::string message() {
    const bool international = below(10) < 3;
    std::string text;
    for (std::size_t count = 4 + below(15); count > 0; --count) {
      const std::size_t kind = below(100);
      if (kind < 9) {
        text += made_up();
      } else if (international && kind < 35) {
        text += foreign();
      } else if (kind >= 98) {
        text += std::to_string(below(3000));
      } else {
        text += some(kCommonWords);
      }
      text += once_in(9) ? ", " : " ";
    }
    if (once_in(3)) text += once_in(2) ? "??" : "!";
    return text;
  }

  /// `list_count` lists of which every row takes three or four; as many as lists are asked for, so that few lists are much shared.
  Lexicon lexicon(std::size_t row_count, std::size_t list_count) {
    Lexicon made;
    for (std::size_t i = 0; i < list_count; ++i) {
      WordList& list = made.lists.emplace_back();
      list.name = "list" + std::to_string(i);
      for (std::size_t words = 2 + below(8); words > 0; --words)
        list.words.push_back(once_in(4) ? made_up() + " " + some(kCommonWords) : made_up());
      if (once_in(5)) list.words.push_back(some(kCommonWords));
    }
    std::size_t next = 0;
    const bool shared = list_count < row_count;  // else the lists are dealt out in turn
    for (std::size_t i = 0; i < row_count; ++i) {
      Row& row = made.rows.emplace_back();
      row.name = "row" + std::to_string(i);
      row.signal =
          std::array{Signal::kThreat, Signal::kImageRequest, Signal::kSecrecyRequest, Signal::kPersonalInfoProbe}[below(4)];
      for (std::size_t steps = 3 + below(2); steps > 0; --steps) {
        const std::size_t list = shared ? below(list_count) : next++ % list_count;
        row.steps.push_back({static_cast<std::uint32_t>(list), static_cast<std::uint32_t>(row.steps.empty() ? 0 : below(4)),
                             !row.steps.empty() && once_in(6)});
      }
      if (once_in(3)) row.guards.push_back(static_cast<std::uint32_t>(below(list_count)));
      row.languages = {std::array{"en", "es", "de", "fr", "pt", "hu", "ko", "ja"}[below(8)]};
    }
    return made;
  }

 private:
  std::mt19937_64 random_;
};

Lexicon shipped() { return config::load_lexicons(config::embedded_files("config/lexicons/")).lexicon; }

const std::vector<std::string>& messages() {
  static const std::vector<std::string> all = [] {
    Writer writer(kSeed);
    std::vector<std::string> made;
    for (std::size_t i = 0; i < kMessages; ++i) made.push_back(writer.message());
    return made;
  }();
  return all;
}

__attribute__((noinline)) std::uint64_t read_messages(TextReader& reader, const std::vector<std::string>& texts,
                                                      std::string_view language) {
  std::uint64_t signals = 0;
  for (const std::string& text : texts) signals += reader.read(text, language).signals != 0;
  return signals;
}

void report(benchmark::State& state, const std::vector<std::string>& texts) {
  std::size_t bytes = 0;
  for (const std::string& text : texts) bytes += text.size();
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations() * texts.size()));
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * bytes));
  state.counters["messages"] = static_cast<double>(state.iterations() * texts.size());
  // google-benchmark prints the time of a pass; this is the time of a message.
  state.counters["per_message"] = benchmark::Counter(static_cast<double>(state.iterations() * texts.size()),
                                                     benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

void Read(benchmark::State& state, const Lexicon& lexicon, std::string_view language) {
  const auto reader = make_text_reader(compile(lexicon), 1);
  std::uint64_t matched = 0;
  for (auto _ : state) matched += read_messages(*reader, messages(), language);
  report(state, messages());
  state.counters["matched"] = static_cast<double>(matched) / static_cast<double>(state.iterations() * messages().size());
}
BENCHMARK_CAPTURE(Read, shipped, shipped(), "")->Iterations(5)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(Read, shipped_english, shipped(), "en")->Iterations(5)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(Read, rows_300, Writer(1).lexicon(300, 120), "")->Iterations(5)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(Read, rows_3000_shared, Writer(2).lexicon(3'000, 700), "")->Iterations(5)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(Read, rows_3000_unshared, Writer(3).lexicon(3'000, 3'560), "")->Iterations(5)->Unit(benchmark::kMillisecond);

void Fold(benchmark::State& state) {
  Folder folder(fold_table());
  for (auto _ : state) {
    std::size_t tokens = 0;
    for (const std::string& text : messages()) tokens += folder.fold(text).tokens.size();
    benchmark::DoNotOptimize(tokens);
  }
  report(state, messages());
}
BENCHMARK(Fold)->Iterations(5)->Unit(benchmark::kMillisecond);

/// 4 KiB of one piece, or of the lexicon's own words.
void Worst(benchmark::State& state, const std::string& piece) {
  const Lexicon lexicon = shipped();
  Writer writer(4);
  std::string text;
  while (text.size() < kMaxTextBytes)
    text += piece.empty() ? writer.some(lexicon.lists[writer.below(lexicon.lists.size())].words) + " " : piece;
  const auto reader = make_text_reader(compile(lexicon), 1);
  for (auto _ : state) benchmark::DoNotOptimize(reader->read(text, ""));
}
BENCHMARK_CAPTURE(Worst, lexicon_words, "");
BENCHMARK_CAPTURE(Worst, combining_marks, "\u0301");
BENCHMARK_CAPTURE(Worst, one_word, "you ");
BENCHMARK_CAPTURE(Worst, spelt_out, "s c h o o l  ");
BENCHMARK_CAPTURE(Worst, mixed_scripts, "s\u0441h\u043eol ");
BENCHMARK_CAPTURE(Worst, squared_words, "\u3300");
BENCHMARK_CAPTURE(Worst, numbers, "012 34 567 8 ");
BENCHMARK_CAPTURE(Worst, handles, "@a_b ");
BENCHMARK_CAPTURE(Worst, slashes, "a.b/");

void Compile(benchmark::State& state, const Lexicon& lexicon) {
  for (auto _ : state) benchmark::DoNotOptimize(compile(lexicon));
}
BENCHMARK_CAPTURE(Compile, shipped, shipped())->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(Compile, rows_3000_unshared, Writer(3).lexicon(3'000, 3'560))->Unit(benchmark::kMillisecond);

void BuildFoldTable(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(FoldTable());
}
BENCHMARK(BuildFoldTable)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace pairwatch::text_signals

BENCHMARK_MAIN();
