// The runtime's part that holds a topic whole for a service: its workers start once what the topic held has been read.
#include <spdlog/spdlog.h>

#include <algorithm>
#include <exception>
#include <string>

#include "topology/kafka/librdkafka_changelog.h"
#include "topology/kafka/librdkafka_offsets.h"
#include "topology/kafka/runtime.h"
#include "topology/tasks/table_follower.h"

namespace pairwatch::kafka {
namespace {

constexpr std::int64_t kPause_ms = 200;
constexpr int kPoll_ms = 50;
constexpr std::int64_t kTellInterval_us = 1'000'000;

}  // namespace

const ServiceSpec* Runtime::service_with_table() const {
  if (parts_.table == nullptr) return nullptr;
  const auto found = std::find_if(topology_.services.begin(), topology_.services.end(), [&](const ServiceSpec& spec) {
    return !spec.table.empty() && std::find(services_.begin(), services_.end(), spec.service) != services_.end();
  });
  return found == topology_.services.end() ? nullptr : &*found;
}

void Runtime::run_table(const ServiceSpec& spec) {
  try {
    follow_table(spec);
  } catch (const std::exception& error) {
    fail("reading " + spec.table + ": " + error.what());
  }
}

void Runtime::follow_table(const ServiceSpec& spec) {
  Identity identity = identity_of(topology_, spec.service, config_, 0);
  identity.client_id += ".table";
  std::int32_t partitions = 0;
  LibrdkafkaOffsets offsets(topology_, config_, diagnosis_);
  while (!stop_ && (partitions = offsets.partition_count(spec.table)) == 0) clock_->pause_ms(kPause_ms);
  offsets.close();
  LibrdkafkaChangelog reader(config_, identity, spec.table, diagnosis_);
  TableFollower follower(partitions, reader, *parts_.table, *clock_);
  std::int64_t told_us = 0;
  while (!stop_ && follower.reason().empty()) {
    follower.step(kPoll_ms);
    if (!follower.waiting_for().empty()) {
      diagnosis_.tell("table", follower.waiting_for() + "; trying again");
      clock_->pause_ms(kPause_ms);
    }
    const bool is_just_loaded = follower.is_loaded() && !is_table_loaded_;
    const std::int64_t now_us = clock_->monotonic_us();
    if (!is_just_loaded && now_us - told_us < kTellInterval_us) continue;
    told_us = now_us;
    observer_.table(parts_.table->counts());
    if (!is_just_loaded) continue;
    spdlog::info("{}: {} indicators are known", spec.table, parts_.table->counts().entries);
    is_table_loaded_ = true;
  }
  if (!follower.reason().empty()) fail("reading " + spec.table + ": " + follower.reason());
  follower.close();
}

/// Whether there is something to work for: false where the process is to end before the table has come.
bool Runtime::wait_for_table(Service service, int worker) {
  const ServiceSpec* spec = service_with_table();
  if (spec == nullptr || spec->service != service) return true;
  while (!stop_ && !is_table_loaded_) {
    observer_.progressed(service, worker);
    observer_.ready(service, worker, false, "what " + spec->table + " holds");
    clock_->pause_ms(kPoll_ms);
  }
  return is_table_loaded_;
}

}  // namespace pairwatch::kafka
