#include "processors/core/hash.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "processors/core/check.h"

namespace pairwatch {

std::uint64_t hash64(std::string_view bytes) { return XXH3_64bits(bytes.data(), bytes.size()); }

Hash128 hash128(std::string_view bytes) {
  const XXH128_hash_t hash = XXH3_128bits(bytes.data(), bytes.size());
  return {hash.high64, hash.low64};
}

std::uint32_t murmur2(std::string_view bytes) {
  constexpr std::uint32_t kSeed = 0x9747b28c;
  constexpr std::uint32_t kMultiplier = 0x5bd1e995;
  constexpr int kShift = 24;
  const auto byte = [&](std::size_t i) { return static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[i])); };

  const std::size_t whole = bytes.size() & ~std::size_t{3};
  std::uint32_t hash = kSeed ^ static_cast<std::uint32_t>(bytes.size());
  for (std::size_t i = 0; i < whole; i += 4) {
    std::uint32_t word = byte(i) | byte(i + 1) << 8 | byte(i + 2) << 16 | byte(i + 3) << 24;
    word *= kMultiplier;
    word ^= word >> kShift;
    word *= kMultiplier;
    hash = hash * kMultiplier ^ word;
  }
  switch (bytes.size() - whole) {
    case 3: hash ^= byte(whole + 2) << 16; [[fallthrough]];
    case 2: hash ^= byte(whole + 1) << 8; [[fallthrough]];
    case 1: hash = (hash ^ byte(whole)) * kMultiplier; break;
    case 0: break;
  }
  hash ^= hash >> 13;
  hash *= kMultiplier;
  hash ^= hash >> 15;
  return hash;
}

std::array<char, 4> key_with_murmur2(std::uint32_t hash) {
  constexpr std::uint32_t kSeed = 0x9747b28c;
  constexpr std::uint32_t kMultiplier = 0x5bd1e995;
  constexpr std::uint32_t kInverse = 0xe59b19bd;
  static_assert(kMultiplier * kInverse == 1, "modulo 2^32");
  // Each step of murmur2 over one word, undone from the last to the first.
  hash ^= hash >> 15 ^ hash >> 30;
  hash *= kInverse;
  hash ^= hash >> 13 ^ hash >> 26;
  std::uint32_t word = hash ^ (kSeed ^ 4U) * kMultiplier;
  word *= kInverse;
  word ^= word >> 24;
  word *= kInverse;
  std::array<char, 4> key;
  for (std::size_t i = 0; i < key.size(); ++i) key[i] = static_cast<char>(word >> (8 * i));
  return key;
}

std::int32_t partition_of(std::string_view key, std::int32_t partition_count) {
  check(partition_count > 0, "a topic has at least one partition");
  return static_cast<std::int32_t>(murmur2(key) & 0x7fffffffU) % partition_count;
}

}  // namespace pairwatch
