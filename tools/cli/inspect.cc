// pairwatch inspect: what a store remembers of a pair or an account, read from its changelog.
#include <google/protobuf/util/json_util.h>

#include <algorithm>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "pairwatch/v1/state.pb.h"
#include "processors/core/cases.h"
#include "processors/core/check.h"
#include "processors/core/hash.h"
#include "processors/core/keys.h"
#include "processors/core/timestamp.h"
#include "processors/escalation/layout.h"
#include "processors/escalation/snapshot.h"
#include "processors/intake/pseudonym.h"
#include "processors/relationship/layout.h"
#include "processors/relationship/snapshot.h"
#include "processors/target/layout.h"
#include "processors/target/snapshot.h"
#include "tools/cli/commands.h"
#include "tools/cli/logging.h"
#include "topology/changelog.h"
#include "topology/graph.h"
#include "topology/kafka/topic_reader.h"

namespace pairwatch::cli {
namespace {

constexpr std::size_t kRecordsAtOnce = 10'000;

struct Options {
  ConfigurationFlags configuration;
  std::string store;
  std::string key;
};

/// Of the entry that is asked for.
struct EntryKey {
  std::string tenant;
  std::vector<std::string> accounts;  ///< of a pair in byte order
  std::string bytes;                  ///< as records of the service's input are keyed
};

/// The newest record of a key; its value is empty where the entry was erased.
struct Newest {
  std::string value;
  std::int32_t partition = 0;
  std::int64_t offset = 0;
  std::int64_t timestamp_ms = 0;
};

ExitCode fail(ExitCode code, const std::string& problem) {
  std::cerr << "pairwatch inspect: " << problem << '\n';
  return code;
}

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  for (std::size_t end = 0; end != std::string_view::npos; text.remove_prefix(std::min(text.size(), end + 1))) {
    end = text.find(separator);
    parts.emplace_back(text.substr(0, end));
  }
  return parts;
}

/// Whether an id was made by Pseudonyms with this key.
bool is_pseudonym(std::string_view id, const intake::PseudonymKey& key) {
  constexpr std::size_t kDigits = 64;
  const std::string prefix = "k" + key.id + ":";
  return id.starts_with(prefix) && id.size() == prefix.size() + kDigits;
}

/// From `tenant/account/account`, `account/account`, `tenant/account`, `account`, or the bytes of a record's key; nullopt: it is
/// none of those.
std::optional<EntryKey> entry_key(const std::string& text, Service service, const intake::PseudonymKey& pseudonyms) {
  constexpr char kOfRecords = '\x1f';
  const std::size_t accounts = service == Service::kRelationship ? 2 : 1;
  std::vector<std::string> parts = split(text, text.find(kOfRecords) == std::string::npos ? '/' : kOfRecords);
  if (parts.size() == accounts) parts.insert(parts.begin(), std::string());
  if (parts.size() != accounts + 1) return {};
  EntryKey key;
  key.tenant = std::move(parts.front());
  key.accounts.assign(std::make_move_iterator(parts.begin() + 1), std::make_move_iterator(parts.end()));
  for (std::string& id : key.accounts) {
    if (id.empty()) return {};
    if (!pseudonyms.id.empty() && !is_pseudonym(id, pseudonyms)) intake::Pseudonyms(pseudonyms).write(std::string(id), id);
  }
  std::sort(key.accounts.begin(), key.accounts.end());
  if (accounts == 2) {
    if (key.accounts[0] == key.accounts[1]) return {};
    write_pair_key(key.tenant, {key.accounts[0]}, {key.accounts[1]}, key.bytes);
  } else {
    write_account_key(key.tenant, {key.accounts[0]}, key.bytes);
  }
  return key;
}

/// A minor's entry is kept under the subject of its case (processors/target/target.h).
Hash128 store_key(Service service, const EntryKey& key) {
  return service == Service::kTarget ? target_subject(key.tenant, {key.accounts.front()}) : hash128(key.bytes);
}

/// Reads the changelog's partition to its end, as it was at the start.
std::optional<Newest> newest_record(kafka::TopicReader& changelog, const std::string& store_key) {
  std::optional<Newest> newest;
  for (auto records = changelog.next(kRecordsAtOnce); !records.empty(); records = changelog.next(kRecordsAtOnce)) {
    for (const Record& record : records) {
      if (record.key != store_key) continue;
      newest = {std::string(record.value), record.partition, record.offset, record.timestamp_ms};
    }
  }
  return newest;
}

/// Decodes the stored bytes into the entry; what is wrong with them, or empty.
std::string decode(Service service, const std::string& bytes, const EntryKey& key, v1::StoredEntry& entry) {
  if (service == Service::kRelationship) {
    relationship::PairState state;
    const relationship::LayoutProblem problem = relationship::decode(bytes, state);
    if (problem != relationship::LayoutProblem::kNone) return std::string(layout_problem_message(problem));
    relationship::snapshot(state, *entry.mutable_pair());
    return {};
  }
  const bool is_of_a_minor = service == Service::kTarget;
  if (bytes.front() != (is_of_a_minor ? target::kTargetStateVersion : escalation::kActorStateVersion))
    return "the entry has a layout of another release: inspect it with that one";
  if (is_of_a_minor) {
    target::TargetState minor;
    target::decode(bytes, minor);
    target::snapshot(minor, *entry.mutable_minor());
    return {};
  }
  escalation::ActorState state;
  escalation::decode(bytes, state);
  escalation::snapshot(state, key.bytes, *entry.mutable_actor());
  return {};
}

ExitCode print(const Newest& newest, const ServiceSpec& service, const std::string& changelog, const EntryKey& key) {
  v1::StoredEntry entry;
  entry.set_store(service.store.name);
  entry.set_tenant(key.tenant);
  for (const std::string& id : key.accounts) entry.add_account_ids(id);
  entry.mutable_changelog()->set_topic(changelog);
  entry.mutable_changelog()->set_partition(newest.partition);
  entry.mutable_changelog()->set_offset(newest.offset);
  set_time({newest.timestamp_ms}, *entry.mutable_written_at());
  entry.set_stored_bytes(static_cast<std::uint32_t>(newest.value.size()));
  if (const std::string problem = decode(service.service, newest.value, key, entry); !problem.empty()) {
    return fail(ExitCode::kFailed, problem);
  }
  google::protobuf::util::JsonPrintOptions layout;
  layout.add_whitespace = true;
  std::string json;
  check(google::protobuf::util::MessageToJsonString(entry, &json, layout).ok(), "an entry can be written as JSON");
  std::cout << json;
  return ExitCode::kDone;
}

/// The service whose store has that name, or whose own name it is.
const ServiceSpec* service_with_store(const Topology& topology, const std::string& name) {
  for (const ServiceSpec& service : topology.services) {
    if (!service.store.name.empty() && (service.store.name == name || service_name(service.service) == name)) return &service;
  }
  return nullptr;
}

std::string stores_of(const Topology& topology) {
  std::string names;
  for (const ServiceSpec& service : topology.services) {
    if (!service.store.name.empty()) names += (names.empty() ? "" : ", ") + service.store.name;
  }
  return names;
}

ExitCode inspect(const Options& options) {
  const std::optional<config::Settings> settings = load_settings_or_explain(options.configuration);
  if (!settings) return ExitCode::kInvalidConfiguration;
  const ServiceSpec* service = service_with_store(settings->topology, options.store);
  if (service == nullptr) return fail(ExitCode::kUsage, "--store must be one of " + stores_of(settings->topology));
  const std::optional<EntryKey> key = entry_key(options.key, service->service, settings->intake.pseudonym_key);
  if (!key) {
    const std::string shape = service->service == Service::kRelationship ? "two accounts, TENANT/ACCOUNT/ACCOUNT or ACCOUNT/ACCOUNT"
                                                                         : "an account, TENANT/ACCOUNT or ACCOUNT";
    return fail(ExitCode::kUsage,
                "--key must name " + shape + "; where an id holds a slash, put the byte 0x1F between them instead");
  }
  start_logging(settings->logging);
  const std::string changelog = changelog_of(settings->topology, *service).name;
  kafka::TopicReader reader(settings->kafka, changelog, {}, key->bytes);
  const std::optional<Newest> newest = newest_record(reader, changelog_key(store_key(service->service, *key)));
  if (reader.failure()) return fail(ExitCode::kFailed, *reader.failure());
  if (!newest)
    return fail(ExitCode::kFailed, changelog + " holds no such entry: nothing was remembered, or it was not yet committed");
  if (newest->value.empty()) {
    return fail(ExitCode::kFailed, changelog + " says at partition " + std::to_string(newest->partition) + ", offset " +
                                       std::to_string(newest->offset) + " that the entry was erased or has expired");
  }
  return print(*newest, *service, changelog, *key);
}

}  // namespace

void add_inspect_command(CLI::App& app, ExitCode& exit_code) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand(
      "inspect", "Shows what is remembered of a pair or an account, from the changelog; works while services run");
  add_configuration_flags(*command, options->configuration);
  command->add_option("--store", options->store, "Which: pairs, actors or minors, unless the topology names them otherwise")
      ->required()
      ->type_name("NAME");
  command
      ->add_option(
          "--key", options->key,
          "Of pairs TENANT/ACCOUNT/ACCOUNT, of actors and minors TENANT/ACCOUNT, without TENANT/ where there is none; ids become "
          "pseudonyms where those are on, unless they are; or a record's key as it is")
      ->required()
      ->type_name("KEY");
  command->callback([options, &exit_code] { exit_code = inspect(*options); });
}

}  // namespace pairwatch::cli
