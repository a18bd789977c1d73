#include "tools/evaluate/evaluate.h"

#include <absl/container/flat_hash_set.h>

#include <algorithm>
#include <deque>
#include <limits>
#include <memory>
#include <utility>

#include "pairwatch/v1/escalation.pb.h"
#include "processors/core/check.h"
#include "processors/decode/decode.h"
#include "tools/evaluate/features.h"
#include "topology/services/services.h"

namespace pairwatch::evaluate {
namespace {

/// Risk from which on a case is seen when whatever looks at risk is measured.
constexpr double kLowestRisk = 0.05;
constexpr double kFinestStep = 0.005;

/// Gathers the cases of a run.
class Gatherer final : public embedded::Listener {
 public:
  bool escalation(std::string_view bytes) override {
    check(escalation_.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())), "escalation writes what can be parsed");
    cases_.add(escalation_);
    return true;
  }
  void rejected(Service, std::int64_t, Reject) override { ++rejected_; }
  void progress(const embedded::Progress&) override {}

  const std::vector<Case>& cases() const { return cases_.all(); }
  std::uint64_t rejected() const { return rejected_; }

 private:
  v1::Escalation escalation_;
  Cases cases_;
  std::uint64_t rejected_ = 0;
};

/// Gathers what a fit reads.
class FeatureGatherer final : public embedded::Listener {
 public:
  explicit FeatureGatherer(Features& features) : features_(features) {}
  bool escalation(std::string_view bytes) override {
    check(escalation_.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())), "escalation writes what can be parsed");
    features_.add(escalation_);
    return true;
  }
  void rejected(Service, std::int64_t, Reject) override {}
  void progress(const embedded::Progress&) override {}

 private:
  v1::Escalation escalation_;
  Features& features_;
};

/// Hands each record on, and shows its event to somebody on the way.
class WatchedInput final : public embedded::InputSource {
 public:
  using Watch = std::function<void(const Record& record, const EventView& event)>;

  WatchedInput(std::unique_ptr<embedded::InputSource> input, const ServiceConfigs& services, Watch watch)
      : input_(std::move(input)),
        decoder_(decode::make_decoder(embedded::services_for(services, input_->framing()).decode)),
        watch_(std::move(watch)) {}

  std::span<const Record> next(std::size_t most) override {
    const std::span<const Record> records = input_->next(most);
    for (const Record& record : records) {
      if (!decoder_->decode(record.value, record.headers, event_).reject) watch_(record, event_);
    }
    return records;
  }
  const std::optional<std::string>& failure() const override { return input_->failure(); }
  std::uint64_t bytes_read() const override { return input_->bytes_read(); }
  std::optional<std::uint64_t> bytes_total() const override { return input_->bytes_total(); }
  embedded::Framing framing() const override { return input_->framing(); }

 private:
  std::unique_ptr<embedded::InputSource> input_;
  std::unique_ptr<EventDecoder> decoder_;
  EventView event_;
  Watch watch_;
};

/// Records that are kept, in order; as often read as wanted.
struct KeptRecords {
  std::deque<std::string> values;  ///< a deque: views of a batch stay where they are
  std::vector<std::int64_t> offsets;
  embedded::Framing framing = embedded::Framing::kLines;
};

class KeptInput final : public embedded::InputSource {
 public:
  KeptInput(const KeptRecords& kept, std::size_t batch) : kept_(kept), batch_(batch) {}

  std::span<const Record> next(std::size_t most) override {
    records_.clear();
    while (at_ < kept_.values.size() && records_.size() < std::min(most, batch_)) {
      Record& record = records_.emplace_back();
      record.value = kept_.values[at_];
      record.offset = kept_.offsets[at_++];
    }
    return records_;
  }
  const std::optional<std::string>& failure() const override { return failure_; }
  std::uint64_t bytes_read() const override { return 0; }
  std::optional<std::uint64_t> bytes_total() const override { return std::nullopt; }
  embedded::Framing framing() const override { return kept_.framing; }

 private:
  const KeptRecords& kept_;
  std::size_t batch_;
  std::size_t at_ = 0;
  std::optional<std::string> failure_;
  std::vector<Record> records_;
};

/// Accounts of cases at REVIEW or higher: all that a smaller weight can change is theirs.
absl::flat_hash_set<Hash128> accounts_of(const std::vector<Case>& cases) {
  absl::flat_hash_set<Hash128> accounts;
  for (const Case& seen : cases) {
    if (!seen.reached[static_cast<std::size_t>(Severity::kReview)].is_known()) continue;
    for (const std::string* id : {&seen.actor_id, &seen.target_id}) {
      if (!id->empty()) accounts.insert(account_key(seen.tenant, *id));
    }
    for (const std::string& id : seen.actor_ids) accounts.insert(account_key(seen.tenant, id));
  }
  return accounts;
}

embedded::EmbeddedConfig with_lowest_thresholds(embedded::EmbeddedConfig config) {
  escalation::EscalationConfig& escalation = config.services.escalation;
  escalation.rules.severity.watch = std::min(escalation.rules.severity.watch, kLowestRisk);
  escalation.rules.severity.update_step = kFinestStep;
  escalation.max_updates_per_day = std::numeric_limits<std::uint32_t>::max();
  return config;
}

