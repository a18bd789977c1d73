// Long because every metric is defined once, in one place.
#include "topology/http/metrics.h"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/text_serializer.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

#include "processors/core/check.h"
#include "topology/http/process_metrics.h"

namespace pairwatch {

namespace http {
namespace {

using prometheus::Counter;
using prometheus::Gauge;
using prometheus::Histogram;

constexpr std::array kSeverities = {Severity::kWatch, Severity::kReview, Severity::kUrgent};
constexpr std::array kStatuses = {EscalationStatus::kOpened, EscalationStatus::kRaised, EscalationStatus::kUpdated,
                                  EscalationStatus::kStoodDown};
constexpr std::array kSubjects = {SubjectKind::kPair, SubjectKind::kActor, SubjectKind::kTarget};

bool counts(Service service, Outcome outcome) {
  switch (outcome) {
    case Outcome::kForwarded: return service == Service::kIntake || service == Service::kDecisions;
    case Outcome::kGated:
    case Outcome::kNoTarget:
    case Outcome::kAccountChange: return service == Service::kIntake;
    case Outcome::kRemembered:
    case Outcome::kTold:
    case Outcome::kDuplicate:
    case Outcome::kTrusted: return service == Service::kRelationship;
    case Outcome::kNoted:
    case Outcome::kEscalated:
    case Outcome::kBelowThreshold:
    case Outcome::kNoNews: return service == Service::kEscalation || service == Service::kTarget;
    case Outcome::kDeadLetter: return true;
  }
  return false;
}

const Histogram::BucketBoundaries kSecondsBuckets = {0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30};
const Histogram::BucketBoundaries kRestoreBuckets = {0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1800, 3600};

std::string text_of(std::string_view view) { return std::string(view); }

template <std::size_t N>
using CounterRow = std::array<Counter*, N>;

std::size_t at(Service service) { return static_cast<std::size_t>(service); }

}  // namespace

std::vector<Outcome> outcomes_of(Service service) {
  std::vector<Outcome> outcomes;
  for (int i = 0; i < kOutcomeCount; ++i) {
    if (counts(service, static_cast<Outcome>(i))) outcomes.push_back(static_cast<Outcome>(i));
  }
  return outcomes;
}

/// The cells of the families, found once, so that a commit looks nothing up.
struct Metrics::Cells {
  std::array<CounterRow<kOutcomeCount>, kServiceCount> events{};
  std::array<CounterRow<kRejectCount>, kServiceCount> dead_letters{};
  CounterRow<kSignalCount> signals{};
  CounterRow<kSignalCount> shadow_signals{};
  CounterRow<kCombinationLimit> combinations{};  ///< by number less one; guarded by Metrics::mutex_
  prometheus::Family<Counter>* combination_family = nullptr;
  std::array<std::array<CounterRow<kSubjectCount>, kStatusCount>, kSeverityCount> escalations{};
  std::array<CounterRow<kSeverityCount>, kVerdictCount> decisions{};
  std::array<Histogram*, kSeverityCount> event_to_escalation{};
  std::array<Histogram*, kServiceCount> processing{};
  std::array<Histogram*, kServiceCount> commit{};
  CounterRow<kServiceCount> commits{};
  CounterRow<kServiceCount> aborts{};
  CounterRow<kServiceCount> unknown_fields{};
  std::array<Gauge*, kServiceCount> warming{};
  CounterRow<kServiceCount> held_back{};
  CounterRow<kServiceCount> told_of_warm_up{};
  CounterRow<kServiceCount> texts_truncated{};
  CounterRow<kServiceCount> headers_dropped{};
  std::array<Gauge*, kServiceCount> event_time_lag{};
  std::array<Gauge*, kServiceCount> since_progress{};
  CounterRow<kServiceCount> evictions{};  ///< of the service's store; null where it has none
  CounterRow<kServiceCount> expiries{};
  struct StoreCells {
    Gauge* entries = nullptr;
    Gauge* bytes = nullptr;
    Gauge* restoring = nullptr;
    Histogram* restored = nullptr;
    Gauge* standby_copies = nullptr;
    Gauge* standby_behind = nullptr;
  };
  std::map<std::string, StoreCells, std::less<>> stores;
  StoreCells& of_store(std::string_view name) {
    const auto found = stores.find(name);
    check(found != stores.end(), "the store is one of the topology");
    return found->second;
  }
  Gauge* ready = nullptr;
  prometheus::Family<Gauge>* certificates = nullptr;
  Gauge* indicators = nullptr;  ///< null where intake does not run
  Gauge* indicators_refused = nullptr;
  Gauge* indicators_unusable = nullptr;
  prometheus::Family<Gauge>* lag = nullptr;
  std::map<std::tuple<Service, std::string, std::int32_t>, Gauge*> lags;  ///< guarded by Metrics::mutex_
};

Metrics::Metrics(const Topology& topology, const std::vector<Service>& services, const BuildInfo& build, const HttpConfig& config,
                 SteadyNow steady_now, WallNowMs wall_now_ms)
    : topology_(topology),
      config_(config),
      steady_now_(std::move(steady_now)),
      wall_now_ms_(std::move(wall_now_ms)),
      cells_(std::make_unique<Cells>()),
      clients_(registry_, topology_, services),
      rules_(registry_, build),
      admin_(registry_),
      logs_(registry_) {
  using prometheus::BuildCounter;
  using prometheus::BuildGauge;
  using prometheus::BuildHistogram;
  const auto counter = [&](const char* name, const char* help) -> auto& {
    return BuildCounter().Name(name).Help(help).Register(registry_);
  };
  const auto gauge = [&](const char* name, const char* help) -> auto& {
    return BuildGauge().Name(name).Help(help).Register(registry_);
  };
  const auto histogram = [&](const char* name, const char* help) -> auto& {
    return BuildHistogram().Name(name).Help(help).Register(registry_);
  };

  cells_->ready =
      &gauge("pairwatch_ready", "1 while /readyz answers 200: every worker in its group, all its partitions run.").Add({});
  cells_->certificates = &gauge("pairwatch_certificate_expiry_timestamp_seconds",
                                "When a certificate that this process uses runs out, in seconds since 1970.");
  services_.insert(services.begin(), services.end());

  auto& events = counter("pairwatch_events_total", "Records read, by what became of them; every record has exactly one outcome.");
  auto& dead_letters = counter("pairwatch_dead_letters_total", "Records that could not be used, by reason.");
  auto& processing = histogram("pairwatch_processing_seconds", "Time spent deciding, for each transaction.");
  auto& commit = histogram("pairwatch_commit_seconds", "Time from flush to the end of the commit, for each transaction.");
  auto& commits = counter("pairwatch_commits_total", "Transactions committed.");
  auto& aborts = counter("pairwatch_aborts_total", "Transactions aborted.");
  auto& unknown = counter("pairwatch_unknown_fields_total", "Fields of no known number or name: ignored.");
  auto& truncated = counter("pairwatch_texts_truncated_total", "Texts longer than what is read of them.");
  auto& headers = counter("pairwatch_headers_dropped_total", "Headers of inputs left out of what was written: too large together.");
  auto& time_lag = gauge("pairwatch_event_time_lag_seconds", "Event time of the slowest partition against now.");
  auto& warming = gauge("pairwatch_warm_up_partitions", "Partitions that warm up: their cases are held back.");
  auto& held_back = counter("pairwatch_warm_up_held_back_total", "Revisions of cases that were not written during a warm-up.");
  auto& told = counter("pairwatch_warm_up_told_total", "Cases still open at the end of a warm-up that were written then.");
  auto& since_progress = gauge("pairwatch_since_progress_seconds",
                               "Since the slowest worker got on with its work, or had none; see http.stall_timeout.");
  auto& entries = gauge("pairwatch_state_entries", "Entries kept.");
  auto& bytes = gauge("pairwatch_state_bytes", "Bytes kept, encoded.");
  auto& restoring =
      gauge("pairwatch_restore_records_remaining", "Changelog records still to be read before all partitions run, at most.");
  auto& restored =
      histogram("pairwatch_restore_seconds", "From assignment until the state of the partitions assigned was up to date.");
  auto& standby_copies = gauge("pairwatch_standby_partitions", "Partitions of others of which this process keeps a standby copy.");
  auto& standby_behind = gauge("pairwatch_standby_records_behind", "Changelog records that those copies lack, at most.");
  auto& indicators = gauge("pairwatch_indicators", "Known devices, accounts and handles that intake holds.");
  auto& left_out = gauge("pairwatch_indicators_left_out",
                         "Records of them not held since the start: for want of room (indicators.max_entries), or not to be read.");
  if (std::find(services.begin(), services.end(), Service::kIntake) != services.end()) {
    cells_->indicators = &indicators.Add({});
    cells_->indicators_refused = &left_out.Add({{"reason", "refused"}});
    cells_->indicators_unusable = &left_out.Add({{"reason", "unusable"}});
  }
  auto& evictions = counter("pairwatch_state_evictions_total", "Parts of entries dropped at a size cap.");
  auto& expiries = counter("pairwatch_state_expired_total", "Entries forgotten after their time to live.");
  for (const Service service : services) {
    const std::size_t i = at(service);
    const std::string name = text_of(service_name(service));
    for (const Outcome outcome : outcomes_of(service)) {
      cells_->events[i][static_cast<std::size_t>(outcome)] =
          &events.Add({{"service", name}, {"outcome", text_of(outcome_name(outcome))}});
    }
    for (const Reject reject : all_rejects()) {
      cells_->dead_letters[i][static_cast<std::size_t>(reject)] =
          &dead_letters.Add({{"service", name}, {"reason", text_of(reject_name(reject))}});
    }
    cells_->processing[i] = &processing.Add({{"service", name}}, kSecondsBuckets);
    cells_->commit[i] = &commit.Add({{"service", name}}, kSecondsBuckets);
    cells_->commits[i] = &commits.Add({{"service", name}});
    cells_->aborts[i] = &aborts.Add({{"service", name}});
    cells_->unknown_fields[i] = &unknown.Add({{"service", name}});
    cells_->texts_truncated[i] = &truncated.Add({{"service", name}});
    cells_->headers_dropped[i] = &headers.Add({{"service", name}});
    cells_->event_time_lag[i] = &time_lag.Add({{"service", name}});
    if (name == service_name(Service::kEscalation) || name == service_name(Service::kTarget)) {
      cells_->warming[i] = &warming.Add({{"service", name}});
      cells_->held_back[i] = &held_back.Add({{"service", name}});
      cells_->told_of_warm_up[i] = &told.Add({{"service", name}});
    }
    cells_->since_progress[i] = &since_progress.Add({{"service", name}});
    if (const std::string& store = topology_.service(service).store.name; !store.empty()) {
      cells_->stores[store] = {&entries.Add({{"store", store}}),        &bytes.Add({{"store", store}}),
                               &restoring.Add({{"store", store}}),      &restored.Add({{"store", store}}, kRestoreBuckets),
                               &standby_copies.Add({{"store", store}}), &standby_behind.Add({{"store", store}})};
      cells_->evictions[i] = &evictions.Add({{"store", store}});
      cells_->expiries[i] = &expiries.Add({{"store", store}});
    }
  }

  auto& signals = counter("pairwatch_signals_total", "How often a signal was seen, live or in the shadow.");
  auto& shadow_signals = counter("pairwatch_rule_shadow_total", "How often a signal was seen whose rule is in the shadow.");
  for (const SignalInfo& signal : all_signals()) {
    const auto index = static_cast<std::size_t>(signal_index(signal.signal));
    cells_->signals[index] = &signals.Add({{"signal", text_of(signal.name)}});
    cells_->shadow_signals[index] = &shadow_signals.Add({{"signal", text_of(signal.name)}});
  }
  cells_->combination_family =
      &counter("pairwatch_combinations_total", "In how many directions of pairs a combination began to hold.");
  auto& escalations = counter("pairwatch_escalations_total", "Revisions of cases written.");
  auto& decisions = counter("pairwatch_decisions_total", "Decisions of moderators applied, by the severity of their case.");
  for (const Verdict verdict : {Verdict::kConfirmed, Verdict::kDismissed, Verdict::kNeedsMore}) {
    for (const Severity severity : kSeverities) {
      cells_->decisions[static_cast<std::size_t>(verdict)][static_cast<std::size_t>(severity)] =
          &decisions.Add({{"verdict", text_of(verdict_name(verdict))}, {"severity", text_of(severity_name(severity))}});
    }
  }
  auto& latency =
      histogram("pairwatch_event_to_escalation_seconds", "From the input record's timestamp to the commit of the escalation.");
  for (const Severity severity : kSeverities) {
    cells_->event_to_escalation[static_cast<std::size_t>(severity)] =
        &latency.Add({{"severity", text_of(severity_name(severity))}}, kSecondsBuckets);
    for (const EscalationStatus status : kStatuses) {
      for (const SubjectKind subject : kSubjects) {
        cells_
            ->escalations[static_cast<std::size_t>(severity)][static_cast<std::size_t>(status)][static_cast<std::size_t>(subject)] =
            &escalations.Add({{"severity", text_of(severity_name(severity))},
                              {"status", text_of(status_name(status))},
                              {"subject", text_of(subject_name(subject))}});
      }
    }
  }
  cells_->lag = &gauge("pairwatch_consumer_lag", "Records between the position and the end of the partition.");
}

Metrics::~Metrics() = default;

namespace {

/// Adds what was counted; a count in a cell that does not exist is a broken invariant, not a silent loss.
void add(Counter* cell, std::uint64_t n) {
  if (n == 0) return;
  check(cell != nullptr, "every count has its cell");
  cell->Increment(static_cast<double>(n));
}

}  // namespace

void Metrics::committed(Service service, const Tally& tally, const CommitFacts& facts) {
  const std::size_t i = at(service);
  for (std::size_t outcome = 0; outcome < tally.outcomes.size(); ++outcome)
    add(cells_->events[i][outcome], tally.outcomes[outcome]);
  for (std::size_t reject = 0; reject < tally.rejects.size(); ++reject) add(cells_->dead_letters[i][reject], tally.rejects[reject]);
  for (std::size_t signal = 0; signal < tally.signals.size(); ++signal) {
    add(cells_->signals[signal], tally.signals[signal]);
    add(cells_->shadow_signals[signal], tally.shadow_signals[signal]);
  }
  count_combinations(tally);
  for (std::size_t a = 0; a < tally.escalations.size(); ++a) {
    for (std::size_t b = 0; b < tally.escalations[a].size(); ++b) {
      for (std::size_t c = 0; c < tally.escalations[a][b].size(); ++c)
        add(cells_->escalations[a][b][c], tally.escalations[a][b][c]);
    }
  }
  for (std::size_t a = 0; a < tally.decisions.size(); ++a) {
    for (std::size_t b = 0; b < tally.decisions[a].size(); ++b) add(cells_->decisions[a][b], tally.decisions[a][b]);
  }
  add(cells_->unknown_fields[i], tally.unknown_fields);
  add(cells_->texts_truncated[i], tally.texts_truncated);
  add(cells_->headers_dropped[i], facts.headers_dropped);
  add(cells_->evictions[i], tally.evidence_dropped);
  add(cells_->expiries[i], tally.entries_expired);
  add(cells_->held_back[i], facts.held_back);
  add(cells_->told_of_warm_up[i], facts.told_of_warm_up);
  add(cells_->commits[i], 1);
  cells_->processing[i]->Observe(facts.processing_seconds);
  cells_->commit[i]->Observe(facts.commit_seconds);
  for (const EscalationLatency& latency : facts.latencies) {
    Histogram* cell = cells_->event_to_escalation[static_cast<std::size_t>(latency.severity)];
    check(cell != nullptr, "an escalation has a severity");
    cell->Observe(latency.seconds);
  }
}

void Metrics::certificate(const std::string& name, std::int64_t expires_s) {
  cells_->certificates->Add({{"certificate", name}}).Set(static_cast<double>(expires_s));
}

void Metrics::combinations(const std::vector<Combination>& combinations) {
  const std::lock_guard lock(mutex_);
  cells_->combinations = {};
  for (const Combination& combination : combinations) {
    if (combination.state == RuleState::kOff) continue;
    const std::string state = combination.state == RuleState::kLive ? "live" : "shadow";
    cells_->combinations[combination.number - 1] =
        &cells_->combination_family->Add({{"combination", combination.name}, {"state", state}});
  }
}

/// One that the rule set no longer has is not counted: what was decided with the rules before may commit after them.
void Metrics::count_combinations(const Tally& tally) {
  for (std::size_t i = 0; i < tally.combinations.size(); ++i) {
    if (tally.combinations[i] == 0) continue;
    const std::lock_guard lock(mutex_);
    if (Counter* cell = cells_->combinations[i]) cell->Increment(static_cast<double>(tally.combinations[i]));
  }
}

void Metrics::aborted(Service service) { add(cells_->aborts[at(service)], 1); }

void Metrics::lag(Service service, std::string_view topic, std::int32_t partition, std::int64_t records) {
  const std::lock_guard lock(mutex_);
  Gauge*& cell = cells_->lags[{service, std::string(topic), partition}];
  if (cell == nullptr) {
    cell = &cells_->lag->Add(
        {{"service", text_of(service_name(service))}, {"topic", std::string(topic)}, {"partition", std::to_string(partition)}});
  }
  cell->Set(static_cast<double>(records));
  lags_[{service, partition}] = records;
}

void Metrics::forget(Service service, std::string_view topic, std::int32_t partition) {
  const std::lock_guard lock(mutex_);
  const auto found = cells_->lags.find({service, std::string(topic), partition});
  if (found != cells_->lags.end()) {
    cells_->lag->Remove(found->second);
    cells_->lags.erase(found);
  }
  event_times_.erase({service, partition});
  lags_.erase({service, partition});
}

void Metrics::task(Service service, std::int32_t partition, TaskState state) {
  const std::lock_guard lock(mutex_);
  if (state == TaskState::kClosed) {
    tasks_.erase({service, partition});
  } else {
    tasks_[{service, partition}] = state;
  }
}

void Metrics::event_time(Service service, std::int32_t partition, EventTime newest) {
  const std::lock_guard lock(mutex_);
  event_times_[{service, partition}] = newest;
}

void Metrics::store(std::string_view store, std::uint64_t entries, std::uint64_t bytes) {
  const Cells::StoreCells& cells = cells_->of_store(store);
  cells.entries->Set(static_cast<double>(entries));
  cells.bytes->Set(static_cast<double>(bytes));
  const std::lock_guard lock(mutex_);
  StoreFigures& figures = stores_[std::string(store)];
  figures.entries = entries;
  figures.bytes = bytes;
}

void Metrics::restoring(std::string_view store, std::uint64_t records) {
  cells_->of_store(store).restoring->Set(static_cast<double>(records));
  const std::lock_guard lock(mutex_);
  stores_[std::string(store)].to_restore = records;
}

void Metrics::standby(std::string_view store, std::size_t copies, std::uint64_t behind) {
  const Cells::StoreCells& cells = cells_->of_store(store);
  cells.standby_copies->Set(static_cast<double>(copies));
  cells.standby_behind->Set(static_cast<double>(behind));
}

void Metrics::table(const TableCounts& counts) {
  if (cells_->indicators == nullptr) return;
  cells_->indicators->Set(static_cast<double>(counts.entries));
  cells_->indicators_refused->Set(static_cast<double>(counts.refused));
  cells_->indicators_unusable->Set(static_cast<double>(counts.unusable));
}

void Metrics::restored(std::string_view store, double seconds) { cells_->of_store(store).restored->Observe(seconds); }

void Metrics::warming(Service service, std::int32_t partition, bool is_warming) {
  const std::lock_guard lock(mutex_);
  if (is_warming) {
    warming_.emplace(service, partition);
  } else {
    warming_.erase({service, partition});
  }
  const auto count = std::count_if(warming_.begin(), warming_.end(), [&](const auto& one) { return one.first == service; });
  if (Gauge* cell = cells_->warming[at(service)]) cell->Set(static_cast<double>(count));
}

void Metrics::ready(Service service, int worker, bool ready, std::string_view waiting_for) {
  const std::lock_guard lock(mutex_);
  Worker& entry = known(service, worker);
  entry.ready = ready;
  entry.waiting_for = ready ? "" : std::string(waiting_for);
}

void Metrics::progressed(Service service, int worker) {
  const std::lock_guard lock(mutex_);
  Worker& entry = known(service, worker);
  entry.progressed = steady_now_();
  entry.what.clear();
}

void Metrics::stands_still(Service service, int worker, std::string_view what) {
  const std::lock_guard lock(mutex_);
  known(service, worker).what = what;
}

void Metrics::client(Service service, int worker, const ClientStatistics& statistics) {
  clients_.note(service, worker, statistics);
}

Metrics::Worker& Metrics::known(Service service, int worker) {
  Worker& entry = workers_[{service, worker}];
  if (!std::exchange(entry.is_known, true)) entry.progressed = steady_now_();
  return entry;
}

std::string Metrics::text() {
  cells_->ready->Set(readiness().holds ? 1 : 0);
  {
    const std::lock_guard lock(mutex_);
    std::map<Service, EventTime> slowest;
    for (const auto& [key, newest] : event_times_) {
      const auto [entry, inserted] = slowest.try_emplace(key.first, newest);
      if (!inserted) entry->second = std::min(entry->second, newest);
    }
    for (const auto& [service, newest] : slowest) {
      cells_->event_time_lag[at(service)]->Set(static_cast<double>(wall_now_ms_() - newest.ms) / 1000.0);
    }
    std::map<Service, double> longest;
    for (const auto& [key, worker] : workers_) {
      double& seconds = longest[key.first];
      seconds = std::max(seconds, std::chrono::duration<double>(steady_now_() - worker.progressed).count());
    }
    for (const auto& [service, seconds] : longest) cells_->since_progress[at(service)]->Set(seconds);
  }
  std::vector<prometheus::MetricFamily> families = registry_.Collect();
  std::ranges::move(process_metrics(), std::back_inserter(families));
  return prometheus::TextSerializer().Serialize(families);
}

}  // namespace http
}  // namespace pairwatch
