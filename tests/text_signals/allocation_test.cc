// Counts every allocation of this program, so that reading a message can be shown to make none.
#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <new>
#include <string>

#include "config/lexicon.h"
#include "processors/text_signals/text_signals.h"

namespace {
std::atomic<std::size_t> allocations = 0;
}

// Not inlined, or GCC takes new and free for a mismatch.
__attribute__((noinline)) void* operator new(std::size_t size) {
  ++allocations;
  if (void* memory = std::malloc(size == 0 ? 1 : size)) return memory;
  throw std::bad_alloc();
}
__attribute__((noinline)) void operator delete(void* memory) noexcept { std::free(memory); }
__attribute__((noinline)) void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace pairwatch::text_signals {
namespace {

TEST(TextSignalsAllocation, ReadsMessagesWithoutAllocating) {
  const auto reader = make_text_reader(compile(config::load_lexicons(config::embedded_files("config/lexicons/")).lexicon), 1);
  std::string long_text;
  while (long_text.size() < 65536)
    long_text += "which s c h o o l do you go to @ja_ke 07700 900123 discord.gg/abc 사진 보내줘 カ\u3099 sсh00l \u3300 ";
  const std::string texts[] = {"hi, which school do you go to?", "dont tell your mum, its our secret", "+44 7700 900123",
                               "@jake on insta", long_text};
  const std::size_t before = allocations;
  std::uint64_t signals = 0;
  for (const std::string& text : texts) signals |= reader->read(text, "en-GB").signals;
  EXPECT_EQ(allocations - before, 0u);
  EXPECT_NE(signals, 0u);
  EXPECT_GT(before, 1000u) << "the lexicon was counted";
}

}  // namespace
}  // namespace pairwatch::text_signals
