#include "tests/simulation/checker.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "pairwatch/v1/escalation.pb.h"
#include "tests/simulation/simulated_process.h"
#include "topology/changelog.h"

namespace pairwatch::simulation {
namespace {

/// A store without transactions: what is put stays.
class PlainStore final : public Store {
 public:
  std::string_view get(const Hash128& key) override {
    const auto found = entries.find(key);
    return found == entries.end() ? std::string_view{} : std::string_view(found->second);
  }
  void put(const Hash128& key, std::string_view value) override { entries[key] = std::string(value); }
  void erase(const Hash128& key) override { entries.erase(key); }

  std::map<Hash128, std::string> entries;
};

std::string output_line(std::int32_t to, const std::string& source, std::string_view key, std::string_view value) {
  std::string line = "to " + std::to_string(to) + " of " + source + ": " + std::string(key) + " = ";
  constexpr std::string_view kDigits = "0123456789abcdef";
  for (const char byte : value) {
    if (byte >= ' ' && byte < 127) {
      line.push_back(byte);
    } else {
      line.append({'%', kDigits[static_cast<unsigned char>(byte) >> 4], kDigits[static_cast<unsigned char>(byte) & 15]});
    }
  }
  return line;
}

std::string source_of(std::int32_t partition, std::int64_t offset) {
  return kInputTopic + '/' + std::to_string(partition) + '/' + std::to_string(offset);
}

class LinesSink final : public Sink {
 public:
  LinesSink(std::int32_t output_partitions, std::vector<std::string>& lines) : partitions_(output_partitions), lines_(lines) {}
  void emit(const Output& output) override {
    lines_.push_back(output_line(partition_of(output.key, partitions_), source, output.key, output.value));
  }
  void reject(const Record&, Reject) override { was_rejected = true; }

  std::string source;
  bool was_rejected = false;

