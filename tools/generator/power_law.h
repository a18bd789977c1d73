// Few pairs talk a lot, most hardly at all: ranks drawn with probability in proportion to 1 / (rank + 1).
#pragma once

#include <cstdint>
#include <vector>

#include "tools/generator/random.h"

namespace pairwatch::generator {

/// Walker's alias method: one draw costs one random number and one look, whatever the count. 8 bytes for each rank.
class PowerLaw {
 public:
  /// `count` is from 1 to 2^32 - 1.
  explicit PowerLaw(std::uint32_t count);

  /// 0 to count - 1.
  std::uint32_t draw(Random& random) const;

 private:
  struct Slot {
    std::uint32_t keep;  ///< below this (of 2^32) the slot itself, else its alias
    std::uint32_t alias;
  };
  std::vector<Slot> slots_;
};

}  // namespace pairwatch::generator
