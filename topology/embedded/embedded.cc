#include "topology/embedded/embedded.h"

#include <algorithm>
#include <iterator>
#include <memory>
#include <vector>

#include "pairwatch/v1/case_input.pb.h"
#include "pairwatch/v1/target_input.pb.h"
#include "processors/core/check.h"
#include "topology/embedded/file_time.h"
#include "topology/embedded/partitioned_stage.h"
#include "topology/embedded/stage_buffer.h"
#include "topology/embedded/worker_pool.h"
#include "topology/store/memory_store.h"

namespace pairwatch::embedded {
namespace {

/// Records of a batch that one task of intake takes.
constexpr std::size_t kSlice = 512;

template <typename Input>
EventTime occurred_at(std::string_view value) {
  Input input;
  check(input.ParseFromArray(value.data(), static_cast<int>(value.size())), "decisions writes what can be parsed");
  return {input.occurred_at_ms()};
}

/// Of what the service of decisions put out.
EventTime time_of(const StageBuffer::Item& decision, const StageBuffer& buffer) {
  const std::string_view value = buffer.value(decision);
  return decision.port == OutputPort::kTargetInputs ? occurred_at<v1::TargetInput>(value) : occurred_at<v1::CaseInput>(value);
}

class Run {
 public:
  Run(const EmbeddedConfig& config, InputSource& input, Listener& listener);
  EmbeddedResult all();

 private:
  /// True until the input ends or the run is to end.
  bool one_batch();
  void take_in();
  bool cut_at_reject();
  Tally take_tallies();
  void tell_rejects(Service service, std::vector<StageBuffer::Rejected>& rejects);
  void route_intake_outputs();
  void read_decisions();
  void decide_until(EventTime reached, std::uint32_t cause);
  void run_escalation(std::uint32_t causes);
  void run_target();
  void tell_rejects_of_cases();
  bool is_told_of_decision(const PartitionedStage::Output& input, Reject reason);
  bool deliver();
  void fire_timers();

  const EmbeddedConfig& config_;
  InputSource& input_;
  Listener& listener_;
  WorkerPool pool_;

  MemoryStore no_store_;
  std::vector<std::unique_ptr<Processor>> intakes_;  ///< one for each worker
  std::vector<std::unique_ptr<StageBuffer>> slices_;
  PartitionedStage relationship_;
  PartitionedStage escalation_;
  PartitionedStage target_;
  FileTime time_;

