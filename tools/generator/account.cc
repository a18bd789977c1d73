#include "tools/generator/account.h"

#include "processors/core/timestamp.h"
#include "tools/generator/ids.h"
#include "tools/generator/random.h"

namespace pairwatch::generator {
namespace {

constexpr std::uint64_t kAgePurpose = 0xa6e;
constexpr std::uint64_t kCreationPurpose = 0xc4ea;

AgeBand minor_band(Random& random) {
  const std::uint64_t of_hundred = random.below(100);
  if (of_hundred < 20) return AgeBand::kUnder13;
  return of_hundred < 65 ? AgeBand::k13To15 : AgeBand::k16To17;
}

AgeAssurance assurance(Random& random, std::uint64_t self_declared_percent, std::uint64_t estimated_percent) {
  const std::uint64_t of_hundred = random.below(100);
  if (of_hundred < self_declared_percent) return AgeAssurance::kSelfDeclared;
  return of_hundred < self_declared_percent + estimated_percent ? AgeAssurance::kEstimated : AgeAssurance::kVerified;
}

}  // namespace

Age age_of(std::uint64_t seed, Holder holder, std::uint64_t number) {
  Random random = Random::of(seed, kAgePurpose, number);
  switch (holder) {
    case Holder::kAdult: return {AgeBand::kAdult, assurance(random, 80, 5)};
    case Holder::kMinor: {
      const AgeBand band = minor_band(random);
      return {band, assurance(random, 75, 15)};
    }
    case Holder::kUnknown:
    case Holder::kStory: return {};
  }
  return {};
}

void write_account(std::uint64_t seed, std::uint64_t number, Age age, EventTime start, v1::Account& account) {
  write_id('u', number, *account.mutable_account_id());
  account.set_age_band(static_cast<v1::AgeBand>(age.band));
  account.set_age_assurance(static_cast<v1::AgeAssurance>(age.assurance));
  Random random = Random::of(seed, kCreationPurpose, number);
  set_time(start - seconds(random.between(30 * 86'400, 8 * 365 * 86'400)), *account.mutable_created_at());
}

}  // namespace pairwatch::generator
