// The languages that explanations are written in. What texts are read in is another matter: config/lexicons.
#pragma once

#include <cstddef>
#include <cstdint>

namespace pairwatch {

enum class Language : std::uint8_t { kEnglish, kSpanish };
inline constexpr std::size_t kLanguageCount = 2;

}  // namespace pairwatch
