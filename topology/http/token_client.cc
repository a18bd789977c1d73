#include "topology/http/token_client.h"

#include <httplib.h>

#include <nlohmann/json.hpp>
#include <string_view>

#include "topology/secret_file.h"

namespace pairwatch::http {
namespace {

constexpr int kTimeout_s = 5;
constexpr std::int64_t kLifetimeUntold_s = 300;

struct Url {
  std::string origin;  ///< scheme, host and port
  std::string path;
};

Url parts_of(const std::string& url) {
  const std::size_t slash = url.find('/', url.find("://") + 3);
  if (slash == std::string::npos) return {url, "/"};
  return {url.substr(0, slash), url.substr(slash)};
}

bool is_on_this_machine(const std::string& origin) {
  for (const char* host : {"http://localhost", "http://127.0.0.1", "http://[::1]"}) {
    const std::size_t size = std::string_view(host).size();
    if (origin.starts_with(host) && (origin.size() == size || origin[size] == ':')) return true;
  }
  return false;
}

Token failed(std::string problem) { return {{}, {}, 0, std::move(problem)}; }

std::string decoded(std::string_view base64url) {
  constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  std::string bytes;
  unsigned bits = 0;
  int count = 0;
  for (const char c : base64url) {
    const std::size_t digit = kDigits.find(c);
    if (digit == std::string_view::npos) return {};
    bits = (bits << 6 | static_cast<unsigned>(digit)) & 0xffff;
    count += 6;
    if (count < 8) continue;
    count -= 8;
    bytes += static_cast<char>(bits >> count & 0xff);
  }
  return bytes;
}

/// What a JWT says of itself; null where it is none. Nothing is verified: that is the broker's to do.
nlohmann::json claims_of(std::string_view token) {
  const std::size_t first = token.find('.'), second = token.find('.', first + 1);
  if (first == std::string_view::npos || second == std::string_view::npos) return nullptr;
  return nlohmann::json::parse(decoded(token.substr(first + 1, second - first - 1)), nullptr, false);
}

Token token_of(std::string value, std::int64_t expires_ms) {
  Token token{std::move(value), {}, expires_ms, {}};
  const nlohmann::json claims = claims_of(token.value);
  if (!claims.is_object()) return token;
  if (const auto found = claims.find("sub"); found != claims.end() && found->is_string())
    token.principal = found->get<std::string>();
  if (const auto found = claims.find("exp"); found != claims.end() && found->is_number())
    token.expires_ms = found->get<std::int64_t>() * 1000;
  return token;
}

}  // namespace

std::string problem_of_url(const std::string& url) {
  const std::string origin = parts_of(url).origin;
  if (origin.starts_with("https://") && origin.size() > 8) return {};
  if (is_on_this_machine(origin)) return {};
  return "must be an https address, since a secret is sent to it; write for instance https://login.example/oauth2/token";
}

Token fetch_token(const TokenEndpoint& endpoint, std::int64_t now_ms) {
  const std::string secret = read_secret(endpoint.client_secret_file).text;
  if (secret.empty()) return failed("the file of kafka.oauth.client_secret_file cannot be read, or is empty");
  const Url url = parts_of(endpoint.url);
  httplib::Client client(url.origin);
  client.set_connection_timeout(kTimeout_s);
  client.set_read_timeout(kTimeout_s);
  client.set_write_timeout(kTimeout_s);
  if (!endpoint.ca_file.empty()) client.set_ca_cert_path(endpoint.ca_file);
  client.set_basic_auth(endpoint.client_id, secret);
  httplib::Params form{{"grant_type", "client_credentials"}};
  if (!endpoint.scope.empty()) form.emplace("scope", endpoint.scope);
  const httplib::Result answer = client.Post(url.path, form);
  if (!answer) {
    return failed("no token from " + endpoint.url + ": " + httplib::to_string(answer.error()) +
                  "; check kafka.oauth.token_endpoint and kafka.oauth.ca_file");
  }
  if (answer->status != 200) {
    const bool is_login = answer->status == 400 || answer->status == 401 || answer->status == 403;
    return failed("no token from " + endpoint.url + ": it answers " + std::to_string(answer->status) +
                  (is_login ? "; check kafka.oauth.client_id, and the file of kafka.oauth.client_secret_file" : ""));
  }
  const nlohmann::json body = nlohmann::json::parse(answer->body, nullptr, false);
  if (!body.is_object() || !body.contains("access_token") || !body["access_token"].is_string())
    return failed("no token from " + endpoint.url + ": its answer holds no access_token");
  const auto lifetime = body.find("expires_in");
  const bool is_told = lifetime != body.end() && lifetime->is_number();
  const std::int64_t lifetime_s = is_told ? lifetime->get<std::int64_t>() : kLifetimeUntold_s;
  return token_of(body["access_token"].get<std::string>(), now_ms + lifetime_s * 1000);
}

Token read_token(const std::string& file, std::int64_t now_ms) {
  std::string value = read_secret(file).text;
  if (value.empty()) return failed("the file of kafka.oauth.token_file cannot be read, or is empty");
  Token token = token_of(std::move(value), now_ms + kLifetimeUntold_s * 1000);
  if (token.expires_ms <= now_ms)
    return failed("the token in the file of kafka.oauth.token_file has expired; whoever writes it must renew it");
  return token;
}

}  // namespace pairwatch::http
