// The page docs/signals.md, made from the tables of the program: signals, their rules and parameters, what protects, and what
// combinations may name.
#pragma once

#include <string>

namespace pairwatch::docs {

/// The page for the shipped rule set, as Markdown.
std::string signals_page();

}  // namespace pairwatch::docs
