#include "processors/intake/stamper.h"

#include <openssl/evp.h>

#include <array>

#include "processors/core/check.h"
#include "processors/core/hash.h"
#include "processors/intake/validate.h"

namespace pairwatch::intake {
namespace {

constexpr std::size_t kDigestBytes = 32;

struct FreeDigest {
  void operator()(EVP_MD* digest) const { EVP_MD_free(digest); }
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

}  // namespace

struct Stamper::Sha256 {
  std::unique_ptr<EVP_MD, FreeDigest> algorithm;
  std::unique_ptr<EVP_MD_CTX, FreeDigest> context;
  std::array<unsigned char, kDigestBytes> digest;
};

Stamper::Stamper(Indicators* indicators, Duration confirmed_for) : indicators_(indicators), confirmed_for_(confirmed_for) {
  if (indicators_ == nullptr) return;
  sha256_ = std::make_unique<Sha256>();
  sha256_->algorithm.reset(EVP_MD_fetch(nullptr, "SHA256", nullptr));
  sha256_->context.reset(EVP_MD_CTX_new());
  check(sha256_->algorithm != nullptr && sha256_->context != nullptr, "this OpenSSL offers SHA-256");
}

Stamper::~Stamper() = default;

std::uint64_t Stamper::digest_of(std::string_view bytes) {
  EVP_MD_CTX* context = sha256_->context.get();
  unsigned size = 0;
  const bool done = EVP_DigestInit_ex2(context, sha256_->algorithm.get(), nullptr) == 1 &&
                    EVP_DigestUpdate(context, bytes.data(), bytes.size()) == 1 &&
                    EVP_DigestFinal_ex(context, sha256_->digest.data(), &size) == 1;
  check(done && size == kDigestBytes, "SHA-256 of bytes in memory cannot fail");
  return hash64({reinterpret_cast<const char*>(sha256_->digest.data()), kDigestBytes});
}

std::uint32_t Stamper::matches(const EventView& event, std::string_view account_id, std::span<const std::string_view> handles) {
  if (indicators_ == nullptr) return 0;
  if (!is_current_) {
    table_ = indicators_->current();
    is_current_ = true;
  }
  std::uint32_t found = 0;
  if (table_->size() > 0) look_up(handles, event, account_id, found);
  return found;
}

void Stamper::look_up(std::span<const std::string_view> handles, const EventView& event, std::string_view account_id,
                      std::uint32_t& found) {
  using Kind = IndicatorKind;
  using Origin = IndicatorOrigin;
  const EventTime at = event_time(event.occurred_at);
  const std::uint64_t account = hash64(account_id);
  const auto ask = [&](Kind kind, std::uint64_t digest, std::uint64_t who) {
    return table_->find(kind, digest, event.tenant, at, confirmed_for_, who);
  };
  const auto set = [&](bool is_found, IndicatorMatch match) {
    if (is_found) found |= match_bit(match);
  };
  if (!event.actor.device_hash.empty()) {
    const IndicatorTable::Found device = ask(Kind::kDevice, hash64(event.actor.device_hash), account);
    set(device.imported, IndicatorMatch::kImportedDevice);
    set(device.confirmed, IndicatorMatch::kConfirmedDevice);
  }
  if (table_->knows(Kind::kAccount, Origin::kConfirmed)) {
    set(ask(Kind::kAccount, account, 0).confirmed, IndicatorMatch::kConfirmedAccount);
  }
  if (table_->knows(Kind::kAccount, Origin::kImported)) {
    set(ask(Kind::kAccount, digest_of(event.actor.account_id), account).imported, IndicatorMatch::kImportedAccount);
  }
  if (!table_->knows(Kind::kHandle, Origin::kImported)) return;
  for (const std::string_view handle : handles) {
    name_.clear();
    for (const char c : handle) name_.push_back(lower(c));
    set(ask(Kind::kHandle, digest_of(name_), account).imported, IndicatorMatch::kImportedHandle);
  }
}

}  // namespace pairwatch::intake
