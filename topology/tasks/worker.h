// The loop of one worker: a broker's records through the tasks of the partitions it holds, each batch of them in one transaction.
//
// Each round: poll; process what came; commit when it is time. A transaction begins with its first record and ends after
// commit_interval (or commit_interval_behind, see is_due()), commit_records or commit_bytes, before a partition is given up, and
// before the worker ends:
//
//   process records -> overlay of each task's store, outputs into the transaction
//   checkpoint      -> every changed entry into the overlay, and from there one record each into the changelog
//   flush           -> all outputs written
//   send_offsets    -> the tasks' own next offsets, each with how far its changelog goes
//   commit          -> applied: overlays last, counters move; or dropped: overlays go, partitions are rewound
//
// A partition that is assigned is answered at once with nothing; its state is restored in slices between the rounds (restorer.h),
// and only then is it read. Partitions that are ready never wait for it.
//
// What an error means is in topology/broker.h; Worker::end_transaction is where each class is answered.
//
// A worker with work that does not get on with it, although it goes round, is found out (worker_progress.cc).
//
// Bound:  a transaction holds at most commit_records records and about commit_bytes bytes of output.
// Fails:  by ending: crash-only. `run` then says why.
// Thread: one; nothing is shared with other workers but the observer and SharedState.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "topology/broker.h"
#include "topology/changelog.h"
#include "topology/graph.h"
#include "topology/observer.h"
#include "topology/store/stores.h"
#include "topology/tasks/clock.h"
#include "topology/tasks/crash_notes.h"
#include "topology/tasks/restorer.h"
#include "topology/tasks/task.h"
#include "topology/tasks/transaction_sink.h"
#include "topology/tasks/warm_up.h"

namespace pairwatch {

/// What the workers of one service in a process share.
struct SharedState {
  std::atomic<std::int64_t> entries{0};    ///< of all their tasks
  std::atomic<std::int64_t> bytes{0};      ///< likewise
  std::atomic<std::int64_t> restoring{0};  ///< records they have still to restore
};

/// The rules that a worker decides by.
struct RulesBundle {
  std::uint64_t number = 0;  ///< counts from 1; another one for other rules
  std::string sha256;        ///< as in every escalation
  ProcessorFactory make_processor;
};
/// The bundle in force where it is another than `known` (0: none is). Asked between any two transactions.
using NewerRules = std::function<std::optional<RulesBundle>(std::uint64_t known)>;

struct WorkerConfig {
  Service service = Service::kIntake;
  int worker = 0;           ///< number within its service, from 0
  std::string input_topic;  ///< as told to the observer and in logs
  std::string store;        ///< empty: the service keeps nothing
  Duration time_to_live;    ///< of the store's entries after their last event, in event time
  LastEvent last_event;     ///< null: nothing expires
  NextDue next_due;         ///< null: nothing is due in silence (worker_timers.cc)
  /// The changelog of the store, among the topics the broker was made with; nullopt: there is none, and what this process does not
  /// hold is learned anew.
  std::optional<std::size_t> changelog_topic;
  /// Null: no start is silent. Else the first one of each partition is, until the gate says that its history is over. Outlives the
  /// worker.
  WarmUpGate* warm_up = nullptr;
  /// Null: the rules never change. Else each task goes on by the newest between two transactions (worker_rules.cc).
  NewerRules newer_rules;
  CrashNote* crash_note = nullptr;  ///< outlives the worker; nullptr: deaths are not counted
  RestoreRules restore;
  Duration commit_interval = milliseconds(100);
  Duration commit_interval_behind = seconds(1);
  std::size_t commit_records = 200'000;
  std::size_t commit_bytes = 64u << 20;
  int poll_timeout_ms = 10;
  /// Calls that may be repeated are given up after this long: the transaction is aborted.
  Duration retry_timeout = seconds(30);
  /// Without progress for this long, and again after it, the worker looks whether it has work: worker_progress.cc.
  Duration progress_interval = seconds(15);
  /// How often what goes wrong again and again is told.
  Duration diagnosis_interval = seconds(10);
};

class Worker {
 public:
  /// How a worker ended.
  enum class End : std::uint8_t {
    kStopped,       ///< as asked; everything processed is committed
    kNotCommitted,  ///< as asked, but the last transaction could not be committed: it will be read again
    kCannotGoOn,    ///< reason() says why
  };

  /// All references outlive the worker. `changelog`: null exactly where the configuration names none.
  Worker(WorkerConfig config, SinkConfig sink, ProcessorFactory make_processor, Broker& broker, ChangelogReader* changelog,
         Stores& stores, RuntimeClock& clock, RuntimeObserver& observer, SharedState& shared);

  /// Goes round until `stop`, then commits. Does not close the broker.
  End run(const std::atomic<bool>& stop);

