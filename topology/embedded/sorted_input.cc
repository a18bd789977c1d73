#include "topology/embedded/sorted_input.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <queue>
#include <string>
#include <utility>
#include <vector>

namespace pairwatch::embedded {
namespace {

/// What orders records.
struct SortKey {
  std::int64_t seconds = 0;
  std::int32_t nanos = 0;
  std::int64_t number = 0;

  friend auto operator<=>(const SortKey&, const SortKey&) = default;
};

/// What stands before each record in the temporary file.
struct RecordHead {
  SortKey key;
  std::uint32_t size = 0;
};

/// A temporary file without a name: it is gone with the process, however that ends.
class ScratchFile {
 public:
  ~ScratchFile() {
    if (file_ >= 0) ::close(file_);
  }

  /// Empty where it worked.
  std::string open() {
    const char* configured = std::getenv("TMPDIR");
    const std::string folder = configured != nullptr && *configured != '\0' ? configured : "/tmp";
    std::string path = folder + "/pairwatch-sort-XXXXXX";
    file_ = ::mkostemp(path.data(), O_CLOEXEC);
    if (file_ < 0) return explain("make", folder);
    ::unlink(path.c_str());
    folder_ = folder;
    return {};
  }
  std::string append(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t wrote = ::write(file_, bytes.data(), bytes.size());
      if (wrote < 0 && errno == EINTR) continue;
      if (wrote < 0) return explain("write", folder_);
      bytes.remove_prefix(static_cast<std::size_t>(wrote));
    }
    return {};
  }
  std::string read_at(std::uint64_t offset, char* to, std::size_t size) {
    while (size > 0) {
      const ssize_t got = ::pread(file_, to, size, static_cast<off_t>(offset));
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return explain("read", folder_);
      if (got == 0) return "the temporary file in " + folder_ + " is shorter than what was written to it";
      to += got;
      offset += static_cast<std::uint64_t>(got);
      size -= static_cast<std::size_t>(got);
    }
    return {};
  }

 private:
  static std::string explain(std::string_view verb, const std::string& folder) {
    return "cannot " + std::string(verb) + " a temporary file in " + folder + " for sorting: " + std::strerror(errno) +
           "; set TMPDIR to a folder with room for the whole input";
  }
  int file_ = -1;
  std::string folder_;
};

/// A sorted stretch of the temporary file and the part of it that is in memory.
struct Run {
  std::uint64_t next = 0;  ///< first byte not yet in memory
  std::uint64_t end = 0;
  std::string bytes;
  std::size_t position = 0;
};

class SortedInput final : public InputSource {
 public:
  SortedInput(std::unique_ptr<InputSource> input, std::unique_ptr<EventDecoder> decoder, const InputLimits& limits,
              const SortLimits& sort)
      : input_(std::move(input)), decoder_(std::move(decoder)), limits_(limits), sort_(sort), failure_(input_->failure()) {}

  std::span<const Record> next(std::size_t most) override;

  const std::optional<std::string>& failure() const override { return failure_; }
  std::uint64_t bytes_read() const override { return input_->bytes_read(); }
  std::optional<std::uint64_t> bytes_total() const override { return input_->bytes_total(); }
  Framing framing() const override { return input_->framing(); }

 private:
  struct Head {
    SortKey key;
    std::size_t run;
    friend bool operator>(const Head& a, const Head& b) { return a.key > b.key; }
  };

  bool note(const std::string& problem) {
    if (!problem.empty() && !failure_) failure_ = problem;
    return problem.empty();
  }
  void sort_all();
  SortKey key_of(const Record& record);
  bool write_run(std::vector<RecordHead>& heads, const std::vector<std::size_t>& offsets, const std::string& bytes);
  bool load(Run& run, std::size_t wanted);
  bool look_at(std::size_t run);

  std::unique_ptr<InputSource> input_;
  std::unique_ptr<EventDecoder> decoder_;
  InputLimits limits_;
  SortLimits sort_;
  std::optional<std::string> failure_;
  bool sorted_ = false;

  EventView event_;
  ScratchFile scratch_;
  std::uint64_t written_ = 0;
  std::vector<Run> runs_;
  std::size_t run_buffer_bytes_ = 0;
  std::priority_queue<Head, std::vector<Head>, std::greater<>> heads_;