  /// Decisions in the order in which they are applied.
  struct DecisionPlace {
    EventTime at;
    std::uint32_t item = 0;  ///< in decision_items_
  };
  StageBuffer decision_items_;
  std::vector<DecisionPlace> decisions_;
  std::size_t decided_ = 0;  ///< of those, how many were applied
  FileTime decision_time_;   ///< how far the file has come, by interactions in input order
  std::span<const Record> batch_;
  std::vector<std::int64_t> numbers_;  ///< of the batch's records, while the next batch is read
  std::size_t slice_count_ = 0;
  std::vector<PartitionedStage::Output> account_changes_;  ///< what intake says to escalation
  std::vector<PartitionedStage::Output> case_inputs_;
  std::vector<PartitionedStage::Output> minors_decisions_;  ///< of cases about minors, with the number in the batch they precede
  std::vector<PartitionedStage::Output> told_;              ///< by escalation, and those decisions; causes: of case_inputs_
  std::vector<PartitionedStage::Output> direct_;            ///< of those, the escalations; causes: of told_
  std::vector<PartitionedStage::Output> escalations_;       ///< those, and what target put out
  std::vector<StageBuffer::Rejected> rejects_;
  EmbeddedResult result_;
};

Run::Run(const EmbeddedConfig& config, InputSource& input, Listener& listener)
    : config_(config),
      input_(input),
      listener_(listener),
      pool_(static_cast<std::size_t>(config.threads)),
      relationship_(Service::kRelationship, config.services, config.partitions, config.services.relationship.time_to_live),
      escalation_(Service::kEscalation, config.services, config.partitions, config.services.escalation.time_to_live),
      target_(Service::kTarget, config.services, config.partitions, config.services.target.time_to_live),
      decision_items_(config.partitions) {
  read_decisions();
  const ServiceConfigs services = services_for(config.services, input.framing());
  for (std::size_t worker = 0; worker < pool_.workers(); ++worker) {
    intakes_.push_back(make_processor(Service::kIntake, services, no_store_));
  }
}

EmbeddedResult Run::all() {
  batch_ = input_.next(SIZE_MAX);
  while (!batch_.empty() && one_batch()) {
  }
  if (!result_.stopped && !input_.failure() && decided_ < decisions_.size()) {
    account_changes_.clear();
    decide_until(kLatestEventTime + milliseconds(1), 0);
    relationship_.begin_batch(time_.reached());
    run_escalation(1);
    run_target();
    tell_rejects_of_cases();
    if (!deliver()) result_.stopped = true;
  }
  if (!result_.stopped && !input_.failure()) fire_timers();
  const auto sum_up = [this](Service service, PartitionedStage& stage) {
    ServiceTotals& totals = result_.of(service);
    totals.tally = stage.take_tally();
    totals.read = stage.records_read();
    totals.entries = stage.entry_count();
    totals.bytes = stage.byte_count();
  };
  sum_up(Service::kRelationship, relationship_);
  sum_up(Service::kEscalation, escalation_);
  sum_up(Service::kTarget, target_);
  result_.bytes_read = input_.bytes_read();
  result_.failure = input_.failure();
  return std::move(result_);
}

bool Run::one_batch() {
  take_in();
  if (config_.stop_at_first_reject && cut_at_reject()) {
    take_tallies();  // of what now counts as not read
    take_in();
  }
  result_.of(Service::kIntake).tally.add(take_tallies());
  const auto causes = static_cast<std::uint32_t>(batch_.size());
  numbers_.clear();
  for (const Record& record : batch_) numbers_.push_back(record.offset);
  result_.of(Service::kIntake).read += causes;

  rejects_.clear();
  for (std::size_t i = 0; i < slice_count_; ++i) {
    rejects_.insert(rejects_.end(), slices_[i]->rejects().begin(), slices_[i]->rejects().end());
  }
  tell_rejects(Service::kIntake, rejects_);

  relationship_.begin_batch(time_.reached());
  route_intake_outputs();
  const std::size_t pair_tasks = relationship_.prepare();
  pool_.run(pair_tasks + 1, [&](std::size_t, std::size_t task) {
    if (task > 0) return relationship_.work(task - 1);
    batch_ = result_.stopped ? std::span<const Record>{} : input_.next(SIZE_MAX);  // no one looks at the old one any more
  });

  run_escalation(causes);
  run_target();
  time_.add(relationship_.time_of_batch());

  rejects_.clear();
  relationship_.rejects(rejects_);
  tell_rejects(Service::kRelationship, rejects_);
  tell_rejects_of_cases();
  if (!deliver()) result_.stopped = true;
  listener_.progress({result_.of(Service::kIntake).read, input_.bytes_read(), input_.bytes_total()});
  return !result_.stopped;
}

/// What relationship and intake said, and decisions, to escalation.
void Run::run_escalation(std::uint32_t causes) {
  relationship_.merge(causes, account_changes_, case_inputs_);
  escalation_.begin_batch(time_.reached());
  for (std::uint32_t i = 0; i < case_inputs_.size(); ++i) {
    check(case_inputs_[i].item.item().port == OutputPort::kCaseInputs, "relationship writes case inputs only");
    escalation_.route(case_inputs_[i].item, i);
  }
  const std::size_t actor_tasks = escalation_.prepare();
  pool_.run(actor_tasks, [&](std::size_t, std::size_t task) { escalation_.work(task); });
  escalation_.merge(static_cast<std::uint32_t>(case_inputs_.size()), {}, told_);
}

/// What escalation said of minors, and decisions, to target. Each of these inputs has a cause of its own, so that what comes of it
/// stands right behind it, whatever the partitions.
void Run::run_target() {
  if (!minors_decisions_.empty()) {
    const auto of_batch = [this](const PartitionedStage::Output& output) { return case_inputs_[output.cause].cause; };
    std::vector<PartitionedStage::Output> all;
    auto next = told_.begin();
    for (const PartitionedStage::Output& decision : minors_decisions_) {
      while (next != told_.end() && of_batch(*next) < decision.cause) all.push_back(*next++);
      all.push_back(decision);
    }
    all.insert(all.end(), next, told_.end());
    told_ = std::move(all);
    minors_decisions_.clear();
  }
  target_.begin_batch(time_.reached());
  direct_.clear();
  for (std::uint32_t i = 0; i < told_.size(); ++i) {
    if (told_[i].item.item().port == OutputPort::kTargetInputs) {
      target_.route(told_[i].item, i);
    } else {
      direct_.push_back({told_[i].item, i});
    }
  }
  const std::size_t tasks = target_.prepare();
  pool_.run(tasks, [&](std::size_t, std::size_t task) { target_.work(task); });
  target_.merge(static_cast<std::uint32_t>(told_.size()), direct_, escalations_);
}

/// Tells a rejected decision; false: the input was none.
bool Run::is_told_of_decision(const PartitionedStage::Output& input, Reject reason) {
  if (input.item.buffer != &decision_items_) return false;
  listener_.rejected(Service::kDecisions, input.item.item().cause, reason);
  return true;
}

void Run::tell_rejects_of_cases() {
  const auto by_cause = [](const auto& a, const auto& b) { return a.cause < b.cause; };
  rejects_.clear();
  escalation_.rejects(rejects_);
  std::stable_sort(rejects_.begin(), rejects_.end(), by_cause);
  for (const StageBuffer::Rejected& rejected : rejects_) {
    const PartitionedStage::Output& input = case_inputs_[rejected.cause];
    if (!is_told_of_decision(input, rejected.reason))
      listener_.rejected(Service::kEscalation, numbers_[input.cause], rejected.reason);
  }
  rejects_.clear();
  target_.rejects(rejects_);
  std::stable_sort(rejects_.begin(), rejects_.end(), by_cause);
  for (const StageBuffer::Rejected& rejected : rejects_) {
    const PartitionedStage::Output& input = told_[rejected.cause];
    if (is_told_of_decision(input, rejected.reason)) continue;
    listener_.rejected(Service::kTarget, numbers_[case_inputs_[input.cause].cause], rejected.reason);
  }
}

/// Hands the decisions to their service, which says where each belongs.
void Run::read_decisions() {
  const std::unique_ptr<Processor> service = make_processor(Service::kDecisions, config_.services, no_store_);
  ServiceTotals& totals = result_.of(Service::kDecisions);
  for (std::size_t number = 0; number < config_.decisions.size(); ++number) {
    if (config_.decisions[number].empty()) continue;
    Record record;
    record.value = config_.decisions[number];
    record.offset = static_cast<std::int64_t>(number);
    decision_items_.begin(static_cast<std::uint32_t>(number));
    service->process(record, decision_items_);
    ++totals.read;
  }
  totals.tally = service->take_tally();
  for (const StageBuffer::Rejected& rejected : decision_items_.rejects()) {
    listener_.rejected(Service::kDecisions, rejected.cause, rejected.reason);
  }
  for (std::uint32_t i = 0; i < decision_items_.items().size(); ++i) {
    decisions_.push_back({time_of(decision_items_.items()[i], decision_items_), i});
  }
  std::stable_sort(decisions_.begin(), decisions_.end(), [](const auto& a, const auto& b) { return a.at < b.at; });
}

/// Puts the decisions of before `reached` in front of what `cause` leads to.
void Run::decide_until(EventTime reached, std::uint32_t cause) {
  for (; decided_ < decisions_.size() && decisions_[decided_].at < reached; ++decided_) {
    const PartitionedStage::Output decision{{&decision_items_, decisions_[decided_].item}, cause};
    const bool is_about_a_minor = decision.item.item().port == OutputPort::kTargetInputs;
    (is_about_a_minor ? minors_decisions_ : account_changes_).push_back(decision);
  }
}

/// Intake over slices of the batch: it keeps nothing, so it does not matter who takes which.
void Run::take_in() {
  slice_count_ = (batch_.size() + kSlice - 1) / kSlice;
  while (slices_.size() < slice_count_) slices_.push_back(std::make_unique<StageBuffer>(config_.partitions));
  pool_.run(slice_count_, [&](std::size_t worker, std::size_t slice) {
    StageBuffer& outputs = *slices_[slice];
    outputs.clear();
    const std::size_t end = std::min(batch_.size(), (slice + 1) * kSlice);
    for (std::size_t i = slice * kSlice; i < end; ++i) {
      outputs.begin(static_cast<std::uint32_t>(i));
      intakes_[worker]->process(batch_[i], outputs);
    }
  });
}

Tally Run::take_tallies() {
  Tally all;
  for (const auto& intake : intakes_) all.add(intake->take_tally());
  return all;
}

/// Where the batch holds a reject, makes it end there, as if the input did.
bool Run::cut_at_reject() {
  for (std::size_t i = 0; i < slice_count_; ++i) {
    if (slices_[i]->rejects().empty()) continue;
    batch_ = batch_.first(slices_[i]->rejects().front().cause + 1);
    result_.stopped = true;
    return true;
  }
  return false;
}

void Run::tell_rejects(Service service, std::vector<StageBuffer::Rejected>& rejects) {
  std::stable_sort(rejects.begin(), rejects.end(), [](const auto& a, const auto& b) { return a.cause < b.cause; });
  for (const StageBuffer::Rejected& rejected : rejects) listener_.rejected(service, numbers_[rejected.cause], rejected.reason);
}

void Run::route_intake_outputs() {
  account_changes_.clear();
  for (std::size_t i = 0; i < slice_count_; ++i) {
    const StageBuffer& slice = *slices_[i];
    for (std::uint32_t index = 0; index < slice.items().size(); ++index) {
      const StageBuffer::Item& item = slice.items()[index];
      if (decided_ < decisions_.size() && item.port == OutputPort::kInteractions) {
        if (const auto seen = actor_and_time_of(slice.value(item))) decision_time_.add(seen->actor, seen->at);
        decide_until(decision_time_.reached(), item.cause);
      }
      if (item.port == OutputPort::kInteractions) {
        relationship_.route({&slice, index}, item.cause);
      } else {
        check(item.port == OutputPort::kCaseInputs, "intake writes interactions and case inputs only");
        account_changes_.push_back({{&slice, index}, item.cause});
      }
    }
  }
}

/// Hands the escalations on. One that goes to several topics is one here.
bool Run::deliver() {
  std::string_view last;  // no two revisions are the same
  for (const PartitionedStage::Output& output : escalations_) {
    const StageBuffer::Item& item = output.item.item();
    if (!severity_of(item.port)) continue;  // indicators are known from the next run on: --indicators
    const std::string_view value = output.item.buffer->value(item);
    if (value == last) continue;
    if (!listener_.escalation(value)) return false;
    last = value;
  }
  return true;
}

/// What is due up to the newest time of the file, by due time.
void Run::fire_timers() {
  const EventTime until = time_.reached() + milliseconds(1);
  escalation_.begin_batch(kNever);
  target_.begin_batch(kNever);
  escalation_.fire(until);
  target_.fire(until);
  std::vector<PartitionedStage::Fired> fired;
  std::merge(escalation_.fired().begin(), escalation_.fired().end(), target_.fired().begin(), target_.fired().end(),
             std::back_inserter(fired), [](const auto& a, const auto& b) { return a.due < b.due; });
  escalations_.clear();
  for (const PartitionedStage::Fired& one : fired) escalations_.push_back({one.item, 0});
  deliver();
}

}  // namespace

ServiceConfigs services_for(ServiceConfigs configs, Framing framing) {
  switch (framing) {
    case Framing::kAuto: break;
    case Framing::kLines: configs.decode.encoding = decode::Encoding::kJson; break;
    case Framing::kDelimited: configs.decode.encoding = decode::Encoding::kProtobuf; break;
  }
  return configs;
}

EmbeddedResult run_embedded(const EmbeddedConfig& config, InputSource& input, Listener& listener) {
  check(config.threads >= 1 && config.partitions >= 1, "at least one thread and one partition");
  return Run(config, input, listener).all();
}

}  // namespace pairwatch::embedded
