#include "tools/generator/network.h"

#include <absl/container/flat_hash_map.h>
#include <absl/container/flat_hash_set.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <memory>
#include <stdexcept>

#include "processors/core/utf8.h"
#include "tools/generator/ids.h"
#include "tools/generator/phrases.h"

namespace pairwatch::generator {
namespace {

constexpr double kDefaultMinorShare = 0.2;
constexpr std::uint64_t kHolderPurpose = 0x401d;
constexpr std::uint64_t kTextPurpose = 0x7e47;
constexpr std::size_t kMostLineBytes = 1024;
constexpr std::size_t kMostNameBytes = 200;
constexpr std::size_t kMostAccounts = 100'000'000;

struct CloseGzip {
  void operator()(gzFile_s* file) const { gzclose(file); }
};

[[noreturn]] void fail(const std::string& path, std::uint64_t line, const std::string& what) {
  throw std::runtime_error(path + ":" + std::to_string(line) + ": " + what);
}

/// The next word of a line, parted by blanks; empty at its end.
std::string_view next_word(std::string_view& line) {
  const std::size_t begin = std::min(line.find_first_not_of(" \t\r\n"), line.size());
  const std::size_t end = std::min(line.find_first_of(" \t\r\n", begin), line.size());
  const std::string_view word = line.substr(begin, end - begin);
  line.remove_prefix(end);
  return word;
}

class Names {
 public:
  explicit Names(std::vector<std::string>& names) : names_(names) {}

  std::uint32_t index_of(std::string_view name) {
    const auto [at, is_new] = indices_.try_emplace(std::string(name), static_cast<std::uint32_t>(names_.size()));
    if (is_new) names_.emplace_back(name);
    return at->second;
  }

 private:
  std::vector<std::string>& names_;
  absl::flat_hash_map<std::string, std::uint32_t> indices_;
};

void read_line(std::string_view text, const std::string& path, std::uint64_t number, Names& names, Network& network) {
  const std::string_view source = next_word(text), target = next_word(text), time = next_word(text);
  if (time.empty()) fail(path, number, "expected `src dst unix_seconds`");
  for (const std::string_view name : {source, target}) {
    if (name.size() > kMostNameBytes || !is_valid_utf8(name) || has_control_character(name)) {
      fail(path, number, "an account must be at most 200 bytes of UTF-8 without control characters");
    }
  }
  Line line{};
  const auto parsed = std::from_chars(time.data(), time.data() + time.size(), line.seconds);
  if (parsed.ec != std::errc{} || parsed.ptr != time.data() + time.size()) fail(path, number, "the time must be whole seconds");
  if (source == target) {
    ++network.self_lines;
    return;
  }
  line.source = names.index_of(source);
  line.target = names.index_of(target);
  if (network.names.size() > kMostAccounts) fail(path, number, "more than 100 million accounts");
  network.lines.push_back(line);
}

}  // namespace

Network read_network(const std::string& path) {
  const std::unique_ptr<gzFile_s, CloseGzip> file(gzopen(path.c_str(), "rb"));
  if (!file) throw std::runtime_error("cannot open " + path + "; give a file of lines `src dst unix_seconds`, plain or gzip");
  Network network;
  Names names(network.names);
  std::array<char, kMostLineBytes> buffer;
  for (std::uint64_t number = 1; gzgets(file.get(), buffer.data(), static_cast<int>(buffer.size())) != nullptr; ++number) {
    const std::string_view text(buffer.data());
    if (text.size() + 1 == buffer.size() && text.back() != '\n') fail(path, number, "the line is longer than 1 KiB");
    const std::size_t begin = text.find_first_not_of(" \t\r\n");
    if (begin == std::string_view::npos || text[begin] == '#' || text[begin] == '%') continue;
    read_line(text, path, number, names, network);
  }
  int error = Z_OK;
  const char* const what = gzerror(file.get(), &error);
  if (error != Z_OK && error != Z_STREAM_END) throw std::runtime_error("cannot read " + path + ": " + what);
  std::stable_sort(network.lines.begin(), network.lines.end(), [](const Line& a, const Line& b) { return a.seconds < b.seconds; });
  return network;
}

/// What has happened so far between whom.
struct NetworkTraffic::Pairs {
  struct State {
    std::uint32_t number = 0;  ///< in order of first contact
    std::uint32_t initiator = 0;
    std::uint32_t mutual_contacts = 0;  ///< at first contact
    bool accepted = false;
  };

