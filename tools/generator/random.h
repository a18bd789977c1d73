// Random numbers that are the same everywhere for the same seed: the standard library's generators are, its distributions are not.
#pragma once

#include <cstdint>

namespace pairwatch::generator {

/// SplitMix64 (Steele, Lea & Flood 2014): a stream of 64-bit numbers from any seed. Cheap to start, so that a pair's or an
/// account's facts can be drawn anew each time instead of being kept.
class Random {
 public:
  explicit constexpr Random(std::uint64_t seed) : state_(seed) {}

  /// A stream of its own for each thing of a kind: `purpose` keeps kinds apart.
  static constexpr Random of(std::uint64_t seed, std::uint64_t purpose, std::uint64_t number) {
    return Random(mix(mix(mix(seed) ^ purpose) ^ number));
  }

  constexpr std::uint64_t next() {
    state_ += 0x9e3779b97f4a7c15U;
    return mix(state_);
  }
  /// 0 to count - 1; `count` is from 1 to 2^32. The bias is below 2^-32 x count.
  constexpr std::uint64_t below(std::uint64_t count) { return ((next() >> 32) * count) >> 32; }
  /// From `least` to `most`, both among them.
  constexpr std::int64_t between(std::int64_t least, std::int64_t most) {
    return least + static_cast<std::int64_t>(below(static_cast<std::uint64_t>(most - least + 1)));
  }
  /// 0 up to but not including 1.
  constexpr double real() { return static_cast<double>(next() >> 11) * 0x1p-53; }
  constexpr bool chance(double probability) { return real() < probability; }

 private:
  static constexpr std::uint64_t mix(std::uint64_t z) {
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
    return z ^ (z >> 31);
  }
  std::uint64_t state_;
};

}  // namespace pairwatch::generator