embedded::EmbeddedConfig without(embedded::EmbeddedConfig config, Signal signal) {
  if (is_combination(signal)) {
    for (Combination& combination : config.services.relationship.rules.combinations) {
      if (signal_of_combination(combination.number) == signal) combination.state = RuleState::kOff;
    }
    return config;
  }
  config.services.relationship.rules.signals.of(signal).weight = 0;
  config.services.escalation.rules.signals.of(signal).weight = 0;
  config.services.target.rules.signals.of(signal).weight = 0;
  return config;
}

/// What goes by a name in evidence; nullopt: the rules know no such thing.
std::optional<Signal> evidence_named(std::string_view name, const std::vector<Combination>& combinations) {
  for (const Combination& combination : combinations) {
    const Signal signal = signal_of_combination(combination.number);
    if (evidence_name(signal, combinations) == name) return signal;
  }
  return signal_named(name);
}

std::int64_t lost(const std::vector<bool>& before, const std::vector<bool>& after) {
  std::int64_t count = 0;
  for (std::size_t i = 0; i < before.size(); ++i) count += before[i] && !after[i];
  return count;
}

class Evaluation {
 public:
  Evaluation(const std::vector<Label>& labels, const EvaluateOptions& options, const Step& step)
      : labels_(labels), options_(options), step_(step), observation_(labels) {}

  EvaluateResult all() {
    EvaluateResult result;
    step_("with the rules as they are");
    Gatherer as_they_are;
    result.failure = replay(options_.config, as_they_are,
                            [&](const Record& record, const EventView& event) { observation_.observe(event, record.offset); });
    if (result.failure) return result;
    const auto accounts = accounts_of(as_they_are.cases());
    step_("with the lowest thresholds");
    Gatherer fine;
    result.failure = replay(with_lowest_thresholds(options_.config), fine,
                            [&](const Record& record, const EventView& event) { keep(accounts, record, event); });
    if (result.failure) return result;
    result.report = measure(labels_, observation_, as_they_are.cases(), fine.cases(), options_.measure);
    result.report.rejected = as_they_are.rejected();
    result.report.rules_version = options_.config.services.escalation.rules.version;
    result.report.rules_sha256 = options_.config.services.escalation.rules.sha256;
    if (options_.ablation) remove_each(result.report);
    if (options_.features != nullptr) result.failure = write_features();
    return result;
  }

 private:
  std::optional<std::string> write_features() {
    step_("what every judged pair shows");
    embedded::EmbeddedConfig config = options_.config;
    config.services = every_pair_told(config.services);
    Features features(labels_, observation_, options_.config.services);
    FeatureGatherer gatherer(features);
    const auto failure = replay(config, gatherer, [](const Record&, const EventView&) {});
    if (!failure) features.write(*options_.features);
    return failure;
  }

  std::optional<std::string> replay(const embedded::EmbeddedConfig& config, embedded::Listener& gatherer,
                                    WatchedInput::Watch watch) {
    auto input = embedded::open_input(options_.input, options_.framing, options_.limits);
    if (input->failure()) return input->failure();
    kept_.framing = input->framing();
    WatchedInput watched(std::move(input), config.services, std::move(watch));
    return run_embedded(with_framing(config), watched, gatherer).failure;
  }
  embedded::EmbeddedConfig with_framing(embedded::EmbeddedConfig config) const {
    config.services = embedded::services_for(std::move(config.services), kept_.framing);
    return config;
  }

  void keep(const absl::flat_hash_set<Hash128>& accounts, const Record& record, const EventView& event) {
    if (!options_.ablation) return;
    const bool is_theirs = accounts.contains(account_key(event.tenant, event.actor.account_id)) ||
                           (event.target.present && accounts.contains(account_key(event.tenant, event.target.account_id)));
    if (!is_theirs) return;
    kept_.values.emplace_back(record.value);
    kept_.offsets.push_back(record.offset);
  }

  Outcome replay_kept(const embedded::EmbeddedConfig& config) const {
    KeptInput input(kept_, options_.limits.batch_records);
    Gatherer gatherer;
    run_embedded(with_framing(config), input, gatherer);
    return outcome_of(labels_, observation_, gatherer.cases());
  }

  void remove_each(Report& report) const {
    const Outcome before = replay_kept(options_.config);
    for (SignalFigures& figures : report.signals) {
      const std::optional<Signal> signal = evidence_named(figures.name, options_.config.services.relationship.rules.combinations);
      if (!signal) continue;
      step_("without " + figures.name);
      const Outcome after = replay_kept(without(options_.config, *signal));
      figures.lost = lost(before.detected, after.detected);
      figures.lost_before_harm = lost(before.before_harm, after.before_harm);
      figures.fewer_false_cases = static_cast<std::int64_t>(before.false_cases) - static_cast<std::int64_t>(after.false_cases);
    }
  }

  const std::vector<Label>& labels_;
  const EvaluateOptions& options_;
  const Step& step_;
  Observation observation_;
  KeptRecords kept_;
};

}  // namespace

EvaluateResult evaluate(const std::vector<Label>& labels, const EvaluateOptions& options, const Step& step) {
  return Evaluation(labels, options, step).all();
}

}  // namespace pairwatch::evaluate
