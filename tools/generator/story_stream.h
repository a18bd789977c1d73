// Plays stories side by side, each at its own time, with accounts of its own. Only those under way are written out: memory is 16
// bytes for each that has not begun, and its label for each that has.
#pragma once

#include <memory>
#include <queue>
#include <utility>
#include <vector>

#include "tools/generator/archetypes.h"
#include "tools/generator/labels.h"
#include "tools/generator/options.h"
#include "tools/generator/sayings.h"
#include "tools/generator/stream.h"

namespace pairwatch::generator {

class StoryStream final : public Stream {
 public:
  /// Stories begin and end between `start` and `end`; those that usually take longer are told faster. `sayings` outlive it.
  StoryStream(const Options& options, const Sayings& sayings, EventTime start, EventTime end);
  ~StoryStream() override;

  std::optional<EventTime> next_time() override;
  void take_next(std::string_view event_id, v1::InteractionEvent& event) override;

  /// Of each story, the risky ones first; one or more each. Complete once the stream is at its end.
  const std::vector<std::vector<Label>>& labels() const { return labels_; }

 private:
  struct Active;
  struct Due {
    EventTime at;
    std::uint32_t story;
    friend auto operator<=>(const Due&, const Due&) = default;
  };

  const Archetype& archetype_of(std::uint32_t story) const;
  void begin(const Due& due);
  void write_act(std::uint32_t story, Active& active, const Act& act, v1::InteractionEvent& event);
  void write_words(std::uint32_t story, Active& active, const Act& act, v1::Message& message) const;
  void write_person(std::uint32_t story, const Active& active, const Person& person, std::uint64_t number, v1::Account& out) const;
  void start_labels(std::uint32_t story, const Story& told);
  void note(std::uint32_t story, const Story& told, const Act& act, std::string_view event_id);

  const Sayings& sayings_;
  std::uint64_t seed_;
  EventTime start_;
  EventTime end_;
  std::uint32_t risky_count_;
  double evasion_share_;
  std::uint32_t tenants_;
  std::vector<const Archetype*> risky_;
  std::vector<const Archetype*> ordinary_;
  std::vector<Due> waiting_;  ///< the last begins first
  std::priority_queue<Due, std::vector<Due>, std::greater<>> due_;
  std::vector<std::unique_ptr<Active>> active_;  ///< by story
  std::vector<std::vector<Label>> labels_;       ///< by story
};

}  // namespace pairwatch::generator
