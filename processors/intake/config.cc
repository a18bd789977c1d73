#include "processors/intake/config.h"

#include <algorithm>
#include <set>

#include "processors/core/utf8.h"

namespace pairwatch::intake {
namespace {

constexpr std::size_t kKeyIdLimit = 16;
constexpr std::size_t kSecretLeast = 32;
constexpr std::size_t kSecretMost = 1024;
constexpr std::size_t kLabelBytes = 64;
constexpr std::size_t kRecordBytesLeast = 1 << 10;
constexpr std::size_t kRecordBytesMost = 64 << 20;
constexpr std::size_t kTopicNameLimit = 249;  // Kafka's

bool is_letter_or_digit(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }

void check_key(const PseudonymKey& key, std::vector<std::string>& problems) {
  if (key.id.empty() && key.secret.empty()) return;
  if (key.id.empty() || key.id.size() > kKeyIdLimit || !std::all_of(key.id.begin(), key.id.end(), is_letter_or_digit)) {
    problems.push_back("the pseudonym key's id must be 1 to 16 letters and digits");
  }
  if (key.secret.size() < kSecretLeast || key.secret.size() > kSecretMost) {
    problems.push_back("the pseudonym key must be 32 to 1024 bytes long; it has " + std::to_string(key.secret.size()));
  }
}

void check_labels(const std::vector<LabelRule>& labels, std::vector<std::string>& problems) {
  std::set<std::string> seen;
  for (const LabelRule& rule : labels) {
    if (rule.label.empty() || rule.label.size() > kLabelBytes || !is_valid_utf8(rule.label)) {
      problems.push_back("a label must be 1 to 64 bytes of UTF-8");
    } else if (!seen.insert(rule.label).second) {
      problems.push_back("the label " + rule.label + " is listed twice");
    }
  }
}

}  // namespace

std::vector<std::string> problems_of(const IntakeConfig& config) {
  std::vector<std::string> problems;
  check_key(config.pseudonym_key, problems);
  check_labels(config.labels, problems);
  if (config.max_future_skew.ms < 0) problems.push_back("max_future_skew must not be negative");
  if (config.max_record_bytes < kRecordBytesLeast || config.max_record_bytes > kRecordBytesMost) {
    problems.push_back("max_record_bytes must be 1 KiB to 64 MiB");
  }
  if (config.max_indicators < 1) problems.push_back("max_indicators must be at least 1");
  if (config.confirmed_for.ms < 0) problems.push_back("confirmed_for must not be negative");
  if (config.source_topic.empty() || config.source_topic.size() > kTopicNameLimit) {
    problems.push_back("source_topic must be a topic's name of 1 to 249 bytes");
  }
  return problems;
}

}  // namespace pairwatch::intake
