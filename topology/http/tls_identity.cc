#include "topology/http/tls_identity.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>

#include <utility>

#include "topology/secret_file.h"

namespace pairwatch::http {
namespace {

constexpr const char* kCertificate = "http.tls.certificate_file";
constexpr const char* kKey = "http.tls.key_file";

struct Free {
  void operator()(BIO* bio) const { BIO_free(bio); }
  void operator()(X509* certificate) const { X509_free(certificate); }
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};

std::unique_ptr<BIO, Free> over(const std::string& text) {
  return std::unique_ptr<BIO, Free>(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

/// Asked for a password: there is none. Without it OpenSSL would ask on the terminal.
int no_password(char*, int, int, void*) { return -1; }

TlsIdentity wrong(const char* setting, std::string problem) {
  ERR_clear_error();
  return {{}, {}, setting, std::move(problem)};
}

bool use_certificates(SSL_CTX* context, const std::string& text) {
  const auto bio = over(text);
  const std::unique_ptr<X509, Free> own(PEM_read_bio_X509(bio.get(), nullptr, no_password, nullptr));
  if (!own || SSL_CTX_use_certificate(context, own.get()) != 1) return false;
  while (std::unique_ptr<X509, Free> issuer{PEM_read_bio_X509(bio.get(), nullptr, no_password, nullptr)}) {
    if (SSL_CTX_add0_chain_cert(context, issuer.get()) != 1) return false;
    static_cast<void>(issuer.release());  // the context's now
  }
  ERR_clear_error();  // the end of the file is one
  return true;
}

}  // namespace

TlsIdentity read_identity(const TlsConfig& config) {
  const SecretFile certificates = read_secret(config.certificate_file);
  if (!certificates.problem.empty()) return wrong(kCertificate, "file " + config.certificate_file + " " + certificates.problem);
  const SecretFile key_file = read_secret(config.key_file);
  if (!key_file.problem.empty()) return wrong(kKey, "file " + config.key_file + " " + key_file.problem);

  std::shared_ptr<SSL_CTX> context(SSL_CTX_new(TLS_server_method()), SSL_CTX_free);
  if (!context || SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION) != 1)
    return wrong(kCertificate, "cannot be used: the TLS library does not start");
  SSL_CTX_set_options(context.get(), SSL_OP_NO_RENEGOTIATION);
  SSL_CTX_set_mode(context.get(), SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  if (!use_certificates(context.get(), certificates.text))
    return wrong(kCertificate, "file " + config.certificate_file +
                                   " does not begin with a certificate in PEM; write it first, then those between "
                                   "it and its authority");
  const std::unique_ptr<EVP_PKEY, Free> key(PEM_read_bio_PrivateKey(over(key_file.text).get(), nullptr, no_password, nullptr));
  if (!key) return wrong(kKey, "file " + config.key_file + " holds no key in PEM that is without a password; write one");
  if (SSL_CTX_use_PrivateKey(context.get(), key.get()) != 1)
    return wrong(kKey, "file " + config.key_file + " does not hold the key of the certificate in " + config.certificate_file +
                           "; name the two that belong together");
  return {std::move(context), certificates.text + '\0' + key_file.text, {}, {}};
}

}  // namespace pairwatch::http
