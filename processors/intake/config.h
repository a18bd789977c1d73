// What intake can be told. Defaults beside meaning and unit; config/pairwatch.yaml ships the same.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "processors/core/age.h"
#include "processors/core/signal.h"
#include "processors/core/time.h"

namespace pairwatch::intake {

/// A label of the platform's classifiers and the signal it speaks for. Labels without a row are ignored. Where several labels
/// speak for one signal, the highest score counts.
struct LabelRule {
  std::string label;
  Signal signal;

  friend bool operator==(const LabelRule&, const LabelRule&) = default;
};

/// The key under which ids become pseudonyms `k<id>:<HMAC-SHA256>`; read from a file, never printed.
struct PseudonymKey {
  std::string id;      ///< 1 to 16 letters and digits
  std::string secret;  ///< 32 to 1024 bytes

  friend bool operator==(const PseudonymKey&, const PseudonymKey&) = default;
};

struct IntakeConfig {
  /// Who is judged towards whom. Part of the rule set.
  Gate gate;
  /// Which labels speak for which signal. Part of the rule set.
  std::vector<LabelRule> labels = {
      {"sexual", Signal::kSexualContent}, {"image_request", Signal::kImageRequest}, {"threat", Signal::kThreat}};
  /// Further ahead of the record's timestamp than this: a dead letter. Live only: a file has no such timestamp.
  Duration max_future_skew = minutes(5);
  /// Larger records are dead letters. Costs at most this much memory for each worker.
  std::size_t max_record_bytes = 1 << 20;
  /// Empty id: ids travel as they came.
  PseudonymKey pseudonym_key;
  /// Seed of the text fingerprint; with a pseudonym key, derived from it instead (fingerprint_seed_of).
  std::uint64_t fingerprint_seed = 0;
  /// Indicators that are held; more are refused and counted. Costs about 80 bytes each, once a process.
  std::size_t max_indicators = 1'000'000;
  /// How long after a case was confirmed, in event time, another account of its device is seen.
  Duration confirmed_for = days(400);
  /// Which rules these are, told with everything that is written: the first 16 hexadecimal digits of the bundle's SHA-256 as a
  /// number. Computed; 0: unknown.
  std::uint64_t rules = 0;
  /// Name of the platform's topic, as told in the header `pairwatch-source`.
  std::string source_topic = "platform.events";

  friend bool operator==(const IntakeConfig&, const IntakeConfig&) = default;
};

/// Everything that is wrong with the values, one sentence each; empty where Intake can work with them. Never holds the secret.
std::vector<std::string> problems_of(const IntakeConfig& config);

}  // namespace pairwatch::intake
