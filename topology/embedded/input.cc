#include "topology/embedded/input.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string_view>
#include <vector>

namespace pairwatch::embedded {
namespace {

constexpr std::size_t kReadBytes = 256u << 10;
constexpr std::size_t kRecogniseBytes = 64u << 10;
/// What no protobuf message is: stands for one that the end of the file cuts off, of which nothing may be decoded.
constexpr std::string_view kCutOff = "\xFF";
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

enum class VarintState : std::uint8_t { kRead, kIncomplete, kMalformed };

/// A length as protobuf writes it; `size` is how many bytes it takes.
struct Length {
  VarintState state = VarintState::kIncomplete;
  std::uint64_t value = 0;
  std::size_t size = 0;
};

Length read_length(std::string_view bytes) {
  Length length;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const auto byte = static_cast<unsigned char>(bytes[i]);
    if (i == 9 && byte > 1) return {VarintState::kMalformed};
    length.value |= static_cast<std::uint64_t>(byte & 0x7f) << (7 * i);
    if (byte < 0x80) {
      length.state = VarintState::kRead;
      length.size = i + 1;
      return length;
    }
  }
  return length;
}

bool is_blank(std::string_view line) { return line.find_first_not_of(" \t\r") == std::string_view::npos; }

/// An open file and the bytes that are read but not yet consumed.
class FileInput final : public InputSource {
 public:
  FileInput(const std::string& path, Framing framing, const InputLimits& limits)
      : name_(path == "-" ? "standard input" : path), framing_(framing), limits_(limits) {
    open(path);
    if (!failure_) recognise();
  }
  ~FileInput() override {
    if (file_ > STDIN_FILENO) ::close(file_);
  }
  FileInput(const FileInput&) = delete;
  FileInput& operator=(const FileInput&) = delete;

  std::span<const Record> next(std::size_t most) override;

  const std::optional<std::string>& failure() const override { return failure_; }
  std::uint64_t bytes_read() const override { return bytes_read_; }
  std::optional<std::uint64_t> bytes_total() const override { return bytes_total_; }
  Framing framing() const override { return framing_; }

 private:
  /// Where a record stands in buffer_.
  struct Place {
    std::uint64_t number;
    std::size_t begin;
    std::size_t size;
  };

  void open(const std::string& path);
  void fail(std::string_view what, int error) {
    failure_ = name_ + ": " + std::string(what) + ": " + std::strerror(error) + "; check --input";
  }

  std::string_view unread() const { return std::string_view(buffer_).substr(position_); }
  bool read_more();
  void recognise();
  bool next_line();
  bool next_delimited();
  void skip_to_line_end();
  void skip_bytes(std::uint64_t count);
  void take(std::size_t begin, std::size_t size);
  bool take_cut_off();

  std::string name_;
  Framing framing_;
  InputLimits limits_;
  int file_ = -1;
  bool at_end_ = false;
  std::uint64_t number_ = 0;  ///< of the next line or message
  std::uint64_t bytes_read_ = 0;
  std::optional<std::uint64_t> bytes_total_;
  std::optional<std::string> failure_;

  std::string buffer_;
  std::size_t position_ = 0;  ///< of the first byte not consumed
  std::vector<Place> places_;
  std::size_t batch_bytes_ = 0;
  std::vector<Record> records_;
};

void FileInput::open(const std::string& path) {
  file_ = path == "-" ? STDIN_FILENO : ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file_ < 0) return fail("cannot be opened", errno);
  struct stat facts{};
  if (::fstat(file_, &facts) != 0) return fail("cannot be looked at", errno);
  if (S_ISDIR(facts.st_mode)) return fail("cannot be read", EISDIR);
  if (S_ISREG(facts.st_mode)) bytes_total_ = static_cast<std::uint64_t>(facts.st_size);
}

std::span<const Record> FileInput::next(std::size_t most) {
  buffer_.erase(0, position_);
  position_ = 0;
  places_.clear();
  records_.clear();
  batch_bytes_ = 0;
  const std::size_t limit = std::min(most, limits_.batch_records);
  while (!failure_ && places_.size() < limit && (batch_bytes_ < limits_.batch_bytes || places_.empty())) {
    if (!(framing_ == Framing::kLines ? next_line() : next_delimited())) break;
    if (places_.empty() && position_ > kReadBytes) {  // many empty lines
      buffer_.erase(0, position_);
      position_ = 0;
    }
  }
  for (const Place& place : places_) {
    Record& record = records_.emplace_back();
    record.value = std::string_view(buffer_).substr(place.begin, place.size);
    record.offset = static_cast<std::int64_t>(place.number);
  }
  return records_;
}