 private:
  std::int32_t partitions_;
  std::vector<std::string>& lines_;
};

/// Field 3 as a varint, as it shows in an output's line.
std::string output_status_of(v1::EscalationStatus status) {
  return std::string("%18%0") + std::to_string(static_cast<int>(status));
}

std::string place(std::int32_t partition) { return "input partition " + std::to_string(partition) + ": "; }

}  // namespace

Checker::Expected Checker::expected(std::int32_t partition) const {
  Expected expected;
  PlainStore store;
  LinesSink sink(cluster_.partition_count(kOutputTopic), expected.outputs);
  const std::unique_ptr<Processor> processor = service_.make_processor(store);
  for (const LogEntry* entry : cluster_.log(kInputTopic, partition).committed()) {
    std::vector<Header> headers;
    for (const auto& [name, value] : entry->record.headers) headers.push_back({name, value});
    sink.source = source_of(partition, entry->offset);
    sink.was_rejected = false;
    processor->process({*entry->record.key, *entry->record.value, headers, entry->record.timestamp_ms, partition, entry->offset},
                       sink);
    processor->checkpoint();
    if (sink.was_rejected) expected.dead_letters.push_back(entry->offset);
  }
  expected.state = std::move(store.entries);
  return expected;
}

std::string Checker::check_cluster() const {
  for (std::int32_t partition = 0; partition < cluster_.partition_count(kInputTopic); ++partition) {
    const Expected all = expected(partition);
    std::string outputs = service_.warms_up ? check_cases(partition, all) : check_outputs(partition, all);
    if (!outputs.empty()) return outputs;
    if (std::string wrong = check_dead_letters(partition, all); !wrong.empty()) return wrong;
    if (std::string wrong = check_offsets(partition); !wrong.empty()) return wrong;
    if (std::string wrong = check_changelog(partition, all); !wrong.empty()) return wrong;
  }
  return {};
}

std::vector<std::string> Checker::found_outputs(std::int32_t partition) const {
  std::vector<std::string> found;
  const std::string from = kInputTopic + '/' + std::to_string(partition) + '/';
  for (std::int32_t to = 0; to < cluster_.partition_count(kOutputTopic); ++to) {
    for (const LogEntry* entry : cluster_.log(kOutputTopic, to).committed()) {
      const std::string source = entry->record.header("pairwatch-source");
      if (source.starts_with(from)) {
        found.push_back(output_line(to, source, entry->record.key.value_or(""), entry->record.value.value_or("")));
      }
    }
  }
  return found;
}

std::string Checker::check_cases(std::int32_t partition, const Expected& expected) const {
  const auto by_case = [](const std::vector<std::string>& lines) {
    std::map<std::string, std::vector<std::string>> cases;
    for (const std::string& line : lines) {
      const std::size_t key = line.find(": ") + 2;
      cases[line.substr(key, line.find(" = ") - key)].push_back(line);
    }
    return cases;
  };
  const std::string down = output_status_of(v1::ESCALATION_STATUS_STOOD_DOWN);
  auto found = by_case(found_outputs(partition));
  for (const auto& [name, wanted] : by_case(expected.outputs)) {
    const std::vector<std::string> is = std::exchange(found[name], {});
    const bool may_be_silent = wanted.back().find(down) != std::string::npos;
    if (is.empty() && !may_be_silent) return place(partition) + name + " is never heard of";
    if (is.size() > wanted.size() || !std::equal(is.rbegin(), is.rend(), wanted.rbegin()))
      return place(partition) + name + " ends with [" + is.back() + "], " + std::to_string(is.size()) +
             " revisions that are not the last of the " + std::to_string(wanted.size()) + " that there should be";
  }
  for (const auto& [name, is] : found) {
    if (!is.empty()) return place(partition) + name + " is heard of, and should not be there";
  }
  return {};
}

/// By partition of the output, because there is no order between them.
std::string Checker::check_outputs(std::int32_t partition, const Expected& expected) const {
  std::vector<std::string> wanted = expected.outputs;
  const std::vector<std::string> found = found_outputs(partition);
  std::stable_sort(wanted.begin(), wanted.end(), [](const std::string& left, const std::string& right) {
    return left.substr(0, left.find(" of ")) < right.substr(0, right.find(" of "));
  });
  for (std::size_t i = 0; i < std::max(wanted.size(), found.size()); ++i) {
    const std::string should = i < wanted.size() ? wanted[i] : "nothing";
    const std::string is = i < found.size() ? found[i] : "nothing";
    if (should != is) return place(partition) + "output " + std::to_string(i) + " is [" + is + "], and should be [" + should + "]";
  }
  return {};
}

std::string Checker::check_dead_letters(std::int32_t partition, const Expected& expected) const {
  std::vector<std::int64_t> found;
  for (std::int32_t to = 0; to < cluster_.partition_count(kDeadLetterTopic); ++to) {
    for (const LogEntry* entry : cluster_.log(kDeadLetterTopic, to).committed()) {
      if (entry->record.header("__pairwatch.errors.partition") != std::to_string(partition)) continue;
      found.push_back(std::stoll(entry->record.header("__pairwatch.errors.offset")));
    }
  }
  std::sort(found.begin(), found.end());
  if (found == expected.dead_letters) return {};
  std::string line = place(partition) + "dead letters are of";
  for (const std::int64_t offset : found) line += ' ' + std::to_string(offset);
  line += ", and should be of";
  for (const std::int64_t offset : expected.dead_letters) line += ' ' + std::to_string(offset);
  return line;
}

std::string Checker::check_offsets(std::int32_t partition) const {
  const PartitionLog& input = cluster_.log(kInputTopic, partition);
  const std::vector<const LogEntry*> records = input.committed();
  const std::int64_t least = records.empty() ? 0 : records.back()->offset + 1;
  const auto committed = cluster_.group().committed(partition);
  if (!committed) return least == 0 ? std::string() : place(partition) + "no offset is committed";
  if (committed->offset < least || committed->offset > input.end()) {
    return place(partition) + "committed is " + std::to_string(committed->offset) + ", and should be from " +
           std::to_string(least) + " to " + std::to_string(input.end());
  }
  const std::optional<OffsetNote> note = note_from(committed->metadata);
  if (!note) return place(partition) + "the committed offset has no note";
  const std::vector<const LogEntry*> changes = cluster_.log(kChangelogTopic, partition).committed();
  const std::int64_t bound = changes.empty() ? 0 : changes.back()->offset + 1;
  if (note->changelog_offset < bound || note->changelog_offset > cluster_.log(kChangelogTopic, partition).end()) {
    return place(partition) + "the note says " + std::to_string(note->changelog_offset) + ", and the changelog goes to " +
           std::to_string(bound);
  }
  return {};
}

std::string Checker::check_changelog(std::int32_t partition, const Expected& expected) const {
  std::map<Hash128, std::string> state;
  if (!apply_changelog(partition, 0, state)) return place(partition) + "its changelog holds another key";
  if (state == expected.state) return {};
  return place(partition) + "the changelog holds " + std::to_string(state.size()) + " entries that are not the " +
         std::to_string(expected.state.size()) + " that there should be";
}

bool Checker::apply_changelog(std::int32_t partition, std::int64_t from, std::map<Hash128, std::string>& state) const {
  const PartitionLog& log = cluster_.log(kChangelogTopic, partition);
  for (const LogEntry* entry = log.next_committed(from); entry != nullptr; entry = log.next_committed(entry->offset + 1)) {
    const auto key = changelog_key_from(entry->record.key.value_or(""));
    if (!key) return false;
    if (entry->record.value) {
      state[*key] = *entry->record.value;
    } else {
      state.erase(*key);
    }
  }
  return true;
}

std::string Checker::check_disk(const SimulatedDisk& disk, const std::string& name) const {
  const std::int64_t now_ms = kWallClockAtStart_ms + cluster_.now_ms();
  for (const auto& [partition, image] : disk.images()) {
    const std::string at = name + ", partition " + std::to_string(partition) + ": ";
    const auto committed = cluster_.group().committed(partition);
    if (image.progress.input_offset > (committed ? committed->offset : 0)) {
      return at + "goes to " + std::to_string(image.progress.input_offset) + ", beyond what is committed";
    }
    // Erasures may be missing from the tail: a worker makes such state anew.
    if (now_ms - image.progress.changelog_time_ms > kTombstonesKept_ms / 2) continue;
    std::map<Hash128, std::string> state = image.entries;
    if (!apply_changelog(partition, image.progress.changelog_offset, state)) return at + "its changelog holds another key";
    if (state != expected(partition).state) {
      return at + "with the changelog from " + std::to_string(image.progress.changelog_offset) +
             " on it does not come to the state";
    }
  }
  return {};
}

}  // namespace pairwatch::simulation
