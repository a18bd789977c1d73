// Pseudonyms: account ids replaced by a keyed hash, so that whoever reads the topics behind intake cannot tell whose they are
// without the key, while equal ids stay equal.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "processors/intake/config.h"

namespace pairwatch::intake {

/// Turns ids into `k<key id>:<64 hexadecimal digits of HMAC-SHA256(secret, id)>`. Holds the key inside OpenSSL's context; one
/// for each thread. Cost: about 0.35 us an id, no allocation. The key must have passed problems_of(IntakeConfig).
class Pseudonyms {
 public:
  explicit Pseudonyms(const PseudonymKey& key);
  ~Pseudonyms();
  Pseudonyms(const Pseudonyms&) = delete;
  Pseudonyms& operator=(const Pseudonyms&) = delete;

  /// Replaces what `out` held by the pseudonym of `id`.
  void write(std::string_view id, std::string& out);

  /// The first eight bytes, little-endian, of HMAC-SHA256(secret, purpose): a seed of its own for each purpose.
  std::uint64_t derive(std::string_view purpose);

 private:
  struct Mac;

  const unsigned char* digest_of(std::string_view bytes);

  std::string prefix_;
  std::unique_ptr<Mac> mac_;
};

}  // namespace pairwatch::intake