  static std::uint64_t key(const Line& line) {
    const auto [low, high] = std::minmax(line.source, line.target);
    return std::uint64_t{low} << 32 | high;
  }
  std::uint32_t contacts_in_common(std::uint32_t a, std::uint32_t b) const {
    const auto& fewer = neighbours[a].size() < neighbours[b].size() ? neighbours[a] : neighbours[b];
    const auto& more = neighbours[a].size() < neighbours[b].size() ? neighbours[b] : neighbours[a];
    return static_cast<std::uint32_t>(std::count_if(fewer.begin(), fewer.end(), [&](std::uint32_t c) { return more.contains(c); }));
  }

  absl::flat_hash_map<std::uint64_t, State> states;
  std::vector<absl::flat_hash_set<std::uint32_t>> neighbours;
};

NetworkTraffic::NetworkTraffic(const Options& options, Network network)
    : options_(options),
      network_(std::move(network)),
      pairs_(std::make_unique<Pairs>()),
      random_(Random::of(options.seed, kTextPurpose, 0)) {
  pairs_->neighbours.resize(network_.names.size());
  if (network_.lines.empty()) return;
  const std::int64_t first = network_.lines.front().seconds, last = network_.lines.back().seconds;
  const std::int64_t earliest = kEarliestEventTime.ms / 1000, latest = kLatestEventTime.ms / 1000;
  if (last > latest || first < -latest || last - first > latest - options_.start.ms / 1000) {
    throw std::runtime_error(options.network + ": its times do not fit between 2000 and 2100; are they seconds?");
  }
  if (first < earliest) shift_seconds_ = options_.start.ms / 1000 - first;
  prepare();
}

NetworkTraffic::~NetworkTraffic() = default;

EventTime NetworkTraffic::time_of(std::size_t line) const {
  if (line >= network_.lines.size()) return options_.start;
  return EventTime{(network_.lines[line].seconds + shift_seconds_) * 1000};
}

std::optional<EventTime> NetworkTraffic::next_time() {
  return next_ < network_.lines.size() ? std::optional(time_of(next_)) : std::nullopt;
}

/// Decides what the next line starts with.
void NetworkTraffic::prepare() {
  if (next_ >= network_.lines.size()) return;
  const Line& line = network_.lines[next_];
  const auto at = pairs_->states.find(Pairs::key(line));
  if (at == pairs_->states.end()) {
    step_ = Step::kRequest;
  } else {
    step_ = !at->second.accepted && line.source != at->second.initiator ? Step::kAccept : Step::kMessage;
  }
}

void NetworkTraffic::take_next(std::string_view, v1::InteractionEvent& event) {
  const Line& line = network_.lines[next_];
  const auto [at, is_new] = pairs_->states.try_emplace(Pairs::key(line));
  Pairs::State& state = at->second;
  if (is_new) {
    state.number = static_cast<std::uint32_t>(pairs_->states.size());
    state.initiator = line.source;
    state.mutual_contacts = pairs_->contacts_in_common(line.source, line.target);
    pairs_->neighbours[line.source].insert(line.target);
    pairs_->neighbours[line.target].insert(line.source);
  }
  write_side(line.source, *event.mutable_actor());
  write_side(line.target, *event.mutable_target());
  write_id('c', state.number, *event.mutable_channel()->mutable_channel_id());
  event.mutable_channel()->set_kind(v1::CHANNEL_KIND_DIRECT);
  event.set_mutual_contacts(state.mutual_contacts);
  switch (step_) {
    case Step::kRequest:
      event.mutable_contact_request();
      step_ = Step::kMessage;
      return;
    case Step::kAccept:
      state.accepted = true;
      event.mutable_contact_accept();
      step_ = Step::kMessage;
      return;
    case Step::kMessage: break;
  }
  v1::Message& message = *event.mutable_message();
  if (options_.network_text) message.mutable_language()->assign(write_ordinary_text(random_, *message.mutable_text()));
  ++next_;
  prepare();
}

void NetworkTraffic::write_side(std::uint32_t index, v1::Account& account) const {
  Random random = Random::of(options_.seed, kHolderPurpose, index);
  const bool is_minor = random.chance(options_.minor_share.value_or(kDefaultMinorShare));
  const Holder holder = is_minor ? Holder::kMinor : Holder::kAdult;
  const std::uint64_t number = account_number(holder, index);
  write_account(options_.seed, number, age_of(options_.seed, holder, number), first(), account);
  std::string& id = *account.mutable_account_id();
  id.assign(1, 'n');
  id.append(network_.names[index]);
}

}  // namespace pairwatch::generator