  /// One round, for tests and simulations. False: this worker cannot go on.
  bool step();
  /// Commits what is open and closes the tasks.
  End finish();

  const std::string& reason() const { return reason_; }
  /// The task of a partition, or nullptr.
  const Task* task(std::int32_t partition) const;

 private:
  static constexpr std::int64_t kNotProcessing = -1;
  static constexpr std::size_t kToldAtOnce = 1'000;

  bool make_producer();
  void process(std::span<const Record> records);
  bool process_one(const Record& record);
  void discard(std::span<const Record> records);
  void assigned(std::span<const std::int32_t> partitions);
  void open_created_tasks();
  void begin_restores();
  bool begin_restore(Task& task, const CommittedOffset& committed);
  void start_restored_tasks();
  void resolve_doubts();
  void tell_of_restore();
  void give_up(std::span<const std::int32_t> partitions, bool lost);
  Task* running_task(std::int32_t partition);

  bool is_due();
  bool is_behind(std::int64_t open_us);
  bool pause_processing();
  /// Commits what is open; false: it was dropped.
  bool commit();
  BrokerResult commit_steps(std::vector<CommittedOffset>& sent);
  BrokerResult write_changelog();
  bool restart_producer();
  /// After an error: makes the transaction never have been, or finds that it was. True: it was committed.
  bool end_transaction(const BrokerError& error, const std::vector<CommittedOffset>& sent);
  bool was_committed(const std::vector<CommittedOffset>& sent);
  void apply();
  void drop();
  void rewind();
  BrokerResult retried(const std::function<BrokerResult()>& call);

  BrokerResult begin_transaction();
  void remove(std::int32_t partition);
  void note_progress();
  void watch_progress();
  std::string work_left();
  void report_readiness();
  void report_progress();
  void open_for_positions();
  void end_warm_ups();
  bool tell_held_cases(Task& task);
  bool tell_held_case(Task& task, const Hash128& key);
  void expire();
  void fire_timers();
  bool fire_timers_of(Task& task, EventTime until);
  void take_newer_rules();
  void note_rules(Task& task, std::int64_t from_offset);
  void set_state(Task& task, TaskState state);
  bool may_tell();
  bool is_stopping() const { return stop_ != nullptr && stop_->load(std::memory_order_relaxed); }
  void cannot_go_on(std::string reason);

  WorkerConfig config_;
  ProcessorFactory make_processor_;
  Broker& broker_;
  Stores& stores_;
  RuntimeClock& clock_;
  RuntimeObserver& observer_;
  SharedState& shared_;
  TransactionSink sink_;
  CrashWatch crash_watch_;
  std::optional<Restorer> restorer_;  ///< where there is a changelog

  std::map<std::int32_t, std::unique_ptr<Task>> tasks_;
  Task* last_task_ = nullptr;  ///< of the record before: records come in runs
  bool has_producer_ = false;
  bool has_joined_ = false;
  bool rewind_is_due_ = false;
  int rewinds_without_effect_ = 0;
  bool open_ = false;
  std::int64_t opened_us_ = 0;
  std::uint64_t records_in_transaction_ = 0;
  Tally told_;  ///< cases of a warm-up that the running transaction writes
  std::uint64_t told_count_ = 0;
  std::int64_t processing_us_ = 0;
  std::int64_t batch_began_us_ = kNotProcessing;  ///< or when the last commit within the batch ended
  std::int64_t commit_began_us_;                  ///< of the last one; before the first, when the worker was made
  std::int64_t reported_us_ = 0;
  std::int64_t told_us_ = -1;
  std::int64_t looked_us_ = 0;                            ///< when it last progressed, or looked whether there is work
  std::pair<std::uint64_t, std::uint64_t> restore_seen_;  ///< how far it was then: records read and left
  int timer_part_ = 0;                                    ///< of the stores: the next one in which timers are looked for
  std::int64_t told_entries_ = 0;
  std::int64_t told_bytes_ = 0;
  std::int64_t told_restoring_ = 0;
  /// What the group has committed of the tasks that restore, once it is known.
  std::map<std::int32_t, CommittedOffset> restoring_;
  std::int64_t restore_began_us_ = 0;
  double restore_rate_ =
      200'000;  ///< records a second: as measured on two cores with a broker beside, until this worker knows better
  std::uint64_t restored_before_ = 0;  ///< records the restorer had read when that was
  std::uint64_t rules_number_ = 0;     ///< of the bundle that make_processor_ belongs to; 0: of the first
  std::string rules_sha256_;           ///< likewise; empty: rules are not noted
  std::uint64_t transaction_ = 1;      ///< number of the running one, in what is committed beside the offsets
  std::string told_readiness_ = "?";
  std::string reason_;
  std::string name_;  ///< for logs, for instance `relationship-0`
  const std::atomic<bool>* stop_ = nullptr;
};

}  // namespace pairwatch
