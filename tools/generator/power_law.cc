#include "tools/generator/power_law.h"

#include "processors/core/check.h"

namespace pairwatch::generator {

PowerLaw::PowerLaw(std::uint32_t count) : slots_(count) {
  check(count > 0, "a power law is over at least one rank");
  double sum = 0;
  for (std::uint32_t rank = 0; rank < count; ++rank) sum += 1.0 / (rank + 1.0);

  // What each rank would fill of a slot, were all slots equal: the few large ranks fill up the many small ones.
  std::vector<double> fill(count);
  std::vector<std::uint32_t> small, large;
  for (std::uint32_t rank = 0; rank < count; ++rank) {
    fill[rank] = count / (rank + 1.0) / sum;
    (fill[rank] < 1 ? small : large).push_back(rank);
  }
  while (!small.empty() && !large.empty()) {
    const std::uint32_t poor = small.back(), rich = large.back();
    small.pop_back();
    slots_[poor] = {static_cast<std::uint32_t>(fill[poor] * 0x1p32), rich};
    fill[rich] -= 1 - fill[poor];
    if (fill[rich] < 1) {
      large.pop_back();
      small.push_back(rich);
    }
  }
  for (const std::uint32_t rank : large) slots_[rank] = {0, rank};  // full: either way it is itself
  for (const std::uint32_t rank : small) slots_[rank] = {0, rank};
}

std::uint32_t PowerLaw::draw(Random& random) const {
  const auto slot = static_cast<std::uint32_t>(random.below(slots_.size()));
  const Slot& at = slots_[slot];
  return static_cast<std::uint32_t>(random.next()) < at.keep ? slot : at.alias;
}

}  // namespace pairwatch::generator
