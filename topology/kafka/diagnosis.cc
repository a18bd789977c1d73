#include "topology/kafka/diagnosis.h"

#include <librdkafka/rdkafka.h>
#include <spdlog/spdlog.h>

#include <array>
#include <string_view>

namespace pairwatch::kafka {
namespace {

/// One entry for each address of a broker.
struct CertificateErrors {
  std::mutex mutex;
  std::map<std::string, int> by_broker;  ///< guarded by mutex
};

CertificateErrors& certificate_errors() {
  static CertificateErrors errors;
  return errors;
}

int certificate_error_in(const std::string& message) {
  const std::lock_guard lock(certificate_errors().mutex);
  for (const auto& [broker, error] : certificate_errors().by_broker) {
    if (message.find("://" + broker + '/') != std::string::npos) return error;
  }
  return 0;
}

/// Why the broker's certificate is not accepted; the numbers are those of openssl/x509_vfy.h.
std::string remedy_of_certificate(int x509_error) {
  switch (x509_error) {
    case 9: return "the broker's certificate is not valid yet: check this machine's clock";
    case 10: return "the broker's certificate has expired: renew it";
    case 62:
    case 64:
      return "the broker's certificate is for another name: name brokers in kafka.bootstrap_servers, and they themselves in "
             "advertised.listeners, as their certificates do";
  }
  return "the broker's certificate is not signed by a CA of kafka.properties.ssl.ca.location: name the file with the brokers' CA";
}

struct Remedy {
  std::string_view sign;  ///< stands in the message
  std::string_view words;
};

// What brokers and OpenSSL say, and what it comes from. The first that fits counts.
constexpr std::array kRemedies = {
    Remedy{"alert certificate expired", "this client's certificate has expired: renew kafka.properties.ssl.certificate.location"},
    Remedy{"alert bad certificate",
           "the listener asks for a client's certificate: set ssl.certificate.location and ssl.key.location in kafka.properties"},
    Remedy{"certificate required",
           "the listener asks for a client's certificate: set ssl.certificate.location and ssl.key.location in kafka.properties"},
    Remedy{"alert certificate unknown",
           "the broker does not accept this client's certificate: kafka.properties.ssl.certificate.location must be signed by a CA "
           "that "
           "the brokers trust, and must not have expired"},
    Remedy{
        "alert unknown ca",
        "the broker does not know the CA of this client's certificate: kafka.properties.ssl.certificate.location must be signed by "
        "one that the brokers trust"},
    Remedy{"connecting to a SSL listener?", "the listener may want TLS: set kafka.properties.security.protocol to SSL or SASL_SSL"},
    Remedy{"broker might require SASL", "the listener wants a login: set kafka.properties.security.protocol to SASL_SSL"},
    Remedy{"broker's supported mechanisms", "set kafka.properties.sasl.mechanism to one that this listener offers"},
    Remedy{"SASL authentication error",
           "the broker refuses the user or the secret: check sasl.username, and the file that kafka.property_files.sasl.password "
           "names "
           "(OAUTHBEARER: kafka.oauth)"},
};

enum class Trouble { kUnreachable, kLogin, kOther };

Trouble trouble_of(int code, const std::string& message) {
  // A connection that breaks while it logs in says nothing of the login.
  if (message.find(rd_kafka_err2str(RD_KAFKA_RESP_ERR__TRANSPORT)) != std::string::npos) return Trouble::kUnreachable;
  switch (code) {
    case RD_KAFKA_RESP_ERR__TRANSPORT:
    case RD_KAFKA_RESP_ERR__RESOLVE:
    case RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN:
    case RD_KAFKA_RESP_ERR__TIMED_OUT: return Trouble::kUnreachable;
    case RD_KAFKA_RESP_ERR__AUTHENTICATION:
    case RD_KAFKA_RESP_ERR__SSL:
    case RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED: return Trouble::kLogin;
  }
  return Trouble::kOther;
}

}  // namespace

void note_certificate_error(const std::string& broker, int x509_error) {
  const std::lock_guard lock(certificate_errors().mutex);
  certificate_errors().by_broker[broker] = x509_error;
}

std::string remedy_of(const std::string& message) {
  if (message.find("certificate verify failed") != std::string::npos) return remedy_of_certificate(certificate_error_in(message));
  for (const Remedy& remedy : kRemedies) {
    if (message.find(remedy.sign) != std::string::npos) return std::string(remedy.words);
  }
  return {};
}

void Diagnosis::client_error(int code, const std::string& message) {
  const std::string remedy = remedy_of(message);
  const Trouble trouble = trouble_of(code, message);
  switch (trouble == Trouble::kUnreachable && !remedy.empty() ? Trouble::kLogin : trouble) {
    case Trouble::kUnreachable:
      if (code == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN) return;  // says nothing that the ones before it did not
      tell("unreachable", "no answer from Kafka at " + servers_ + ": " + message +
                              "; check that it runs and that kafka.bootstrap_servers names it; trying again");
      return;
    case Trouble::kLogin:
      tell("login", "cannot log in to Kafka at " + servers_ + ": " + message + "; " +
                        (remedy.empty() ? "check security.protocol, sasl.* and ssl.* in kafka.properties" : remedy) +
                        "; trying again");
      return;
    case Trouble::kOther: tell(rd_kafka_err2name(static_cast<rd_kafka_resp_err_t>(code)), "Kafka client: " + message); return;
  }
}

void Diagnosis::tell(const std::string& kind, const std::string& sentence) {
  const auto now = std::chrono::steady_clock::now();
  {
    const std::lock_guard lock(mutex_);
    const auto [found, is_first] = told_.try_emplace(kind, now);
    if (!is_first && now - found->second < interval_) return;
    found->second = now;
  }
  spdlog::error("{}", sentence);
}

}  // namespace pairwatch::kafka
