// The seam to processors/text_signals: what the words of one message speak for.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace pairwatch {

/// Handles that one message is read for.
inline constexpr std::size_t kHandleLimit = 8;

/// Nothing of the text itself but for the handles: those are views into it, to be hashed or dropped, never kept.
struct TextFindings {
  std::uint64_t signals = 0;                             ///< one bit for each signal (signal_bit)
  std::uint64_t fingerprint = 0;                         ///< keyed hash of the normalised text; 0 only where nothing is left of it
  bool truncated = false;                                ///< longer than what is read (4 KiB): the rest was not looked at
  std::array<std::string_view, kHandleLimit> handles{};  ///< names written with their sign, such as @name, without it
  std::size_t handle_count = 0;

  std::span<const std::string_view> all_handles() const { return {handles.data(), handle_count}; }
};

/// Implementations are immutable after construction but for scratch buffers: one for each thread.
class TextReader {
 public:
  virtual ~TextReader() = default;

  /// `text` is valid UTF-8; `language` is BCP-47 or empty. Linear in at most 4 KiB. Cost: at most 0.8 us a chat message.
  virtual TextFindings read(std::string_view text, std::string_view language) = 0;
};

}  // namespace pairwatch
