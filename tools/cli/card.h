// One escalation for people, on a terminal: who, how severe, which stages when, the evidence by weight, and why in plain words.
#pragma once

#include <string>
#include <string_view>

#include "pairwatch/v1/escalation.pb.h"

namespace pairwatch::cli {

struct CardStyle {
  bool colour = false;
  int width = 100;  ///< columns; narrower than 70 is taken for 70
};

/// What fits the file: colour on a terminal that takes it (not where NO_COLOR is set or TERM is `dumb`), its width from 70 to 100.
CardStyle style_of_terminal(int file_descriptor);

/// Several lines, each ended. Whatever an escalation holds, no control character, bidirectional override or broken UTF-8 is
/// printed as it is, and long ids are cut.
std::string render_card(const v1::Escalation& escalation, const CardStyle& style = {});

/// `text` as it can be shown: such characters as `\x1b` or `\u{202e}`, and at most `most` columns, cut with an ellipsis.
std::string printable(std::string_view text, int most);

}  // namespace pairwatch::cli
