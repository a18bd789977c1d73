// Access tokens for Kafka's OAUTHBEARER: by client credentials from a token endpoint (RFC 6749, section 4.4), or from a file that
// somebody else keeps fresh.
//
// Remembers: nothing. Secrets are read from their files each time, so that a rotation needs no restart.
// Fails:     with a sentence that holds no secret and nothing of the answer but its status.
// Thread:    any; waits some seconds at most.
#pragma once

#include <cstdint>
#include <string>

#include "topology/token.h"

namespace pairwatch::http {

struct TokenEndpoint {
  std::string url;  ///< https, or http on this machine alone
  std::string client_id;
  std::string client_secret_file;
  std::string scope;    ///< empty: none is asked for
  std::string ca_file;  ///< who signs the endpoint's certificate; empty: the system's
};

/// What is wrong with a URL for a token endpoint; empty: nothing.
std::string problem_of_url(const std::string& url);

Token fetch_token(const TokenEndpoint& endpoint, std::int64_t now_ms);
/// A JWT in a file, for instance one that Kubernetes projects for a service account.
Token read_token(const std::string& file, std::int64_t now_ms);

}  // namespace pairwatch::http