/// Appends what the file has next; false at its end.
bool FileInput::read_more() {
  if (at_end_ || failure_) return false;
  const std::size_t had = buffer_.size();
  buffer_.resize(had + kReadBytes);
  ssize_t got;
  do got = ::read(file_, buffer_.data() + had, kReadBytes);
  while (got < 0 && errno == EINTR);
  buffer_.resize(had + static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
  if (got < 0) fail("cannot be read", errno);
  if (got == 0) at_end_ = true;
  bytes_read_ += buffer_.size() - had;
  return got > 0;
}

void FileInput::recognise() {
  while (unread().size() < kRecogniseBytes && read_more()) {
  }
  if (framing_ == Framing::kAuto) framing_ = recognise_framing(unread(), at_end_);
  if (framing_ == Framing::kLines && unread().starts_with(kByteOrderMark)) position_ += kByteOrderMark.size();
}

void FileInput::take(std::size_t begin, std::size_t size) {
  const std::size_t kept = std::min(size, limits_.max_record_bytes + 1);
  places_.push_back({number_++, begin, kept});
  batch_bytes_ += kept;
}

/// Takes what is left of the input as one record that intake rejects.
bool FileInput::take_cut_off() {
  buffer_.resize(position_);
  buffer_.append(kCutOff);
  take(position_, kCutOff.size());
  position_ = buffer_.size();
  return true;
}

/// Takes the next line, where it is not empty; false at the end.
bool FileInput::next_line() {
  std::size_t searched = 0;
  std::size_t end;
  while ((end = unread().find('\n', searched)) == std::string_view::npos) {
    searched = unread().size();
    if (searched > limits_.max_record_bytes) {
      take(position_, searched);
      position_ += limits_.max_record_bytes + 1;
      skip_to_line_end();
      return true;
    }
    if (!read_more()) break;
  }
  if (failure_) return false;
  const bool last = end == std::string_view::npos;
  if (last) end = unread().size();
  if (last && end == 0) return false;
  if (const std::string_view line = unread().substr(0, end); !is_blank(line)) {
    take(position_, line.size() - (line.ends_with('\r') ? 1 : 0));
  } else {
    ++number_;
    ++batch_bytes_;
  }
  position_ += end + (last ? 0 : 1);
  return true;
}

/// Drops the rest of a line that is too long.
void FileInput::skip_to_line_end() {
  do {
    if (const std::size_t end = unread().find('\n'); end != std::string_view::npos) {
      position_ += end + 1;
      return;
    }
    buffer_.resize(position_);
  } while (read_more());
}

/// Takes the next message; false at the end.
bool FileInput::next_delimited() {
  Length length;
  while ((length = read_length(unread())).state == VarintState::kIncomplete) {
    if (read_more()) continue;
    if (failure_ || unread().empty()) return false;
    return take_cut_off();
  }
  if (length.state == VarintState::kMalformed) {
    failure_ =
        name_ + ": the length of message " + std::to_string(number_ + 1) +
        " is not a varint, so that nothing after it can be read; check that it is length-delimited protobuf, or set --format";
    return false;
  }
  position_ += length.size;
  const std::uint64_t wanted = std::min<std::uint64_t>(length.value, limits_.max_record_bytes + 1);
  while (unread().size() < wanted && read_more()) {
  }
  if (failure_) return false;
  if (unread().size() < wanted) return take_cut_off();
  take(position_, static_cast<std::size_t>(wanted));
  position_ += static_cast<std::size_t>(wanted);
  skip_bytes(length.value - wanted);
  return true;
}

void FileInput::skip_bytes(std::uint64_t count) {
  while (count > 0) {
    if (unread().empty()) {
      buffer_.resize(position_);
      if (!read_more()) return;
    }
    const std::size_t skipped = static_cast<std::size_t>(std::min<std::uint64_t>(count, unread().size()));
    if (skipped == unread().size()) {
      buffer_.resize(position_);
    } else {
      position_ += skipped;
    }
    count -= skipped;
  }
}

}  // namespace

Framing recognise_framing(std::string_view first_bytes, bool whole) {
  // A message starts with the first of its fields that is set: event_id, occurred_at or tenant.
  constexpr std::string_view kFirstTags = "\x0A\x12\x1A";
  constexpr int kEnough = 3;
  if (!first_bytes.empty() && std::string_view("\t\n\r").find(first_bytes.front()) != std::string_view::npos)
    return Framing::kLines;
  int messages = 0;
  while (messages < kEnough && !first_bytes.empty()) {
    const Length length = read_length(first_bytes);
    if (length.state != VarintState::kRead) return messages > 0 && !whole ? Framing::kDelimited : Framing::kLines;
    first_bytes.remove_prefix(length.size);
    if (first_bytes.empty() ? length.value > 0 : kFirstTags.find(first_bytes.front()) == std::string_view::npos) {
      return Framing::kLines;
    }
    ++messages;
    if (length.value > first_bytes.size()) return messages > 1 || !whole ? Framing::kDelimited : Framing::kLines;
    first_bytes.remove_prefix(static_cast<std::size_t>(length.value));
  }
  return messages > 0 ? Framing::kDelimited : Framing::kLines;
}

std::unique_ptr<InputSource> open_input(const std::string& path, Framing framing, const InputLimits& limits) {
  return std::make_unique<FileInput>(path, framing, limits);
}

}  // namespace pairwatch::embedded
