#include "processors/intake/pseudonym.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include <array>

#include "processors/core/check.h"

namespace pairwatch::intake {
namespace {

constexpr std::size_t kDigestBytes = 32;

struct FreeMac {
  void operator()(EVP_MAC* mac) const { EVP_MAC_free(mac); }
  void operator()(EVP_MAC_CTX* context) const { EVP_MAC_CTX_free(context); }
};

const unsigned char* bytes_of(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

}  // namespace

struct Pseudonyms::Mac {
  std::unique_ptr<EVP_MAC, FreeMac> algorithm;
  std::unique_ptr<EVP_MAC_CTX, FreeMac> context;
  std::array<unsigned char, kDigestBytes> digest;
};

Pseudonyms::Pseudonyms(const PseudonymKey& key) : prefix_("k" + key.id + ":"), mac_(std::make_unique<Mac>()) {
  check(!key.id.empty() && !key.secret.empty(), "a pseudonym key has an id and a secret; problems_of says so before");
  mac_->algorithm.reset(EVP_MAC_fetch(nullptr, OSSL_MAC_NAME_HMAC, nullptr));
  check(mac_->algorithm != nullptr, "this OpenSSL offers HMAC");
  mac_->context.reset(EVP_MAC_CTX_new(mac_->algorithm.get()));
  check(mac_->context != nullptr, "OpenSSL has memory for a context");
  std::array<char, 7> digest_name = {'S', 'H', 'A', '2', '5', '6', '\0'};
  const std::array<OSSL_PARAM, 2> parameters = {OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest_name.data(), 0),
                                                OSSL_PARAM_construct_end()};
  check(EVP_MAC_init(mac_->context.get(), bytes_of(key.secret), key.secret.size(), parameters.data()) == 1,
        "OpenSSL takes an HMAC-SHA256 key of 32 to 1024 bytes");
}

Pseudonyms::~Pseudonyms() = default;

void Pseudonyms::write(std::string_view id, std::string& out) {
  constexpr std::string_view kHexadecimal = "0123456789abcdef";
  const unsigned char* digest = digest_of(id);
  out.assign(prefix_);
  out.resize(prefix_.size() + 2 * kDigestBytes);
  char* at = out.data() + prefix_.size();
  for (std::size_t i = 0; i < kDigestBytes; ++i) {
    *at++ = kHexadecimal[digest[i] >> 4];
    *at++ = kHexadecimal[digest[i] & 15];
  }
}

std::uint64_t Pseudonyms::derive(std::string_view purpose) {
  const unsigned char* digest = digest_of(purpose);
  std::uint64_t value = 0;
  for (int i = 7; i >= 0; --i) value = value << 8 | digest[i];
  return value;
}

const unsigned char* Pseudonyms::digest_of(std::string_view bytes) {
  EVP_MAC_CTX* context = mac_->context.get();
  std::size_t size = 0;
  // Without a key the context starts afresh with the one it has.
  const bool done = EVP_MAC_init(context, nullptr, 0, nullptr) == 1 &&
                    EVP_MAC_update(context, bytes_of(bytes), bytes.size()) == 1 &&
                    EVP_MAC_final(context, mac_->digest.data(), &size, kDigestBytes) == 1;
  check(done && size == kDigestBytes, "HMAC-SHA256 of an id in memory cannot fail");
  return mac_->digest.data();
}

}  // namespace pairwatch::intake
