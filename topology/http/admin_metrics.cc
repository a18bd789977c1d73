#include "topology/http/admin_metrics.h"

namespace pairwatch::http {
namespace {

const char* name_of(AdminOutcome outcome) {
  switch (outcome) {
    case AdminOutcome::kAnswered: return "answered";
    case AdminOutcome::kUnauthorized: return "unauthorized";
    case AdminOutcome::kNotAllowed: return "not_allowed";
    case AdminOutcome::kMalformed: return "malformed";
    case AdminOutcome::kTooLarge: return "too_large";
    case AdminOutcome::kTooSlow: return "too_slow";
    case AdminOutcome::kTooMany: return "too_many";
    case AdminOutcome::kHandshakeFailed: return "handshake_failed";
  }
  return "unknown";
}

const char* name_of(Secret secret) {
  switch (secret) {
    case Secret::kAdminCertificate: return "admin_certificate";
    case Secret::kAdminToken: return "admin_token";
    case Secret::kKafkaLogin: return "kafka_login";
    case Secret::kKafkaToken: return "kafka_token";
  }
  return "unknown";
}

}  // namespace

AdminMetrics::AdminMetrics(prometheus::Registry& registry) {
  auto& requests = prometheus::BuildCounter()
                       .Name("pairwatch_admin_requests_total")
                       .Help("Requests to the admin port, by what became of them.")
                       .Register(registry);
  for (int i = 0; i < kAdminOutcomeCount; ++i)
    requests_[static_cast<std::size_t>(i)] = &requests.Add({{"outcome", name_of(static_cast<AdminOutcome>(i))}});
  auto& stale = prometheus::BuildGauge()
                    .Name("pairwatch_secret_stale")
                    .Help("1 while a secret cannot be renewed, so that what was read before is used.")
                    .Register(registry);
  for (int i = 0; i < kSecretCount; ++i)
    stale_[static_cast<std::size_t>(i)] = &stale.Add({{"secret", name_of(static_cast<Secret>(i))}});
}

void AdminMetrics::count(AdminOutcome outcome) { requests_[static_cast<std::size_t>(outcome)]->Increment(); }

void AdminMetrics::stale(Secret secret, bool is_stale) { stale_[static_cast<std::size_t>(secret)]->Set(is_stale ? 1 : 0); }

}  // namespace pairwatch::http