  std::string batch_bytes_;
  std::vector<RecordHead> batch_;
  std::vector<Record> records_;
};

SortKey SortedInput::key_of(const Record& record) {
  constexpr std::int64_t kFirst = std::numeric_limits<std::int64_t>::min();
  const DecodeResult decoded = decoder_->decode(record.value, record.headers, event_);
  if (decoded.reject || !event_.occurred_at.present) return {kFirst, 0, record.offset};
  return {event_.occurred_at.seconds, event_.occurred_at.nanos, record.offset};
}

void SortedInput::sort_all() {
  if (failure_ || !note(scratch_.open())) return;
  std::string bytes;
  std::vector<RecordHead> heads;
  std::vector<std::size_t> offsets;  // of each record in `bytes`, by its place in this run before sorting
  while (true) {
    const std::span<const Record> records = input_->next(limits_.batch_records);
    if (input_->failure()) failure_ = input_->failure();
    if (failure_) return;
    for (const Record& record : records) {
      heads.push_back({key_of(record), static_cast<std::uint32_t>(record.value.size())});
      offsets.push_back(bytes.size());
      bytes.append(record.value);
    }
    if (bytes.size() + heads.size() * sizeof(RecordHead) < sort_.run_bytes && !records.empty()) continue;
    if (!heads.empty() && !write_run(heads, offsets, bytes)) return;
    bytes.clear();
    heads.clear();
    offsets.clear();
    if (records.empty()) break;
  }
  decoder_.reset();
  run_buffer_bytes_ = std::clamp<std::size_t>(sort_.merge_bytes / (runs_.size() + 1), 4u << 10, 1u << 20);
  for (std::size_t i = 0; i < runs_.size(); ++i) look_at(i);
}

/// Sorts what was gathered and appends it to the temporary file.
bool SortedInput::write_run(std::vector<RecordHead>& heads, const std::vector<std::size_t>& offsets, const std::string& bytes) {
  std::vector<std::uint32_t> order(heads.size());
  for (std::uint32_t i = 0; i < order.size(); ++i) order[i] = i;
  std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) { return heads[a].key < heads[b].key; });

  constexpr std::size_t kWriteBytes = 1u << 20;
  Run run;
  run.next = written_;
  std::string out;
  for (const std::uint32_t i : order) {
    out.append(reinterpret_cast<const char*>(&heads[i]), sizeof(RecordHead));
    out.append(bytes, offsets[i], heads[i].size);
    if (out.size() < kWriteBytes) continue;
    if (!note(scratch_.append(out))) return false;
    written_ += out.size();
    out.clear();
  }
  if (!note(scratch_.append(out))) return false;
  written_ += out.size();
  run.end = written_;
  runs_.push_back(std::move(run));
  return true;
}

/// Has at least `wanted` bytes of the run in memory, or all that is left of it.
bool SortedInput::load(Run& run, std::size_t wanted) {
  if (run.bytes.size() - run.position >= wanted || run.next == run.end) return true;
  run.bytes.erase(0, run.position);
  run.position = 0;
  const std::size_t had = run.bytes.size();
  const auto more =
      static_cast<std::size_t>(std::min<std::uint64_t>(std::max(run_buffer_bytes_, wanted - had), run.end - run.next));
  run.bytes.resize(had + more);
  if (!note(scratch_.read_at(run.next, run.bytes.data() + had, more))) return false;
  run.next += more;
  return true;
}

/// Puts the run's first record, if it has one, among those to choose from.
bool SortedInput::look_at(std::size_t index) {
  Run& run = runs_[index];
  if (!load(run, sizeof(RecordHead))) return false;
  if (run.bytes.size() == run.position) {
    run.bytes = {};
    return true;
  }
  RecordHead head;
  std::memcpy(&head, run.bytes.data() + run.position, sizeof head);
  heads_.push({head.key, index});
  return true;
}

std::span<const Record> SortedInput::next(std::size_t most) {
  if (!std::exchange(sorted_, true)) sort_all();
  batch_bytes_.clear();
  batch_.clear();
  records_.clear();
  while (!failure_ && !heads_.empty() && batch_.size() < std::min(most, limits_.batch_records) &&
         batch_bytes_.size() < limits_.batch_bytes) {
    const std::size_t index = heads_.top().run;
    heads_.pop();
    Run& run = runs_[index];
    RecordHead head;
    std::memcpy(&head, run.bytes.data() + run.position, sizeof head);
    if (!load(run, sizeof head + head.size)) break;
    batch_bytes_.append(run.bytes, run.position + sizeof head, head.size);
    batch_.push_back(head);
    run.position += sizeof head + head.size;
    if (!look_at(index)) break;
  }
  if (failure_) return {};
  std::size_t offset = 0;
  for (const RecordHead& head : batch_) {
    Record& record = records_.emplace_back();
    record.value = std::string_view(batch_bytes_).substr(offset, head.size);
    record.offset = head.key.number;
    offset += head.size;
  }
  return records_;
}

}  // namespace

std::unique_ptr<InputSource> sort_by_time(std::unique_ptr<InputSource> input, std::unique_ptr<EventDecoder> decoder,
                                          const InputLimits& limits, const SortLimits& sort) {
  return std::make_unique<SortedInput>(std::move(input), std::move(decoder), limits, sort);
}

}  // namespace pairwatch::embedded
