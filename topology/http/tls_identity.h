// The certificate and key with which the admin port shows who it is.
//
// Fails:  with the setting that is wrong and a sentence that holds nothing of the key.
// Thread: any.
#pragma once

#include <openssl/ssl.h>

#include <memory>
#include <string>

#include "topology/http/config.h"

namespace pairwatch::http {

struct TlsIdentity {
  std::shared_ptr<SSL_CTX> context;  ///< TLS 1.2 or newer; null where there is a problem
  std::string content;               ///< of both files, so that a change can be told
  std::string setting;               ///< which is wrong: http.tls.certificate_file or http.tls.key_file
  std::string problem;               ///< empty: there is none
};

/// From PEM files: the certificate followed by those between it and its authority, and its key without a password.
TlsIdentity read_identity(const TlsConfig& config);

}  // namespace pairwatch::http
