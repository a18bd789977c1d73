// Hashes that leave the process or are stored, so their values are fixed for ever: XXH3 for keys, murmur2 for partitions.
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace pairwatch {

/// 128 bits of XXH3, the form in which keys live inside. Equal keys are taken for equal ids: at 1 G keys a collision has a
/// probability below 2e-21.
struct Hash128 {
  std::uint64_t high = 0;
  std::uint64_t low = 0;

  friend constexpr auto operator<=>(const Hash128&, const Hash128&) = default;

  /// For abseil's containers: the bits are already mixed.
  template <typename H>
  friend H AbslHashValue(H state, const Hash128& hash) {
    return H::combine(std::move(state), hash.low);
  }
};

/// XXH3 with seed 0, of 64 and 128 bits.
std::uint64_t hash64(std::string_view bytes);
Hash128 hash128(std::string_view bytes);

/// Kafka's murmur2 (org.apache.kafka.common.utils.Utils.murmur2), the hash of the default partitioner.
std::uint32_t murmur2(std::string_view bytes);

/// Four bytes whose murmur2 is `hash`: a key that lies in the partition of every key with that hash, whatever the count.
std::array<char, 4> key_with_murmur2(std::uint32_t hash);

/// The partition a Java client gives a key: murmur2 without its sign bit, modulo the count. librdkafka: `murmur2_random`.
std::int32_t partition_of(std::string_view key, std::int32_t partition_count);

}  // namespace pairwatch
