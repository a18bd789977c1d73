// A real interaction network as ordinary traffic: who wrote to whom and when is real, ages are laid over it.
//
// Each line `src dst unix_seconds` is one message in a direct channel. Before the first line of a pair stands a contact request of
// its sender, before the first answer an acceptance. Contacts in common are counted from the network as it was at that time.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "tools/generator/account.h"
#include "tools/generator/options.h"
#include "tools/generator/random.h"
#include "tools/generator/stream.h"

namespace pairwatch::generator {

/// One line; accounts are indices into Network::names.
struct Line {
  std::int64_t seconds;
  std::uint32_t source;
  std::uint32_t target;
};

struct Network {
  std::vector<std::string> names;  ///< as the file gives them
  std::vector<Line> lines;         ///< in order of time; lines of one second as they stood
  std::uint64_t self_lines = 0;    ///< left out: nobody writes to themselves
};

/// Reads a file, plain or gzip. Lines that start with # or % are comments. Throws std::runtime_error with the line's number for
/// anything else that is not two names and a whole number. Costs 16 bytes a line.
Network read_network(const std::string& path);

class NetworkTraffic final : public Stream {
 public:
  NetworkTraffic(const Options& options, Network network);
  ~NetworkTraffic() override;

  std::optional<EventTime> next_time() override;
  void take_next(std::string_view event_id, v1::InteractionEvent& event) override;

  /// When the first and the last line happen; the same where there are none.
  EventTime first() const { return time_of(0); }
  EventTime last() const { return time_of(network_.lines.size() - 1); }

 private:
  struct Pairs;
  enum class Step : std::uint8_t { kRequest, kAccept, kMessage };

  EventTime time_of(std::size_t line) const;
  void prepare();
  void write_side(std::uint32_t index, v1::Account& account) const;

  Options options_;
  Network network_;
  std::int64_t shift_seconds_ = 0;
  std::unique_ptr<Pairs> pairs_;
  Random random_;
  std::size_t next_ = 0;
  Step step_ = Step::kMessage;
};

}  // namespace pairwatch::generator
