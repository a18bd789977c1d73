#include "topology/http/admin_access.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <algorithm>
#include <string_view>

#include "topology/http/tls_identity.h"
#include "topology/secret_file.h"

namespace pairwatch::http {
namespace {

constexpr std::size_t kShortestToken = 16;
constexpr std::size_t kLongestToken = 1024;
constexpr std::string_view kScheme = "bearer ";

bool is_visible(char c) { return c > ' ' && c <= '~'; }

bool begins_with_scheme(const std::string& authorization) {
  return authorization.size() > kScheme.size() &&
         std::equal(kScheme.begin(), kScheme.end(), authorization.begin(), [](char expected, char given) {
           return expected == (given >= 'A' && given <= 'Z' ? static_cast<char>(given - 'A' + 'a') : given);
         });
}

}  // namespace

AdminAccess::Digest AdminAccess::digest_of(const std::string& text) {
  Digest digest{};
  EVP_Digest(text.data(), text.size(), digest.data(), nullptr, EVP_sha256(), nullptr);
  return digest;
}

AccessProblem AdminAccess::read_tls(bool& is_new) {
  const TlsConfig& tls = config_.tls;
  if (tls.certificate_file.empty() && tls.key_file.empty()) return {};
  if (tls.key_file.empty()) return {"http.tls.certificate_file", "stands without key_file; name both files or none"};
  if (tls.certificate_file.empty()) return {"http.tls.key_file", "stands without certificate_file; name both files or none"};
  TlsIdentity found = read_identity(tls);
  if (!found.problem.empty()) return {found.setting, found.problem};
  const Digest content = digest_of(found.content);
  const std::lock_guard lock(mutex_);
  is_new = tls_ == nullptr || content != tls_content_;
  if (!is_new) return {};
  tls_ = std::move(found.context);
  tls_content_ = content;
  return {};
}

AccessProblem AdminAccess::read_token(bool& is_new) {
  if (config_.token_file.empty()) return {};
  const SecretFile found = read_secret(config_.token_file);
  const std::string file = "file " + config_.token_file + " ";
  if (!found.problem.empty()) return {"http.token_file", file + found.problem};
  const std::size_t size = found.text.size();
  if (size < kShortestToken || size > kLongestToken || !std::ranges::all_of(found.text, is_visible)) {
    return {"http.token_file", file +
                                   "does not hold 16 to 1024 visible characters without a space; write for instance what "
                                   "`openssl rand -hex 32` prints"};
  }
  const Digest token = digest_of(found.text);
  const std::lock_guard lock(mutex_);
  is_new = token != token_;
  token_ = token;
  return {};
}

std::vector<AccessProblem> AdminAccess::read() {
  bool is_new = false;
  std::vector<AccessProblem> problems;
  for (AccessProblem& problem : std::array{read_tls(is_new), read_token(is_new)}) {
    if (!problem.message.empty()) problems.push_back(std::move(problem));
  }
  return problems;
}

std::vector<AdminAccess::Line> AdminAccess::look(AdminMetrics& metrics) {
  std::vector<Line> lines;
  const auto note = [&](Secret secret, std::string& told, bool is_new, const AccessProblem& problem, const char* news) {
    metrics.stale(secret, !problem.message.empty());
    if (!problem.message.empty() && problem.message != told)
      lines.push_back({true, problem.setting + " " + problem.message + ". What was read before is used until then"});
    told = problem.message;
    if (is_new) lines.push_back({false, news});
  };
  bool is_new = false;
  const AccessProblem of_tls = read_tls(is_new);
  note(Secret::kAdminCertificate, told_[0], is_new, of_tls,
       "the files of http.tls hold another certificate: it is used from the next connection on");
  is_new = false;
  const AccessProblem of_token = read_token(is_new);
  note(Secret::kAdminToken, told_[1], is_new, of_token,
       "the file of http.token_file holds another token: it is asked for from now on");
  return lines;
}

std::shared_ptr<SSL_CTX> AdminAccess::tls() const {
  const std::lock_guard lock(mutex_);
  return tls_;
}

bool AdminAccess::admits(const std::string& authorization) const {
  if (config_.token_file.empty()) return true;
  if (!begins_with_scheme(authorization)) return false;
  const Digest given = digest_of(authorization.substr(kScheme.size()));
  const std::lock_guard lock(mutex_);
  return CRYPTO_memcmp(given.data(), token_.data(), given.size()) == 0;
}

std::vector<AccessProblem> problems_of(const HttpConfig& config) { return AdminAccess(config).read(); }

std::vector<std::string> warnings_of(const HttpConfig& config) {
  const bool is_local =
      config.listen.starts_with("127.") || config.listen.starts_with("localhost:") || config.listen.starts_with("[::1]");
  if (config.token_file.empty() || !config.tls.certificate_file.empty() || is_local) return {};
  return {
      "the admin port asks for a token, but whoever listens on the network can read it: set http.tls, or let only a proxy of "
      "this machine reach it"};
}

}  // namespace pairwatch::http
