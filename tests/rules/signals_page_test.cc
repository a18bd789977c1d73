// docs/signals.md says what the program does.
#include "tools/docs/signals_page.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "processors/core/signal.h"
#include "tools/docs/signal_notes.h"

namespace pairwatch::docs {
namespace {

TEST(SignalsPage, HasANoteOfEverySignal) {
  for (const SignalInfo& signal : all_signals()) {
    const SignalNote* note = note_of(signal.name);
    ASSERT_NE(note, nullptr) << signal.name << " has no note; write one in tools/docs/signal_notes.cc";
    EXPECT_FALSE(note->sees.empty() || note->why.empty() || note->sources.empty() || note->blind.empty()) << signal.name;
  }
}

TEST(SignalsPage, IsAsTheTablesSay) {
  std::ostringstream text;
  text << std::ifstream(PAIRWATCH_SOURCE_DIR "/docs/signals.md").rdbuf();
  EXPECT_TRUE(text.str() == signals_page())
      << "docs/signals.md is stale; run: ninja -C build/release signals_page && build/release/signals_page > docs/signals.md";
}

}  // namespace
}  // namespace pairwatch::docs
