#include "config/certificate.h"

#include <openssl/bio.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <ctime>
#include <memory>

#include "config/files.h"

namespace pairwatch::config {
namespace {

struct Free {
  void operator()(BIO* bio) const { BIO_free(bio); }
  void operator()(X509* certificate) const { X509_free(certificate); }
};

}  // namespace

std::optional<std::int64_t> expiry_of_certificates(const std::string& path) {
  Problems ignored;
  const std::string text = read_file(path, ignored).text;
  const std::unique_ptr<BIO, Free> bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
  std::optional<std::int64_t> earliest;
  while (const std::unique_ptr<X509, Free> certificate{PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr)}) {
    std::tm end{};
    if (ASN1_TIME_to_tm(X509_get0_notAfter(certificate.get()), &end) != 1) continue;
    const std::int64_t seconds = timegm(&end);
    if (!earliest || seconds < *earliest) earliest = seconds;
  }
  return earliest;
}

}  // namespace pairwatch::config
