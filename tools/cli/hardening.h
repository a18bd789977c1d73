// What a process that holds children's data denies itself and others, before it does anything else.
#pragma once

#include <string>
#include <vector>

#include "config/settings.h"

namespace pairwatch::cli {

/// Files that it makes are its own user's alone; no memory of it is written to disk or read by another process of that user, unless
/// process.core_dumps says so; no program it might start gains rights. Cannot be undone.
void harden(const config::ProcessConfig& config);

/// Files with a secret that everybody on this machine may read, each a sentence with its remedy.
std::vector<std::string> open_secrets(const config::Settings& settings);

}  // namespace pairwatch::cli
