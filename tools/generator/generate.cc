#include "tools/generator/generate.h"

#include <memory>
#include <stdexcept>
#include <string>

#include "processors/core/check.h"
#include "processors/core/timestamp.h"
#include "tools/generator/account.h"
#include "tools/generator/encode.h"
#include "tools/generator/ids.h"
#include "tools/generator/network.h"
#include "tools/generator/ordinary.h"
#include "tools/generator/story_stream.h"

namespace pairwatch::generator {
namespace {

constexpr std::uint64_t kDuplicatePurpose = 0xd0b1e;
constexpr std::size_t kBufferBytes = 1 << 20;
constexpr std::uint64_t kProgressStep = 1 << 16;

/// Ordinary traffic and the time it spans.
struct Background {
  std::unique_ptr<Stream> stream;
  EventTime start;
  EventTime end;
};

Background make_background(const Options& options, Summary& summary) {
  if (options.network.empty()) {
    return {std::make_unique<Ordinary>(options), options.start, options.start + days(options.days)};
  }
  Network network = read_network(options.network);
  summary.self_lines = network.self_lines;
  summary.accounts = network.names.size();
  auto traffic = std::make_unique<NetworkTraffic>(options, std::move(network));
  const EventTime first = traffic->first(), last = traffic->last();
  return {std::move(traffic), first, last};
}

/// Encodes events into a buffer, and the buffer onto a stream.
class Writer {
 public:
  Writer(Format format, std::ostream& out) : format_(format), out_(out) {}

  void write(const v1::InteractionEvent& event) {
    switch (format_) {
      case Format::kJson: append_json_line(event, buffer_); break;
      case Format::kProtobuf: append_delimited(event, buffer_); break;
    }
    if (buffer_.size() >= kBufferBytes) flush();
  }
  void flush() {
    out_.write(buffer_.data(), static_cast<std::streamsize>(buffer_.size()));
    buffer_.clear();
    if (!out_) throw std::runtime_error("the events cannot be written; is the disk full?");
  }

 private:
  Format format_;
  std::ostream& out_;
  std::string buffer_;
};

/// The stream whose turn it is: the earlier one, ordinary traffic first where they are level.
Stream* whose_turn(Stream& ordinary, Stream& stories, EventTime& time) {
  const auto next_ordinary = ordinary.next_time(), next_story = stories.next_time();
  if (!next_ordinary && !next_story) return nullptr;
  const bool is_ordinary = next_ordinary && (!next_story || *next_ordinary <= *next_story);
  time = is_ordinary ? *next_ordinary : *next_story;
  return is_ordinary ? &ordinary : &stories;
}

void write_labels(const StoryStream& stories, std::ostream& out, Summary& summary) {
  std::string line;
  for (const std::vector<Label>& of_story : stories.labels()) {
    for (const Label& label : of_story) {
      line.clear();
      append_label_line(label, line);
      out << line;
      ++summary.labels;
    }
  }
  out.flush();
  if (!out) throw std::runtime_error("the labels cannot be written; is the disk full?");
}

}  // namespace

Summary generate(const Options& options, std::ostream& out, std::ostream* labels, const Progress& progress) {
  check(problems_of(options).empty(), "the generator's options have been checked by problems_of");
  Summary summary;
  const Background background = make_background(options, summary);
  Sayings sayings;
  if (!options.sayings.empty()) sayings.read(options.sayings);
  StoryStream stories(options, sayings, background.start, background.end);
  Random duplicates = Random::of(options.seed, kDuplicatePurpose, 0);
  Writer writer(options.format, out);
  v1::InteractionEvent event;
  std::string event_id;
  std::uint64_t number = 0;
  EventTime time;
  while (Stream* const stream = whose_turn(*background.stream, stories, time)) {
    write_id('e', ++number, event_id);
    event.Clear();
    stream->take_next(event_id, event);
    event.set_event_id(event_id);
    set_time(time, *event.mutable_occurred_at());
    writer.write(event);
    if (options.duplicates_per_mille > 0 && duplicates.below(1000) < options.duplicates_per_mille) {
      writer.write(event);
      ++summary.duplicates;
    }
    if (number == 1) summary.first = time;
    summary.last = time;
    if (progress && number % kProgressStep == 0) progress(number);
  }
  writer.flush();
  out.flush();
  if (!out) throw std::runtime_error("the events cannot be written; is the disk full?");
  summary.events = number + summary.duplicates;
  if (labels != nullptr) write_labels(stories, *labels, summary);
  return summary;
}

}  // namespace pairwatch::generator
